"""The addresses of questions that are no searches: their own parameters, and those of the search.

None stands for one that would be too long, see `writing`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from searchsvc.web import links
from searchsvc.web.reads import compare, listing, matrix
from searchsvc.web.reads.listing import Order
from searchsvc.web.writing import no_longer, with_query, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.compare import CompareQuestion
    from searchsvc.web.reads.listing import FacetQuestion
    from searchsvc.web.reads.matrix import MatrixQuestion
    from searchsvc.web.reads.timeline import TimelineQuestion

FACETS_PATH: Final = "/api/v1/facets/"
TIMELINE_PATH: Final = "/api/v1/timeline"
MATRIX_PATH: Final = "/api/v1/matrix"
COMPARE_PATH: Final = "/api/v1/compare"
STATEMENTS_PATH: Final = "/api/v1/statements/"
SPEAKERS_PATH: Final = "/api/v1/speakers/"
COUNTRIES_PATH: Final = "/api/v1/countries/"
STATUS_PATH: Final = "/api/v1/status"

_SHAPING: Final = frozenset(("sort", "size", "explain", "facets", "facet.az", "page"))
"""Parameters of a search that the sides of a comparison do not have."""

_USUAL: Final = {"match": "all", "expand": "on"}
"""What a side says that has these as usual though both have not; of `FIELD.op` it is `or`."""

_Pair = tuple[str, str]


def facet_address(root: str, question: FacetQuestion, *, page: int | None = None) -> str | None:
    """The address of one page of the values of a facet; None for its own."""
    parameters = question.parameters
    if page is not None:
        parameters = replace(parameters, page=page)
    own = [("prefix", question.prefix)] if question.prefix else []
    if question.order is not Order.COUNT:
        own.append(("order", question.order))
    if question.limit != listing.USUAL_LIMIT:
        own.append(("limit", str(question.limit)))
    path = f"{root}{FACETS_PATH}{quote(question.field, safe='')}"
    return _address(path, [*own, *links.pairs(parameters)])


def timeline_address(
    root: str, question: TimelineQuestion, path: str = TIMELINE_PATH
) -> str | None:
    """The address of a timeline; `path` is that of the face that shows it."""
    own = [("by", question.by)] if question.by else []
    return _address(root + path, [*own, *links.pairs(question.parameters)])


def matrix_address(root: str, question: MatrixQuestion, path: str = MATRIX_PATH) -> str | None:
    """The address of a matrix; `path` is that of the face that shows it."""
    usual = matrix.USUAL_FIELDS[question.parameters.collection]
    given = (("rows", question.rows), ("columns", question.columns))
    own = [pair for pair, field in zip(given, usual, strict=True) if pair[1] != field]
    return _address(root + path, [*own, *links.pairs(question.parameters)])


def compare_address(
    root: str, question: CompareQuestion, path: str = COMPARE_PATH, *, swapped: bool = False
) -> str | None:
    """The address of a comparison, or of its mirror image; `path` is that of the face that shows it."""
    if swapped:
        question = replace(question, a=question.b, b=question.a)
    return _address(root + path, compare_pairs(question))


def compare_pairs(question: CompareQuestion) -> Iterator[_Pair]:
    """Names and values of the address of a comparison, in canonical order."""
    yield from _of_side("a", question.a, question.common)
    yield from _of_side("b", question.b, question.common)
    if question.size != compare.USUAL_SIZE:
        yield "size", str(question.size)
    yield from links.pairs(question.common)


def _of_side(
    name: str, side: SearchParameters, common: SearchParameters
) -> Iterator[tuple[str, str]]:
    """What a side says that both do not."""
    both, own = _by_name(links.pairs(common)), _by_name(links.pairs(side))
    for parameter, values in own.items():
        if both.get(parameter) != values and parameter not in _SHAPING:
            yield from ((f"{name}.{parameter}", value) for value in values)
    for parameter in sorted(
        both.keys() - own.keys() - _SHAPING
    ):  # as usual, where that of both is not
        yield f"{name}.{parameter}", _USUAL.get(parameter, "or")


def _by_name(pairs: Iterable[_Pair]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return dict(found)


def _address(path: str, pairs: Iterable[_Pair]) -> str | None:
    return no_longer(with_query(path, written(pairs)))


def statement_address(root: str, statement_id: str) -> str:
    """The address of a statement."""
    return f"{root}{STATEMENTS_PATH}{quote(statement_id, safe=':')}"


def speaker_address(root: str, name: str) -> str:
    """The address of a speaker."""
    return f"{root}{SPEAKERS_PATH}{quote(name, safe='')}"


def country_address(root: str, code: str) -> str:
    """The address of a country."""
    return f"{root}{COUNTRIES_PATH}{quote(code, safe='')}"
