"""The seam's questions answered by the index of a generation: hits in their order, facets, guesses, reasons.

`engine` chooses the generation and `reader` asks it; whatever is asked goes through `asking`, which
counts what a request costs.
"""
