"""The parameters of requests for suggestions and for more like something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from marshmallow import ValidationError, post_load, validates_schema

from searchsvc.engine.suggestions import TERMS
from searchsvc.fields import facet_fields
from searchsvc.guessing import NAMED_FIELDS
from searchsvc.model import Collection
from searchsvc.similar import USUAL_SIZE, has_words
from searchsvc.web import links
from searchsvc.web.bounds import LARGEST_SIZE, LONGEST_QUERY
from searchsvc.web.schemas.given import ParameterProblem, names_of, read
from searchsvc.web.schemas.searching import (
    PARAMETERS,
    NarrowingSchema,
    SearchSchema,
    parameters_from,
)
from searchsvc.web.schemas.values import Many, One, comma_list, member, quoted, text, whole
from searchsvc.web.writing import no_longer, with_query, written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.web.parameters import SearchParameters

USUAL_LIMIT: Final = 5
"""Suggestions of each field where the address does not say."""

ARTICLE: Final = "article"
STATEMENT: Final = "statement"
TEXT: Final = "text"
KINDS: Final = (ARTICLE, STATEMENT, TEXT)
"""Parameters that say what others are to be like; one of them is given."""
COLLECTIONS: Final = {
    ARTICLE: Collection.ARTICLES,
    STATEMENT: Collection.STATEMENTS,
    TEXT: Collection.ARTICLES,
}
"""What is looked for where the address does not say."""
LONGEST_TEXT: Final = 50_000
LONGEST_ADDRESSED: Final = 2_000
"""Characters of a text up to which an address holds it, where these are plain letters."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What is to be suggested.

    Attributes:
        text: typed so far, without white space at its ends.
        fields: in the order of the answer.
        limit: suggestions of each field at most.
        parameters: the search in force, with the text that is not being typed.
        problems: what of the address cannot be used.
    """

    text: str
    fields: tuple[str, ...]
    limit: int
    parameters: SearchParameters
    problems: tuple[ParameterProblem, ...] = ()


class SuggestSchema(SearchSchema):
    """Parameters of a search, in which suggestions are counted, and those of suggestions."""

    q = One(
        text(LONGEST_QUERY),
        "What was typed so far. Behind the name of a field, as in `speaker:Kan`, values of that field"
        " are suggested.",
    )
    within = One(
        text(LONGEST_QUERY), "The query in force, if there is one besides what is being typed."
    )
    field = Many(
        comma_list((*NAMED_FIELDS, TERMS)),
        f"What to suggest, set apart by commas or repeated; {TERMS} are words. By default all.",
    )
    limit = One(whole(1, LARGEST_SIZE), "Suggestions of each field.", default=USUAL_LIMIT)

    @validates_schema
    def _known_fields(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        choices = self._choices(data)
        wrong = sorted(_parts(data).difference(choices))
        if wrong:
            detail = f"expected fields among {', '.join(choices)}, not {quoted(wrong[0])}"
            raise ValidationError(detail, "field")

    def _choices(self, data: dict[str, Any]) -> tuple[str, ...]:
        known = facet_fields(self.collection_of(data))
        return (*(field for field in NAMED_FIELDS if field in known), TERMS)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """What is to be suggested, and the search that it is counted in."""
        asked = _parts(data)
        choices = self._choices(data)
        return Typed(
            text=data.get("q", ""),
            fields=tuple(field for field in choices if field in asked or not asked),
            limit=data.get("limit", USUAL_LIMIT),
            parameters=parameters_from({**data, "q": data.get("within", "")}),
        )


def _parts(data: dict[str, Any]) -> set[str]:
    return {part for each in data.get("field", ()) for part in each.split(",")} - {""}


@dataclass(frozen=True, slots=True)
class Likeness:
    """What others are to be like.

    Attributes:
        kind: one of `KINDS`; None where the address names nothing.
        given: the id, or the text.
        parameters: filters, dates, size and collection.
        problems: what cannot be used.
    """

    kind: str | None
    given: str
    parameters: SearchParameters
    problems: tuple[ParameterProblem, ...] = ()

    def address(self, path: str) -> str | None:
        """`path` with it in the query string; None where no address can hold it."""
        if len(self.given) > LONGEST_ADDRESSED:
            return None
        narrowing = [pair for pair in links.pairs(self.parameters) if pair[0] in NARROWING]
        own = [(self.kind, self.given)] if self.kind else []
        if self.kind == TEXT:
            own.append(("in", self.parameters.collection.value))
        return no_longer(with_query(path, written([*own, *narrowing])))


class SimilarSchema(NarrowingSchema):
    """Parameters of a request for more like something."""

    class Meta(NarrowingSchema.Meta):
        """An article is what others are to be like, not a filter."""

        exclude = ("article", "not_article", "article_op")

    like_article = One(
        text(as_it_is=True), "Id of an article: articles like it.", data_key=ARTICLE
    )
    like_statement = One(
        text(as_it_is=True), "Id of a statement: statements like it.", data_key=STATEMENT
    )
    like_text = One(
        text(LONGEST_TEXT, as_it_is=True),
        "Any text: documents like it. A text that no address can hold is sent by POST.",
        data_key=TEXT,
    )
    collection = One(
        member(Collection),
        f"Of a text: what is looked for, by default {COLLECTIONS[TEXT].value}.",
        data_key="in",
    )
    size = One(whole(1, LARGEST_SIZE), "Hits in one answer.", default=USUAL_SIZE)

    def collection_of(self, data: dict[str, Any]) -> Collection:
        """What is looked for."""
        return Collection(data.get("collection") or COLLECTIONS[_kind(data) or TEXT])

    def collections(self, data: dict[str, Any]) -> Iterable[Collection]:
        """What might be looked for beside what others are to be like."""
        kind = _kind(data)
        return (COLLECTIONS[kind],) if kind in {ARTICLE, STATEMENT} else Collection

    @validates_schema
    def _one_of_a_kind(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        kind = _kind(data)
        for beside in [other for other in KINDS if f"like_{other}" in data][1:]:
            detail = f"is one too many beside `{kind}`; give one of {', '.join(KINDS)}"
            raise ValidationError(detail, beside)
        if kind == TEXT and not has_words(data["like_text"]):
            detail = "has no word that can be looked for; give a sentence or more"
            raise ValidationError(detail, TEXT)
        if kind in {ARTICLE, STATEMENT} and self.collection_of(data) is not COLLECTIONS[kind]:
            detail = f"more like this {kind} are {COLLECTIONS[kind].value}; leave it out"
            raise ValidationError(detail, "in")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """What others are to be like."""
        kind = _kind(data)
        given = data[f"like_{kind}"] if kind else ""
        return Likeness(
            kind, given, parameters_from({**data, "collection": self.collection_of(data)})
        )


def _kind(data: dict[str, Any]) -> str | None:
    return next((kind for kind in KINDS if f"like_{kind}" in data), None)


def nothing_given() -> ParameterProblem:
    """The remark on an address that does not say what others are to be like."""
    detail = f"give one of {', '.join(KINDS)}, in the address or in the body of a POST"
    return ParameterProblem(TEXT, detail)


SUGGEST: Final = SuggestSchema()
SIMILAR: Final = SimilarSchema()
OWN_PARAMETERS: Final = names_of(SUGGEST) - PARAMETERS
"""Parameters of suggestions that a search has not."""
LIKENESS_PARAMETERS: Final = names_of(SIMILAR)
NARROWING: Final = LIKENESS_PARAMETERS - {*KINDS, "in"}
"""Parameters that mean what they mean in a search."""


def read_typed(pairs: Iterable[tuple[str, str]]) -> Typed:
    """What an address asks to be suggested, and what is wrong with it."""
    found = read(SUGGEST, pairs)
    asked: Typed = found.asked
    return replace(asked, problems=found.problems)


def read_likeness(pairs: Iterable[tuple[str, str]]) -> Likeness:
    """What an address, or a form, asks to be found more like, and what is wrong with it."""
    found = read(SIMILAR, pairs)
    asked: Likeness = found.asked
    return replace(asked, problems=found.problems)
