"""Duties with their deadlines, facts of units and years, the articles they touch, and indicators."""
