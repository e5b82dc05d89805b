"""Every message that the pages may say, taken out of templates and modules."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import searchsvc.web
from searchsvc import countries
from searchsvc.web.language import ENGLISH, shipped

KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "both": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
FOLDER = Path(searchsvc.web.__file__).parent
FILES = FOLDER / "language" / "catalogues"
PLACES = "country or body"
"""Context of the names of places; the CLDR has most of them, and a catalogue may know better."""
OTHERS = [code for code in shipped() if code != ENGLISH.code]


def extracted() -> Catalog:
    """All messages, each with where it stands."""
    catalogue = Catalog()
    found = extract_from_dir(str(FOLDER), METHODS, OPTIONS, KEYWORDS)
    for file, line, message, _comments, context in found:
        catalogue.add(message, locations=[(file, line)], context=context)
    for code, place in {**countries.COUNTRIES, **countries.BODIES}.items():
        if code not in ENGLISH.locale.territories:
            catalogue.add(place.name, locations=[("countries", 0)], context=PLACES)
    return catalogue


def kept(code: str) -> Catalog:
    """The catalogue of a language."""
    with (FILES / f"{code}.po").open("rb") as stream:
        return read_po(stream, locale=code, abort_invalid=True)


def key(message):
    """What tells one message from another."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(message) -> tuple[str, ...]:
    """All forms of its translation."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)
