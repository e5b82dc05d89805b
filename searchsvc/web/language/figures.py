"""Numbers, dates and places as the language spoken now writes them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent, get_group_symbol

from searchsvc import countries
from searchsvc.web.language import ENGLISH, current, pgettext

if TYPE_CHECKING:
    import datetime as dt

    from searchsvc.web.language import Language

_PLACE: Final = "country or body"
"""Context of the names of places, of which catalogues need only what the CLDR lacks."""


def number(value: int) -> str:
    """`1,204`."""
    language = current()
    mark = _mark_of_thousands(language)
    if mark is None:
        return format_decimal(value, locale=language.locale)
    return f"{value:,}".replace(",", mark)


def day(value: dt.date) -> str:
    """`12 May 2017`."""
    return _written(value, pgettext("date pattern of CLDR", "d MMMM y"), current())


def short_day(value: dt.date) -> str:
    """`12 Sep 2017`."""
    return _written(value, pgettext("date pattern of CLDR", "d MMM y"), current())


def month(value: dt.date) -> str:
    """`May 2017`."""
    return _written(value, pgettext("date pattern of CLDR", "MMMM yyyy"), current())


def year(value: dt.date) -> str:
    """`2017`."""
    return _written(value, pgettext("date pattern of CLDR", "yyyy"), current())


def short_month(value: dt.date) -> str:
    """`May 2017`, short."""
    return _written(value, pgettext("date pattern of CLDR", "MMM y"), current())


def month_alone(value: dt.date) -> str:
    """`May`, short."""
    return _written(value, pgettext("date pattern of CLDR", "MMM"), current())


def day_alone(value: dt.date) -> str:
    """`12 May`, short."""
    return _written(value, pgettext("date pattern of CLDR", "d MMM"), current())


def percent(share: float) -> str:
    """`12%`, `1.2%`, `0.034%`: two digits that tell."""
    return _percent(f"{share:.2g}", current())


def place(code: str) -> str:
    """What a country, body or region is called; `code` itself where nothing has it."""
    language = current()
    return countries.label(code) if language is ENGLISH else _place(code, language)


# All kept, since every page says the same ones again.


@lru_cache(maxsize=8192)
def _written(value: dt.date, pattern: str, language: Language) -> str:
    return format_date(value, pattern, locale=language.locale)


@lru_cache(maxsize=4096)
def _percent(share: str, language: Language) -> str:
    return format_percent(float(share), "#,##0.##########%", locale=language.locale)


@lru_cache(maxsize=1024)
def _place(code: str, language: Language) -> str:
    name = countries.label(code)
    ours = language.texts.pgettext(_PLACE, name)
    return language.locale.territories.get(code, name) if ours == name else ours


@lru_cache(maxsize=64)
def _mark_of_thousands(language: Language) -> str | None:
    """What stands between every three digits; None where numbers are written otherwise."""
    mark = get_group_symbol(language.locale)
    usual = {1_234: f"1{mark}234", 1_234_567: f"1{mark}234{mark}567"}
    if all(format_decimal(value, locale=language.locale) == text for value, text in usual.items()):
        return mark
    return None
