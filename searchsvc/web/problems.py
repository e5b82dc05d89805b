"""Every error as one shape: RFC 9457 for programs, a page for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import current_app, json, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, UnprocessableEntity

from searchsvc.errors import (
    ClusterUnreachable,
    CurrentMissing,
    EngineError,
    GenerationGone,
    IndexCorrupt,
    IndexIncompatible,
    IndexMissing,
    QueryTooCostly,
)
from searchsvc.web.links import API_DOCS_PATH, API_PATH
from searchsvc.web.manners import exchange
from searchsvc.web.schemas import ParameterProblem

if TYPE_CHECKING:
    from flask import Flask, Response

    from searchsvc.web.reads.listing import TooManyValues

MEDIA_TYPE: Final = "application/problem+json"
_JSON: Final = "application/json"
_PAGE: Final = "text/html"
_FOR_PROGRAMS: Final = frozenset({"api", "twins", "feeds", "discovery"})
"""Blueprints of what programs ask for."""
_THERE: Final = ("/api/", "/healthz", "/readyz", "/metrics", "/opensearch", "/feed.", "/sitemap")
_SO_CALLED: Final = (".json", ".atom", ".xml", ".ndjson", ".csv")
"""How what they ask for is called, where there is nothing, or nothing by such a method."""
_BAD_REQUEST: Final = 400
_GONE: Final = 410
_TOO_COSTLY: Final = 422
_UNAVAILABLE: Final = 503
_SOON_S: Final = 5
_WHEN_BACK_S: Final = 30
_WHEN_MENDED_S: Final = 300
"""After so many seconds is asked again what somebody has to do something about."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of error.

    Attributes:
        anchor: of the section of the documentation that explains it.
        title: as in RFC 9457.
        explanation: when it happens and what to do.
    """

    anchor: str
    title: str
    explanation: str


KINDS: Final[dict[int, Kind]] = {
    400: Kind(
        "parameters",
        "Bad Request",
        "Parameters do not exist, or their values cannot be used, or the body of a POST is not a "
        "JSON object. `errors` names every one of them at once, with what would be right; "
        "`position` counts characters of the value.",
    ),
    401: Kind(
        "no-key",
        "Unauthorized",
        "This archive asks for a key: send it with the header `Authorization: Bearer KEY`. Its "
        "operator makes one with `searchsvc keys add NAME`.",
    ),
    403: Kind(
        "wrong-key",
        "Forbidden",
        "The key is a good one, but for less than this; `WWW-Authenticate` says for what it must be.",
    ),
    404: Kind(
        "not-found",
        "Not Found",
        "There is no such article, statement or address, or the page asked for is after the last.",
    ),
    405: Kind(
        "method",
        "Method Not Allowed",
        "The endpoint does not take this method; the header `Allow` says which it takes.",
    ),
    410: Kind(
        "gone",
        "Gone",
        "The index was published anew since the walk began, and what the cursor walks is no longer "
        "kept: more time passed between two requests than a replaced generation is held. Or other "
        "names of what is asked for, or settings of the search, have changed, so that hits would "
        "come in another order. Begin again without the cursor.",
    ),
    413: Kind(
        "too-large",
        "Content Too Large",
        "The body of the request is too large; nothing needs more than a million bytes.",
    ),
    415: Kind(
        "media-type",
        "Unsupported Media Type",
        "The body of a POST must be `application/json` or a form, and `Content-Type` must say so.",
    ),
    422: Kind(
        "too-costly",
        "Unprocessable Content",
        "The search would take longer than the archive allows. `detail` says what makes it "
        "costly: a pattern that matches very many words, very many alternatives.",
    ),
    429: Kind(
        "too-many",
        "Too Many Requests",
        "More requests than this archive allows one key or address; the header `Retry-After` says "
        "in how many seconds to go on. `RateLimit-Limit`, `RateLimit-Remaining` and "
        "`RateLimit-Reset` stand in every answer of an archive that counts.",
    ),
    500: Kind("internal", "Internal Server Error", "A mistake of ours. It has been logged."),
    503: Kind(
        "unavailable",
        "Service Unavailable",
        "There is no index, or it cannot be searched just now, or as many exports are being sent "
        "as the archive sends at the same time; the header `Retry-After` says when to ask again.",
    ),
}
"""Sorts of errors by status."""
NO_INDEX: Final = Kind(
    "no-index",
    "No Index",
    "Nothing has been published in this archive yet, or not by the program that answers.",
)
BAD_INDEX: Final = Kind(
    "bad-index",
    "Unusable Index",
    "What is published is damaged or was built by another version, and nothing earlier can answer.",
)
NO_CLUSTER: Final = Kind(
    "no-cluster",
    "No Cluster",
    "None of the nodes answers that hold the index. It comes back with them; nothing is lost.",
)
SORTS: Final = (*KINDS.items(), (503, NO_INDEX), (503, BAD_INDEX), (503, NO_CLUSTER))
"""All sorts, each with its status; of one status the first is the general one."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What visitors are told of trouble with the index.

    The message of an engine error names folders of the server; they get the way out alone.
    """

    kind: Kind
    hint: str
    retry_after_s: int


_TROUBLES: Final[tuple[tuple[type[EngineError], _Trouble], ...]] = (
    (
        CurrentMissing,
        _Trouble(
            NO_INDEX,
            "Nothing tells which generation of the index is published. Its operator can run: searchsvc"
            " rollback, or searchsvc reindex PATH.",
            _WHEN_MENDED_S,
        ),
    ),
    (
        IndexMissing,
        _Trouble(
            NO_INDEX,
            "No index has been published yet. Its operator can run: searchsvc reindex PATH.",
            _WHEN_MENDED_S,
        ),
    ),
    (
        IndexIncompatible,
        _Trouble(
            BAD_INDEX,
            "The index was built by another version. Its operator can run: searchsvc reindex --full PATH.",
            _WHEN_MENDED_S,
        ),
    ),
    (
        IndexCorrupt,
        _Trouble(
            BAD_INDEX,
            "The index is damaged. Its operator can run: searchsvc rollback, or searchsvc reindex --full.",
            _WHEN_MENDED_S,
        ),
    ),
    (
        ClusterUnreachable,
        _Trouble(
            NO_CLUSTER,
            "None of the nodes that hold the index answers. Please try again in a minute.",
            _WHEN_BACK_S,
        ),
    ),
    (
        EngineError,
        _Trouble(
            KINDS[_UNAVAILABLE],
            "The search engine cannot answer just now. Please try again in a moment.",
            _SOON_S,
        ),
    ),
)


class BadParameters(Exception):
    """A request for JSON whose parameters cannot be used as they are."""

    def __init__(self, *problems: ParameterProblem) -> None:
        """Keep every problem found, not just the first."""
        self.problems = problems
        super().__init__("; ".join(f"{item.parameter}: {item.detail}" for item in problems))


class BadBody(BadParameters):
    """A body that is not what it says it is."""

    def __init__(self, detail: str, position: int | None = None) -> None:
        """Say what is wrong with it, and where."""
        super().__init__(ParameterProblem("body", detail, position))


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as told to the client; attributes as in RFC 9457.

    Attributes:
        kind: its sort; None for the general one of its status.
    """

    status: int
    title: str
    detail: str
    errors: tuple[ParameterProblem, ...] = ()
    kind: Kind | None = None

    def body(self, root: str) -> dict[str, Any]:
        """The members of the JSON object, see `bodies.ProblemBody`; `root` as in `Addresses`."""
        kind = self.kind or KINDS.get(self.status)
        return {
            "type": f"{root}{API_DOCS_PATH}#error-{kind.anchor}" if kind else "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": [
                {"parameter": item.parameter, "detail": item.detail}
                | ({} if item.position is None else {"position": item.position})
                for item in self.errors
            ],
            "request_id": exchange.current_id(),
        }


