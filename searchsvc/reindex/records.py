"""Articles and their extractions as bytes, and back.

What comes back may have been left by a run that was killed, with no manifest to vouch for it. So
reading makes nothing but the data classes below: a record that names anything else is damaged.
"""

from __future__ import annotations

import copyreg
import dataclasses
import datetime as dt
import io
import operator
import pickle
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from searchsvc import model

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

_FIELDS: Final = (
    model.Article,
    model.ArticleDate,
    model.CountryMention,
    model.Extraction,
    model.SaidDate,
    model.Span,
    model.Speaker,
    model.Statement,
)
_VALUES: Final[tuple[type[Enum], ...]] = (
    model.Act,
    model.DateOrigin,
    model.DayPrecision,
    model.MentionKind,
    model.SpeakerKind,
    model.StatementKind,
    model.TitleOrigin,
)
_OTHERS: Final = (model.OffsetMap, dt.date, dt.time)

_DAMAGES: Final = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,  # what a few bytes may ask for
    OverflowError,
    TypeError,
    ValueError,
)


class DamagedRecordError(ValueError):
    """These bytes are no record that this program wrote."""


def encode(content: object) -> bytes:
    """`content` as bytes: tuples, texts, numbers and classes of `model`.

    Of a map of offsets nothing is kept, as it is as long as a page and no document's.
    """
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(content)
    return buffer.getvalue()


def decode(data: bytes) -> Any:  # noqa: ANN401 - whatever was encoded
    """What was encoded. Raises DamagedRecordError."""
    try:
        return _Reader(io.BytesIO(data)).load()
    except _DAMAGES as error:
        raise DamagedRecordError(str(error)) from error


def shape() -> str:
    """Stands for the fields of all classes that records hold: changes when any of them does."""
    fields = [
        (kind.__name__, [item.name for item in dataclasses.fields(kind)]) for kind in _FIELDS
    ]
    values = [(kind.__name__, [member.value for member in kind]) for kind in _VALUES]
    return blake2b(repr((fields, values)).encode(), digest_size=8).hexdigest()


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:  # noqa: ANN401 - as in pickle
        try:
            return _KNOWN[module, name]
        except KeyError as error:
            raise DamagedRecordError(f"{module}.{name} is no part of a record") from error


def _reducer(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    """How objects of `kind` are written: as a call with their fields, twice as fast as by default."""
    values = operator.attrgetter(*(item.name for item in dataclasses.fields(kind)))
    return lambda item: (kind, values(item))


_KNOWN: Final = {
    (kind.__module__, kind.__qualname__): kind for kind in (*_FIELDS, *_VALUES, *_OTHERS)
}
_REDUCERS: Final[dict[type[Any], Callable[[Any], Any]]] = (
    copyreg.dispatch_table
    | {kind: _reducer(kind) for kind in _FIELDS}
    | {kind: lambda member: (type(member), (member.value,)) for kind in _VALUES}
    | {model.OffsetMap: lambda _: (model.OffsetMap, ((0,), (0,)))}
)
