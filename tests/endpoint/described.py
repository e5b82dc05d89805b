"""`python -m tests.endpoint.described`: schemathesis against a running server, all checks.

Every operation of the description is asked with requests that fit it and with such that do not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from searchsvc import wiring
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from tests.endpoint.serving import served
from tests.unit.commands import invoke

if TYPE_CHECKING:
    from collections.abc import Sequence

_CASES: Final = re.compile(r"^ *([\d,]+) generated", re.MULTILINE)
_PHASES: Final = "examples,coverage,fuzzing,stateful"
SAMPLE: Final = Path(__file__).parents[2] / "searchsvc" / "sample"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run: how many requests, whether all was well, and what was printed."""

    cases: int
    well: bool
    output: str


def checked(
    url: str, *, examples: int, seed: int, phases: str = _PHASES, only: Sequence[str] = ()
) -> Outcome:
    """What schemathesis finds at the service at `url`.

    Args:
        url: scheme, host and port.
        examples: random requests for each operation.
        seed: the same one gives the same requests.
        phases: of schemathesis, set apart by commas.
        only: ids of operations; none for all.
    """
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"),
                "run",
                f"{url}/api/v1/openapi.json",
                f"--max-examples={examples}",
                f"--seed={seed}",
                f"--phases={phases}",
                "--checks=all",
                "--exclude-checks=positive_data_acceptance",  # `rules` has a stricter one
                "--continue-on-failure",
                "--no-shrink",
                "--warnings=off",
                "--suppress-health-check=all",
                *(f"--include-operation-id={name}" for name in only),
            ],
            cwd=folder,  # no settings of schemathesis from around the tests
            env={
                **os.environ,
                "SCHEMATHESIS_HOOKS": "tests.endpoint.rules",
                "PYTHONPATH": str(Path(__file__).parents[2]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    output = done.stdout + done.stderr
    found = _CASES.search(output)
    cases = int(found[1].replace(",", "")) if found else 0
    return Outcome(cases, done.returncode == 0, output)


@click.command()
@click.option("--url", help="of a service that runs; else the sample archive is served")
@click.option("--examples", default=200, show_default=True, help="random requests, each operation")
@click.option("--seed", default=1, show_default=True, help="which requests")
@click.option("--phases", default=_PHASES, show_default=True, help="of schemathesis")
@click.option("--only", multiple=True, help="id of an operation; repeatable; else all")
def main(*, url: str | None, examples: int, seed: int, phases: str, only: tuple[str, ...]) -> None:
    """Ask every operation of the description what it promises, and what it must refuse."""
    with tempfile.TemporaryDirectory() as folder:
        if url is not None:
            outcome = checked(url, examples=examples, seed=seed, phases=phases, only=only)
        else:
            inputs = sorted(SAMPLE.iterdir())
            invoke("reindex", *inputs, "--index", folder)
            settings = load_settings(overrides={"index.path": folder})
            engine = wiring.open_engine(settings)
            with served(create_app(engine, settings)) as own:
                outcome = checked(own, examples=examples, seed=seed, phases=phases, only=only)
            engine.close()
    click.echo(outcome.output)
    click.echo(
        f"{outcome.cases:,} requests, seed {seed}: {'all well' if outcome.well else 'not well'}"
    )
    if not outcome.well:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
