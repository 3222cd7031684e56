"""Documents that are filed: what they say (`model`), and one writer for each kind of file."""
