"""`searchsvc similar`: what is like an article, a statement or a text."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.cli.remote import ask, remote_options
from searchsvc.cli.search import (
    FILTERS,
    described,
    filter_options,
    option_of,
    pairs_of,
    text_of,
)
from searchsvc.errors import ConfigError
from searchsvc.model import Collection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchsvc.cli.remote import Elsewhere
    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings
    from searchsvc.web.schemas.asking import Likeness

_EMPTY: Final = "is empty; give a sentence or more"
_narrowing_options: Final = partial(
    filter_options, fields=[field for field in FILTERS if field != "article"]
)


@command("similar")
@click.argument("document_id", metavar="[ID]", required=False)
@click.option("--text", "file", metavar="FILE", help="Like the text of this file; - for stdin.")
@click.option("--in", "collection", metavar="COLLECTION", help="Of a text: articles (default) or statements.")  # fmt: skip
@_narrowing_options
@click.option("--from", "since", metavar="DATE", help="From this day, month or year on.")
@click.option("--to", "until", metavar="DATE", help="Up to this day, month or year.")
@click.option("--undated", is_flag=True, help="Undated ones as well; alone: only those.")
@click.option("--size", metavar="N", help="Hits; default 10.")
@remote_options
@json_option
def similar(
    settings: Settings,
    *,
    elsewhere: Elsewhere | None,
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
    from searchsvc.cli.hits import show_similar  # noqa: PLC0415 - slow to import
    from searchsvc.client.reading import similar_of  # noqa: PLC0415 - likewise

    if (document_id is None) == (file is None):
        raise ConfigError("give either an ID or a text, by --text FILE", where="ID")
    text = _read(file) if file is not None else ""
    if elsewhere is None:
        answer = _similar(settings, document_id, text, given)
    else:
        answer = _similar_there(elsewhere, document_id, text, given)
    if answer is None:
        detail = f"there is no such article or statement: {document_id}; search --json gives ids"
        raise ConfigError(detail, where="ID")
    if as_json:
        click.echo(answer)
    else:
        show_similar(similar_of(answer))
    return Exit.DONE


def _similar(
    settings: Settings, document_id: str | None, text: str, given: Mapping[str, Any]
) -> str | None:
    """The JSON of what the index here answers; None where it has no such document."""
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.web.bodies import similar_body  # noqa: PLC0415 - likewise
    from searchsvc.web.links import API_SEARCH_PATH, Addresses  # noqa: PLC0415 - likewise
    from searchsvc.web.similar import similar_view  # noqa: PLC0415 - likewise

    engine = wiring.open_engine(settings)
    try:
        question = _question(engine, document_id, text, given)
        found = engine.read(
            lambda reader: similar_view(
                reader, settings.search, question, Addresses(API_SEARCH_PATH)
            )
        )
    finally:
        engine.close()
    return None if found is None else json.dumps(similar_body(found), ensure_ascii=False)


def _similar_there(
    there: Elsewhere, document_id: str | None, text: str, given: Mapping[str, Any]
) -> str | None:
    """The JSON of what an archive elsewhere answers; None where it has no such document."""
    from searchsvc.client.reading import similar_of  # noqa: PLC0415 - slow to import
    from searchsvc.client.sending import segment  # noqa: PLC0415 - likewise

    named = "text", text
    if document_id is not None:
        document_id = text_of(document_id)
        statement = ask(there, f"statements/{segment(document_id)}", (), _option_of)
        named = ("article" if statement is None else "statement"), document_id
    elif not text.strip():
        raise ConfigError(_EMPTY, where="--text")
    return ask(there, "similar", [named, *pairs_of("", given)], _option_of, similar_of)


def _option_of(parameter: str) -> str:
    return "--text" if parameter == "text" else option_of(parameter)


def _question(
    engine: SearchEngine, document_id: str | None, text: str, given: Mapping[str, Any]
) -> Likeness:
    from searchsvc.web.schemas.asking import (  # noqa: PLC0415 - see above
        ARTICLE,
        STATEMENT,
        TEXT,
        read_likeness,
    )

    named = TEXT, text
    if document_id is not None:
        document_id = text_of(document_id)
        statement = engine.fetch(Collection.STATEMENTS, document_id)
        named = (ARTICLE if statement is None else STATEMENT), document_id
    question = read_likeness([named, *pairs_of("", given)])
    for problem in question.problems:
        raise ConfigError(described(problem), where=_option_of(problem.parameter))
    if question.kind is None:
        raise ConfigError(_EMPTY, where="--text")
    return question


def _read(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}", where="--text") from error
    return raw.decode("utf-8", "replace")
