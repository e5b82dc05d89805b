"""Searches to follow: Atom and JSON Feed."""

from searchsvc.web.feeds.routes import blueprint

__all__ = ["blueprint"]
