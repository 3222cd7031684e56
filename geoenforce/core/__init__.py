"""Words and measures that every stage shares; imports nothing else of geoenforce."""
