"""Articles to statements with speakers, and to the countries spoken about."""

from searchsvc.extract.places.mentions import find_countries
from searchsvc.extract.reading import EXTRACTOR_VERSION, extract

__all__ = ["EXTRACTOR_VERSION", "extract", "find_countries"]
