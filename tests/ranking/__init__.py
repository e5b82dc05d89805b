"""How good the order of the hits is, on collections with judgements."""
