"""Texts to tokens, and words to numbers, without Python per token."""
