"""Every message that the pages may say, taken out of templates and modules."""

from __future__ import annotations

from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

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
FOLDER = resources.files("searchsvc.web")
OTHERS = [code for code in shipped() if code != ENGLISH.code]


def extracted() -> Catalog:
    """All messages, each with where it stands."""
    catalogue = Catalog()
    found = extract_from_dir(str(FOLDER), METHODS, OPTIONS, KEYWORDS)
    for file, line, message, _comments, context in found:
        catalogue.add(message, locations=[(file, line)], context=context)
    return catalogue


def kept(code: str) -> Catalog:
    """The catalogue of a language."""
    file = FOLDER.joinpath("language", "catalogues", f"{code}.po")
    with file.open("rb") as stream:
        return read_po(stream, locale=code, abort_invalid=True)


def key(message):
    """What tells one message from another."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(message) -> tuple[str, ...]:
    """All forms of its translation."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)
