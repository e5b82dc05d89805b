"""The embedded engine: generations of Whoosh indexes in one folder, facets counted on arrays."""

from searchsvc.engine.whoosh.build import WhooshIndexWriter
from searchsvc.engine.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine", "WhooshIndexWriter"]
