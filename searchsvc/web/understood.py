"""How a part of a query was understood, in the language spoken now; `query` says it in English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from searchsvc import countries
from searchsvc.fields import BY_NAME
from searchsvc.model import Act, Collection, StatementKind
from searchsvc.web import formatting
from searchsvc.web.language import ENGLISH, N_, _, current

if TYPE_CHECKING:
    from searchsvc.query.reading import ReadToken

_BETWEEN: Final = re.compile(r"(?P<phrase>.+), with up to (?P<num>\d+) words? between")
_EDITS: Final = re.compile(r"words within (?P<num>\d+) edits? of “(?P<words>.*)”")
_FIELD: Final = re.compile(r"(?P<field>[a-z_]+): (?P<rest>.+)")
_NAMES: Final = {
    name.replace("speaker_country", "speaker’s country"): name
    for name, field in BY_NAME.items()
    if field.facet and name != "date"
}


_QUOTED: Final = (
    ("exactly", N_("exactly “%(words)s”")),
    ("phrase", N_("phrase “%(words)s”")),
    ("exact phrase", N_("exact phrase “%(words)s”")),
    ("words that start with", N_("words that start with “%(words)s”")),
    ("words that look like", N_("words that look like “%(words)s”")),
)
_JOINTS: Final = {"and": N_("and"), "or": N_("or"), "not": N_("not")}


def understood(token: ReadToken) -> str:
    """How it was read. A word that is looked for as it was typed stays as it is."""
    text = token.read_as or ""
    if current() is ENGLISH:
        return text
    if text in _JOINTS and token.text != text:  # typed as AND, OR, NOT or as a sign
        return _(_JOINTS[text])
    return text if text == token.text.casefold() else _said(text)


def _said(text: str) -> str:
    if text.startswith("not "):
        return _("not %(words)s", words=_said(text.removeprefix("not ")))
    if found := _BETWEEN.fullmatch(text):
        phrase = _said(found["phrase"])
        return _("%(phrase)s, with up to %(num)s words between", phrase=phrase, num=found["num"])
    if found := _EDITS.fullmatch(text):
        return _("words within %(num)s edits of “%(words)s”", **found.groupdict())
    for before, phrase in _QUOTED:
        if text.startswith(f"{before} “") and text.endswith("”"):
            return _(phrase, words=text[len(before) + 2 : -1])
    return _of_field(text)


def _of_field(text: str) -> str:
    if text == "everything":
        return _("everything")
    if text == "any date":
        return _("any date")
    if text.startswith("date "):
        return _of_dates(text)
    if found := _FIELD.fullmatch(text):
        return f"{_label(found['field'])}: {_said(found['rest'])}"
    for said, field in _NAMES.items():
        if text == f"no {said}":
            return f"{_label(field)}: {formatting.missing_label(field)}"
        if text.startswith(f"{said} "):
            return f"{_label(field)}: {_value(field, text.removeprefix(f'{said} '))}"
    return text


def _of_dates(text: str) -> str:
    label, days = _label("date"), text.removeprefix("date ")
    if days.startswith("from "):
        told = formatting.since(days.removeprefix("from "))
    elif days.startswith("up to "):
        told = formatting.until(days.removeprefix("up to "))
    else:
        first, _to, last = days.partition(" to ")
        told = formatting.bucket(first) + (f" – {formatting.bucket(last)}" if last else "")
    return f"{label}: {told}"


def _label(field: str) -> str:
    """A facet as the page calls it; fields of words alone are typed by the names they have."""
    known = BY_NAME.get(field)
    return formatting.field_label(field, Collection.ARTICLES) if known and known.facet else field


def _value(field: str, said: str) -> str:
    """A value as facets show it, of the name that `query` says."""
    if "country" in field:
        return formatting.value_label(field, countries.resolve(said) or said)
    if (field == "kind" and said in set(StatementKind)) or (field == "act" and said in set(Act)):
        return formatting.value_label(field, said)
    return said
