"""`searchsvc mcp`: an archive as tools of a language model."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from searchsvc.cli.command import Exit, command
from searchsvc.cli.remote import remote_options
from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from searchsvc.cli.remote import Elsewhere
    from searchsvc.client import Client
    from searchsvc.settings import Settings


@command("mcp")
@remote_options
@click.option(
    "--links-to",
    metavar="URL",
    help="Where readers find this archive, such as https://archive.example.org; links begin so.",
)
def mcp(settings: Settings, *, elsewhere: Elsewhere | None, links_to: str | None) -> Exit:
    """Offer the archive to a language model, by the Model Context Protocol on stdin and stdout.

    The model may search statements and articles, read an article, count over time and by value,
    compare and look names up; nothing can be changed. It needs the extra: pip install 'searchsvc[mcp]'.

    \b
    Examples:
      searchsvc mcp --index index
      searchsvc mcp --url https://archive.example.org
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    if find_spec("mcp") is None:
        message = "the Model Context Protocol is an extra; run pip install 'searchsvc[mcp]'"
        raise ConfigError(message, where="mcp")
    readers = "" if links_to is None else _begun(links_to)
    if elsewhere is not None:
        with elsewhere.connect() as client:
            there = _begun(elsewhere.url)
            _serve(client, readers or there, root=urlsplit(there).path)
        return Exit.DONE
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.client import client_of  # noqa: PLC0415 - likewise
    from searchsvc.settings import ApiSettings  # noqa: PLC0415 - likewise
    from searchsvc.web import create_app  # noqa: PLC0415 - likewise

    # Whoever may read the index needs no key to it.
    own = replace(settings, api=ApiSettings())
    with closing(wiring.open_engine(settings)) as engine:
        engine.status()
        app = create_app(engine, own, aliases=wiring.open_names(settings))
        with client_of(app) as client:
            _serve(client, readers)
    return Exit.DONE


def _begun(url: str) -> str:
    """What links to the archive at `url` begin with: no name, no password, no slash at the end.

    Raises:
        ConfigError: it is no address.
    """
    try:
        place = urlsplit(url)
    except ValueError:
        place = urlsplit("")
    if place.scheme not in {"http", "https"} or not place.hostname:
        message = f"{url!r} is no address; give one such as https://archive.example.org"
        raise ConfigError(message, where="--links-to")
    host = place.netloc.rpartition("@")[2]
    return f"{place.scheme}://{host}{place.path.rstrip('/')}"


def _serve(client: Client, readers: str, *, root: str = "") -> None:
    from searchsvc.tools.archive import Archive, server_of  # noqa: PLC0415 - slow to import

    server_of(Archive(client, readers, root)).run("stdio")
