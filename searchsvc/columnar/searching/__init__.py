"""Sets of documents: combined, counted and ranked."""
