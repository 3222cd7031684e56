"""From tables to what people open and read: tables, workbooks, GeoPackage, map, documents, explanations."""
