"""`searchsvc suggest`: what may be meant by text that is being typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.cli.remote import ask, remote_options, there
from searchsvc.cli.search import described, filter_options, option_of, pairs_of, text_of
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from searchsvc.cli.remote import Elsewhere
    from searchsvc.client.shapes.asking import Suggest
    from searchsvc.settings import Settings


@command("suggest")
@click.argument("text")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD",
    help="speaker, country, speaker_country, source or terms (words); repeatable; default all.",
)
@click.option("--limit", metavar="N", help="Suggestions of each field; default 5.")
@click.option("--within", metavar="QUERY", help="Count what this query finds.")
@click.option("--in", "collection", metavar="COLLECTION", help="statements (default) or articles.")
@click.option("--match", metavar="WORDS", help="all (default) or any of the words.")
@click.option("--expand", metavar="NAMES", help="on (default) or off: other names as well.")
@click.option("--expand-not", multiple=True, metavar="NAME", help="Only as typed; repeatable.")
@filter_options
@click.option("--from", "since", metavar="DATE", help="From this day, month or year on.")
@click.option("--to", "until", metavar="DATE", help="Up to this day, month or year.")
@click.option("--undated", is_flag=True, help="Undated ones as well; alone: only those.")
@remote_options
@json_option
def suggest(
    settings: Settings,
    *,
    elsewhere: Elsewhere | None,
    text: str,
    fields: tuple[str, ...],
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options that stand for parameters of an address
) -> Exit:
    """Suggest speakers, countries, sources and words that TEXT begins.

    Any word of a name may be begun, in any order and without accents; countries go by all their
    names and codes. Beside each stands how many statements, or articles, choosing it would find.
    With --json the output is that of the endpoint /api/v1/suggest.

    \b
    Examples:
      searchsvc suggest kor
      searchsvc suggest DPRK --field country
      searchsvc suggest 'border ro' --country Peru --in articles
      searchsvc suggest sanc --field terms --json
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc.client.reading import suggest_of  # noqa: PLC0415 - slow to import

    own = [("field", text_of(field)) for field in fields]
    own += [(name, text_of(given[name])) for name in ("limit", "within") if given[name]]
    pairs = [*pairs_of(text, given), *own]
    found = (
        _suggest(settings, pairs)
        if elsewhere is None
        else there(ask(elsewhere, "suggest", pairs, _option_of, suggest_of))
    )
    if as_json:
        click.echo(found)
    else:
        _show(suggest_of(found))
    return Exit.DONE


def _option_of(parameter: str) -> str:
    return "TEXT" if parameter == "q" else option_of(parameter)


def _suggest(settings: Settings, pairs: list[tuple[str, str]]) -> str:
    """The JSON of what the index here answers."""
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.web.bodies import suggest_body  # noqa: PLC0415 - likewise
    from searchsvc.web.links import API_SEARCH_PATH, Addresses  # noqa: PLC0415 - likewise
    from searchsvc.web.schemas.asking import read_typed  # noqa: PLC0415 - likewise
    from searchsvc.web.suggest import suggestions  # noqa: PLC0415 - likewise

    question = read_typed(pairs)
    for problem in question.problems:
        raise ConfigError(described(problem), where=_option_of(problem.parameter))
    aliases = wiring.open_names(settings).current()
    engine = wiring.open_engine(settings)
    try:
        found = engine.read(
            lambda reader: suggestions(
                reader, settings.search, question, Addresses(API_SEARCH_PATH), aliases=aliases
            )
        )
    finally:
        engine.close()
    return json.dumps(suggest_body(found), ensure_ascii=False)


def _show(found: Suggest) -> None:
    from searchsvc.engine.suggestions import TERMS  # noqa: PLC0415 - see above

    if not found.groups:
        click.echo("Nothing begins so.")
    for group in found.groups:
        click.echo(group.label)
        for offer in group.suggestions:
            shown = offer.text if group.name == TERMS else offer.label
            via = f" ({offer.via})" if offer.via else ""
            click.echo(f"  {shown}{via}  {offer.count:,}")
