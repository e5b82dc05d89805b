"""Changes to a search, and what each would find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchsvc.model import Collection


class Kind(StrEnum):
    """What is changed, in the order in which repairs are told."""

    SPELLING = "spelling"  # a word is written otherwise, or all those that nothing holds
    NAMES = "names"  # other names of what is named do as well
    EXACT = "exact"  # other forms of the word do as well
    PHRASE = "phrase"  # the words of a phrase may stand anywhere
    FIELD = "field"  # a word may stand in any field
    PREFIX = "prefix"  # words that start like it do as well
    ANY = "any"  # any of the words will do
    WORD = "word"  # a word, a phrase or a bracket is left away
    TEXT = "text"  # all of the text is left away
    FILTER = "filter"  # one filter is dropped
    DATE = "date"  # a bound of the date or all of its filter is dropped
    COLLECTION = "collection"  # statements instead of articles, or the other way round


@dataclass(frozen=True, slots=True)
class TextChange:
    """The query text is edited; everything but the piece concerned stays as typed.

    Attributes:
        kind: one of those that concern words.
        of: the piece that is changed, as typed.
        to: what is written instead; empty where nothing is.
        text: the whole text after it.
    """

    kind: Kind
    of: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class MatchChange:
    """Any of the words side by side will do instead of all."""

    @property
    def kind(self) -> Kind:
        """What is changed."""
        return Kind.ANY


@dataclass(frozen=True, slots=True)
class NamesChange:
    """Other names are looked for beside the one typed.

    Attributes:
        key: what they were switched off by; empty where they were for everything.
        typed: the name, or all of them.
    """

    key: str
    typed: str

    @property
    def kind(self) -> Kind:
        """What is changed."""
        return Kind.NAMES


@dataclass(frozen=True, slots=True)
class FilterChange:
    """One value is no longer asked for, or no longer left out.

    Attributes:
        excluded: whether `value` was left out.
    """

    field: str
    value: str
    excluded: bool = False

    @property
    def kind(self) -> Kind:
        """What is changed."""
        return Kind.FILTER


@dataclass(frozen=True, slots=True)
class ChoiceChange:
    """None of the values of a field is asked for any more of which any would do."""

    field: str

    @property
    def kind(self) -> Kind:
        """What is changed."""
        return Kind.FILTER


@dataclass(frozen=True, slots=True)
class DateChange:
    """Of the date filter what is True here is dropped."""

    first: bool = False
    last: bool = False
    undated: bool = False

    @property
    def kind(self) -> Kind:
        """What is changed."""
        return Kind.DATE


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """The same is looked for in another collection."""

    collection: Collection

    @property
    def kind(self) -> Kind:
        """What is changed."""
        return Kind.COLLECTION


Change = (
    TextChange
    | MatchChange
    | NamesChange
    | FilterChange
    | ChoiceChange
    | DateChange
    | CollectionChange
)


@dataclass(frozen=True, slots=True)
class Repair:
    """A change and the exact number of documents that the search would find after it."""

    change: Change
    total: int


@dataclass(frozen=True, slots=True)
class Repairs:
    """What would find more.

    Attributes:
        nowhere: words that every document must hold and none does, as typed.
        did_you_mean: the likeliest other spelling; None where no word looks misspelled.
        found: other changes, by kind, within a kind those that find most first.
        uncounted: changes that were not tried, because enough had been or the search is costly.
        elapsed_s: seconds that the engine took for all of it.
    """

    nowhere: tuple[str, ...] = ()
    did_you_mean: Repair | None = None
    found: tuple[Repair, ...] = ()
    uncounted: int = 0
    elapsed_s: float = 0.0
