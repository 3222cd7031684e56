"""The evidence sheet of one case: what a person who decides, or who is decided about, can check point by point."""
