"""Scripts that make the weights that the extractor ships."""
