"""The search page and the JSON endpoint: what a URL asks, and how the answer is shown."""

from searchsvc.web.app import create_app

__all__ = ["create_app"]
