"""The operations that read one article, statement, speaker or country, and tell of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, jsonify

from searchsvc.web import links
from searchsvc.web.api.counting import addresses_of, asked
from searchsvc.web.api.operations import JSON, Example, Operation
from searchsvc.web.article import article_view
from searchsvc.web.bodies import ArticleBody, article_body
from searchsvc.web.bodies.things import (
    CountryViewBody,
    SpeakerViewBody,
    StatementViewBody,
    StatusBody,
    country_body,
    speaker_body,
    statement_body,
    status_body,
)
from searchsvc.web.manners import proxies
from searchsvc.web.manners.admission import Access
from searchsvc.web.reads.addresses import (
    COUNTRIES_PATH,
    SPEAKERS_PATH,
    STATEMENTS_PATH,
    STATUS_PATH,
)
from searchsvc.web.reads.country import country_view
from searchsvc.web.reads.speaker import Nobody, speaker_view
from searchsvc.web.reads.statement import statement_view
from searchsvc.web.reads.status import status_view

if TYPE_CHECKING:
    from flask import Response

    from searchsvc.web.api.operations import Call

GROUP: Final = "Reading"
_NOT_FOUND: Final = 404


def _article(call: Call) -> Response:
    addresses = addresses_of(call)
    article_id = call.places["article_id"]
    view = call.service.engine.read(lambda reader: article_view(reader, article_id, addresses))
    if view is None:
        abort(_NOT_FOUND, "There is no article of this id in the archive.")
    return jsonify(article_body(view))


def _statement(call: Call) -> Response:
    view = asked(call, statement_view, call.places["statement"])
    if view is None:
        abort(_NOT_FOUND, "There is no statement of this id in the archive.")
    return jsonify(statement_body(view, addresses_of(call), proxies.origin()))


def _speaker(call: Call) -> Response:
    view = asked(call, speaker_view, call.places["speaker"])
    if isinstance(view, Nobody):
        near = f" There are {'; '.join(view.near)}." if view.near else ""
        abort(_NOT_FOUND, f"Nobody of this name speaks in the archive.{near}")
    return jsonify(speaker_body(view, addresses_of(call)))


def _country(call: Call) -> Response:
    view = asked(call, country_view, call.places["country"])
    if view is None:
        abort(_NOT_FOUND, "No country of this code or name is known, and the archive has none.")
    return jsonify(country_body(view, addresses_of(call)))


def _status(call: Call) -> Response:
    return jsonify(status_body(status_view(call.service.engine.status(wait=False))))


OPERATIONS: Final = (
    Operation(
        name="article",
        path=f"{links.API_ARTICLES_PATH}{{article_id}}",
        group=GROUP,
        summary="One article with its statements",
        description="The whole text, all statements, and where countries are named. Offsets of "
        "statements and mentions count characters (code points) of `body`.",
        view=_article,
        answers={JSON: ArticleBody},
        places={"article_id": "Id of the article, as hits give it."},
        examples=(
            Example(
                "An article", f"{links.API_ARTICLES_PATH}20180607-moratorium-extended-e356d2fa99"
            ),
        ),
        errors=(400, 404),
    ),
    Operation(
        name="statement",
        path=f"{STATEMENTS_PATH}{{statement}}",
        group=GROUP,
        summary="One statement with what stands around it",
        description="The statement, the sentence before and after it, its article without the "
        "text, how to cite it, and how many statements share its speaker, countries and so on.",
        view=_statement,
        answers={JSON: StatementViewBody},
        places={"statement": "Id of the statement, as hits give it: ARTICLE:NUMBER."},
        examples=(
            Example("A statement", f"{STATEMENTS_PATH}20180607-moratorium-extended-e356d2fa99:4"),
        ),
        errors=(400, 404),
    ),
    Operation(
        name="speaker",
        path=f"{SPEAKERS_PATH}{{speaker}}",
        group=GROUP,
        summary="One speaker",
        description="Names and roles, statements over the years, who spoke with them and beside "
        "them, about which countries, and what they said last. The name is the id: one person has "
        "one name in the whole archive. Other spellings lead to it; `name` says which it is.\n\n"
        "Counts, years and lists of values are of all statements. Kinds, names as printed and "
        "offices are told by the statements themselves, of which the newest 1,000 are read: "
        "`read` says how many.",
        view=_speaker,
        answers={JSON: SpeakerViewBody},
        places={"speaker": "The name, as facets and hits give it, or another spelling of it."},
        examples=(Example("A speaker", f"{SPEAKERS_PATH}Hoda%20Fakhry"),),
        errors=(400, 404),
    ),
    Operation(
        name="country",
        path=f"{COUNTRIES_PATH}{{country}}",
        group=GROUP,
        summary="One country",
        description="What is said about it and by its speakers, over the years, by whom, and with "
        "which other countries. A country that is known but not spoken about has zeros.",
        view=_country,
        answers={JSON: CountryViewBody},
        places={"country": "Its code or any of its names: KP, North Korea, DPRK."},
        examples=(Example("A country", f"{COUNTRIES_PATH}mongolia"),),
        errors=(400, 404),
    ),
    Operation(
        name="status",
        path=STATUS_PATH,
        group=GROUP,
        summary="What is published",
        description="The generation of the index that answers, what it holds and what made it.",
        view=_status,
        answers={JSON: StatusBody},
        examples=(Example("What is published", STATUS_PATH),),
        access=Access.DETAILS,
        tagged=False,
        errors=(400,),
    ),
)
