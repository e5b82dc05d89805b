"""The small things that answers are made of.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

import datetime as dt

from msgspec import Struct, field


class Span(Struct, frozen=True, kw_only=True):
    """Offsets count characters (code points) of the text named beside them.

    Attributes:
        start: Offset of the first character.
        end: Offset after the last character.
    """

    start: int
    end: int


class Snippet(Struct, frozen=True, kw_only=True):
    """A stretch of the body that shows why it was found.

    Attributes:
        text: The stretch.
        offset: Where it begins in the body.
        highlights: What matched, as offsets into `text`.
    """

    text: str
    offset: int
    highlights: tuple[Span, ...]


class Date(Struct, frozen=True, kw_only=True):
    """A publication date.

    Attributes:
        value: 2017-05-12 or, where the time is known, 2017-05-12T22:00, as printed by the
            publisher.
        precision: How exactly it is known.
        from_: Where it was found.
    """

    value: str
    precision: str
    from_: str = field(name="from")


class Country(Struct, frozen=True, kw_only=True):
    """A country, or a body of countries such as the EU.

    Attributes:
        value: Code: two capitals as in ISO 3166-1, bodies in small letters (eu).
        label: Name.
    """

    value: str
    label: str


class Speaker(Struct, frozen=True, kw_only=True):
    """Who said it.

    Attributes:
        name: One name for one person in the whole archive; for the unnamed the words used.
        kind: What sort of source.
        role: As this article gives it (president, spokesperson).
        country: The speaker’s own country, where it is known.
    """

    name: str
    kind: str
    role: str | None
    country: Country | None


class Said(Struct, frozen=True, kw_only=True):
    """When it was said, by the words of the article.

    Attributes:
        day: The day, or the first day of the week, month or year.
        precision: How much time from `day` on is meant.
    """

    day: dt.date
    precision: str


class Linked(Struct, frozen=True, kw_only=True):
    """An exact number of documents, and the search that finds them.

    Attributes:
        count: How many.
        url: The search that finds just these; null where there are none, or no address can hold
            it.
    """

    count: int
    url: str | None
