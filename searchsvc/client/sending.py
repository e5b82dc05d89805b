"""How requests are sent: with a key, and again after a pause where the archive asks for one."""

from __future__ import annotations

from typing import Final, TypeVar
from urllib.parse import quote
from urllib.request import getproxies, proxy_bypass

import httpx
import msgspec
from httpx_retries import Retry, RetryTransport

from searchsvc.client.errors import BY_STATUS, BadAnswer, Refused, Unreachable
from searchsvc.client.shapes.service import Problem

T = TypeVar("T")

_PAUSE: Final = "Retry-After"
_ASK_AGAIN: Final = frozenset((429, 502, 503, 504))
_PROBLEM: Final = "application/problem+json"
_LONGEST_PAUSE_S: Final = 60.0
_HERE: Final = frozenset(("localhost", "127.0.0.1", "::1"))
"""Hosts that are on this machine, where no proxy finds them."""
_READ_ONLY: Final = ("GET", "HEAD", "POST")
"""Methods that may be tried again: no POST of the endpoints changes anything."""


class _TooLongAway(Exception):
    """The archive asks for a pause that is longer than we wait."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        super().__init__()


class _Patient(httpx.BaseTransport):
    """Lets pauses through that are worth waiting for, and ends the others at once."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        if response.status_code in _ASK_AGAIN and (pause_s(response) or 0) > _LONGEST_PAUSE_S:
            response.request = request
            response.read()
            raise _TooLongAway(response)
        return response

    def close(self) -> None:
        self._inner.close()


def retry_of(retries: int, backoff_s: float) -> Retry:
    """What is tried again: 429, 502, 503, 504 and broken connections, never what timed out.

    Args:
        retries: after the first try.
        backoff_s: seconds before the second retry, at most; doubled for each further one.
    """
    return Retry(
        total=retries,
        allowed_methods=_READ_ONLY,
        status_forcelist=_ASK_AGAIN,
        retry_on_exceptions=(httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout),
        backoff_factor=backoff_s / 2,
        max_backoff_wait=_LONGEST_PAUSE_S,
    )


def connect(
    url: str, key: str | None, *, timeout: float, retry: Retry, transport: httpx.BaseTransport
) -> httpx.Client:
    """Connections to the archive at `url`. Raises ValueError where that is no address, or no key."""
    address = _address(url)
    headers = {"Accept": f"application/json, {_PROBLEM}", "User-Agent": "searchsvc"}
    if key:
        headers["Authorization"] = f"Bearer {_one_line(key)}"
    return httpx.Client(
        # Whatever is told of an address is told without the password in it.
        base_url=address.copy_with(userinfo=b"", query=None, fragment=None),
        auth=(address.username, address.password) if address.userinfo else None,
        headers=headers,
        timeout=timeout,
        transport=RetryTransport(transport=_Patient(transport), retry=retry),
        follow_redirects=True,
    )


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL()
    if address.scheme not in {"http", "https"} or not address.host:
        raise ValueError(f"{url!r} is no address; give one such as https://archive.example.org")
    return address


def way_to(url: str) -> httpx.HTTPTransport:
    """Connections that go to `url` as curl's do: through the proxy that the environment names.

    Raises:
        ValueError: it is no address, or the proxy's is none.
    """
    address = _address(url)
    named = getproxies()
    proxy = named.get(address.scheme) or named.get("all")
    if not proxy or address.host in _HERE or proxy_bypass(address.host):
        return httpx.HTTPTransport()
    try:
        return httpx.HTTPTransport(proxy=proxy if "://" in proxy else f"http://{proxy}")
    except (httpx.InvalidURL, ValueError, ImportError) as error:
        raise ValueError(f"{address.scheme.upper()}_PROXY cannot be used: {error}") from error


def _one_line(key: str) -> str:
    """`key` without white space at its ends; what is wrong with it is told without telling it."""
    plain = key.strip()
    if not plain.isascii() or not plain.isprintable() or not plain:
        raise ValueError("the key is none: expected one line of plain letters")
    return plain


def segment(value: str) -> str:
    """`value` as one segment of a path. Raises ValueError where it is empty: another address."""
    if not value:
        raise ValueError("give an id or a name that is not empty")
    if not value.strip("."):  # else `..` would lead a step up
        return value.replace(".", "%2E")
    return quote(value, safe="")


def send(http: httpx.Client, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
    """The answer to `request`, which says 200.

    Raises:
        Refused: it says something else.
        Unreachable: there is none.
        BadAnswer: it answers something else, because a redirect lost what was asked.
    """
    try:
        response = http.send(request, stream=stream)
        if not response.is_success:
            response.read()
    except _TooLongAway as error:
        response = error.response
    except httpx.HTTPError as error:
        raise unreachable(request, error) from error
    if not response.is_success:
        response.close()
        raise _refused(response)
    if not _asks_the_same(response.request, request):
        response.close()
        here, there = _host(request.url), _host(response.url)
        raise BadAnswer(f"{here}: leads on to {there}, but not what was asked; give that address")
    return response


def _asks_the_same(last: httpx.Request, first: httpx.Request) -> bool:
    """Whether the request that was answered still asks what was asked before any redirects.

    After 301, 302 and 303 a POST goes on as a GET without its body (Fetch, 4.4), which an archive
    answers with everything it holds.
    """
    return last is first or (last.method == first.method and last.url.params == first.url.params)


def _host(url: httpx.URL) -> httpx.URL:
    return url.copy_with(path="/", query=None, userinfo=b"")


def unreachable(request: httpx.Request, error: httpx.HTTPError) -> Unreachable:
    """What to raise where no answer came."""
    slow = isinstance(error, httpx.TimeoutException)
    reason = "no answer in time" if slow else str(error) or type(error).__name__
    return Unreachable(f"{_host(request.url)}: {reason}")


def decoded(response: httpx.Response, shape: type[T]) -> T:
    """The body of an answer as `shape`; members that we do not know are left out.

    Raises:
        BadAnswer: it is something else.
    """
    try:
        return msgspec.json.decode(response.content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        url = response.request.url
        raise BadAnswer(f"{url}: is no answer of an archive of this version: {error}") from error


def pause_s(response: httpx.Response) -> float | None:
    """Seconds after which to ask again, where the answer says so."""
    try:
        return Retry().parse_retry_after(response.headers[_PAUSE])
    except (KeyError, ValueError):
        return None


def _refused(response: httpx.Response) -> Refused:
    kind = BY_STATUS.get(response.status_code, Refused)
    pause = pause_s(response)
    try:
        problem = decoded(response, Problem)
    except BadAnswer:  # whatever stands between us and the archive says no
        detail = f"{response.url}: {response.status_code} {response.reason_phrase}"
        return kind(response.status_code, detail, retry_after_s=pause)
    return kind(
        problem.status,
        problem.detail,
        type_=problem.type,
        title=problem.title,
        errors=problem.errors,
        retry_after_s=pause,
    )
