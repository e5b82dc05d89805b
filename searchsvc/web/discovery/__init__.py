"""What browsers and crawlers look for: how to search here, which pages there are, which to leave."""

from searchsvc.web.discovery.routes import blueprint

__all__ = ["blueprint"]
