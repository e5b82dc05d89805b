"""Is a generation what was written, and does it hold together? Nothing in here changes anything."""
