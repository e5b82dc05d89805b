"""`searchsvc speakers`: who is shown under a name, and why."""

from __future__ import annotations

import json
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.cli.remote import ask, remote_options, there
from searchsvc.cli.search import option_of, text_of
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from searchsvc.cli.remote import Elsewhere
    from searchsvc.client.shapes.things import Office, SpeakerView
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.identities import Explained
    from searchsvc.settings import Settings

_MOST_DETAILED: Final = 5  # persons; of more, only those named in full are told in detail
_MOST_PRINTS: Final = 6  # other names on the line of a person
_MOST_OFFICES: Final = 6  # roles in which a person spoke
_MOST_THERE: Final = 10  # persons of whom an archive elsewhere is asked


class _Found(NamedTuple):
    """Somebody whom the name may mean."""

    shown: str
    statements: int
    told: tuple[Explained, ...]

    @property
    def articles(self) -> int:
        return sum(one.articles for one in self.told)


@command("speakers")
@click.argument("name")
@remote_options
@json_option
def speakers(settings: Settings, *, elsewhere: Elsewhere | None, name: str, as_json: bool) -> Exit:
    """Show everybody whom NAME may mean, and which printed names are shown as each, and why.

    NAME is a name as articles print it or as the facet shows it, or a part of one; capitals,
    accents, hyphens and order do not matter, and other spellings are found as well. Whoever says
    most stands first. Whatever is wrong can be overruled in the alias file (corpus.persons, see
    config/persons.toml).

    Why somebody is shown so, only the index itself tells. With --url there are the names and the
    roles in which they spoke, and with --json what the endpoint /api/v1/speakers answers of each.

    \b
    Examples:
      searchsvc speakers "Ivo Berg"
      searchsvc speakers --url https://archive.example.org berg
      searchsvc speakers berg
      searchsvc speakers Ivo --json
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    if not name.strip():
        raise ConfigError("an empty name is nobody's; name a speaker", where="NAME")
    if elsewhere is not None:
        _tell(elsewhere, text_of(name), as_json=as_json)
        return Exit.DONE
    from searchsvc import wiring  # noqa: PLC0415 - the engine is slow to import
    from searchsvc.identities import IDENTITIES_FILE, explain, near  # noqa: PLC0415 - likewise

    engine = wiring.open_engine(settings)
    try:
        generation = engine.status().generation
        with wiring.sidecar(settings, generation, IDENTITIES_FILE, check=True) as register:
            told = explain(register, name, wiring.open_aliases(settings))
            alike = () if told else near(register, name)
        found = _found(told, _statements(engine, {one.shown for one in told}))
    finally:
        engine.close()
    if as_json:
        click.echo(
            json.dumps([_body(who, one) for who in found for one in who.told], ensure_ascii=False)
        )
    elif found:
        _show(found, name)
    if not found:
        nearest = f" Near: {'; '.join(alike)}." if alike else " No name is near."
        click.echo(f"Nobody called {name} speaks in the index.{nearest}", err=as_json)
    return Exit.DONE


def _tell(elsewhere: Elsewhere, name: str, *, as_json: bool) -> None:
    """Tell what an archive elsewhere says of everybody whom `name` may mean."""
    from searchsvc.client.reading import facet_of, speaker_of  # noqa: PLC0415 - slow to import
    from searchsvc.client.sending import segment  # noqa: PLC0415 - likewise

    question = partial(ask, elsewhere, option_of=_option_of)
    asked = [("prefix", name), ("limit", str(_MOST_THERE))]
    listed = facet_of(there(question("facets/speaker", asked, read=facet_of)))
    shown = {value.value for value in listed.values}
    called = question(f"speakers/{segment(name)}", (), read=speaker_of)
    first = [] if called is None else [called]
    first_name = None if called is None else speaker_of(called).name
    others = [
        found
        for value in listed.values
        if value.value != first_name
        and (found := question(f"speakers/{segment(value.value)}", (), read=speaker_of))
        is not None
    ]
    if as_json:
        click.echo(f"[{', '.join((*first, *others))}]")
    for each in () if as_json else (*first, *others):
        for line in _lines(speaker_of(each)):
            click.echo(line)
    more = listed.matching_values - len(shown)
    if more > 0:
        click.echo(f"And {more:,} more; give more of the name.", err=as_json)
    if not first and not others:
        click.echo(f"Nobody called {name} speaks in the archive.", err=as_json)


def _option_of(parameter: str) -> str:
    return "NAME" if parameter == "prefix" else option_of(parameter)


def _lines(who: SpeakerView) -> Iterator[str]:
    """What an archive elsewhere says of one speaker."""
    statements = _counted(who.statements.count, "statement")
    yield f"{who.name}: {statements} in {_counted(who.articles.count, 'article')}"
    for told, names in (("printed as", who.printed), ("also called", who.others)):
        if names:
            yield f"  {told} {', '.join(names[:_MOST_PRINTS])}"
    yield from (f"  {_served(office)}" for office in who.offices[:_MOST_OFFICES])


def _served(office: Office) -> str:
    country = None if office.country is None else office.country.label
    years = {day.year for day in (office.first, office.last) if day is not None}
    facts = (office.role, country, "–".join(map(str, sorted(years))))
    named = ", ".join(fact for fact in facts if fact)
    return f"{named or 'nothing else told'}: {_counted(office.statements, 'statement')}"


def _statements(engine: SearchEngine, names: set[str]) -> Mapping[str, int]:
    """How many statements each of `names` makes."""
    from searchsvc.engine.contract import (  # noqa: PLC0415 - the engine is slow to import
        FacetRequest,
        FieldFilter,
        SearchRequest,
    )
    from searchsvc.model import Collection  # noqa: PLC0415 - likewise

    if not names:
        return {}
    request = SearchRequest(
        Collection.STATEMENTS,
        filters=(FieldFilter("speaker", any_of=tuple(sorted(names))),),
        facets=(FacetRequest("speaker", size=1),),
        limit=0,
        documents=False,
    )
    (counts,) = engine.search(request).facets
    return {bucket.value: bucket.count for bucket in counts.buckets}


def _found(told: Sequence[Explained], statements: Mapping[str, int]) -> list[_Found]:
    """The persons of `told`, which is by name shown; most statements first."""
    found = [
        _Found(shown, statements.get(shown, 0), tuple(rows))
        for shown, rows in groupby(told, key=lambda one: one.shown)
    ]
    return sorted(found, key=lambda who: (-who.statements, -who.articles, who.shown))


def _body(who: _Found, one: Explained) -> dict[str, Any]:
    reading = {
        "shown": one.shown,
        "wanted": one.wanted,
        "reason": one.reason,
        "articles": one.articles,
        "statements": who.statements,
    }
    return one.sighting._asdict() | reading


def _show(found: Sequence[_Found], name: str) -> None:
    from searchsvc.identities import Asked  # noqa: PLC0415 - slow to import

    is_named = Asked(name).is_named
    detailed = [
        who
        for who in found
        if len(found) <= _MOST_DETAILED
        or is_named(who.shown)
        or any(is_named(one.sighting.name) and one.sighting.name.split()[1:] for one in who.told)
    ]
    for who in detailed:
        click.echo(f"{who.shown}: {_counted(who.statements, 'statement')}")
        for one in who.told:
            click.echo(f"  {_line(one)}")
    rest = [who for who in found if who not in detailed]
    for who in rest:
        prints = dict.fromkeys(
            one.sighting.name for one in who.told if one.sighting.name != who.shown
        )
        also = f", printed as {', '.join([*prints][:_MOST_PRINTS])}" if prints else ""
        click.echo(f"{who.shown}: {_counted(who.statements, 'statement')}{also}")
    if rest:
        click.echo("To see why somebody is shown so, give the name in full.")


def _line(one: Explained) -> str:
    name, role, country, year = one.sighting
    facts = ", ".join(fact for fact in (role, country, str(year or "")) if fact)
    later = f"; a full run would show {one.wanted}" if one.wanted != one.shown else ""
    articles = _counted(one.articles, "article")
    return f"{name} ({facts or 'nothing else told'}), {articles}: {one.reason}{later}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
