"""What an article tells about a person, in the few words that identities are made from."""

from __future__ import annotations

from typing import NamedTuple


class Sighting(NamedTuple):
    """A speaker as articles of one year print them; every empty value means: not told.

    Attributes:
        name: the article's own canonical name.
        role: as the article gives it.
        country: code.
        year: of publication; 0 where the article has no date.
    """

    name: str
    role: str
    country: str
    year: int


class Seen(NamedTuple):
    """A sighting with its number in the register and how many articles hold it."""

    number: int
    sighting: Sighting
    articles: int
