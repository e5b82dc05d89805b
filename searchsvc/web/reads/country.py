"""One country: its names, what is said about it and by its speakers, by whom, and with which others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc import countries
from searchsvc.aliases.table import key_of_name
from searchsvc.engine.contract import Sort
from searchsvc.fields import MISSING
from searchsvc.model import Collection
from searchsvc.web import formatting
from searchsvc.web.reads.profile import (
    LATEST,
    alone,
    by_year,
    facet_requests,
    leading_values,
    with_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.aliases import Aliases
    from searchsvc.web.answer import Linked, StatementHit
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.reads.asking import Asking, LinkedValue, Provenance
    from searchsvc.web.reads.timeline import Series

COUNTRY: Final = "country"
SPEAKER_COUNTRY: Final = "speaker_country"


@dataclass(frozen=True, slots=True)
class CountryName:
    """A name; `first` and `last` are the years in which it was borne, None where not known."""

    name: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class CountryView:
    """One country, or a body that is spoken about like one.

    Attributes:
        search: for the statements about it.
        code: as facets and addresses have it; the input's own words where the table knows none.
        names: other names that a search looks for.
        about: statements about it.
        by: statements of its speakers.
        articles: that name it.
        about_years, by_years: over the same years.
        speakers: who speaks about it.
        spoken_by: whose speakers speak about it.
        speaks_about: the countries that its speakers speak about.
        voices: its speakers.
        beside: countries spoken about in the same statements.
        latest: the newest statements about it.
    """

    search: SearchParameters
    code: str
    label: str
    names: tuple[CountryName, ...]
    about: Linked
    by: Linked
    articles: Linked
    about_years: Series
    by_years: Series
    speakers: tuple[LinkedValue, ...]
    spoken_by: tuple[LinkedValue, ...]
    speaks_about: tuple[LinkedValue, ...]
    voices: tuple[LinkedValue, ...]
    beside: tuple[LinkedValue, ...]
    latest: tuple[StatementHit, ...]
    provenance: Provenance


def code_of(asked: str) -> str:
    """The code of the country that is asked for by code or name; what is none stands as it is."""
    if asked in countries.COUNTRIES or asked in countries.BODIES:
        return asked
    return countries.resolve(asked) or asked


def country_view(asking: Asking, asked: str) -> CountryView | None:
    """The country called `asked`, by code or name; None where neither table nor archive knows it.

    Raises:
        EngineError: the engine cannot answer.
    """
    if asked == MISSING:  # what no country is named for is none
        return None
    code = code_of(asked)
    about = with_value(Collection.STATEMENTS, COUNTRY, code)
    by = with_value(Collection.STATEMENTS, SPEAKER_COUNTRY, code)
    articles = with_value(Collection.ARTICLES, COUNTRY, code)
    of_it = asking.counts(about, *facet_requests("speaker", SPEAKER_COUNTRY, COUNTRY))
    of_them = asking.counts(by, *facet_requests("speaker", COUNTRY))
    named = asking.count(articles)
    known = code in countries.COUNTRIES or code in countries.BODIES
    if not known and not of_it.total and not of_them.total and not named:
        return None
    speakers, spoken_by, beside = (leading_values(asking, about, each) for each in of_it.facets)
    voices, speaks_about = (leading_values(asking, by, each) for each in of_them.facets)
    plain = [
        alone(collection, field, code)
        for collection, field in (
            (Collection.STATEMENTS, COUNTRY),
            (Collection.STATEMENTS, SPEAKER_COUNTRY),
            (Collection.ARTICLES, COUNTRY),
        )
    ]
    about_years, by_years = by_year(asking, *plain[:2])
    return CountryView(
        search=plain[0],
        code=code,
        label=formatting.place(code),
        names=tuple(_names(code, asking.aliases)),
        about=asking.linked(plain[0], of_it.total),
        by=asking.linked(plain[1], of_them.total),
        articles=asking.linked(plain[2], named),
        about_years=about_years,
        by_years=by_years,
        speakers=speakers,
        spoken_by=spoken_by,
        speaks_about=speaks_about,
        voices=voices,
        beside=beside,
        latest=asking.shown(plain[0], asking.read(plain[0], Sort.NEWEST, LATEST)),
        provenance=asking.provenance,
    )


def _names(code: str, aliases: Aliases) -> Iterator[CountryName]:
    """The other names of a country, those of the table first."""
    country = countries.COUNTRIES.get(code) or countries.BODIES.get(code)
    if country is None:
        return
    dated = {
        each.name.text: CountryName(each.name.text, each.name.first, each.name.last)
        for name in (country.name, *country.names)
        for each in aliases.others(key_of_name(name), name)
    }
    for name in dict.fromkeys((*country.names, *country.unsearched, *dated)):
        if name != country.name:
            yield dated.get(name, CountryName(name, None, None))
