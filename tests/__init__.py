"""Tests of searchsvc."""
