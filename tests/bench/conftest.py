"""One small corpus for all tests of the benchmark that run in a process."""

from __future__ import annotations

import pytest

from tests.bench.corpora import Corpus, corpus


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Corpus:
    """2,000 short articles of our own generator, and 200 queries."""
    return corpus(tmp_path_factory.mktemp("bench"), 2_000, seed=8, short=True, own=True)
