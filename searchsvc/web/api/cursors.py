"""Cursors: where a walk over all hits goes on, as a text that says nothing to anybody else.

A cursor holds the key and the id of the last hit, how many came so far, the generation that they
are from, and a digest of the search. It is signed (itsdangerous: HMAC-SHA1 over JSON, base64), so
that what this archive did not give is told from what it gave. The key is the setting `api.secret`;
without one it is the same everywhere, so that all workers agree and cursors outlive restarts:
whoever forges one learns nothing that a search would not say.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from itsdangerous import BadData, URLSafeSerializer

from searchsvc.engine.contract import Cursor
from searchsvc.web import links
from searchsvc.web.problems import BadParameters
from searchsvc.web.schemas import ParameterProblem

if TYPE_CHECKING:
    from searchsvc.web.parameters import SearchParameters

_SALT: Final = "searchsvc.cursor"
_OPEN: Final = "searchsvc"
"""What stands in for a secret where none is set."""

_DIGEST_BYTES: Final = 9


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk has got to.

    Attributes:
        end: the last hit given.
        given: how many hits came up to there.
        generation: that all of them are from.
    """

    end: Cursor
    given: int
    generation: str


def written(place: Place, parameters: SearchParameters, secret: str) -> str:
    """The cursor that leads on from `place` in the search that `parameters` ask for."""
    told = [
        place.end.key,
        place.end.document_id,
        place.given,
        place.generation,
        _digest(parameters),
    ]
    return str(_signer(secret).dumps(told))


def read(cursor: str, parameters: SearchParameters, secret: str) -> Place:
    """Where `cursor` leads on from.

    Raises:
        BadParameters: it is not one of this archive, or is of another search.
    """
    try:
        told = _signer(secret).loads(cursor)
    except BadData as error:
        raise _refused("is not one that this archive gave; begin again without it") from error
    match told:
        case [float(key) | int(key), str(document_id), int(given), str(generation), str(digest)]:
            if digest != _digest(parameters):
                raise _refused(
                    "belongs to another search; leave the search, its filters and its order as "
                    "they were, or begin again without it"
                )
            if abs(key) <= sys.float_info.max:  # else whoever signed it was not this program
                return Place(Cursor(float(key), document_id), given, generation)
    raise _refused("is of another version of this service; begin again without it")


def _refused(detail: str) -> BadParameters:
    return BadParameters(ParameterProblem("cursor", detail))


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret or _OPEN, salt=_SALT)


def _digest(parameters: SearchParameters) -> str:
    """What is found and in which order, in a few letters."""
    canonical = links.address("", links.taken_out(parameters))
    return hashlib.blake2b(canonical.encode(), digest_size=_DIGEST_BYTES).hexdigest()
