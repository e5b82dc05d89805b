"""What a reader prefers: colours, language, keys. Cookies keep it; no hit, count or link changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for

from searchsvc.web.language import N_, _, name_of, shipped
from searchsvc.web.language.choosing import COOKIE as LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

PATH: Final = "/preferences"
THEME: Final = "theme"
KEYS: Final = "keys"
SYSTEM: Final = "system"
"""The choice not to choose, for which no cookie is kept."""
_PAGE: Final = "text/html"  # which is what flask takes an answer without a body for, such as 304
_YEAR_S: Final = 31_536_000
_SEE_OTHER: Final = 303
_BAD_REQUEST: Final = 400
_USUAL: Final = {THEME: SYSTEM, LANGUAGE: SYSTEM, KEYS: "on"}


@dataclass(frozen=True, slots=True)
class Preferred:
    """What is preferred by whoever asks: for each, one of its `choices`."""

    theme: str = SYSTEM
    language: str = SYSTEM
    keys: str = "on"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a preference: its name in requests, and in words; `lang` of words not translated."""

    value: str
    label: str
    lang: str | None = None


def choices() -> dict[str, tuple[str, tuple[Choice, ...]]]:
    """By the name of each preference what it is called, and what there is to choose from."""
    languages = (Choice(code, name_of(code), code) for code in shipped())
    return {
        THEME: (
            _("Colours"),
            tuple(Choice(value, _(label)) for value, label in _THEMES.items()),
        ),
        LANGUAGE: (_("Language"), (Choice(SYSTEM, _("automatic")), *languages)),
        KEYS: (
            _("One-key shortcuts"),
            (Choice("on", _("on")), Choice("off", _("off"))),
        ),
    }


_THEMES: Final = {SYSTEM: N_("automatic"), "light": N_("light"), "dark": N_("dark")}


def _values(name: str) -> tuple[str, ...]:
    if name == LANGUAGE:
        return (SYSTEM, *shipped())
    return tuple(_THEMES) if name == THEME else ("on", "off")


def here() -> str:
    """The address of this page from the top of the host, escaped; whatever the host is called."""
    there = urlsplit(request.url)
    return there.path + (f"?{there.query}" if there.query else "")


def preferred() -> Preferred:
    """What the request prefers; what programs read is the same whatever is preferred."""
    found: Preferred = g.get("preferred", _NOTHING)
    return found


_NOTHING: Final = Preferred()


def install(app: Flask, *, for_programs: Callable[[], bool]) -> None:
    """Let `app` know what is preferred before it is asked, and say that pages depend on it.

    Args:
        app: is taught it.
        for_programs: whether the request is for what only programs read.
    """

    def is_page() -> bool:
        return request.endpoint == "api.docs" or not for_programs()

    @app.before_request
    def know() -> None:
        if request.cookies and is_page():
            g.preferred = Preferred(*map(_chosen, (THEME, LANGUAGE, KEYS)))

    @app.after_request
    def depends(response: Response) -> Response:
        if response.mimetype == _PAGE and is_page():
            response.vary.update(("Cookie", "Accept-Language"))
        return response

    app.jinja_env.globals.update(choices=choices, here=here, preferred=preferred)


def _chosen(name: str) -> str:
    value = request.cookies.get(name, "")
    return value if value in _values(name) else _USUAL[name]


def blueprint() -> Blueprint:
    """Where preferences are changed."""
    preferences = Blueprint("preferences", __name__)

    @preferences.get(PATH)
    def show() -> ResponseReturnValue:
        return render_template("preferences.html", back=_back(request.args.get("back", "")))

    @preferences.post(PATH)
    def change() -> ResponseReturnValue:
        given = {name: request.form[name] for name in _USUAL if name in request.form}
        for name, value in given.items():
            if value not in _values(name):
                told = ", ".join(_values(name))
                abort(_BAD_REQUEST, f"The preference {name} is one of {told}.")
        back = _back(request.referrer or "", request.form.get("back", ""))
        response = make_response(redirect(back, _SEE_OTHER))
        for name, value in given.items():
            _keep(response, name, value)
        return response

    return preferences


def _keep(response: Response, name: str, value: str) -> None:
    path = f"{request.script_root}/"
    if value == _USUAL[name]:
        response.delete_cookie(name, path, samesite="Lax", httponly=True, secure=request.is_secure)
        return
    response.set_cookie(
        name,
        value,
        max_age=_YEAR_S,
        path=path,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )


def _back(*wanted: str) -> str:
    """The first of `wanted` that is a page of this archive, else its search page.

    The page that a browser says it comes from may be newer than the one that a form remembers,
    since scripts change what a page shows without loading it again.
    """
    own = f"{request.script_root}{PATH}"
    for address in wanted:
        try:
            there = urlsplit(urljoin(request.url, address))
        except ValueError:  # such as http://[
            continue
        if (
            address
            and there.scheme in {"http", "https"}
            and there.netloc == request.host
            and _is_plain(there.path)
            and there.path.startswith(f"{request.script_root}/")
            and there.path != own
        ):
            return there.path + (f"?{there.query}" if there.query else "")
    return url_for("pages.search")


def _is_plain(path: str) -> bool:
    """Whether browsers read it as a path too: `//host` is an address to them."""
    return not path.startswith("//") and not any(
        sign == "\\" or sign <= " " or sign == "\x7f" for sign in path
    )
