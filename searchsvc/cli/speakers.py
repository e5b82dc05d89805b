"""`searchsvc speakers`: who is shown under a name, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.identities import Explained
    from searchsvc.settings import Settings


@command("speakers")
@click.argument("name")
@json_option
def speakers(settings: Settings, *, name: str, as_json: bool) -> Exit:
    """Show which printed names are shown as NAME is, and why.

    NAME is a name as articles print it or as the facet shows it. Whatever is wrong can be
    overruled in the alias file (corpus.persons, see config/persons.toml).

    \b
    Examples:
      searchsvc speakers "Ivo Berg"
      searchsvc speakers Berg --json
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    if not name.strip():
        raise ConfigError("an empty name is nobody's; name a speaker", where="NAME")
    from searchsvc import wiring  # noqa: PLC0415 - the engine is slow to import
    from searchsvc.identities import IDENTITIES_FILE, explain  # noqa: PLC0415 - likewise

    engine = wiring.open_engine(settings)
    try:
        generation = engine.status().generation
    finally:
        engine.close()
    told = explain(wiring.sidecar(settings, generation, IDENTITIES_FILE), name)
    if as_json:
        click.echo(json.dumps([_body(one) for one in told], ensure_ascii=False))
    elif told:
        _show(told)
    else:
        click.echo(f"Nobody called {name} speaks in the index.")
    return Exit.DONE


def _body(one: Explained) -> dict[str, Any]:
    reading = {
        "shown": one.shown,
        "wanted": one.wanted,
        "reason": one.reason,
        "articles": one.articles,
    }
    return one.sighting._asdict() | reading


def _show(told: Iterable[Explained]) -> None:
    shown = None
    for one in told:
        if one.shown != shown:
            shown = one.shown
            click.echo(shown)
        name, role, country, year = one.sighting
        facts = ", ".join(fact for fact in (role, country, str(year or "")) if fact)
        later = f"; a full run would show {one.wanted}" if one.wanted != one.shown else ""
        click.echo(
            f"  {name} ({facts or 'nothing else told'}), {_articles(one)}: {one.reason}{later}"
        )


def _articles(one: Explained) -> str:
    return "1 article" if one.articles == 1 else f"{one.articles:,} articles"
