"""`searchsvc suggest`: what may be meant by text that is being typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.cli.search import described, filter_options, option_of, pairs_of, text_of
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from searchsvc.settings import Settings
    from searchsvc.web.suggest import Suggestions


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
@json_option
def suggest(
    settings: Settings,
    *,
    text: str,
    fields: tuple[str, ...],
    limit: str | None,
    within: str | None,
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
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.web.bodies import suggest_body  # noqa: PLC0415 - likewise
    from searchsvc.web.links import API_SEARCH_PATH, Addresses  # noqa: PLC0415 - likewise
    from searchsvc.web.schemas.asking import read_typed  # noqa: PLC0415 - likewise
    from searchsvc.web.suggest import suggestions  # noqa: PLC0415 - likewise

    own = [("field", text_of(field)) for field in fields]
    own += [("limit", limit)] if limit is not None else []
    own += [("within", text_of(within))] if within is not None else []
    question = read_typed([*pairs_of(text, given), *own])
    for problem in question.problems:
        where = "TEXT" if problem.parameter == "q" else option_of(problem.parameter)
        raise ConfigError(described(problem), where=where)
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
    if as_json:
        click.echo(json.dumps(suggest_body(found), ensure_ascii=False))
    else:
        _show(found)
    return Exit.DONE


def _show(found: Suggestions) -> None:
    from searchsvc.engine.suggestions import TERMS  # noqa: PLC0415 - see above

    if not found.groups:
        click.echo("Nothing begins so.")
    for group in found.groups:
        click.echo(group.label)
        for offer in group.offers:
            shown = offer.text if group.field == TERMS else offer.label
            via = f" ({offer.via})" if offer.via else ""
            click.echo(f"  {shown}{via}  {offer.count:,}")
