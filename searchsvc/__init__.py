"""Full-text and who-said-what search over news archives."""
