"""Is a generation what was written, and does all of it follow from what is stored in it?

Nothing in here trusts a file before its checksum is compared, nor an array before its numbers
are, so that damage of any kind is listed and never trips what looks for it.
"""

from searchsvc.engine.whoosh.verifying.verifier import WhooshIndexVerifier

__all__ = ["WhooshIndexVerifier"]