class CursorGone(Exception):
    """What a cursor leads on in is no longer there, or is in another order by now."""


class PageBeyond(NotFound):
    """A page after the last one was asked for."""

    def __init__(self, page: int, pages: int) -> None:
        """Name the last page there is."""
        self.problem = ParameterProblem(
            "page", f"there is no page {page:,}; the last is {pages:,}"
        )
        super().__init__(self.problem.detail)


class ValuesBeyond(UnprocessableEntity):
    """More values than are put in the order that was asked for."""

    def __init__(self, error: TooManyValues) -> None:
        """Name the parameter that asks for the order."""
        self.problem = ParameterProblem(error.parameter, str(error))
        super().__init__(str(error))


class CostlyTogether(QueryTooCostly):
    """Searches of one request of which each may be made, but not so many."""

    def __init__(self, error: QueryTooCostly, parameter: str) -> None:
        """Say which parameter says how many they are."""
        super().__init__(error.budget_ms, searches=error.searches)
        self.parameter = parameter


def install(app: Flask) -> None:
    """Answer every error of `app` with one of the two shapes."""
    app.register_error_handler(BadParameters, _bad_parameters)
    app.register_error_handler(GenerationGone, _generation_gone)
    app.register_error_handler(CursorGone, _cursor_gone)
    app.register_error_handler(EngineError, _engine_error)
    app.register_error_handler(HTTPException, _http_error)


