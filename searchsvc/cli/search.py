"""`searchsvc search`: the search page's answer on the terminal, or the endpoint's JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import Exit, command, json_option
from searchsvc.cli.remote import ask, remote_options, there
from searchsvc.errors import ConfigError
from searchsvc.fields import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from searchsvc.cli.remote import Elsewhere
    from searchsvc.settings import Settings
    from searchsvc.web.schemas import ParameterProblem

FILTERS: Final = (
    "speaker",
    "country",
    "speaker_country",
    "source",
    "kind",
    "act",
    "article",
    "story",
)
_SINGLE: Final = {
    "match": "match",
    "expand": "expand",
    "collection": "in",
    "since": "date.from",
    "until": "date.to",
    "sort": "sort",
    "size": "size",
    "page": "page",
}
"""Options that may be given once, by argument, and the parameters of an address they stand for."""


def filter_options(
    function: Callable[..., Any], fields: Sequence[str] = FILTERS
) -> Callable[..., Any]:
    """An option to ask for values of each facet field, and one to leave values out."""
    for field in reversed(fields):
        name = field.replace("_", "-")
        words = field.replace("_", "'s ")
        function = click.option(
            f"--not-{name}", f"not_{field}", multiple=True, help=f"Leave this {words} out."
        )(function)
        function = click.option(
            f"--{name}",
            field,
            multiple=True,
            help=f"Only this {words}; repeat for any of several.",
        )(function)
    return function


@command("search")
@click.argument("query", nargs=-1)
@click.option("--in", "collection", metavar="COLLECTION", help="statements (default) or articles.")
@click.option("--match", metavar="WORDS", help="all (default) or any of the words.")
@click.option("--expand", metavar="NAMES", help="on (default) or off: other names as well.")
@click.option("--expand-not", multiple=True, metavar="NAME", help="Only as typed; repeatable.")
@filter_options
@click.option("--from", "since", metavar="DATE", help="From this day, month or year on.")
@click.option("--to", "until", metavar="DATE", help="Up to this day, month or year.")
@click.option("--undated", is_flag=True, help="Undated ones as well; alone: only those.")
@click.option(
    "--sort",
    metavar="ORDER",
    help="relevance, fresh (newer first among equals), newest or oldest.",
)
@click.option("--size", metavar="N", help="Hits a page.")
@click.option("--page", metavar="N", help="Page, from 1.")
@click.option("--explain", is_flag=True, help="Say why each hit has its score.")
@click.option("--facets", is_flag=True, help="Count the values of the facets as well.")
@remote_options
@json_option
def search(
    settings: Settings,
    *,
    elsewhere: Elsewhere | None,
    query: tuple[str, ...],
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options that stand for parameters of an address
) -> Exit:
    """Search statements, or articles, for QUERY.

    Several words must all be there. Quotation marks make a phrase; OR, NOT and brackets work;
    speaker:kim searches one field. Other names of what QUERY names are looked for as well. Put the query in single quotes if your shell would interpret
    it, and after -- if it starts with a dash. With --json the output is that of the endpoint
    /api/v1/search, and with --url the archive there is asked.

    \b
    Examples:
      searchsvc search productive
      searchsvc search 'tariffs OR quotas' --country Peru --from 2017 --sort newest
      searchsvc search --in articles '"border crossing"' --facets
      searchsvc search --url https://archive.example.org sanctions
      searchsvc search --speaker 'Rosa Quispe' --not-source 'Harbour Courier' --json
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc.cli.hits import show  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.client.reading import search_of  # noqa: PLC0415 - likewise

    if as_json:
        given["facets"] = True
    pairs = list(pairs_of(" ".join(query), given))
    text = (
        _search(settings, pairs)
        if elsewhere is None
        else there(ask(elsewhere, "search", pairs, option_of, search_of))
    )
    if as_json:
        click.echo(text)
    else:
        show(search_of(text))
    return Exit.DONE


def _search(settings: Settings, pairs: list[tuple[str, str]]) -> str:
    """The JSON of what the index here answers."""
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.web.api import cursors  # noqa: PLC0415 - likewise
    from searchsvc.web.api.finding import onward_of  # noqa: PLC0415 - likewise
    from searchsvc.web.bodies import search_body  # noqa: PLC0415 - likewise
    from searchsvc.web.links import API_SEARCH_PATH, Addresses  # noqa: PLC0415 - likewise
    from searchsvc.web.problems import PageBeyond  # noqa: PLC0415 - likewise
    from searchsvc.web.schemas import read_address  # noqa: PLC0415 - likewise
    from searchsvc.web.search import answer  # noqa: PLC0415 - likewise

    read = read_address(pairs, usual_size=settings.search.size)
    for problem in read.bad:
        raise ConfigError(described(problem), where=option_of(problem.parameter))
    aliases = wiring.open_names(settings).current()
    engine = wiring.open_engine(settings)
    try:
        found = engine.read(
            lambda reader: answer(
                reader,
                settings.search,
                read.parameters,
                Addresses(API_SEARCH_PATH),
                aliases=aliases,
            )
        )
    finally:
        engine.close()
    if found.pager.beyond:
        beyond = PageBeyond(found.pager.page, found.pager.pages)
        raise ConfigError(beyond.problem.detail, where="--page")
    now = cursors.standing(settings, aliases)
    onward = onward_of(found, None, Addresses(API_SEARCH_PATH), now)
    return json.dumps(search_body(found, onward), ensure_ascii=False)


def pairs_of(query: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A search as the names and values of an address."""
    yield "q", text_of(query)
    for argument, parameter in _SINGLE.items():
        if given.get(argument) is not None:
            yield parameter, text_of(given[argument])
    yield from (("expand.not", text_of(name)) for name in given.get("expand_not", ()))
    for field in FILTERS:
        yield from ((field, text_of(value)) for value in given.get(field, ()))
        yield from ((f"not.{field}", text_of(value)) for value in given.get(f"not_{field}", ()))
    if given["undated"]:
        yield "date", MISSING
    if given.get("explain"):
        yield "explain", "on"
    if not given.get("facets", True):
        yield "facets", "none"


def text_of(argument: str) -> str:
    """An argument without the stand-ins for bytes that are not text."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def described(problem: ParameterProblem) -> str:
    place = "" if problem.position is None else f" (at character {problem.position + 1})"
    return f"{problem.detail}{place}"


def option_of(parameter: str) -> str:
    """The option that a parameter of an address came from."""
    if parameter == "q":
        return "QUERY"
    if parameter == "date":
        return "--undated"
    return "--" + parameter.removeprefix("date.").replace(".", "-").replace("_", "-")
