"""Which language a reader gets: the one chosen, else the archive's, else the first that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel import negotiate_locale
from flask import request

from searchsvc.errors import ConfigError
from searchsvc.web.language import ENGLISH, language_of, shipped, speak

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from searchsvc.settings import ServerSettings
    from searchsvc.web.language import Language

COOKIE: Final = "language"
AUTO: Final = "auto"
"""The setting server.language where each reader gets what their browser asks for."""


def install(app: Flask, settings: ServerSettings, *, for_programs: Callable[[], bool]) -> None:
    """Let `app` answer readers in their language.

    Args:
        app: is taught it.
        settings: name the language of the archive.
        for_programs: whether the request is for what only programs read.

    Raises:
        ConfigError: there is no such language.
    """
    usual = settings.language
    if usual != AUTO and usual not in shipped():
        known = ", ".join((AUTO, *shipped()))
        message = f"expected one of {known}, not {usual!r}"
        raise ConfigError(message, where="settings", key="server.language")

    @app.before_request
    def begin() -> None:
        speak(ENGLISH if for_programs() else _chosen(usual))

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        del error
        speak(ENGLISH)


def _chosen(usual: str) -> Language:
    codes = shipped()
    chosen = request.cookies.get(COOKIE, "")
    if chosen not in codes:
        chosen = usual
    if chosen == AUTO:
        wanted = [code for code, quality in request.accept_languages if quality]  # best first
        chosen = negotiate_locale(wanted, codes, sep="-") or ENGLISH.code
    return language_of(chosen)
