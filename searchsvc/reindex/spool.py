"""Articles with their extractions, on disk until the whole run is known.

Who a name means is known when all names have been seen. Until then what was extracted waits here,
about as large as the texts themselves, so that memory stays as it is.
"""

from __future__ import annotations

import dataclasses
import io
import operator
import pickle
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from searchsvc import model
from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from searchsvc.model import Article, Extraction

_IN_MEMORY: Final = 8 << 20  # bytes; the changes of a day need no file
_LENGTH_BYTES: Final = 8


class Spooled(NamedTuple):
    """An article that is to be indexed.

    Attributes:
        input: number of its input in the ledger.
        path: that input, as it is read.
        article: comes back without its map of offsets, which no document needs.
        extraction: with the names that the article itself gives.
        is_new: whether the published generation lacks it.
    """

    input: int
    path: str
    article: Article
    extraction: Extraction
    is_new: bool


class Spool:
    """A queue on disk. Use it with `closing`."""

    def __init__(self, folder: Path) -> None:
        """Make it in `folder`, as a file without a name, which cannot be left behind."""
        self._folder = folder
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - `close` closes it
            max_size=_IN_MEMORY, dir=str(folder)
        )
        self.articles = 0

    def add(self, item: Spooled) -> None:
        """Put `item` at the end."""
        buffer = io.BytesIO(b"")
        buffer.seek(_LENGTH_BYTES)
        pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = _REDUCERS
        pickler.dump(tuple(item))
        size = buffer.tell() - _LENGTH_BYTES
        buffer.seek(0)
        buffer.write(size.to_bytes(_LENGTH_BYTES, "big"))
        with self._reporting():
            self._file.write(buffer.getbuffer())
        self.articles += 1

    def __iter__(self) -> Iterator[Spooled]:
        """All items in their order; nothing may be added afterwards."""
        with self._reporting():
            self._file.seek(0)
        for _ in range(self.articles):
            with self._reporting():
                size = int.from_bytes(self._file.read(_LENGTH_BYTES), "big")
                data = self._file.read(size)
            yield Spooled(*pickle.loads(data))  # noqa: S301 - this process wrote it

    def close(self) -> None:
        """Free the disk. Safe to call twice."""
        # What a full disk did not take is written once more; nobody needs it any longer.
        with suppress(OSError):
            self._file.close()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Tell a full disk from a bug."""
        try:
            yield
        except OSError as error:
            raise EngineUnavailable(
                f"{self._folder}: what was extracted cannot be kept: {error.strerror}"
            ) from error


def _reducer(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    """How objects of `kind` are pickled: as a call with their fields, twice as fast as by default."""
    values = operator.attrgetter(*(item.name for item in dataclasses.fields(kind)))
    return lambda item: (kind, values(item))


_REDUCERS: Final[dict[type[Any], Callable[[Any], Any]]] = {
    kind: _reducer(kind)
    for kind in (
        model.Article,
        model.ArticleDate,
        model.CountryMention,
        model.Extraction,
        model.SaidDate,
        model.Span,
        model.Speaker,
        model.Statement,
    )
} | {model.OffsetMap: lambda _: (model.OffsetMap, ((0,), (0,)))}
"""By class; of a map of offsets nothing is kept, as it is as long as a page and no document's."""
