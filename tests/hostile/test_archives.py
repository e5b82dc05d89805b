"""Whatever lies among the articles: bounded, rejected with a reason or harmless, and read past."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from searchsvc.corpus import Archive
from searchsvc.errors import CorpusError
from searchsvc.settings import CorpusSettings, Settings
from tests.hostile.run import BYSTANDER, CASES, plant, reindexed, reject_fault

LIMIT_MB = 0.5


@pytest.fixture
def planted(tmp_path):
    """A folder for what is hostile; removed by a program that no depth of folders can stop."""
    folder = tmp_path / "in"
    yield folder
    subprocess.run([shutil.which("rm") or "rm", "-rf", folder], check=True)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_hostile_case_gives_its_articles_or_a_reason(case, planted):
    plant(case, planted, case.small)
    archive = Archive([str(planted)], Settings(corpus=CorpusSettings(max_article_mb=LIMIT_MB)))
    articles, rejects = [], []
    for file in archive.files():
        for item in [file] if isinstance(file, CorpusError) else archive.read(file):
            if isinstance(item, CorpusError):
                rejects.append((item.place, item.reason))
            else:
                articles.append(item)
    assert BYSTANDER in [article.path for article in articles]
    assert len(articles) == case.articles + 1, rejects[:3]
    assert reject_fault(case, tuple(rejects)) == ""
    assert len(rejects) <= 1001


def test_a_reindex_of_all_of_them_together_stays_within_bounds_and_ends(planted, tmp_path):
    for case in CASES:
        plant(case, planted / case.name.replace("/", "-"), case.small)
    outcome = reindexed(planted, tmp_path / "index", limit_mb=LIMIT_MB)
    assert outcome.code == 0, outcome.errors
    assert not [reason for _, reason in outcome.rejects if "bug" in reason]
    assert outcome.articles >= len(CASES)
    assert outcome.peak_mb < 1000
