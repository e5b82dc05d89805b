"""Sentences to what was said in them, and the words that attribute it."""
