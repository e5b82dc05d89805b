"""Cursors: where a walk over all hits goes on, as a text that says nothing to anybody else.

A cursor holds the key and the id of the last hit, how many came so far, and what the hits and their
order follow from: a digest of the search, the generation and when it was made, the other names in
force, the settings of the search. It is signed (itsdangerous: HMAC-SHA1 over JSON, base64), so that
what this archive did not give is told from what it gave. The key is the setting `api.secret`;
without one it is the same everywhere, so that all workers agree and cursors outlive restarts:
whoever forges one learns nothing that a search would not say.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from itsdangerous import BadData, URLSafeSerializer

from searchsvc.engine.contract import Cursor
from searchsvc.settings import SearchSettings
from searchsvc.web import links
from searchsvc.web.problems import BadParameters, CursorGone
from searchsvc.web.schemas import ParameterProblem

if TYPE_CHECKING:
    from searchsvc.aliases import Aliases
    from searchsvc.engine.contract import Reader
    from searchsvc.settings import Settings
    from searchsvc.web.parameters import SearchParameters

_SALT: Final = "searchsvc.cursor"
_OPEN: Final = "searchsvc"
"""What stands in for a secret where none is set."""

_DIGEST_BYTES: Final = 9
_UNTOLD: Final = SearchSettings()
"""Stands in for the settings that no hit and no order follows from."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk has got to.

    Attributes:
        end: the last hit given; None before the first.
        given: how many hits came up to there.
        generation: that all of them are from.
        built_at: when that was made, ISO 8601: names begin anew in a folder that was emptied.
    """

    end: Cursor | None
    given: int
    generation: str
    built_at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What cursors of an archive hang on besides the index.

    Attributes:
        secret: that they are signed with.
        names: version of the other names in force.
        settings: digest of the program and of all settings that scores and order follow from.
    """

    secret: str
    names: str
    settings: str


def standing(settings: Settings, names: Aliases) -> Standing:
    """What holds now."""
    return Standing(settings.api.secret, names.version, _ordering(settings.search))


def place_of(reader: Reader, end: Cursor | None, given: int) -> Place:
    """The place behind `end` in what a reader reads."""
    return Place(end, given, reader.generation, reader.built_at.isoformat())


def written(place: Place, parameters: SearchParameters, now: Standing) -> str:
    """The cursor that leads on from `place` in the search that `parameters` ask for."""
    told = [
        None if place.end is None else [place.end.key, place.end.document_id],
        place.given,
        place.generation,
        place.built_at,
        _digest(parameters),
        _names(parameters, now),
        now.settings,
    ]
    return str(_signer(now.secret).dumps(told))


def read(cursor: str, parameters: SearchParameters, now: Standing) -> Place:
    """Where `cursor` leads on from.

    Raises:
        BadParameters: it is not one of this archive, or is of another search.
        CursorGone: other names or settings hold by now.
    """
    try:
        told = _signer(now.secret).loads(cursor)
    except BadData as error:
        raise _refused("is not one that this archive gave; begin again without it") from error
    match told:
        case [
            end,
            int(given),
            str(generation),
            str(built_at),
            str(digest),
            str(names),
            str(settings),
        ] if given >= 0 and not isinstance(given, bool):
            place = Place(_end(end), given, generation, built_at)
        case _:
            raise _of_another_version()
    if not _can_be_sent(generation):
        raise _of_another_version()
    if digest != _digest(parameters):
        raise _refused(
            "belongs to another search; leave the search, its filters and its order as they were, "
            "or begin again without it"
        )
    if names != _names(parameters, now):
        raise CursorGone("Since the cursor was given, other names have been put into force.")
    if settings != now.settings:
        raise CursorGone("Since the cursor was given, settings of the search have changed.")
    return place


def check(place: Place, reader: Reader) -> None:
    """See that `place` is one in what `reader` reads.

    Raises:
        CursorGone: it is of another index, whose generation had the same name.
    """
    if place.built_at != reader.built_at.isoformat():
        raise CursorGone("The cursor leads on in an index that is no longer there.")


def _end(told: object) -> Cursor | None:
    """The last hit that a cursor tells of. Raises BadParameters where that can be none."""
    match told:
        case None:
            return None
        case [float(key) | int(key), str(document_id)] if (
            # Else whoever signed it was not this program.
            not isinstance(key, bool)
            and abs(key) <= sys.float_info.max
            and _can_be_sent(document_id)
        ):
            return Cursor(float(key), document_id)
    raise _of_another_version()


def _can_be_sent(text: str) -> bool:
    """Whether `text` holds no halves of characters, which nothing that we write does."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _of_another_version() -> BadParameters:
    return _refused("is of another version of this service; begin again without it")


def _refused(detail: str) -> BadParameters:
    return BadParameters(ParameterProblem("cursor", detail))


@lru_cache(maxsize=8)
def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret or _OPEN, salt=_SALT)


def _names(parameters: SearchParameters, now: Standing) -> str:
    """The version of the other names, where any are looked for."""
    return now.names if parameters.text and parameters.expand else ""


def _digest(parameters: SearchParameters) -> str:
    """What is found and in which order, in a few letters."""
    return _short(links.address("", links.taken_out(parameters)))


@lru_cache(maxsize=8)
def _ordering(settings: SearchSettings) -> str:
    """What scores and order follow from. A setting that is new counts, until it is named here."""
    counting = replace(
        settings,
        size=_UNTOLD.size,
        facet_size=_UNTOLD.facet_size,
        aliases=_UNTOLD.aliases,
        held_s=_UNTOLD.held_s,
        budget_ms=_UNTOLD.budget_ms,
        few_hits=_UNTOLD.few_hits,
        repairs=_UNTOLD.repairs,
    )
    return _short(repr((importlib.metadata.version("searchsvc"), counting)))


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()
