"""From tables to files that people open: tables, GeoPackage, map."""
