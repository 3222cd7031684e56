"""Geospatial enforcement and patrol analysis for farmland."""
