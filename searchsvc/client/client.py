"""One archive, asked by a program."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeVar, Unpack, overload
from urllib.parse import urlencode

import httpx

from searchsvc.client.sending import connect, decoded, retry_of, segment, send, way_to
from searchsvc.client.shapes.asking import Similar, Suggest
from searchsvc.client.shapes.comparing import Compare
from searchsvc.client.shapes.counting import FacetList, Matrix, Timeline
from searchsvc.client.shapes.documents import (
    Article,
    ArticleHit,
    ArticleRow,
    SimilarArticle,
    SimilarStatement,
    StatementHit,
    StatementRow,
)
from searchsvc.client.shapes.parameters import WIRE
from searchsvc.client.shapes.searching import Search
from searchsvc.client.shapes.things import CountryView, SpeakerView, StatementView, Status
from searchsvc.client.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from wsgiref.types import WSGIApplication

    from searchsvc.client.shapes.parameters import (
        Crossing,
        Likeness,
        Listing,
        Searching,
        Suggesting,
        Timing,
    )
    from searchsvc.client.shapes.sides import Comparing
    from searchsvc.client.walking import Ask

T = TypeVar("T")
Articles = Literal["articles"]
Statements = Literal["statements"]
Collection = Literal["articles", "statements"]

_ROOT: Final = "/api/v1/"
_LONGEST_ADDRESS: Final = 2000
"""Characters of a query string from which on the same is sent by POST."""


class Client:
    """An archive at an address; use it in a `with` statement, or close it.

    Parameters have the names that the endpoint gives them, with underscores for dots
    (`date_from`, `not_speaker`, `facet_size_country`), and results the members of its answers;
    `in` and `from`, which Python keeps for itself, end in an underscore. Several values of a
    parameter are a list. A client may be used by several threads.

    Every method raises `ClientError`: `Refused` where the archive says no, `Unreachable` where
    nothing answers, `BadAnswer` where something else does.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        retries: int = 4,
        backoff_s: float = 0.5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Connect when first asked.

        Args:
            url: where the archive is: https://archive.example.org, or below a path. A name and a
                password in it are sent as such, instead of a key.
            key: where the archive asks for one.
            timeout: seconds to wait for an answer, or for the next part of one.
            retries: after 429, 502, 503, 504 and broken connections; a pause that the archive asks
                for is kept, up to a minute; a longer one is an error at once.
            backoff_s: seconds to wait, at most, before the second retry; doubled for each further.
            transport: of httpx, for certificates, or an application in this process; by default
                one through the proxy that HTTP_PROXY or HTTPS_PROXY names, unless NO_PROXY does
                the host.

        Raises:
            ValueError: `url` is no address, or `key` no key.
        """
        self._retry = retry_of(retries, backoff_s)
        self._http = connect(
            url,
            key,
            timeout=timeout,
            retry=self._retry,
            transport=transport or way_to(url),
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @overload
    def search(
        self, q: str = "", *, in_: Statements = "statements", **parameters: Unpack[Searching]
    ) -> Search[StatementHit]: ...

    @overload
    def search(
        self, q: str = "", *, in_: Articles, **parameters: Unpack[Searching]
    ) -> Search[ArticleHit]: ...

    def search(
        self, q: str = "", *, in_: Collection = "statements", **parameters: Unpack[Searching]
    ) -> Search[Any]:
        """One page of what is found, exact totals, facets, and how `q` was read."""
        hit = ArticleHit if in_ == "articles" else StatementHit
        return self._ask("search", Search[hit], {"q": q, "in_": in_, **parameters})  # type: ignore[valid-type]  # msgspec takes any class

    def statements(self, q: str = "", **parameters: Unpack[Searching]) -> Iterator[StatementRow]:
        """All statements found, in order, each exactly once, all of one index; `size` ends earlier.

        Broken connections are made again. Raises `CutShort` as well, where the rest is lost.
        """
        asked = {"q": q, "in_": "statements", **parameters}
        return walk(self._http, self._export(asked), StatementRow, self._retry)

    def articles(self, q: str = "", **parameters: Unpack[Searching]) -> Iterator[ArticleRow]:
        """All articles found, without their texts; as `statements`."""
        asked = {"q": q, "in_": "articles", **parameters}
        return walk(self._http, self._export(asked), ArticleRow, self._retry)

    def article(self, id_: str) -> Article:
        """One article with its text and all its statements."""
        return self._ask(f"articles/{segment(id_)}", Article)

    def statement(self, id_: str) -> StatementView:
        """One statement with what stands around it."""
        return self._ask(f"statements/{segment(id_)}", StatementView)

    def speaker(self, name: str) -> SpeakerView:
        """One speaker, by any spelling of the name."""
        return self._ask(f"speakers/{segment(name)}", SpeakerView)

    def country(self, name: str) -> CountryView:
        """One country, by its code or any of its names."""
        return self._ask(f"countries/{segment(name)}", CountryView)

    def suggest(
        self, q: str, *, in_: Collection = "statements", **parameters: Unpack[Suggesting]
    ) -> Suggest:
        """What may be meant by text that is being typed."""
        return self._ask("suggest", Suggest, {"q": q, "in_": in_, **parameters})

    def similar(
        self, *, in_: Collection | None = None, **parameters: Unpack[Likeness]
    ) -> Similar[SimilarStatement | SimilarArticle]:
        """What is like an `article`, a `statement`, or a `text`: articles, unless `in_` says so."""
        said = in_ == "statements" or bool(parameters.get("statement"))
        hit = SimilarStatement if said else SimilarArticle
        return self._ask("similar", Similar[hit], {"in_": in_, **parameters})  # type: ignore[valid-type]  # msgspec takes any class

    def facet(
        self,
        field: str,
        q: str = "",
        *,
        in_: Collection = "statements",
        **parameters: Unpack[Listing],
    ) -> FacetList:
        """The values of a facet that a search finds, page by page, with exact counts."""
        asked = {"q": q, "in_": in_, **parameters}
        return self._ask(f"facets/{segment(field)}", FacetList, asked)

    def timeline(
        self, q: str = "", *, in_: Collection = "statements", **parameters: Unpack[Timing]
    ) -> Timeline:
        """A search over time, as a whole or `by` the values of a facet."""
        return self._ask("timeline", Timeline, {"q": q, "in_": in_, **parameters})

    def matrix(
        self, q: str = "", *, in_: Collection = "statements", **parameters: Unpack[Crossing]
    ) -> Matrix:
        """Two facets across each other: `rows` and `columns`."""
        return self._ask("matrix", Matrix, {"q": q, "in_": in_, **parameters})

    def compare(self, q: str = "", **parameters: Unpack[Comparing]) -> Compare:
        """Two searches of statements side by side; what is of one side begins with `a_` or `b_`."""
        return self._ask("compare", Compare, {"q": q, **parameters})

    def status(self) -> Status:
        """What is published."""
        return self._ask("status", Status)

    def raw(self, operation: str, pairs: Mapping[str, Any]) -> bytes:
        """The JSON that an operation answers, as it came.

        Args:
            operation: its path below `/api/v1/`.
            pairs: parameters as the endpoint calls them; several values as a list.
        """
        return send(self._http, self._request(operation, _written(pairs))).content

    def _ask(self, path: str, shape: type[T], parameters: Mapping[str, Any] | None = None) -> T:
        request = self._request(path, _written(parameters or {}))
        return decoded(send(self._http, request), shape)

    def _request(self, path: str, pairs: list[tuple[str, str]]) -> httpx.Request:
        query = urlencode(pairs)
        if len(query) <= _LONGEST_ADDRESS:
            return self._http.build_request("GET", f"{_ROOT}{path}", params=query)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._http.build_request("POST", f"{_ROOT}{path}", content=query, headers=form)

    def _export(self, parameters: Mapping[str, Any]) -> Ask:
        pairs = _written(parameters)

        def ask(place: Mapping[str, str]) -> httpx.Request:
            others = [pair for pair in pairs if pair[0] not in place]
            return self._request("export.ndjson", [*others, *place.items()])

        return ask


def _written(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values as addresses have them."""
    return [
        (WIRE.get(name, name), text)
        for name, value in parameters.items()
        for each in (value if isinstance(value, (list, tuple, set, frozenset)) else (value,))
        if (text := _text(each))
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value.isoformat()[:10] if isinstance(value, dt.date) else str(value)


def client_of(application: WSGIApplication) -> Client:
    """A client of an application in this process; what it raises is not made an answer."""
    return Client("http://localhost", transport=httpx.WSGITransport(application))
