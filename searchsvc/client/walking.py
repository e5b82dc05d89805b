"""Everything that a search finds, one row after the other, each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import httpx
import msgspec

from searchsvc.client.errors import ArchiveChanged, BadAnswer, CutShort, Gone, Refused, Unreachable
from searchsvc.client.sending import send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from httpx_retries import Retry

Row = TypeVar("Row")

Ask = Callable[[Mapping[str, str]], httpx.Request]
"""Makes the request of an export, with these for its own parameters: where it is to begin."""

_TOTAL: Final = "X-Total-Count"
_BEGINNING: Final = "X-Cursor"


@dataclass(slots=True)
class _Progress:
    """How far a walk got.

    Attributes:
        given: rows that were given.
        total: how many there are; None before the first answer.
        beginning: leads to where the walk began.
    """

    given: int = 0
    total: int | None = None
    beginning: str = ""


def walk(http: httpx.Client, ask: Ask, shape: type[Row], retry: Retry) -> Iterator[Row]:
    """The rows of an export, one at a time.

    A connection that breaks is made again: the archive is asked for what follows the rows that came
    whole, in the index that they are from and in the same order, or refuses. How many tries in a
    row may bring nothing new, `retry` says.

    Raises:
        CutShort: some rows did not come. Where nothing is raised, all of them have.
        ArchiveChanged: the rest is not to be had any more, because another index was published.
        Refused, Unreachable: not even the beginning came.
        BadAnswer: what came are no such rows.
    """
    decoder = msgspec.json.Decoder(shape)
    progress = _Progress()
    again = retry
    while progress.total is None or progress.given < progress.total:
        before, problem = progress.given, ConnectionError("the connection broke")
        try:
            yield from _rest(http, ask, decoder, progress)
        except httpx.HTTPError as error:
            problem = ConnectionError(f"the connection broke: {error}")
        if progress.given == progress.total:
            return
        if progress.given > before:
            again = retry
        if again.is_exhausted():
            raise CutShort(progress.given, progress.total, str(problem)) from problem
        again = again.increment()
        again.sleep(problem)


def _rest(
    http: httpx.Client, ask: Ask, decoder: msgspec.json.Decoder[Row], progress: _Progress
) -> Iterator[Row]:
    """The rows that are still to be given, as far as the connection holds. Raises httpx.HTTPError."""
    place = {"cursor": progress.beginning, "skip": str(progress.given)}
    request = ask(place if progress.beginning else {})
    with closing(_answer(http, request, progress)) as response:
        for line in _lines(response.iter_bytes()):
            if progress.given == progress.total:
                raise BadAnswer(
                    f"{request.url}: more rows came than the announced {progress.total:,}"
                )
            row = _row(decoder, line, request)
            progress.given += 1
            yield row


def _answer(http: httpx.Client, request: httpx.Request, progress: _Progress) -> httpx.Response:
    """The export, or what of it is still to be given."""
    try:
        response = send(http, request, stream=True)
    except (Refused, Unreachable) as error:
        if progress.total is None:
            raise
        if isinstance(error, Gone):
            reason = f"the connection broke, and the rest is gone: {error.detail}"
            raise ArchiveChanged(progress.given, progress.total, reason) from error
        raise CutShort(progress.given, progress.total, str(error)) from error
    total, beginning = _announced(response)
    if progress.total is None:
        progress.total, progress.beginning = total, beginning
    elif progress.given + total != progress.total:
        response.close()
        raise BadAnswer(
            f"{response.url}: {total:,} rows are no rest of {progress.total:,} of which "
            f"{progress.given:,} came"
        )
    return response


def _announced(response: httpx.Response) -> tuple[int, str]:
    """How many rows there will be, and what leads to where they begin."""
    try:
        return int(response.headers[_TOTAL]), response.headers[_BEGINNING]
    except (KeyError, ValueError) as error:
        response.close()
        raise BadAnswer(f"{response.url}: does not say how many rows there are") from error


def _row(decoder: msgspec.json.Decoder[Row], line: bytes, request: httpx.Request) -> Row:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswer(f"{request.url}: a row is not of this version: {error}") from error


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The whole lines of `pieces`; only a line feed ends one, and what is not ended is none."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
