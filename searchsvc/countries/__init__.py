"""The countries, bodies and regions: names, demonyms, capitals and houses, and the codes they stand for."""

from searchsvc.countries.places import country_of_place
from searchsvc.countries.table import BODIES, COUNTRIES, Country, label, resolve
from searchsvc.countries.traps import TRAPS, Reading, Traps

__all__ = [
    "BODIES",
    "COUNTRIES",
    "TRAPS",
    "Country",
    "Reading",
    "Traps",
    "country_of_place",
    "label",
    "resolve",
]
