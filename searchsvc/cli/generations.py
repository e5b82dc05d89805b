"""`searchsvc status`, `rollback`, `publish` and `prune`."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

import click

from searchsvc.cli.command import Exit, command, json_option, setting_option
from searchsvc.cli.remote import ask, remote_options, there
from searchsvc.cli.search import option_of
from searchsvc.errors import ConfigError, IndexCorrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from searchsvc.cli.remote import Elsewhere
    from searchsvc.client.shapes.things import Status
    from searchsvc.engine.contract import IndexStatus
    from searchsvc.engine.health import ClusterHealth
    from searchsvc.settings import Settings

_TOLD: Final = {"scratch": "scratch (what a run had read or made for the next one to go on from)"}
"""What is deleted under a name that does not say it."""


@command("status")
@remote_options
@json_option
def status(settings: Settings, *, elsewhere: Elsewhere | None, as_json: bool) -> Exit:
    """Show what is published: generation, counts, versions, size.

    Where that is damaged, it shows the generation that answers in its place, and exits with 4. With
    --url and --json the output is that of the endpoint /api/v1/status.

    \b
    Examples:
      searchsvc status
      searchsvc status --url https://archive.example.org
      searchsvc status --json
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    if elsewhere is not None:
        return _status_there(elsewhere, as_json=as_json)
    from searchsvc import wiring  # noqa: PLC0415 - the engine is slow to import

    remark = _remark(settings)
    engine = wiring.open_engine(settings)
    try:
        published = engine.status()
    finally:
        engine.close()
    _show(published, settings, as_json=as_json, remark=remark)
    return Exit.BAD_INDEX if published.refused else Exit.DONE


def _status_there(elsewhere: Elsewhere, *, as_json: bool) -> Exit:
    """Show what an archive elsewhere says of what it has published."""
    from searchsvc.client.reading import status_of  # noqa: PLC0415 - slow to import

    answer = there(ask(elsewhere, "status", (), option_of, status_of))
    published = status_of(answer)
    if as_json:
        click.echo(answer)
    else:
        rows = {
            **_rows(published, published.versions.items(), f"{published.rejects:,}"),
            "archive": elsewhere.url,
        }
        if published.degraded:
            rows["degraded"] = "an earlier generation answers, or documents cannot be shown"
        _print(rows)
    return Exit.BAD_INDEX if published.degraded else Exit.DONE


@command("rollback")
@json_option
def rollback(settings: Settings, *, as_json: bool) -> Exit:
    """Publish the generation before the current one again; the current one is dropped.

    The next reindex reads again what the dropped one had read; mend the articles before. What the
    gate has held back stays: it may have been built upon the one that is dropped, and `publish`
    would publish it all the same.

    \b
    Examples:
      searchsvc rollback
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc import wiring  # noqa: PLC0415 - the engine is slow to import

    _show(wiring.open_writer(settings).rollback(), settings, as_json=as_json)
    return Exit.DONE


@command("publish")
@json_option
def publish(settings: Settings, *, as_json: bool) -> Exit:
    """Publish the generation that the gate held back; `searchsvc status` tells why it did.

    It holds what the archive held when it was built, whatever was undone since. The next reindex is
    compared with it, and not with what was there before.

    \b
    Examples:
      searchsvc publish
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc import wiring  # noqa: PLC0415 - the engine is slow to import

    _show(wiring.open_writer(settings).release(), settings, as_json=as_json)
    return Exit.DONE


