"""NumPy structures of an index, in memory and on disk; `layout` documents the format."""
