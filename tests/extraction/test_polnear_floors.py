"""Real news: how much of what people marked by hand is found, against floors that must hold.

A small scorer of our own, on every seventh article: the speaking persons of an article, and the
words between quotation marks that belong to somebody's statement.
"""

from __future__ import annotations

import gzip
import json
import re
from itertools import islice

import pytest

from searchsvc.extract import extract
from searchsvc.extract.prose.quotes import quotations
from searchsvc.model import SpeakerKind
from tests.extraction.articles import an_article

pytestmark = pytest.mark.archive

FEWEST_WORDS = 4


@pytest.fixture(scope="module")
def sample(corpora):
    """Marked articles with what is extracted from them."""
    path = corpora / "polnear" / "train.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, None, 7)]
    return [(row, extract(an_article(row["text"], title=row["title"]))) for row in rows]


def last_name(name: str) -> str:
    words = [
        word for word in re.findall(r"[\w-]+", name.lower()) if word not in ("jr", "sr", "ii")
    ]
    return str(words[-1])


def f1(right: int, claimed: int, marked: int) -> float:
    return 2 * right / (claimed + marked)


def test_speaking_persons_are_found(sample):
    right = claimed = marked = 0
    for row, extraction in sample:
        gold = {last_name(s["speaker"]) for s in row["statements"] if s["speaker"]}
        found = {
            last_name(s.speaker.name)
            for s in extraction.statements
            if s.speaker is not None and s.speaker.kind is SpeakerKind.PERSON
        }
        right += len(gold & found)
        claimed += len(found)
        marked += len(gold)
    assert f1(right, claimed, marked) > 0.78


def test_quotations_are_given_to_the_persons_who_uttered_them(sample):
    right = claimed = marked = 0
    for row, extraction in sample:
        text = row["text"]
        for quotation in quotations(text):
            if len(text[quotation.start : quotation.end].split()) < FEWEST_WORDS:
                continue
            middle = (quotation.start + quotation.end) // 2
            gold = {
                last_name(s["speaker"])
                for s in row["statements"]
                if s["speaker"] and any(start <= middle < end for start, end in s["content"])
            }
            found = {
                last_name(s.speaker.name)
                for s in extraction.statements
                if s.speaker is not None
                and s.speaker.kind is SpeakerKind.PERSON
                and any(piece.start <= middle < piece.end for piece in s.pieces)
            }
            right += bool(gold & found)
            claimed += bool(found)
            marked += bool(gold)
    assert f1(right, claimed, marked) > 0.82


def test_words_of_statements_are_found(sample):
    """By characters, so that it does not matter how statements are cut."""
    right = claimed = marked = 0
    for row, extraction in sample:
        gold = {at for s in row["statements"] for a, b in s["content"] for at in range(a, b)}
        found = {
            at for s in extraction.statements for p in s.pieces for at in range(p.start, p.end)
        }
        right += len(gold & found)
        claimed += len(found)
        marked += len(gold)
    assert f1(right, claimed, marked) > 0.8
