"""Who may ask: keys in the header `Authorization`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from flask import g, request
from werkzeug.exceptions import HTTPException

from searchsvc.keys import KeyFile, Scope, find_key
from searchsvc.web.manners import exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from searchsvc.keys import Key
    from searchsvc.settings import ApiSettings

NOTHING: Final = "nothing"
"""The setting api.keys_for where nobody needs a key."""
_EVERYTHING: Final = "everything"
_STATIC: Final = "static"
_FEEDS: Final = "feeds"
"""The blueprint of what programs ask for besides the operations; all others are for people."""
_REALM: Final = "searchsvc"
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403


class Access(Enum):
    """What of the service a request is for, by which it may need a key."""

    HEALTH = "health"
    PAGES = "pages"
    DATA = "data"
    DETAILS = "details"

    def scope(self, keys_for: str) -> Scope | None:
        """The scope of the key that it needs; None where it needs none.

        Args:
            keys_for: the setting of that name: `nothing`, `api`, or `everything`.
        """
        if self is Access.HEALTH or keys_for == NOTHING:
            return None
        if self is Access.DETAILS:
            return Scope.ADMIN
        return Scope.READ if self is Access.DATA or keys_for == _EVERYTHING else None


class _Refused(HTTPException):
    """Whoever asks must show a key, or another one."""

    def __init__(self, code: int, name: str, description: str, *challenges: str) -> None:
        """Keep what the client is told in words, and in `WWW-Authenticate`."""
        super().__init__(description)
        self.code = code
        self._name = name
        self._challenges = challenges

    @property
    def name(self) -> str:
        """The phrase of the status."""
        return self._name

    def get_headers(self, *args: Any, **options: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as werkzeug has it
        """What it has, and the challenges."""
        told = ("WWW-Authenticate", ", ".join(self._challenges))
        return [*super().get_headers(*args, **options), told]


def recognise(app: Flask, settings: ApiSettings) -> None:
    """Tell by its key who asks, where the settings ask for keys.

    Raises:
        ConfigError: the file of the keys is not as it should be.
    """
    if settings.keys_for == NOTHING:
        return
    keys = KeyFile(settings.keys)

    @app.before_request
    def tell() -> None:
        asking = exchange.current()
        asking.trusted = False
        given = _given()
        g.key = None if given is None else find_key(keys.current(), given)
        if g.key is not None:
            asking.key = g.key.name
            asking.trusted = g.key.scope.covers(Scope.ADMIN)


def refuse(app: Flask, settings: ApiSettings, accesses: Mapping[str, Access]) -> None:
    """Refuse whom `recognise` does not know; without keys everybody may do everything.

    Args:
        app: is taught it.
        settings: say what needs a key.
        accesses: what each operation is, by its endpoint.
    """
    if settings.keys_for == NOTHING:
        return

    @app.before_request
    def admit() -> None:
        access = _access(accesses)
        wanted = None if access is None else access.scope(settings.keys_for)
        if wanted is None:
            return
        key: Key | None = g.key
        if key is None:
            for_people = access is Access.PAGES and request.endpoint not in accesses
            raise _unauthorized(_given(), for_people=for_people)
        if not key.scope.covers(wanted):
            raise _Refused(
                _FORBIDDEN,
                "Forbidden",
                f"The key {key.name} is one for {key.scope.value}; this needs one for {wanted.value}.",
                f'Bearer realm="{_REALM}", error="insufficient_scope", scope="{wanted.value}"',
            )


def _given() -> str | None:
    """The key that came with the request; of a browser, which asks for a password, that."""
    sent = request.authorization
    if sent is None:
        return None
    if sent.type == "bearer":
        return sent.token or ""
    return sent.password or "" if sent.type == "basic" else ""


def _access(accesses: Mapping[str, Access]) -> Access | None:
    """What the request is for; None for nothing that there is."""
    endpoint = request.endpoint
    if endpoint is None:  # is 404, with a key or without
        return None
    if (
        endpoint == _STATIC or request.method == "OPTIONS"
    ):  # browsers ask so beforehand, without a key
        return Access.HEALTH
    if request.blueprint == _FEEDS:
        return Access.DATA
    return accesses.get(endpoint, Access.PAGES)


def _unauthorized(given: str | None, *, for_people: bool) -> _Refused:
    """Both schemes, as RFC 9110 (11.6.1) has it: browsers and readers of feeds know the second."""
    if for_people:
        what = "Enter a key as the password; the name does not matter."
    else:
        what = (
            "Send a key with the header Authorization: Bearer KEY, or as a password of any name."
        )
    bearer = f'Bearer realm="{_REALM}"'
    if given is not None:
        what = f"There is no such key, or it was revoked. {what}"
        bearer += ', error="invalid_token"'
    basic = f'Basic realm="{_REALM}", charset="UTF-8"'
    return _Refused(_UNAUTHORIZED, "Unauthorized", what, bearer, basic)
