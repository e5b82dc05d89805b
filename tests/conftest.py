"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import sync_playwright

from searchsvc.columnar import compiled
from searchsvc.engine.whoosh.budget import Budget
from searchsvc.settings import SearchSettings
from tests.cluster.live import SKIPPED

# How long an example takes says more about the machine's other work than about ours.
hypothesis.settings.register_profile("searchsvc", deadline=None)
hypothesis.settings.load_profile("searchsvc")

CHROMIUM_ENV = "SEARCHSVC_TEST_CHROMIUM"
CORPORA_ENV = "SEARCHSVC_TEST_CORPORA"
CORPORA_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "corpora"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line, not one for each place, that there was no cluster to test on."""
    for report in terminalreporter.stats.get("skipped", ()):
        if isinstance(report.longrepr, tuple) and report.longrepr[2].endswith(SKIPPED):
            report.longrepr = (
                str(Path(__file__).with_name("cluster")),
                None,
                f"Skipped: {SKIPPED}",
            )


@pytest.fixture(scope="session", autouse=True)
def unhurried():
    """The budget that no test set refuses nothing: how fast a machine is, is for the benchmark."""
    limited = Budget.__init__

    def allowed(self: Budget, milliseconds: float, *, searches: int = 1) -> None:
        unset = milliseconds == SearchSettings().budget_ms
        limited(self, 0 if unset else milliseconds, searches=searches)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Budget, "__init__", allowed)
        yield


@pytest.fixture(scope="module", autouse=True)
def uncollected():
    """What a module leaves behind is not gone through again in every later round of the collector."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", params=["compiled", "numpy"])
def both_ways(request: pytest.FixtureRequest):
    """Everything twice: with the compiled loops, and with the NumPy that stands in for them."""
    if request.param == "compiled" and compiled.loops is None:
        pytest.skip(
            "no compiler was found when this was installed; install one, and `make install`"
        )
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "numpy":
            patched.setattr(compiled, "loops", None)
        yield


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The research corpora that lie beside the checkout and are never part of it."""
    folder = Path(os.environ.get(CORPORA_ENV, CORPORA_BESIDE))
    if not folder.is_dir():
        pytest.skip(f"no research corpora at {folder}; set {CORPORA_ENV} to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium():
    """The Chromium of the system; `SEARCHSVC_TEST_CHROMIUM` names another. One per process of tests."""
    executable = os.environ.get(CHROMIUM_ENV) or shutil.which("chromium") or shutil.which("chrome")
    if executable is None:
        pytest.fail(f"no Chromium on this machine; install one or name it in {CHROMIUM_ENV}")
    options: dict[str, Any] = {
        "executable_path": executable,
        "args": ["--no-sandbox"],
    }  # root has none
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(**options)) as browser,
    ):
        yield browser
