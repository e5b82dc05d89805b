"""Suggestions, and more like something.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct, field

from searchsvc.client.shapes.searching import Generation

H = TypeVar("H")
"""Sort of hits."""


class Offer(Struct, frozen=True, kw_only=True):
    """A name or word suggested.

    Attributes:
        value: As parameters take it; of words the word.
        label: As shown to people.
        count: Exactly what choosing it finds.
        via: The name by which it was found, where that is not the label: DPRK.
        text: The query once it is chosen.
        url: The search with it; null where that finds nothing, or no address can hold it.
        html_url: The same as a page.
    """

    value: str
    label: str
    count: int
    via: str | None
    text: str
    url: str | None
    html_url: str | None


class Offers(Struct, frozen=True, kw_only=True):
    """What one field suggests.

    Attributes:
        name: The field; terms are words.
        label: As shown to people.
        suggestions: Most hits first.
    """

    name: str
    label: str
    suggestions: tuple[Offer, ...]


class Suggest(Struct, frozen=True, kw_only=True):
    """The answer to a request for suggestions.

    Attributes:
        text: What was typed.
        in_: What was looked for.
        groups: What each field suggests; fields that suggest nothing are not there.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    text: str
    in_: str = field(name="in")
    groups: tuple[Offers, ...]
    index: Generation
    took_ms: float


class TellingWord(Struct, frozen=True, kw_only=True):
    """A word that others were looked for by.

    Attributes:
        text: The word.
        weight: How telling it is.
    """

    text: str
    weight: float


class SimilarLinks(Struct, frozen=True, kw_only=True):
    """Where an answer leads; null where no address can hold the text.

    Attributes:
        self_: This answer.
        html: The same as a page.
    """

    self_: str | None = field(name="self")
    html: str | None


class Similar(Struct, Generic[H], frozen=True, kw_only=True):
    """The answer to a request for more like something.

    There is no total: nearly everything shares some word.

    Attributes:
        like: What was given: article, statement or text, and which.
        in_: What was looked for.
        words: Words that set it apart, the most telling first.
        hits: The most alike first. Neither the thing itself nor a copy of it is there, nor two
            with the same text.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    like: Mapping[str, str]
    in_: str = field(name="in")
    words: tuple[TellingWord, ...]
    hits: tuple[H, ...]
    links: SimilarLinks
    index: Generation
    took_ms: float
