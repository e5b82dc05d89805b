"""The parameters of a search: names and values in, `SearchParameters` or remarks out.

Nothing is guessed: a value that cannot be used is named together with what would be right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validates_schema

from searchsvc.engine.contract import Interval, Sort
from searchsvc.fields import FIELDS, IDENTIFYING, MISSING, facet_fields
from searchsvc.model import Act, Collection, StatementKind
from searchsvc.query import Match
from searchsvc.web.bodies.documents import HIT_MEMBERS
from searchsvc.web.bounds import (
    DEEPEST_HIT,
    LARGEST_FACET,
    LARGEST_SIZE,
    LONGEST_QUERY,
)
from searchsvc.web.parameters import (
    DEFAULT_COLLECTION,
    FILTER_FIELDS,
    NO_FACETS,
    SearchParameters,
    Selection,
)
from searchsvc.web.schemas.given import ParameterProblem, instead, names_of, read
from searchsvc.web.schemas.values import (
    Many,
    One,
    bound,
    choice,
    comma_list,
    country,
    member,
    name,
    quoted,
    switch,
    text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

LAST_PAGE: Final = 1_000_000
LONGEST_CURSOR: Final = 1000

_WHOLE_VALUES: Final = {
    "speaker": "Who said it, by name as facets and hits give it.",
    "country": "Country spoken about (of articles: named), by code or name: KR, South Korea.",
    "speaker_country": "Country of the speaker, by code or name. Of statements only.",
    "source": "Publisher or collection.",
    "kind": "How much of it is quoted: direct (all), mixed, indirect (nothing).",
    "act": "What the speaker does by it. Of statements only.",
    "article": "Id of an article: its statements. Of statements only.",
    "story": "Story, as articles give it: the article and its copies. Of articles only.",
}
_FORMS: Final = {
    "country": country(),
    "speaker_country": country(),
    "kind": choice(*(kind.value for kind in StatementKind), MISSING),
    "act": choice(*(act.value for act in Act), MISSING),
}


def _filters(field: str) -> dict[str, fields.Field[Any]]:
    """The parameters that filter on `field`."""
    form = _FORMS.get(field) or text()
    every = f"and: documents must have all values of {field}; or: any of them."
    return {
        field: Many(
            form,
            f"{_WHOLE_VALUES[field]} Repeat for any of several; {MISSING} for documents without.",
        ),
        f"not_{field}": Many(
            form, f"Leave out documents with this {field}.", data_key=f"not.{field}"
        ),
        f"{field}_op": One(choice("or", "and"), every, data_key=f"{field}.op", default="or"),
    }


def _sizes(field: str) -> dict[str, fields.Field[Any]]:
    """The parameter that sizes the facet of `field`."""
    told = f"Values shown of the facet {field}; by default 10 (setting search.facet_size)."
    size = One(whole(1, LARGEST_FACET), told, data_key=f"facet.size.{field}")
    return {f"facet_size_{field}": size}


_PARAMETERS_OF: Final = {
    field: tuple(
        (key, item.data_key or key) for key, item in (_filters(field) | _sizes(field)).items()
    )
    for field in FILTER_FIELDS
}
"""Of each field the members of a schema that filter on it or size its facet, and what they are called."""


class NarrowingSchema(Schema):
    """Parameters that narrow what is found, in any operation that finds documents."""

    class Meta:
        """Nothing that is not declared is taken."""

        unknown = RAISE
        include: ClassVar[dict[str, fields.Field[Any]]] = {
            key: item for field in FILTER_FIELDS for key, item in _filters(field).items()
        }

    collection = One(
        member(Collection), "What is looked for.", data_key="in", default=DEFAULT_COLLECTION.value
    )
    since = One(
        bound(),
        "First day, month or year, inclusive: 2024-05-12, 2024-05 or 2024.",
        data_key="date.from",
    )
    until = One(bound(), "Last day, month or year, inclusive.", data_key="date.to")
    date = One(
        choice(MISSING),
        f"{MISSING}: undated documents, alone or besides those between the bounds.",
    )
    size = One(whole(1, LARGEST_SIZE), "Hits in one answer; by default 10 (setting search.size).")

    @validates_schema
    def _dates_in_order(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        if "since" in data and "until" in data and data["until"].last < data["since"].first:
            raise ValidationError("ends before the first day asked for; swap the two", "date.to")

    @validates_schema
    def _fields_of_collection(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        collection = self.collection_of(data)
        known = facet_fields(collection)
        other = next(item for item in Collection if item is not collection)
        remedy = f"add in={other}" if other in self.collections(data) else "leave it out"
        errors = {
            name: [f"{collection.value} have no field {field}; {remedy}"]
            for field in FILTER_FIELDS
            if field not in known
            for key, name in _PARAMETERS_OF[field]
            if key in data
        }
        if errors:
            raise ValidationError(errors)

    def collection_of(self, data: dict[str, Any]) -> Collection:
        """What is looked for."""
        return Collection(data.get("collection", DEFAULT_COLLECTION))

    def collections(self, _data: dict[str, Any]) -> Iterable[Collection]:
        """What might be looked for, if `in` said so."""
        return Collection


class SearchSchema(NarrowingSchema):
    """Parameters of a search."""

    class Meta(NarrowingSchema.Meta):
        """With the sizes of the facets."""

        include: ClassVar[dict[str, fields.Field[Any]]] = {
            key: item for field in FILTER_FIELDS for key, item in _sizes(field).items()
        }

    q = One(
        text(LONGEST_QUERY),
        "What to look for, in the query language of the search tips. Without it, everything.",
    )
    match = One(
        member(Match),
        "Whether all of the words that stand side by side must be there, or any will do. What is "
        "no word (dates, whole values, what is left out) holds either way.",
        default=Match.ALL.value,
    )
    expand = One(
        switch(),
        "on: other names of what q names are looked for as well, DPRK for North Korea; off: only "
        "what is typed.",
        default="on",
    )
    unexpanded = Many(name(), "A name in q to be looked for only as typed.", data_key="expand.not")
    sort = One(
        member(Sort),
        "Order of the hits: fresh is relevance, newer first among the about equally relevant. By "
        "default relevance where words are searched for, else newest.",
    )
    explain = One(
        switch(),
        "on: each hit says why it has its score, where the order is by relevance; of a query of "
        "more than fifty words the first hits of an answer alone.",
        default="off",
    )
    facets = Many(
        comma_list([item.name for item in FIELDS if item.facet] + [NO_FACETS]),
        f"Facets to count, set apart by commas or repeated; {NO_FACETS} for none. By default all "
        f"but {' and '.join(sorted(IDENTIFYING))}.",
    )
    by_name = Many(
        comma_list(FILTER_FIELDS),
        "Facets whose values are listed from A to Z, set apart by commas or repeated; by default all "
        "by count, largest first. Which are shown goes by count either way: see `facet.size`.",
        data_key="facet.az",
    )
    interval = One(
        member(Interval),
        "Width of the buckets of the facet date; by default chosen by the span of the dates.",
        data_key="facet.interval.date",
    )
    page = One(
        whole(1, LAST_PAGE),
        f"Page, from 1. Pages of hits reach the first {DEEPEST_HIT:,}; cursors lead to all of them.",
        default=1,
    )

    @validates_schema
    def _known_facets(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        known = facet_fields(self.collection_of(data))
        for key, told in (("facets", "facets"), ("by_name", "facet.az")):
            wrong = [part for part in _split(data.get(key, ())) if part not in known]
            if wrong:
                choices = ", ".join(known)
                detail = f"expected facets among {choices}, not {quoted(wrong[0])}"
                raise ValidationError(detail, told)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:  # noqa: ANN401 - marshmallow's signature
        """The search; schemas built on this one make more of it."""
        return parameters_from(data)


class HitsSchema(SearchSchema):
    """Parameters of a search whose hits are wanted, as JSON: where they begin, what they hold."""

    cursor = One(
        text(LONGEST_CURSOR),
        "Where to go on, as `next_cursor` of an answer gave it; instead of `page`. Every hit comes "
        "exactly once, all from the generation that the first answer was from.",
    )
    members = Many(
        comma_list(
            sorted({*HIT_MEMBERS[Collection.STATEMENTS], *HIT_MEMBERS[Collection.ARTICLES]})
        ),
        "Members of a hit that are wanted, set apart by commas or repeated; `id` is always there. "
        "By default all.",
        data_key="fields",
    )
    highlight = One(
        switch(), "off: `highlights` are empty, and it is not told what matched.", default="on"
    )

    @validates_schema
    def _known_members(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        collection = self.collection_of(data)
        known = HIT_MEMBERS[collection]
        for part in _parts(data.get("members", ())):
            if part not in known:
                hint = instead(part, known)
                detail = f"{collection.value} have no member {quoted(part)}{hint}"
                raise ValidationError(detail, "fields")

    @validates_schema
    def _page_or_cursor(self, data: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - marshmallow's signature
        if "cursor" in data and "page" in data:
            raise ValidationError("cannot stand beside `cursor`; give one of the two", "page")


def parameters_from(data: dict[str, Any]) -> SearchParameters:
    """The search that checked values say."""
    selections = (
        Selection(
            field,
            chosen=data.get(field, ()),
            excluded=data.get(f"not_{field}", ()),
            every=data.get(f"{field}_op") == "and" and field in data,
        )
        for field in FILTER_FIELDS
    )
    sizes = ((field, data.get(f"facet_size_{field}")) for field in sorted(FILTER_FIELDS))
    return SearchParameters(
        text=data.get("q", ""),
        collection=data.get("collection", DEFAULT_COLLECTION),
        selections=tuple(item for item in selections if item.active),
        since=data.get("since"),
        until=data.get("until"),
        undated="date" in data,
        sort=data.get("sort"),
        size=data.get("size"),
        facets=_split(data["facets"]) if "facets" in data else None,
        facet_sizes=tuple((field, size) for field, size in sizes if size is not None),
        by_name=_split(data.get("by_name", ())),
        interval=data.get("interval"),
        page=data.get("page", 1),
        match=data.get("match", Match.ALL),
        explain=data.get("explain", False),
        expand=data.get("expand", True),
        unexpanded=data.get("unexpanded", ()),
        fields=_members(data),
        highlight=data.get("highlight", True),
        cursor=data.get("cursor"),
    )


def _parts(lists: tuple[str, ...]) -> list[str]:
    """Names set apart by commas, each once, sorted."""
    return sorted({part for each in lists for part in each.split(",") if part})


def _members(data: dict[str, Any]) -> tuple[str, ...] | None:
    """The members wanted, in the order of the schema."""
    if "members" not in data:
        return None
    wanted = _parts(data["members"])
    known = HIT_MEMBERS[data.get("collection", DEFAULT_COLLECTION)]
    return tuple(name for name in known if name in wanted)


def _split(lists: tuple[str, ...]) -> tuple[str, ...]:
    """The facets named, each once, in the order of the fields table; unknown ones come last."""
    named = set(_parts(lists))
    if named == {NO_FACETS}:
        return ()
    order = [item.name for item in FIELDS]
    return tuple(
        sorted(named, key=lambda part: (order.index(part) if part in order else len(order), part))
    )


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """What was made of an address; attributes as in `given.Read`."""

    parameters: SearchParameters
    bad: tuple[ParameterProblem, ...]
    unknown: tuple[ParameterProblem, ...]
    wasteful: bool


def read_address(
    pairs: Iterable[tuple[str, str]], *, usual_size: int | None = None
) -> ReadAddress:
    """The search that the names and values of an address ask for, and what is wrong with them.

    Args:
        pairs: names and values.
        usual_size: hits of a page where the address does not say; None where no page is asked for.
    """
    found = read(SEARCH, pairs)
    parameters, bad = found.asked, found.bad
    deep = None if usual_size is None else too_deep(parameters, usual_size)
    if deep is not None:
        parameters, bad = replace(parameters, page=1), (*bad, deep)
    return ReadAddress(parameters, bad, found.unknown, found.wasteful)


def too_deep(parameters: SearchParameters, usual_size: int) -> ParameterProblem | None:
    """What is wrong with a page of hits that is deeper than pages reach; None where it is not.

    Args:
        parameters: the search.
        usual_size: hits of a page where it does not say, which is a setting: no schema knows it.
    """
    size = parameters.size or usual_size
    if parameters.page * size <= DEEPEST_HIT:
        return None
    return ParameterProblem(
        "page",
        f"with {size} hits each the last page is {DEEPEST_HIT // size:,}, as pages reach "
        f"{DEEPEST_HIT:,} hits; follow `links.next`, whose cursors lead to all of them, "
        "or `links.exports`",
    )


SEARCH: Final = HitsSchema()
PARAMETERS: Final = names_of(SEARCH)
"""Names of all parameters of a search."""
