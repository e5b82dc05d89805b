"""The JSON endpoints, version 1. This text is what `GET /api/v1/` answers.

GET /api/v1/search
    Searches. The page at /search takes the same parameters, and its address becomes one of this
    endpoint by putting /api/v1 before it.

    q                       what to look for, in the query language (see /tips); up to 2000
                            characters
    match                   all (the default) or any of the words that stand side by side; what is
                            no word (dates, whole values, what is left out) holds either way
    expand                  on (the default): other names of what q names are looked for as well,
                            DPRK for North Korea; off: only what is typed
    expand.not              a name to be looked for as typed, with expand on; repeat for several
    in                      statements (the default) or articles
    speaker, country, speaker_country, source, kind, act, article
                            whole values, as the facets give them; repeat for any of several;
                            (none) for those without. A country may be given by code or by name.
                            kind is direct, mixed or indirect; act is say, ask, deny, agree,
                            promise, urge, judge or think. speaker_country, act and article
                            belong to statements
    not.FIELD               leave out documents with this value; repeat for several
    FIELD.op                and: all of the values; or (the default): any of them
    date.from, date.to      inclusive; 2024, 2024-05 or 2024-05-12
    date                    (none): undated documents, alone or besides those between the bounds
    sort                    relevance, fresh (relevance, newer first among the about equally
                            relevant), newest or oldest; by default relevance where words are
                            searched for, else newest
    explain                 on: say why each hit has its score, where the order is by relevance
    size, page              hits a page, 1 to 100; page from 1
    facets                  which to count, comma separated or repeated; none for none; by default
                            all but article
    facet.size.FIELD        values shown, 1 to 1000
    facet.interval.date     year, month or day; by default chosen by the span

    The answer holds
    query                   how the text was read: every token, used, expanded, repaired or
                            ignored, and the canonical query; match and expand as they were in
                            force. expansions: names in it and what else they are called, each with
                            its key for expand.not; with the total that it would find alone in
                            place of the name typed, without words of which any would do instead,
                            and the url of that search (total is null where it is off or was not
                            counted); toggle_url switches off, or on again
    total                   exact numbers of statements (where in=statements) and of articles
    page, pages             where the answer stands; links.next leads on until it is null
    hits                    statements or articles. Of a statement, start, end and pieces count
                            characters (code points) of the body of its article, ends exclusive
                            explanation (where asked for): the score as a tree; each value is the
                            sum, the product or the best of its parts, or given
    facets                  per field its values with exact counts: what asking for the value would
                            find, without others of the field of which any will do. toggle_url asks
                            for it or stops asking; exclude_url leaves it out; null where that
                            would find nothing
    nowhere                 where fewer than search.few_hits were found: words of the query that
                            no document holds, as typed
    did_you_mean            a likelier spelling of the query, or null: as in repairs
    repairs                 where fewer than 5 were found (setting search.few_hits): single
                            changes that would find more, best kind first. kind is spelling,
                            names, exact, phrase, field, prefix, any, word, text, filter, date
                            or collection; label and change say it in words; text is the query
                            after it; url asks for it and finds total in the collection in
    repairs_uncounted       changes not tried, because enough were (setting search.repairs)
    links, index, took_ms   addresses, relative to this host; the generation searched; the time

GET /api/v1/suggest
    What may be meant by text that is being typed. Takes all parameters of a search, in which the
    suggestions are counted, with these differences:

    q                       what was typed so far
    within                  the query in force, if there is one besides what is being typed
    field                   which to suggest, comma separated or repeated: speaker, country,
                            speaker_country (of statements), source, and terms for words; by
                            default all
    limit                   suggestions of each field, 1 to 100; 5 by default

    The answer holds
    text                    q
    groups                  per field its suggestions, most hits first: value and label; count:
                            exactly what choosing it finds; via: the name it was found by, where
                            that is another than the label (DPRK); text: the query once it is
                            chosen; url and html_url: the search with it, null where it finds
                            nothing. Names are found by the beginnings of any of their words, and
                            by other spellings of what was typed (Kim Jong-eun). Where all that was
                            typed begins no name, the last words may, and the words before them are
                            searched for
    index, took_ms          as above

GET, POST /api/v1/similar
    What is like an article, a statement or a text: documents that share the words that set it
    apart. POST sends the parameters as form fields, for a text that no address can hold.

    article, statement      an id: articles like this article, statements like this statement
    text                    any text of up to 50,000 characters
    in                      of a text: articles (the default) or statements
    size                    hits, 1 to 100; 10 by default
    speaker, country, speaker_country, source, kind, act, not.FIELD, FIELD.op, date, date.from,
    date.to                 narrow what is found, as in a search

    The answer holds
    like, in                what was asked
    words                   the words that others were looked for by, with their weights
    hits                    as in a search, the most alike first; shared: which of the words each
                            has, by weight. Neither the thing itself nor a copy of it is there,
                            nor two with the same text. There is no total: nearly everything
                            shares some word
    links, index, took_ms   as above

GET /api/v1/articles/ID
    One article with its body, its statements and the countries named. Takes no parameters.

Errors are RFC 9457 problems, application/problem+json, with errors: [{parameter, detail,
position?}]. 400: parameters that do not exist or cannot be used, all of them at once. 404: no such
article, or a page after the last. 503: no index can be searched; Retry-After says when to ask
again. Fields may be added to answers; none is renamed or removed within this version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, jsonify, request

from searchsvc.web import links
from searchsvc.web.article import article_view
from searchsvc.web.bodies import article_body, search_body, similar_body, suggest_body
from searchsvc.web.links import Addresses
from searchsvc.web.problems import BadParameters, PageBeyond
from searchsvc.web.schemas import read_address, unknown_parameter
from searchsvc.web.search import answer
from searchsvc.web.similar import no_document, nothing_given, similar_view
from searchsvc.web.similar import read_question as similar_question
from searchsvc.web.suggest import read_question, suggestions

if TYPE_CHECKING:
    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

_NOT_FOUND: Final = 404


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """The endpoints of one archive."""
    api = Blueprint("api", __name__)

    @api.get(links.API_PATH, strict_slashes=False)
    def about() -> Response:
        return Response(__doc__, mimetype="text/plain")

    @api.get(links.API_SEARCH_PATH)
    def search() -> Response:
        read = read_address(request.args.items(multi=True))
        if read.bad or read.unknown:
            raise BadParameters(*read.unknown, *read.bad)
        addresses = Addresses(links.API_SEARCH_PATH, request.script_root)
        names = aliases.current()
        result = engine.read(
            lambda reader: answer(
                reader, settings.search, read.parameters, addresses, aliases=names
            )
        )
        if result.pager.beyond:
            raise PageBeyond(result.pager.page, result.pager.pages)
        return jsonify(search_body(result))

    @api.get(links.API_SUGGEST_PATH)
    def suggest() -> Response:
        question = read_question(request.args.items(multi=True))
        if question.problems:
            raise BadParameters(*question.problems)
        addresses = Addresses(links.API_SEARCH_PATH, request.script_root)
        names = aliases.current()
        found = engine.read(
            lambda reader: suggestions(reader, settings.search, question, addresses, aliases=names)
        )
        return jsonify(suggest_body(found))

    @api.route(links.API_SIMILAR_PATH, methods=["GET", "POST"])
    def similar() -> Response:
        return _similar(engine, settings)

    @api.get(f"{links.API_ARTICLES_PATH}<article_id>")
    def article(article_id: str) -> Response:
        return _article(engine, article_id)

    return api


def _article(engine: SearchEngine, article_id: str) -> Response:
    if request.args:
        raise BadParameters(*(unknown_parameter(name, ()) for name in request.args))
    addresses = Addresses(links.API_SEARCH_PATH, request.script_root)
    view = engine.read(lambda reader: article_view(reader, article_id, addresses))
    if view is None:
        abort(_NOT_FOUND, "There is no article of this name in the archive.")
    return jsonify(article_body(view))


def _similar(engine: SearchEngine, settings: Settings) -> Response:
    question = similar_question([*request.args.items(multi=True), *request.form.items(multi=True)])
    problems = question.problems if question.kind else (nothing_given(), *question.problems)
    if problems:
        raise BadParameters(*problems)
    addresses = Addresses(links.API_SEARCH_PATH, request.script_root)
    view = engine.read(lambda reader: similar_view(reader, settings.search, question, addresses))
    if view is None:
        abort(_NOT_FOUND, no_document(question))
    return jsonify(similar_body(view))
