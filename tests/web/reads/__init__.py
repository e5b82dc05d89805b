"""Counts of a search in other shapes, and what there is about one thing."""
