"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

# How long an example takes says more about the machine's other work than about ours.
hypothesis.settings.register_profile("searchsvc", deadline=None)
hypothesis.settings.load_profile("searchsvc")

CORPORA_ENV = "SEARCHSVC_TEST_CORPORA"
CORPORA_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "corpora"


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The research corpora that lie beside the checkout and are never part of it."""
    folder = Path(os.environ.get(CORPORA_ENV, CORPORA_BESIDE))
    if not folder.is_dir():
        pytest.skip(f"no research corpora at {folder}; set {CORPORA_ENV} to their folder")
    return folder
