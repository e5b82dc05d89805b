"""Names of the fields of an index, which `mapping`, `sources` and all questions agree on.

Documents of both collections stand in one index, an article and its statements on one shard. The
fields of a collection begin with its name, so that what is counted of one is not mixed with the other.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from searchsvc.documents import has_field
from searchsvc.fields import BY_NAME, Words

if TYPE_CHECKING:
    from searchsvc.model import Collection

ID: Final = "id"
COLLECTION: Final = "collection"
ARTICLE: Final = "article"
"""The id of the article that a document is or belongs to."""
FAMILY: Final = "family"
"""Joins statements with their article."""
DAY: Final = "day"
"""Ordinal of the day (`datetime.date.toordinal`)."""
MONTH: Final = "month"
"""100 times the year, plus the month."""
YEAR: Final = "year"
MOMENT: Final = "moment"
"""`DAY` times 1440, plus the minute."""
MARK: Final = "mark"
"""Fingerprint: one number a mark, as of `columnar.fingerprints`."""
STORED: Final = "stored"
"""The document, by `documents.dump`."""

CAPITALS_SIGN: Final = "|"
"""Stands between a term and the capitals beside it, at one position; no term has it."""

TEXT_GAP: Final = 2_000
"""Positions between the texts of a field; above any slop, so that no phrase reaches across, and so
small that a million texts have room in the 31 bits that Lucene has for positions."""

LONGEST_KEY: Final = 2_000
"""Characters of a whole value that are kept in the index; Lucene allows 32,766 bytes."""
CUT: Final = "\n"
"""Stands between the start of a longer value and its hash."""


def stems(collection: Collection, field: str) -> str:
    """Where the stems of a field are searched."""
    return f"{collection}.{field}.stem"


def forms(collection: Collection, field: str) -> str:
    """Where the folded words of a field are searched."""
    return f"{collection}.{field}.word"


def length(collection: Collection, field: str) -> str:
    """How many tokens a field has; absent where it has none."""
    return f"{collection}.{field}.length"


def values(collection: Collection, field: str) -> str:
    """Where the whole values of a facet field other than `date` are."""
    return ARTICLE if field == "article" else f"{collection}.{field}.value"


def key_of(value: str) -> str:
    """What a whole value is in the index: itself, or its start and a hash where it is too long."""
    if len(value) <= LONGEST_KEY:
        return value
    digest = hashlib.sha256(value.encode(errors="replace")).hexdigest()
    return f"{value[:LONGEST_KEY]}{CUT}{digest}"


def is_cut(key: str) -> bool:
    """Whether a value of the index may be a start and a hash."""
    return len(key) > LONGEST_KEY


def word_fields(collection: Collection) -> tuple[tuple[str, bool], ...]:
    """Names of the fields that are searched word by word, and whether they have stems."""
    return tuple(
        (field.name, field.words is Words.STEMMED)
        for field in BY_NAME.values()
        if field.words is not Words.NONE and has_field(collection, field.name)
    )


def value_fields(collection: Collection) -> tuple[str, ...]:
    """Names of the facet fields with whole values."""
    return tuple(
        field.name
        for field in BY_NAME.values()
        if field.facet and field.name != "date" and has_field(collection, field.name)
    )
