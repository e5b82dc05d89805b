"""`searchsvc keys`: who may ask the service by program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from searchsvc.cli.command import EXIT_CODES, Exit, command, json_option
from searchsvc.keys import Scope, add_key, read_keys, revoke_key

if TYPE_CHECKING:
    from searchsvc.settings import Settings


@click.group("keys", epilog=EXIT_CODES)
def keys() -> None:
    """Make, list and revoke the keys with which programs may ask the service.

    Keys are asked for where api.keys_for is "api" or "everything". The file api.keys holds their
    hashes; the service notices its changes without a restart.

    \b
    Examples:
      searchsvc keys add newsroom
      searchsvc keys add prometheus --scope admin
      searchsvc keys list
      searchsvc keys revoke newsroom
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone


@command("add")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.READ.value,
    show_default=True,
    help="read: searching and all that is read; admin: also /metrics and details of /readyz.",
)
@json_option
def add(settings: Settings, *, name: str, scope: str, as_json: bool) -> Exit:
    """Make a key for NAME and show it, this once: nobody can find it out again.

    NAME tells keys apart, here and in logs.

    \b
    Examples:
      searchsvc keys add newsroom
      searchsvc keys add prometheus --scope admin
    """  # noqa: D301 - \b is click's mark for a paragraph to leave alone
    text = add_key(settings.api.keys, name, Scope(scope))
    if as_json:
        click.echo(json.dumps({"name": name, "scope": scope, "key": text}))
        return Exit.DONE
    click.echo(text)
    click.echo(f"This is the key of {name}; keep it, it is not shown again.", err=True)
    if settings.api.keys_for == "nothing":
        click.echo("note: no key is asked for yet; set api.keys_for", err=True)
    return Exit.DONE


@command("list")
@json_option
def list_(settings: Settings, *, as_json: bool) -> Exit:
    """Show whose keys there are, of which scope, and when they were made."""
    known = read_keys(settings.api.keys)
    if as_json:
        rows = [{"name": key.name, "scope": key.scope, "made": key.made} for key in known]
        click.echo(json.dumps(rows))
        return Exit.DONE
    width = max((len(key.name) for key in known), default=0)
    for key in known:
        click.echo(f"{key.name:<{width}}  {key.scope:<5}  {key.made}")
    if not known:
        click.echo("There are no keys.", err=True)
    return Exit.DONE


@command("revoke")
@click.argument("name")
def revoke(settings: Settings, *, name: str) -> Exit:
    """Revoke the key of NAME: whoever shows it is refused from the next request on."""
    revoke_key(settings.api.keys, name)
    click.echo(f"The key of {name} is revoked.", err=True)
    return Exit.DONE


for _each in (add, list_, revoke):
    keys.add_command(_each)
