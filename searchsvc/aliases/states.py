"""Groups of names from the tables of countries and bodies, which know most of them already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searchsvc.aliases.entries import Entries, Name
from searchsvc.countries import BODIES, COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searchsvc.aliases.entries import Group
    from searchsvc.countries import Country


def state_groups(table: Mapping[str, Any]) -> Iterator[Group]:
    """One group for each country or body with several names.

    Demonyms, capitals and houses are not among them: an Iranian is not Iran.

    Args:
        table: what `names.toml` knows of names in the tables: under `not`, by code, those that are
            part of the country or mean something else as well (true: all of them); under `also`
            those that are too ambiguous to be searched in prose but not in a query; under `limited`
            names with years and other limits.
    """
    entries = Entries("names.toml")
    limited = {
        name.text: name
        for group in entries.groups([[*table["limited"]]], "states.limited")
        for name in group
    }
    for country in (*COUNTRIES.values(), *BODIES.values()):
        left_out = table["not"].get(country.code, ())
        if left_out is True:
            continue
        also = (name for name in country.unsearched if name in table["also"])
        names = [name for name in (*_names(country), *also) if name not in left_out]
        if len(names) > 1:
            yield tuple(limited.get(name, Name(name)) for name in names)


def _names(country: Country) -> Iterator[str]:
    """The names of a country without signs that only tables write: Congo - Kinshasa."""
    for name in (country.name, *country.names):
        if "(" not in name and " - " not in name:
            yield name
