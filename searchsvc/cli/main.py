"""The command `searchsvc` and its subcommands."""

from __future__ import annotations

import click

from searchsvc.cli.command import EXIT_CODES, settings_options
from searchsvc.cli.dump import dump
from searchsvc.cli.extract import extract
from searchsvc.cli.generations import prune, publish, rollback, status
from searchsvc.cli.keys import keys
from searchsvc.cli.mcp import mcp
from searchsvc.cli.rank import rank
from searchsvc.cli.reindex import reindex
from searchsvc.cli.search import search
from searchsvc.cli.serve import serve
from searchsvc.cli.similar import similar
from searchsvc.cli.speakers import speakers
from searchsvc.cli.suggest import suggest
from searchsvc.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(package_name="searchsvc")
@settings_options
def main() -> None:
    """Search an archive of news articles: full text, and who said what about which country.

    \b
    Examples:
      searchsvc reindex news/            build the index from a folder
      searchsvc serve                    serve the search page
      searchsvc search productive talks  search on the terminal
      searchsvc COMMAND --help           more about one command

    Settings come from a TOML file, the environment (SEARCHSVC_SERVER_PORT for server.port) and
    the command line; the later ones win.
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone


for _command in (
    reindex,
    search,
    similar,
    serve,
    mcp,
    status,
    speakers,
    suggest,
    rollback,
    verify,
    publish,
    prune,
    dump,
    extract,
    rank,
    keys,
):
    main.add_command(_command)
