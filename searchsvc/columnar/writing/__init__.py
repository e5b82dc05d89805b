"""Documents to the files of a segment."""
