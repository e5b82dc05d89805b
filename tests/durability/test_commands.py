"""A little of what each command does at length; `docs/durability.md` gives the figures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.durability.curves import Curve, Panel, draw

ROOT = Path(__file__).resolve().parents[2]
CANNOT = 2
"""What a command exits with where this machine lacks what it needs."""


def passes(name: str, *options: object) -> str:
    """What the command prints when it finds nothing wrong."""
    ran = subprocess.run(
        [sys.executable, "-m", f"tests.durability.{name}", *(str(each) for each in options)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode == CANNOT and "usage:" not in ran.stderr:
        pytest.skip(ran.stdout.strip())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def figure(printed: str, name: str) -> int:
    """The figure of that name in the table of what was found."""
    (line,) = (line for line in printed.splitlines() if line.startswith(name + "  "))
    return int(line.rpartition(" ")[2].replace(",", ""))


def test_kills_lose_nothing_and_no_search_fails_meanwhile():
    printed = passes("kills", "--kills", 6, "--seed", 5)
    assert figure(printed, "kills") == 6
    assert figure(printed, "searches by the engine's client") > 0
    assert figure(printed, "searches over HTTP") > 0
    assert figure(printed, "searches that failed") == 0
    assert figure(printed, "searches answered inconsistently") == 0


def test_power_cuts_leave_what_was_published_before_or_what_was_to_be():
    printed = passes("power_cuts", "--cuts", 20, "--commands", 2, "--seed", 5)
    assert figure(printed, "cuts") == 20
    assert figure(printed, "answered as before") + figure(printed, "answered as after") == 20
    assert figure(printed, "followed by a reindex") == 2


def test_a_full_disk_ends_a_run_in_one_line_and_loses_nothing():
    printed = passes("disk_full", "--points", 2, "--seed", 5)
    assert figure(printed, "runs that the full disk ended") == 2


def test_a_server_under_load_fails_no_request_while_increments_are_published(tmp_path: Path):
    plot = tmp_path / "soak.svg"
    printed = passes("soak", "--minutes", 0.2, "--every", 2, "--seed", 5, "--plot", plot)
    assert figure(printed, "requests") > 0
    assert figure(printed, "requests that failed") == 0
    assert figure(printed, "increments published") > 0
    drawn = ET.parse(plot).getroot()
    assert len(drawn.findall("{*}polyline")) == 4


def test_what_is_kept_of_each_article_and_file_hardly_takes_memory():
    assert "ids of articles" in passes("memory", "--count", 60_000, "--most", 60)


def test_curves_stay_within_their_panels():
    values = (0.0, 3.0, 7.5)
    drawn = ET.fromstring(
        draw("a <title>", (0.0, 1.0, 2.0), [Panel("MB", (Curve("one", values),))])
    )
    (line,) = drawn.findall("{*}polyline")
    points = [tuple(map(float, each.split(","))) for each in line.attrib["points"].split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    heights = [bottom - y for (_, y) in points for bottom in (points[0][1],)]
    assert heights[1] / heights[2] == pytest.approx(3 / 7.5, abs=0.01)
    assert min(y for _, y in points) >= 40
