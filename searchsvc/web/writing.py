"""How addresses are written, and when they are not: where no server would take them.

An answer repeats the whole search in every link, so what links may be long decides what an answer
may cost. Both bounds count bytes, which are characters here: all else is escaped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_ADDRESS: Final = 8000
"""Path and query string; Gunicorn and Nginx refuse a request line of 8,190 and more."""
MOST_WRITTEN: Final = 5_000_000
"""All addresses of one answer that differ in a value: of facets, of moments, of cells."""
_LONGEST_KEPT: Final = 100


def with_query(path: str, *parts: str) -> str:
    """`path` with a query string of all of `parts` that are not empty."""
    query = "&".join(filter(None, parts))
    return f"{path}?{query}" if query else path


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values as a query string has them; names hold nothing that must be escaped."""
    return "&".join([f"{name}={_escaped(value)}" for name, value in pairs])


def no_longer(address: str, longest: int = LONGEST_ADDRESS) -> str | None:
    """`address`, unless it is longer than that."""
    return address if len(address) <= longest else None


def longest_of(count: int, longest: int = LONGEST_ADDRESS) -> int:
    """How long each of `count` addresses may be, where a single one may be `longest`."""
    return min(longest, MOST_WRITTEN // max(count, 1))


def _escaped(value: str) -> str:
    """`value` as a query string has it."""
    return _kept(value) if len(value) <= _LONGEST_KEPT else quote_plus(value, safe="():")


@lru_cache(maxsize=2048)
def _kept(value: str) -> str:
    """As `_escaped`, of values that are short: facets name the same ones again and again."""
    return quote_plus(value, safe="():")
