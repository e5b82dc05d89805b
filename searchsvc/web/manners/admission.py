"""Who may ask: keys in the header `Authorization`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import request
from werkzeug.exceptions import HTTPException

from searchsvc.keys import KeyFile, Scope, find_key
from searchsvc.web.manners import exchange

if TYPE_CHECKING:
    from flask import Flask

    from searchsvc.settings import ApiSettings

_DETAILED: Final = frozenset({"api.metrics", "api.status"})
"""What only administrators may ask for."""
_OPEN: Final = frozenset({"static", "api.alive", "api.ready"})
_DESCRIPTIONS: Final = frozenset({"api.start", "api.docs", "api.openapi"})
"""What the API is like, which whoever wants a key had better know."""
_FOR_PAGES: Final = frozenset({"api.suggest"})
"""What the scripts of the pages ask."""
_PAGES: Final = "pages"
_FOR_PEOPLE: Final = frozenset({_PAGES, "discovery"})
"""Blueprints of what people see, or their browsers ask for by themselves."""
_REALM: Final = "searchsvc"
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403


class _Refused(HTTPException):
    """Whoever asks must show a key, or another one."""

    def __init__(self, code: int, name: str, description: str, challenge: str) -> None:
        """Keep what the client is told in words, and in `WWW-Authenticate`."""
        super().__init__(description)
        self.code = code
        self._name = name
        self._challenge = challenge

    @property
    def name(self) -> str:
        """The phrase of the status."""
        return self._name

    def get_headers(self, *args: Any, **options: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as werkzeug has it
        """What it has, and the challenge."""
        return [*super().get_headers(*args, **options), ("WWW-Authenticate", self._challenge)]


def install(app: Flask, settings: ApiSettings) -> None:
    """Ask for keys where the settings say so; without that everybody may do everything.

    Raises:
        ConfigError: the file of the keys is not as it should be.
    """
    if settings.keys_for == "nothing":
        return
    keys = KeyFile(settings.keys)
    everything = settings.keys_for == "everything"

    @app.before_request
    def admit() -> None:
        asking = exchange.current()
        asking.trusted = False
        given = _given()
        key = None if given is None else find_key(keys.current(), given)
        if key is not None:
            asking.key = key.name
            asking.trusted = key.scope.covers(Scope.ADMIN)
        wanted = _wanted(everything=everything)
        if wanted is None:
            return
        if key is None:
            raise _unauthorized(given)
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


def _wanted(*, everything: bool) -> Scope | None:
    """The scope that the request needs; None where it needs no key."""
    operation = request.endpoint or exchange.NO_OPERATION
    if (
        operation in _OPEN or request.method == "OPTIONS"
    ):  # browsers ask with OPTIONS, without a key
        return None
    if operation in _DETAILED:
        return Scope.ADMIN
    if everything:
        return Scope.READ
    if request.blueprint in _FOR_PEOPLE or operation in _DESCRIPTIONS or operation in _FOR_PAGES:
        return None
    return Scope.READ


def _unauthorized(given: str | None) -> _Refused:
    if request.blueprint == _PAGES:
        what = "Enter a key as the password; the name does not matter."
        challenge = f'Basic realm="{_REALM}", charset="UTF-8"'
    else:
        what = "Send a key with the header Authorization: Bearer KEY."
        challenge = f'Bearer realm="{_REALM}"'
        if given is not None:
            challenge += ', error="invalid_token"'
    if given is not None:
        what = f"There is no such key, or it was revoked. {what}"
    return _Refused(_UNAUTHORIZED, "Unauthorized", what, challenge)
