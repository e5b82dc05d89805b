"""The search page and the JSON endpoint: what a URL asks, and how the answer is shown."""

from searchsvc.web.app import LARGEST_FORM, create_app
from searchsvc.web.manners.logs import start as start_log

__all__ = ["LARGEST_FORM", "create_app", "start_log"]
