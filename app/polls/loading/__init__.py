"""Places from a file: read with their lines, checked, added once."""
