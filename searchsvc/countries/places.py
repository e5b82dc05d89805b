"""The country that a dateline's place lies in."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from searchsvc.countries.table import COUNTRIES, compared, resolve
from searchsvc.countries.traps import TRAPS

if TYPE_CHECKING:
    import datetime as dt


def country_of_place(place: str, day: dt.date | None = None) -> str | None:
    """The code of the country that `place` lies in, or None where it is not known.

    Takes the place of a dateline in whatever capitals: a city that is known without more
    ("CHICAGO", "Mumbai"), or a city with its state, province or country behind a comma
    ("TROY, Mich.", "Osaka, Japan"). Of several places ("PARIS/LONDON") the first counts. On `day`
    the place may have lain in a state that is no more: Moscow in 1987.
    """
    head = place.partition("/")[0]
    city, _, region = head.rpartition(",")
    regions, cities = _tables()
    code: str | None = None
    if city:
        code = regions.get(compared(region)) or resolve(region) or cities.get(compared(region))
        return _on(code, region.strip(), day) or _alone(city, day)
    return _alone(head, day) or regions.get(compared(head))


def _alone(place: str, day: dt.date | None) -> str | None:
    """The country of a place named without more."""
    key = compared(place)
    code = _tables()[1].get(key) or resolve(place)
    return _on(code if code in COUNTRIES else None, place.strip().title(), day)


def _on(code: str | None, name: str, day: dt.date | None) -> str | None:
    """`code`, or that of the state where `name` lay on `day`."""
    if code is not None and day is not None:
        for era in TRAPS.eras.get(name, ()):
            if era.first <= day < era.end:
                return era.code
    return code


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """Codes by region, and codes by city, capitals included; keys are compared names."""
    rows = tomllib.loads((resources.files(__package__) / "places.toml").read_text("utf-8"))
    regions = {compared(name): code for code, names in rows["regions"].items() for name in names}
    cities = {compared(name): code for code, names in rows["cities"].items() for name in names}
    for country in COUNTRIES.values():
        for capital in country.capitals:
            cities.setdefault(compared(capital), country.code)
    return regions, cities
