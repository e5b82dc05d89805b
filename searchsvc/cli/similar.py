"""`searchsvc similar`: what is like an article, a statement or a text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.cli.search import described, filter_options, option_of, pairs_of, text_of
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings


@command("similar")
@click.argument("document_id", metavar="[ID]", required=False)
@click.option("--text", "file", metavar="FILE", help="Like the text of this file; - for stdin.")
@click.option("--in", "collection", metavar="COLLECTION", help="Of a text: articles (default) or statements.")  # fmt: skip
@filter_options
@click.option("--from", "since", metavar="DATE", help="From this day, month or year on.")
@click.option("--to", "until", metavar="DATE", help="Up to this day, month or year.")
@click.option("--undated", is_flag=True, help="Undated ones as well; alone: only those.")
@click.option("--size", metavar="N", help="Hits; default 10.")
@json_option
def similar(
    settings: Settings,
    *,
    document_id: str | None,
    file: str | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options that stand for parameters of an address
) -> Exit:
    """Show what is like the article or statement with this ID, or like a text.

    Found are documents that share the words that set it apart, the most alike first. With --json
    the output is that of the endpoint /api/v1/similar.

    \b
    Examples:
      searchsvc similar 20191112-harbour
      searchsvc similar 20191112-harbour:3 --country Peru
      searchsvc similar --text draft.txt --in statements
      pbpaste | searchsvc similar --text - --json
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.cli.hits import show_similar  # noqa: PLC0415 - likewise
    from searchsvc.web.bodies import similar_body  # noqa: PLC0415 - likewise
    from searchsvc.web.links import API_SEARCH_PATH, Addresses  # noqa: PLC0415 - likewise
    from searchsvc.web.similar import (  # noqa: PLC0415 - likewise
        TEXT,
        read_question,
        similar_view,
    )

    if (document_id is None) == (file is None):
        raise ConfigError("give an ID, or a text by --text FILE; one of the two", where="ID")
    engine = wiring.open_engine(settings)
    try:
        if file is not None:
            named = (TEXT, _read(file))
        else:
            named = (_kind(engine, document_id), text_of(document_id))
        question = read_question([named, *pairs_of("", given)])
        for problem in question.problems:
            where = "--text" if problem.parameter == TEXT else option_of(problem.parameter)
            raise ConfigError(described(problem), where=where)
        found = similar_view(engine, settings.search, question, Addresses(API_SEARCH_PATH))
    finally:
        engine.close()
    if as_json:
        click.echo(json.dumps(similar_body(found), ensure_ascii=False))
    else:
        show_similar(found)
    return Exit.DONE
