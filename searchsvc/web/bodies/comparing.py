"""Comparisons as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.contract import Interval
from searchsvc.model import Collection
from searchsvc.web.bodies.compiled import Made, dumper
from searchsvc.web.bodies.counting import SEARCHED, MomentBody, provenance_of
from searchsvc.web.bodies.documents import StatementHitBody
from searchsvc.web.bodies.parts import (
    Body,
    LinkedBody,
    address,
    number,
    part,
    several,
    string,
    this,
    whole,
)
from searchsvc.web.bodies.searching import LEADS, TOOK, IndexBody, hit_dumper
from searchsvc.web.reads import addresses

if TYPE_CHECKING:
    from searchsvc.web.links import Addresses
    from searchsvc.web.reads.compare import Comparison, Pair, Side


class SideBody(Body):
    """One of the two searches."""

    total = part(LinkedBody, "Its statements.")
    articles = whole("How many articles they stand in.")
    read = whole(
        "How many of its statements were read for words and pairs: all, or the newest 1,000."
    )
    undated = part(LinkedBody, "Its statements without a date.")
    buckets = several(MomentBody, "Over time; the same moments on both sides.")


class BothBody(Body):
    """A country, and the statements of both sides about it."""

    value = string("Its code.")
    label = string("Its name.")
    a = part(LinkedBody, "Of side a.")
    b = part(LinkedBody, "Of side b.")


class PairBody(Body):
    """Two statements about one country, made closest to each other in time."""

    value = string("Code of the country.")
    label = string("Its name.")
    days = whole("Days between the articles.")
    a = Made(StatementHitBody, required=True, metadata={"description": "Of side a."})
    b = Made(StatementHitBody, required=True, metadata={"description": "Of side b."})


class ContrastBody(Body):
    """A word that sets one side apart."""

    text = string("As it is written most often.")
    z = number(
        "How surely it does, in standard deviations: log-odds ratio with an informative Dirichlet "
        "prior (Monroe, Colaresi and Quinn 2008) over the statements read; below 0 for side b."
    )
    a = part(LinkedBody, "Statements of side a that hold it, read or not.")
    b = part(LinkedBody, "Statements of side b that hold it, read or not.")


class ContrastsBody(Body):
    """The words that set the sides apart."""

    a = several(ContrastBody, "Those of side a, the most telling first.")
    b = several(ContrastBody, "Those of side b, likewise.")


class CompareLinksBody(Body):
    """Where a comparison leads; null where no address can hold it."""

    self_ = this()
    swapped = address("The same with the sides changed over: its mirror image.", null=True)


class CompareBody(Body):
    """Two searches of statements side by side."""

    a = part(SideBody, "The first side.")
    b = part(SideBody, "The second side.")
    interval = string("How long each bucket is.", among=Interval)
    countries = several(BothBody, "Countries spoken about, by the statements of both sides.")
    pairs = several(
        PairBody,
        "For each country that both speak about, the two statements read that are closest in "
        "date; of those as close the newest. No statement is in two pairs.",
    )
    words = part(ContrastsBody, "The words that set the sides apart.")
    links = part(CompareLinksBody, LEADS)
    index = part(IndexBody, SEARCHED)
    took_ms = number(TOOK)


_COMPARE: Final = dumper(CompareBody())


def compare_body(view: Comparison, to: Addresses) -> dict[str, Any]:
    """The body of an answer to a request for a comparison."""
    question = view.question
    return _COMPARE(
        {
            "a": _side(view.a),
            "b": _side(view.b),
            "interval": view.interval,
            "countries": view.countries,
            "pairs": list(map(_pair, view.pairs)),
            "words": {"a": view.words_a, "b": view.words_b},
            "links": {
                "self_": addresses.compare_address(to.root, question),
                "swapped": addresses.compare_address(to.root, question, swapped=True),
            },
            **provenance_of(view.provenance),
        }
    )


def _side(side: Side) -> dict[str, Any]:
    return {
        "total": side.found,
        "articles": side.articles,
        "read": side.read,
        "undated": side.series.undated,
        "buckets": side.series.moments,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    hit = hit_dumper(Collection.STATEMENTS, explained=False)
    return {
        "value": pair.value,
        "label": pair.label,
        "days": pair.days,
        "a": hit(pair.a),
        "b": hit(pair.b),
    }
