"""Answers that wait until a test lets them go, so that no test waits for a clock."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

MOST_LOOKS = 10_000


def come_true(page, expression):
    """Wait until an expression holds in a page, whose policy forbids the driver's own way to."""
    for _ in range(MOST_LOOKS):
        if page.evaluate(expression):
            return
    raise AssertionError(f"{expression} is {page.evaluate(expression)!r}")


class Held:
    """Holds what the page's own module asks of one path; what the browser itself opens goes through.

    Attributes:
        waiting: what was asked and not let go, in order.
    """

    def __init__(self, page: Page, path: str = "/search"):
        self.page = page
        self.waiting: deque[Route] = deque()
        page.route(f"**{path}?*", self._hold)
        page.route(f"**{path}", self._hold)

    def _hold(self, route):
        if route.request.resource_type == "fetch":
            self.waiting.append(route)
        else:
            route.continue_()

    def until(self, count=1):
        """Wait until so many questions wait here."""
        for _ in range(MOST_LOOKS):
            if len(self.waiting) >= count:
                return
            self.page.evaluate("1")  # lets the driver tell what happened meanwhile
        raise AssertionError(f"{len(self.waiting)} questions wait, not {count}")

    def release(self, **answer):
        """Answer the oldest, by the server or by what is given here; gives what it asked."""
        route = self.waiting.popleft()
        if answer:
            route.fulfill(**answer)
        else:
            route.continue_()
        return parse_qs(urlsplit(route.request.url).query)
