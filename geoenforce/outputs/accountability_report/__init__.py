"""The accountability report of a month, quarter or year: what happened, which articles it touches, what was done."""
