"""In which language a page is written, and its words in that language.

The program is written in English; what else it can speak lies in `catalogues`, one file a language.
Whatever programs read (JSON, feeds, exports, the terminal) is English: the language is that of a
request for a page, and only while it is answered.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from searchsvc.web.language.catalogues import ENGLISH, Language, language_of, name_of, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

__all__ = [
    "ENGLISH",
    "N_",
    "Language",
    "_",
    "both",
    "current",
    "gettext",
    "language_of",
    "name_of",
    "ngettext",
    "pgettext",
    "shipped",
    "speak",
    "speaking",
    "teach",
]

_CURRENT: Final[ContextVar[Language]] = ContextVar("language", default=ENGLISH)


def current() -> Language:
    """The language that is spoken now."""
    return _CURRENT.get()


def speak(language: Language) -> None:
    """Speak `language` from now on."""
    _CURRENT.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak `language` for as long as this lasts."""
    token = _CURRENT.set(language)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def gettext(message: str, **values: object) -> str:
    """`message` in the language spoken now, `%(name)s` in it replaced by the value of that name."""
    found = _CURRENT.get().texts.gettext(message)
    return found % values if values else found


_ = gettext


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The same of a message that depends on a number.

    Args:
        one: in English, of one thing.
        many: in English, of any other number of things.
        count: chooses; write it as `%(num)s`, with `formatting.number` among the values.
        values: by name; `num` is the count as it is, where none is given.
    """
    values.setdefault("num", count)
    return _CURRENT.get().texts.ngettext(one, many, count) % values


def pgettext(context: str, message: str, **values: object) -> str:
    """As `gettext`, of a message that means something else elsewhere."""
    found = _CURRENT.get().texts.pgettext(context, message)
    return found % values if values else found


def N_(message: str) -> str:  # noqa: N802 - as gettext has it
    """`message` as it is: it stands in a table, and is translated when it is shown."""
    return message


def both(one: str, many: str) -> tuple[str, str]:
    """The same of a message that depends on a number."""
    return one, many


def teach(app: Flask) -> None:
    """Let the templates of `app` say `_`, `ngettext`, `pgettext` and `{% trans %}`."""
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(_said, _counted, newstyle=True, pgettext=_said_here)
    # A page says two hundred of these, and the extension calls itself for each.
    environment.globals["_"] = environment.globals["gettext"] = _shown
    environment.globals["spoken"] = current


def _shown(message: str, **values: object) -> Markup:
    """As `gettext`, in a template: `message` is markup, what is put into it is not."""
    language = _CURRENT.get()
    if not values:
        return _markup(language, message)
    found = language.texts.gettext(message)
    return Markup(found % {name: escape(value) for name, value in values.items()})  # noqa: S704


@lru_cache(maxsize=4096)
def _markup(language: Language, message: str) -> Markup:
    return Markup(language.texts.gettext(message))  # noqa: S704 - our own words


def _said(message: str) -> str:
    return _CURRENT.get().texts.gettext(message)


def _counted(one: str, many: str, count: int) -> str:
    return _CURRENT.get().texts.ngettext(one, many, count)


def _said_here(context: str, message: str) -> str:
    return _CURRENT.get().texts.pgettext(context, message)
