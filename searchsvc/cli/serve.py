"""`searchsvc serve`: the search page and the JSON endpoint."""

from __future__ import annotations

import gc
import importlib.resources
import json
import signal
import socket
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import Exit, command, json_option, setting_option
from searchsvc.cli.supervisor import notify
from searchsvc.errors import CurrentMissing, EngineUnavailable, IndexMissing

if TYPE_CHECKING:
    from types import FrameType

    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import ServerSettings, Settings

_SLOWEST_S: Final = 30
"""After so many seconds of silence a connection is closed."""
_TAKES_NOTHING_S: Final = 60
"""After so many seconds in which a client has taken nothing of an answer, likewise."""

_UNCOMPILED: Final = (
    "short searches with facets could take half as long: loops were not compiled when this was installed."
    " Install a C++ compiler and Python's headers (Debian: apt install g++ python3-dev), then"
    " install searchsvc again."
)


@command("serve")
@setting_option("--host", keys=lambda host: {"server.host": host}, help="Address to listen on.")
@setting_option(
    "--port",
    keys=lambda port: {"server.port": port},
    help="Port to listen on; 0 for any free one.",
)
@click.option(
    "--sample", is_flag=True, help="If there is no index yet, index the sample archive first."
)
@json_option
def serve(settings: Settings, *, sample: bool, as_json: bool) -> Exit:
    """Serve the search page and the JSON endpoint until stopped.

    Listens on this machine only, unless told otherwise. A reindex is noticed without a restart.

    \b
    Examples:
      searchsvc serve
      searchsvc serve --sample --port 8080
      searchsvc serve --host 0.0.0.0
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    import waitress  # noqa: PLC0415 - the rooms below are slow to import

    from searchsvc import wiring  # noqa: PLC0415 - likewise
    from searchsvc.web import LARGEST_FORM, create_app, start_log  # noqa: PLC0415 - likewise

    start_log(settings.server)
    names = wiring.open_names(settings)
    engine = wiring.open_engine(settings)
    if not wiring.as_fast_as_can_be(settings):
        click.echo(_UNCOMPILED, err=True)
    _see_to_an_index(engine, settings, sample=sample)
    server: Any
    try:
        server = waitress.create_server(
            create_app(engine, settings, aliases=names),
            host=settings.server.host,
            port=settings.server.port,
            threads=settings.server.threads,
            ident=None,
            # Else it keeps a gigabyte of whatever is sent before the application is asked.
            max_request_body_size=LARGEST_FORM,
            channel_timeout=_SLOWEST_S,
            # Else it drops what proxies say before the application decides whom to believe.
            clear_untrusted_proxy_headers=not settings.server.trusted_proxies,
        )
    except OSError as error:
        raise EngineUnavailable(_not_listening(settings.server, error)) from error
    let_go_of_the_silent(server, _TAKES_NOTHING_S)
    signal.signal(signal.SIGTERM, _stop)
    url = _url(server)
    click.echo(json.dumps({"url": url}) if as_json else f"{settings.server.name} is at {url}")
    # What lives as long as the server need not be looked through whenever garbage is collected,
    # which would stop a request for tens of milliseconds.
    gc.collect()
    gc.freeze()
    notify(READY="1", STATUS=f"at {url}")
    try:
        server.run()
    finally:
        notify(STOPPING="1")
        server.close()
        engine.close()
    return Exit.DONE


def let_go_of_the_silent(server: Any, seconds: float) -> None:  # noqa: ANN401 - waitress has no types
    """Close connections whose clients take nothing any more, each of which keeps a thread.

    The kernel does it where it can (tcp(7), TCP_USER_TIMEOUT): waitress itself waits for good.

    Args:
        server: of waitress, before its first connection.
        seconds: to wait for a client that has no room for more.
    """
    if patience := getattr(socket, "TCP_USER_TIMEOUT", None):
        option = (socket.IPPROTO_TCP, patience, round(1000 * seconds))
        server.adj.socket_options = [*server.adj.socket_options, option]


def _see_to_an_index(engine: SearchEngine, settings: Settings, *, sample: bool) -> None:
    """Make sure that there is something to search, or say that there is not."""
    try:
        engine.status()
    except IndexMissing as error:
        if sample and not isinstance(error, CurrentMissing):  # it would take the archive's place
            index_sample(settings)
        else:
            click.echo(f"warning: {error}", err=True)


def index_sample(settings: Settings) -> None:
    """Publish the sample archive, and tell what became of it on standard error."""
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.cli.progress import shown  # noqa: PLC0415 - likewise
    from searchsvc.cli.reindexed import summary  # noqa: PLC0415 - likewise
    from searchsvc.corpus import Archive  # noqa: PLC0415 - likewise
    from searchsvc.reindex import reindex  # noqa: PLC0415 - likewise

    folder = importlib.resources.files("searchsvc") / "sample"
    with importlib.resources.as_file(folder) as path, shown(as_json=False) as progress:
        report = reindex(
            # Each publisher's folder or file is an input of its own, and names the source.
            Archive(sorted(str(entry) for entry in path.iterdir()), settings),
            wiring.open_writer(settings),
            full=False,
            keep_others=False,
            progress=progress,
            aliases=wiring.open_aliases(settings),
        )
    click.echo(f"sample archive: {summary(report)}", err=True)


def _not_listening(server: ServerSettings, error: OSError) -> str:
    return (
        f"cannot listen on {server.host}, port {server.port}: {error.strerror};"
        " stop what listens there, or choose another with --port"
    )


def _url(server: Any) -> str:  # noqa: ANN401 - waitress has no types
    """Where the server listens; the first address where a name stands for several."""
    listening = getattr(server, "effective_listen", None)
    host, port = listening[0] if listening else (server.effective_host, server.effective_port)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _stop(signum: int, frame: FrameType | None) -> None:
    """Let SIGTERM end the server as Ctrl-C does, requests in flight first."""
    del signum, frame
    raise SystemExit
