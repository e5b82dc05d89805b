"""The pages of one speaker and of one country: names, when, with whom, about whom, the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flask import Blueprint, abort, redirect, render_template, request

from searchsvc.web import links
from searchsvc.web.bounds import SEARCHES
from searchsvc.web.histogram import columns
from searchsvc.web.links import Addresses
from searchsvc.web.reads.asking import Asking
from searchsvc.web.reads.country import country_view
from searchsvc.web.reads.speaker import Nobody, speaker_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

SPEAKERS_PATH: Final = "/speakers/"
COUNTRIES_PATH: Final = "/countries/"
_FOUND_ELSEWHERE: Final = 302
_NOT_FOUND: Final = 404


def blueprint(engine: SearchEngine, settings: Settings, aliases: AliasFile) -> Blueprint:
    """The profiles of one archive."""
    profiles = Blueprint("profiles", __name__)

    def asked(question: Callable[..., Any], name: str) -> Any:  # noqa: ANN401 - whatever the question makes
        addresses, names = Addresses(links.SEARCH_PATH, request.script_root), aliases.current()
        return engine.read(
            lambda reader: question(
                Asking(reader, settings.search, addresses, aliases=names), name
            ),
            searches=SEARCHES,
        )

    @profiles.get(f"{SPEAKERS_PATH}<path:speaker>")
    def speaker(speaker: str) -> ResponseReturnValue:
        view = asked(speaker_view, speaker)
        if isinstance(view, Nobody):
            return render_template("nobody.html", view=view), _NOT_FOUND
        root = request.script_root
        if view.name != speaker:  # one address of each speaker
            return redirect(speaker_page(root, view.name), _FOUND_ELSEWHERE)
        page = speaker_page(root, view.name)
        return _page("speaker.html", view, page)

    @profiles.get(f"{COUNTRIES_PATH}<path:country>")
    def country(country: str) -> ResponseReturnValue:
        view = asked(country_view, country)
        if view is None:
            abort(_NOT_FOUND, "No country of this name is known, and the archive has none.")
        root = request.script_root
        if view.code != country:
            return redirect(country_page(root, view.code), _FOUND_ELSEWHERE)
        page = country_page(root, view.code)
        return _page("country.html", view, page)

    return profiles


def speaker_page(root: str, name: str) -> str:
    """The address of the page of a speaker of this name."""
    return f"{root}{SPEAKERS_PATH}{quote(name, safe='')}"


def country_page(root: str, code: str) -> str:
    """The address of the page of the country of this code."""
    return f"{root}{COUNTRIES_PATH}{quote(code, safe='')}"


def _page(template: str, view: Any, page: str) -> str:  # noqa: ANN401 - a view of either
    addresses = Addresses(links.SEARCH_PATH, request.script_root)
    atom, feed = addresses.feeds(view.search)
    return render_template(
        template, view=view, columns=columns, page_url=page, atom_url=atom, feed_url=feed
    )
