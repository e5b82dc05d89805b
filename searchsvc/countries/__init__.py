"""The countries: names, demonyms, capitals and houses, and the codes they stand for."""

from searchsvc.countries.table import COUNTRIES, Country, label, resolve
from searchsvc.countries.traps import TRAPS, Reading, Traps

__all__ = ["COUNTRIES", "TRAPS", "Country", "Reading", "Traps", "label", "resolve"]
