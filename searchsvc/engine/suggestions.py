"""The seam's questions about what is meant: by the start of a name, by a word spelled otherwise.

As in `engine.contract`, all is frozen and plain, and engines agree exactly unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from searchsvc.engine.contract import SearchRequest

TERMS: Final = "terms"
"""What suggestions of words are asked for by, beside the facet fields."""


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """What may be meant by text that is being typed?

    Attributes:
        text: typed so far; without a letter or digit in it nothing is suggested.
        fields: of `guessing.NAMED_FIELDS`, or `TERMS`; one that the collection lacks has nothing.
        search: in which they are counted; its collection, query, filters and dates matter.
        size: how many suggestions of each field at most.
    """

    text: str
    fields: tuple[str, ...]
    search: SearchRequest
    size: int = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One value of a facet of which a name begins as was typed (`guessing.begins`), or one word.

    Attributes:
        value: of the facet. Of `TERMS`: a folded word of the default fields that are stemmed, from
            each stem a form that is as frequent as any; only where a single word was typed.
        label: as shown.
        count: exact total of the search with this value alone in the field's `any_of`; of `TERMS`
            with the word, as a plain term by its stem, in addition to the query.
        via: the name that was begun where `label` was not: another one of the country; else None.
    """

    value: str
    label: str
    count: int
    via: str | None = None


@dataclass(frozen=True, slots=True)
class SuggestResult:
    """Suggestions of each field asked for, in that order.

    Within a field by count, largest first, ties by label, then value (of `TERMS`: in any order).
    Those that nothing would be found with are left out where any other is left.
    """

    fields: tuple[tuple[str, tuple[Suggestion, ...]], ...]
    generation: str
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Spelling:
    """What may have been meant by a word.

    Attributes:
        text: a folded word, or two with a space between.
        count: documents that hold it where it was looked for: a word by its stem, two side by side.
        cost: what must have gone wrong in typing, see `guessing.cost_of`.
    """

    text: str
    count: int
    cost: float
