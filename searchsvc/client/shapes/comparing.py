"""Comparisons.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

from msgspec import Struct, field

from searchsvc.client.shapes.counting import Moment
from searchsvc.client.shapes.documents import StatementHit
from searchsvc.client.shapes.parts import Linked
from searchsvc.client.shapes.searching import Index


class Side(Struct, frozen=True, kw_only=True):
    """One of the two searches.

    Attributes:
        total: Its statements.
        articles: How many articles they stand in.
        read: How many of its statements were read for words and pairs: all, or the newest 1,000.
        undated: Its statements without a date.
        buckets: Over time; the same moments on both sides.
    """

    total: Linked
    articles: int
    read: int
    undated: Linked
    buckets: tuple[Moment, ...]


class Both(Struct, frozen=True, kw_only=True):
    """A country, and the statements of both sides about it.

    Attributes:
        value: Its code.
        label: Its name.
        a: Of side a.
        b: Of side b.
    """

    value: str
    label: str
    a: Linked
    b: Linked


class Pair(Struct, frozen=True, kw_only=True):
    """Two statements about one country, made closest to each other in time.

    Attributes:
        value: Code of the country.
        label: Its name.
        days: Days between the articles.
        a: Of side a.
        b: Of side b.
    """

    value: str
    label: str
    days: int
    a: StatementHit
    b: StatementHit


class Contrast(Struct, frozen=True, kw_only=True):
    """A word that sets one side apart.

    Attributes:
        text: As it is written most often.
        z: How surely it does, in standard deviations: log-odds ratio with an informative Dirichlet
            prior (Monroe, Colaresi and Quinn 2008) over the statements read; below 0 for side b.
        a: Statements of side a that hold it, read or not.
        b: Statements of side b that hold it, read or not.
    """

    text: str
    z: float
    a: Linked
    b: Linked


class Contrasts(Struct, frozen=True, kw_only=True):
    """The words that set the sides apart.

    Attributes:
        a: Those of side a, the most telling first.
        b: Those of side b, likewise.
    """

    a: tuple[Contrast, ...]
    b: tuple[Contrast, ...]


class CompareLinks(Struct, frozen=True, kw_only=True):
    """Where a comparison leads; null where no address can hold it.

    Attributes:
        self_: This answer, in canonical form.
        swapped: The same with the sides changed over: its mirror image.
    """

    self_: str | None = field(name="self")
    swapped: str | None


class Compare(Struct, frozen=True, kw_only=True):
    """Two searches of statements side by side.

    Attributes:
        a: The first side.
        b: The second side.
        interval: How long each bucket is.
        countries: Countries spoken about, by the statements of both sides.
        pairs: For each country that both speak about, the two statements read that are closest in
            date; of those as close the newest. No statement is in two pairs.
        words: The words that set the sides apart.
        links: Addresses, relative to this host.
        index: What was searched.
        took_ms: Milliseconds inside the engine.
    """

    a: Side
    b: Side
    interval: str
    countries: tuple[Both, ...]
    pairs: tuple[Pair, ...]
    words: Contrasts
    links: CompareLinks
    index: Index
    took_ms: float
