"""Countries, bodies and regions: where they are named, whom a statement is about, what an article is about."""
