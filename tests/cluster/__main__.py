"""`python -m tests.cluster up --nodes 3`, `down`, or `run COMMAND`, which does both around it.

`up` prints the addresses of the nodes, with commas.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import click

from tests.cluster.java import NoCluster
from tests.cluster.live import URL_ENV, WHY_ENV
from tests.cluster.nodes import Cluster


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    doing = parser.add_subparsers(dest="what", required=True)
    up = doing.add_parser("up", help="start a cluster on loopback")
    up.add_argument("--nodes", type=int, default=3)
    up.add_argument("--in-memory", action="store_true", help="what they hold, if there is room")
    doing.add_parser("down", help="end it and delete its data")
    run = doing.add_parser("run", help="start one if need be and it can be, run a command, end it")
    run.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    cluster = Cluster()
    if given.what == "down":
        cluster.stop()
        return 0
    if given.what == "up":
        return _up(cluster, given.nodes, in_memory=given.in_memory)
    started = False
    environ = dict(os.environ)
    if not os.environ.get(URL_ENV) and not cluster.up():
        try:
            cluster.start(3, in_memory=True)
            started = True
        except NoCluster as error:
            environ[WHY_ENV] = f" ({error})"
    try:
        return subprocess.run(given.command, env=environ, check=False).returncode
    finally:
        if started:
            cluster.stop()


def _up(cluster: Cluster, nodes: int, *, in_memory: bool) -> int:
    try:
        if cluster.up():
            cluster.wait_for(nodes=len(cluster.nodes))
        else:
            cluster.stop()
            cluster.start(nodes, in_memory=in_memory)
    except NoCluster as error:
        click.echo(f"no OpenSearch cluster: {error}", err=True)
        return 1
    click.echo(",".join(cluster.urls))
    return 0


if __name__ == "__main__":
    sys.exit(main())
