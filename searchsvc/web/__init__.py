"""The search page and the JSON endpoint: what a URL asks, and how the answer is shown."""

from searchsvc.web.app import LARGEST_FORM, create_app

__all__ = ["LARGEST_FORM", "create_app"]
