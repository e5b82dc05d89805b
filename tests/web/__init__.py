"""Tests, by what they hold to account."""
