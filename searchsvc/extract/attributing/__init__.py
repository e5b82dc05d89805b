"""The words that name a source to who that is."""
