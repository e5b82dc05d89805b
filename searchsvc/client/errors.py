"""What can go wrong between a program and an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchsvc.client.shapes.service import Error


class ClientError(Exception):
    """Base of all that a client raises."""


class Unreachable(ClientError):
    """Nothing answers at the address, or not in time; what was tried again was in vain."""


class BadAnswer(ClientError):
    """What answers there is no archive of ours, or one of another version."""


class CutShort(ClientError):
    """Not all hits arrived, and asking again did not give the rest.

    Attributes:
        given: how many were given before.
        total: how many there are; None where nothing arrived at all.
    """

    def __init__(self, given: int, total: int | None, reason: str) -> None:
        """Say how far it got."""
        self.given = given
        self.total = total
        there = "an unknown number" if total is None else f"{total:,}"
        super().__init__(f"{given:,} of {there} arrived: {reason}")


class ArchiveChanged(CutShort):
    """The connection broke, and the index or the order of its hits is another by now."""


class Refused(ClientError):
    """The archive answers that it does not; attributes as in RFC 9457.

    Attributes:
        status: of HTTP.
        type: address, relative to the host, of what explains this sort of error.
        errors: each parameter that is wrong, with what would be right.
        retry_after_s: seconds after which to ask again, where the archive says so; else None.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        type_: str = "about:blank",
        title: str = "",
        errors: tuple[Error, ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        """Name every parameter that is wrong."""
        self.status = status
        self.type = type_
        self.title = title
        self.detail = detail
        self.errors = errors
        self.retry_after_s = retry_after_s
        wrong = "; ".join(f"{each.parameter}: {each.detail}" for each in errors)
        whole = bool(wrong) and all(each.detail == detail for each in errors)
        super().__init__(wrong if whole else f"{detail} ({wrong})" if wrong else detail)


class BadRequest(Refused):
    """400, 413, 415: what was asked cannot be answered as it is; `errors` says why."""


class KeyRefused(Refused):
    """401, 403: the archive asks for a key, or for another one."""


class NotFound(Refused):
    """404: there is no such thing, or no such page."""


class Gone(Refused):
    """410: what a cursor walks is no longer kept, or is in another order by now."""


class TooCostly(Refused):
    """422: the search would take longer than the archive allows."""


class TooMany(Refused):
    """429: more was asked than the archive allows in so short a time."""


class Unavailable(Refused):
    """502, 503, 504: it cannot answer just now."""


BY_STATUS = {
    400: BadRequest,
    401: KeyRefused,
    403: KeyRefused,
    404: NotFound,
    410: Gone,
    413: BadRequest,
    415: BadRequest,
    422: TooCostly,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}
"""Which error each status is; the others are `Refused` itself."""
