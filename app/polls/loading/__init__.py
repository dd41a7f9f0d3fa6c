"""Places from a file: read piece by piece, checked, put into a table of their own, added once."""