@command("prune")
@setting_option(
    "--keep",
    keys=lambda number: {"index.keep": number},
    type=click.IntRange(1),
    metavar="N",
    help="Generations kept, the published one included; short for --set index.keep=N.",
)
@json_option
def prune(settings: Settings, *, as_json: bool) -> Exit:
    """Delete what no search needs: old generations, one held back, what killed runs left.

    \b
    Examples:
      searchsvc prune
      searchsvc prune --keep 1
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    from searchsvc import wiring  # noqa: PLC0415 - the engine is slow to import

    gone = wiring.open_writer(settings).prune(keep=settings.index.keep)
    if as_json:
        click.echo(json.dumps({"deleted": gone}))
    else:
        told = ", ".join(_TOLD.get(name, name) for name in gone)
        click.echo(f"Deleted {told}." if gone else "There was nothing to delete.")
    return Exit.DONE


def status_body(published: IndexStatus) -> dict[str, Any]:
    """What is published, as JSON."""
    return {
        **dataclasses.asdict(published),
        "built_at": published.built_at.isoformat(),
        "versions": dict(published.versions),
    }


def _remark(settings: Settings) -> str | None:
    """What is wrong with the file of other names; a search would not start with it."""
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import

    try:
        return wiring.open_names(settings).remark
    except ConfigError as error:
        return str(error)


def _show(
    published: IndexStatus, settings: Settings, *, as_json: bool, remark: str | None = None
) -> None:
    if as_json:
        body = status_body(published) | {"outdated_names": _outdated(published, settings)}
        body["remarks"] = [] if remark is None else [remark]
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    rows = {
        **_rows(published, published.versions, _rejects(published, settings)),
        "names": _names(_outdated(published, settings)),
    }
    if published.cluster is None:
        rows["folder"] = str(settings.index.path)
    else:
        rows["cluster"] = _cluster(published.cluster, settings)
    if published.held is not None:
        rows["held back"] = f"{published.held.generation} ({'; '.join(published.held.reasons)})"
        rows["publish it"] = "run `searchsvc publish`; `searchsvc prune` deletes it"
    if remark is not None:
        rows["remark"] = remark
    if published.refused:
        rows["refused"] = "; ".join(published.refused)
        rows["way out"] = "run `searchsvc rollback`, or `searchsvc reindex --full PATH`"
    _print(rows)


def _rows(
    published: IndexStatus | Status, versions: Iterable[tuple[str, str]], rejects: str
) -> dict[str, str]:
    """What is published, line by line, as far as everybody may know it."""
    told = ", ".join(f"{name} {version}" for name, version in versions)
    return {
        "generation": published.generation,
        "built": published.built_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "articles": f"{published.articles:,}",
        "statements": f"{published.statements:,}",
        "rejects": rejects,
        "size": f"{published.size_bytes / 1e6:,.1f} MB",
        "engine": f"{published.engine} ({told})",
        "rollback to": ", ".join(published.previous) or "nothing kept",
    }


def _print(rows: Mapping[str, str]) -> None:
    for name, value in rows.items():
        click.echo(f"{name:<12} {value}")


def _outdated(published: IndexStatus, settings: Settings) -> int | None:
    """How many names of speakers a full run would show otherwise; None where nothing tells."""
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.identities import IDENTITIES_FILE, outdated  # noqa: PLC0415 - likewise

    try:
        with wiring.sidecar(
            settings, published.generation, IDENTITIES_FILE, check=True
        ) as register:
            return outdated(register)
    except IndexCorrupt:  # what is published can be told all the same
        return None


def _names(waiting: int | None) -> str:
    from searchsvc.identities import IDENTITIES_FILE  # noqa: PLC0415 - slow to import

    if waiting is None:
        return f"{IDENTITIES_FILE} cannot be read; run `searchsvc reindex --full`"
    if not waiting:
        return "none wait for a full run"
    return f"{waiting:,} of speakers would be shown otherwise by a full run (searchsvc reindex --full)"


def _cluster(health: ClusterHealth, settings: Settings) -> str:
    nodes = "1 node" if health.nodes == 1 else f"{health.nodes} nodes"
    shards = f"{health.active_shards} copies of its shards answer"
    if health.unassigned_shards:
        shards += f", {health.unassigned_shards} lack a node"
    where = f"{settings.opensearch.urls[0]}, prefix {settings.opensearch.prefix}"
    return f"{health.name} is {health.status}: {nodes}, {shards} ({where})"


def _rejects(published: IndexStatus, settings: Settings) -> str:
    if not published.rejects:
        return "0"
    from searchsvc import wiring  # noqa: PLC0415 - the rooms below are slow to import
    from searchsvc.reindex import REJECTS_FILE  # noqa: PLC0415 - likewise

    with wiring.sidecar(settings, published.generation, REJECTS_FILE) as file:
        count = f"{published.rejects:,}"
    return f"{count} (listed in {file})" if file.exists() else count
