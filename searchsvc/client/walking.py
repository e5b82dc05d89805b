"""Everything that a search finds, one row after the other, each exactly once."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import httpx
import msgspec

from searchsvc.client.errors import ArchiveChanged, BadAnswer, CutShort, Refused, Unreachable
from searchsvc.client.sending import send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from httpx_retries import Retry

Row = TypeVar("Row")

_TOTAL: Final = "X-Total-Count"
_GENERATION: Final = "X-Generation"


@dataclass(slots=True)
class _Progress:
    """How far a walk got.

    Attributes:
        given: rows that were given.
        total: how many there are; None before the first answer.
        generation: of which index.
    """

    given: int = 0
    total: int | None = None
    generation: str | None = None


def walk(
    http: httpx.Client, request: httpx.Request, shape: type[Row], retry: Retry
) -> Iterator[Row]:
    """The rows of an export, one at a time.

    A connection that breaks is made again: an export has the same rows in the same order as long
    as it is of the same generation, so those that were given already are passed over. How many
    tries in a row may bring nothing new, `retry` says.

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
            yield from _rest(http, request, decoder, progress)
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
    http: httpx.Client,
    request: httpx.Request,
    decoder: msgspec.json.Decoder[Row],
    progress: _Progress,
) -> Iterator[Row]:
    """The rows that are still to be given, as far as the connection holds. Raises httpx.HTTPError."""
    with closing(_answer(http, request, progress)) as response:
        for number, line in enumerate(_lines(response.iter_bytes()), start=1):
            if number <= progress.given:
                continue
            if progress.total is not None and number > progress.total:
                raise BadAnswer(
                    f"{request.url}: more rows came than the announced {progress.total:,}"
                )
            row = _row(decoder, line, request)
            progress.given = number
            yield row


def _answer(http: httpx.Client, request: httpx.Request, progress: _Progress) -> httpx.Response:
    """An export of the generation of which rows were given already, if any were."""
    try:
        response = send(http, request, stream=True)
    except (Refused, Unreachable) as error:
        if progress.total is None:
            raise
        raise CutShort(progress.given, progress.total, str(error)) from error
    total, generation = _announced(response)
    if progress.generation not in {None, generation}:
        response.close()
        reason = "the connection broke, and another index was published meanwhile"
        raise ArchiveChanged(progress.given, progress.total, reason)
    progress.total, progress.generation = total, generation
    return response


def _announced(response: httpx.Response) -> tuple[int, str]:
    try:
        return int(response.headers[_TOTAL]), response.headers[_GENERATION]
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