def refusal(problems: tuple[ParameterProblem, ...]) -> Problem:
    """What is answered where parameters cannot be used."""
    count = len(problems)
    detail = "1 parameter cannot be used" if count == 1 else f"{count} parameters cannot be used"
    return Problem(_BAD_REQUEST, KINDS[_BAD_REQUEST].title, detail, problems)


def _bad_parameters(error: BadParameters) -> Response:
    return _respond(refusal(error.problems))


def _generation_gone(error: GenerationGone) -> Response:
    return _gone(
        f"The generation {error.generation} of the index, in which the cursor leads on, is no "
        "longer kept."
    )


def _cursor_gone(error: CursorGone) -> Response:
    return _gone(str(error))


def _gone(why: str) -> Response:
    detail = f"{why} Begin again without the cursor."
    return _respond(Problem(_GONE, "Gone", detail, (ParameterProblem("cursor", detail),)))


def _engine_error(error: EngineError) -> Response:
    if isinstance(error, QueryTooCostly):
        parameter = error.parameter if isinstance(error, CostlyTogether) else _costly()
        problems = (ParameterProblem(parameter, str(error)),) if parameter else ()
        return _respond(Problem(_TOO_COSTLY, KINDS[_TOO_COSTLY].title, str(error), problems))
    current_app.logger.error("%s", error)
    trouble = next(told for kind, told in _TROUBLES if isinstance(error, kind))
    kind = trouble.kind
    response = _respond(Problem(_UNAVAILABLE, kind.title, trouble.hint, kind=kind))
    response.headers["Retry-After"] = str(trouble.retry_after_s)
    return response


def _costly() -> str | None:
    """The parameter that a search is costly by: its text, else what is counted, where that is chosen."""
    body = request.get_json(silent=True) if request.is_json else None
    posted = body if isinstance(body, dict) else request.form
    if request.args.get("q") or posted.get("q"):
        return "q"
    return "facets" if (request.endpoint or "").endswith(".search") else None


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    errors = (error.problem,) if isinstance(error, PageBeyond | ValuesBeyond) else ()
    response = _respond(Problem(code, error.name, _detail(error), errors))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _detail(error: HTTPException) -> str:
    """What happened, without werkzeug's advice on typing addresses."""
    if error.code == NotFound.code and error.description == NotFound.description:
        hint = f" What there is, {API_PATH} tells." if request.path.startswith("/api") else ""
        return f"There is nothing at this address.{hint}"
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        taken = ", ".join(sorted({*error.valid_methods} - {"HEAD", "OPTIONS"}))
        return f"{request.method} is not taken at this address; it takes {taken}"
    return error.description or error.name


def _respond(problem: Problem) -> Response:
    if is_for_programs() or _is_asked_for_json():
        response = make_response(json.dumps(problem.body(request.script_root)), problem.status)
        response.content_type = MEDIA_TYPE
    else:
        page = render_template("problem.html", problem=problem, request_id=exchange.current_id())
        response = make_response(page, problem.status)
    if not is_for_programs():
        response.vary.add("Accept")
    return response


def is_for_programs() -> bool:
    """Whether nobody but programs asks for what stands, or would stand, at the address."""
    if request.blueprint is not None:
        return request.blueprint in _FOR_PROGRAMS
    return request.path.startswith(_THERE) or request.path.endswith(_SO_CALLED)


def _is_asked_for_json() -> bool:
    """Whether whoever asks would rather have JSON than a page."""
    wanted = request.accept_mimetypes.best_match((_PAGE, MEDIA_TYPE, _JSON), _PAGE)
    return wanted != _PAGE
