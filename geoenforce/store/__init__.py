"""The store: one GeoPackage or one PostGIS that keeps what was read, found out and done, and when."""
