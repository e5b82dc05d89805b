"""The research corpora, read to the last row."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from searchsvc.corpus import Archive
from searchsvc.errors import CorpusError
from searchsvc.settings import ColumnSettings, Settings

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.model import Article


def read(path: Path, columns: ColumnSettings) -> tuple[list[Article], Counter[str]]:
    archive = Archive([str(path)], Settings(columns=columns))
    articles, reasons = [], Counter[str]()
    for file in archive.files():
        for item in [file] if isinstance(file, CorpusError) else archive.read(file):
            if isinstance(item, CorpusError):
                reasons[item.reason] += 1
            else:
                articles.append(item)
    return articles, reasons


@pytest.mark.archive
def test_every_article_of_polnear_is_read_and_its_offsets_lead_back(corpora: Path):
    path = corpora / "polnear" / "train.jsonl.gz"
    articles, reasons = read(path, ColumnSettings())
    assert len(articles) == 840
    assert not reasons
    with gzip.open(path) as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    wrong = total = 0
    for article in articles:
        assert article.date is not None
        assert not article.body.startswith(article.title)
        raw = texts[article.id]
        offsets = list(map(article.body_offsets.to_raw, range(len(article.body))))
        assert offsets == sorted(offsets)
        total += len(offsets)
        there = "".join(map(raw.__getitem__, offsets))
        wrong += sum(
            before != after and not after.isspace()
            for before, after in zip(there, article.body, strict=True)
        )
    # What differs are the repaired characters: accents composed, mojibake undone.
    assert wrong / total < 0.0001


@pytest.mark.archive
def test_every_row_of_reuters_with_a_text_is_read(corpora: Path):
    columns = ColumnSettings(speakers=("people",), countries=("places",))
    articles, reasons = read(corpora / "reuters21578" / "docs.jsonl.gz", columns)
    assert len(articles) == 21_577
    assert sum(reasons.values()) == 1
    assert all(article.title and article.body for article in articles)
    assert sum(bool(article.countries) for article in articles) == 18_798
    assert sum(bool(article.speakers) for article in articles) == 1_156
    assert {str(article.date.day.year) for article in articles if article.date} == {"1987"}
    assert sum("James Baker" in article.speakers for article in articles) == 168
