"""One statement, one speaker, one country, and the status, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from marshmallow import fields

from searchsvc.model import Collection, SpeakerKind
from searchsvc.web.bodies.compiled import Made, dumper
from searchsvc.web.bodies.counting import (
    SEARCHED,
    LinkedValueBody,
    MomentBody,
    provenance_of,
)
from searchsvc.web.bodies.documents import ArticleSummaryBody, StatementHitBody
from searchsvc.web.bodies.parts import (
    Body,
    LinkedBody,
    address,
    country_of,
    number,
    part,
    several,
    string,
    strings,
    this,
    whole,
    yes,
)
from searchsvc.web.bodies.searching import LEADS, TOOK, IndexBody, hit_dumper
from searchsvc.web.exports.citations import bibtex, csl_json, ris, statement_footnote
from searchsvc.web.exports.references import reference
from searchsvc.web.reads import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.web.answer import StatementHit
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.country import CountryView
    from searchsvc.web.reads.speaker import SpeakerView
    from searchsvc.web.reads.statement import StatementView
    from searchsvc.web.reads.status import StatusView


class PassageBody(Body):
    """A stretch of the article."""

    text = string("The stretch.")
    start = whole("Offset of its first character in the body of the article.")
    end = whole("Offset after its last character.")


class SharedBody(Body):
    """A value that the statement carries, and all statements that do."""

    name = string("The field.", of="field")
    value = string("As parameters take it.", of="carried.value")
    label = string("As shown to people.", of="carried.label")
    count = whole("How many statements carry it.", of="carried.found.count")
    url = address("Finds them.", of="carried.found.url", null=True)


class SelfLinksBody(Body):
    """Where an answer leads."""

    self_ = this("This answer.", null=False)
    html = address("The same as a page, or the nearest to it.")
    similar = address("Statements like it, as JSON.")
    article = address("Its article, with the body and all statements, as JSON.")


class CitationBody(Body):
    """The statement and the article that it stands in, as others want it written."""

    plain = string("In one line, for a footnote.")
    bibtex = string("The article as BibTeX, the statement as its note.")
    ris = string("The same as RIS.")
    csl = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "The same as an item of CSL-JSON."},
    )


class StatementViewBody(Body):
    """One statement with what stands around it."""

    statement = Made(
        StatementHitBody, required=True, metadata={"description": "As a search gives it."}
    )
    passage = part(PassageBody, "The sentences that it stands in.")
    before = part(PassageBody, "The sentence before; null at the beginning.", null=True)
    after = part(PassageBody, "The sentence after; null at the end.", null=True)
    article = part(ArticleSummaryBody, "The article that it stands in, without its text.")
    shared = several(SharedBody, "Its speakers, countries and so on, each with its statements.")
    citation = part(CitationBody, "It and where it stands.")
    links = part(SelfLinksBody, LEADS)
    index = part(IndexBody, SEARCHED)
    took_ms = number(TOOK)


class OfficeBody(Body):
    """A role in which somebody spoke."""

    role = string("As articles give it; null where they do not.", null=True)
    country = country_of("The country spoken for, where it is known.", null=True)
    first = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Day of the first dated article that gives it."},
    )
    last = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Day of the last dated article that gives it."},
    )
    statements = whole("How many of the statements read give it.")


class YearsBody(Body):
    """Statements over the years: `buckets` and `undated` add up to all."""

    undated = part(LinkedBody, "Those without a date.")
    buckets = several(
        MomentBody, "Year by year, from the first that is not empty to the last.", of="moments"
    )


class ProfileLinksBody(Body):
    """Where an answer leads; null where no address can hold it."""

    self_ = this("This answer.")
    search = address("The search for all its statements, as JSON.", null=True)
    html = address("That search as a page.", null=True)
    atom = address("The newest of them as a feed: Atom.", null=True)
    feed = address("The newest of them as a feed: JSON Feed.", null=True)


_LATEST: Final = "The newest statements."


class SpeakerViewBody(Body):
    """One speaker. Lists hold the 20 most frequent."""

    name = string(
        "The one name of this speaker in the whole archive, which is the id as well: filters and "
        "addresses take it, and it keeps from one run to the next."
    )
    asked = string("The name that was asked for.")
    kinds = several(
        fields.String(metadata={"enum": [kind.value for kind in SpeakerKind]}),
        "What sort of source, the most frequent first.",
    )
    printed = strings("Other names that articles print.")
    others = strings("Other spellings that a search by this name looks for.")
    statements = part(LinkedBody, "Their statements.", of="said")
    articles = part(LinkedBody, "Articles that they speak in.", of="named")
    read = whole(
        "How many statements were read for kinds, printed names and offices: all, or the newest "
        "1,000."
    )
    offices = several(OfficeBody, "In which roles they spoke, and when; the latest first.")
    countries = several(LinkedValueBody, "Countries that they spoke for.")
    years = part(YearsBody, "Their statements over time.")
    jointly = several(LinkedValueBody, "Who made statements together with them.")
    beside = several(LinkedValueBody, "Who speaks in the same articles; articles are counted.")
    about = several(LinkedValueBody, "Countries that they spoke about.")
    sources = several(LinkedValueBody, "Where it was printed.")
    latest = several(Made(StatementHitBody), _LATEST)
    links = part(ProfileLinksBody, LEADS)
    index = part(IndexBody, SEARCHED)
    took_ms = number(TOOK)


class CountryNameBody(Body):
    """Another name of a country."""

    name = string("The name.")
    first = fields.Integer(
        data_key="from",
        required=True,
        allow_none=True,
        metadata={"description": "First year in which it was so called, where known."},
    )
    last = fields.Integer(
        data_key="until",
        required=True,
        allow_none=True,
        metadata={"description": "Last year in which it was so called, where known."},
    )


class CountryViewBody(Body):
    """One country, or a body of countries. Lists hold the 20 most frequent."""

    code = string("As parameters take it.")
    label = string("As shown to people.")
    names = several(CountryNameBody, "What else it is called.")
    about = part(LinkedBody, "Statements about it.")
    by = part(LinkedBody, "Statements of its speakers.")
    articles = part(LinkedBody, "Articles that name it.")
    about_years = part(YearsBody, "Statements about it over time.")
    by_years = part(YearsBody, "Statements of its speakers over the same years.")
    speakers = several(LinkedValueBody, "Who speaks about it.")
    spoken_by = several(LinkedValueBody, "Whose speakers speak about it.")
    speaks_about = several(LinkedValueBody, "The countries that its speakers speak about.")
    voices = several(LinkedValueBody, "Its speakers.")
    beside = several(LinkedValueBody, "Countries spoken about in the same statements.")
    latest = several(Made(StatementHitBody), "The newest statements about it.")
    links = part(ProfileLinksBody, LEADS)
    index = part(IndexBody, SEARCHED)
    took_ms = number(TOOK)


class StatusBody(Body):
    """What is published."""

    engine = string("Name of the search engine.")
    generation = string("Name of the generation that answers, ascending in time.")
    built_at = fields.AwareDateTime(
        required=True, metadata={"description": "When it was built, UTC."}
    )
    articles = whole("How many articles it holds.")
    statements = whole("How many statements it holds.")
    rejects = whole("Inputs that could not be read when it was built.")
    size_bytes = whole("On disk.")
    versions = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Versions of format, analyzer, extractor and so on, by name."},
    )
    previous = strings("Generations that an operator can go back to, latest first.")
    degraded = yes("Whether an earlier generation answers, or documents cannot be shown.")


_STATEMENT: Final = dumper(StatementViewBody())
_SPEAKER: Final = dumper(SpeakerViewBody())
_COUNTRY: Final = dumper(CountryViewBody())
_STATUS: Final = dumper(StatusBody())


def _plain(view: Any) -> dict[str, Any]:  # noqa: ANN401 - any of our dataclasses
    """The attributes of a view by name; its provenance as members of the answer."""
    found = {name: getattr(view, name) for name in view.__slots__}
    return found | provenance_of(found.pop("provenance"))


def _hits(hits: Iterable[StatementHit]) -> list[dict[str, Any]]:
    return list(map(hit_dumper(Collection.STATEMENTS, explained=False), hits))


def statement_body(view: StatementView, to: Addresses, origin: str) -> dict[str, Any]:
    """The body of an answer to a request for one statement; `origin` is scheme and host."""
    hit, there = view.hit, origin + view.hit.page_url
    cited = [reference(hit.document, there, quoting=True)]
    return _STATEMENT(
        _plain(view)
        | {
            "statement": _hits([hit])[0],
            "citation": {
                "plain": statement_footnote(hit.document, cited[0], there),
                "bibtex": "".join(bibtex(cited)),
                "ris": "".join(ris(cited)),
                "csl": json.loads("".join(csl_json(cited)))[0],
            },
            "links": {
                "self_": addresses.statement_address(to.root, hit.document.id),
                "html": hit.page_url,
                "similar": hit.similar_data_url,
                "article": hit.data_url,
            },
        }
    )


def _searched(search: SearchParameters, to: Addresses) -> dict[str, str | None]:
    """Where a search of statements is shown."""
    atom, feed = to.feeds(search)
    return {
        "search": to.data(search),
        "html": to.page(search),
        "atom": atom,
        "feed": feed,
    }


def speaker_body(view: SpeakerView, to: Addresses) -> dict[str, Any]:
    """The body of an answer to a request for one speaker."""
    return _SPEAKER(
        _plain(view)
        | {
            "latest": _hits(view.latest),
            "links": {
                "self_": addresses.speaker_address(to.root, view.name),
                **_searched(view.search, to),
            },
        }
    )


def country_body(view: CountryView, to: Addresses) -> dict[str, Any]:
    """The body of an answer to a request for one country."""
    return _COUNTRY(
        _plain(view)
        | {
            "latest": _hits(view.latest),
            "links": {
                "self_": addresses.country_address(to.root, view.code),
                **_searched(view.search, to),
            },
        }
    )


def status_body(view: StatusView) -> dict[str, Any]:
    """The body of an answer to a request for the status."""
    return _STATUS(
        {name: getattr(view, name) for name in view.__slots__} | {"versions": dict(view.versions)}
    )
