"""Fingerprints of documents: what is stored is what their rules give, however it came there."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.columnar.writing import fingerprints
from searchsvc.engine.whoosh import WhooshIndexWriter
from searchsvc.engine.whoosh.execute import document
from searchsvc.engine.whoosh.generations import read_current
from searchsvc.engine.whoosh.snapshot import open_snapshot
from searchsvc.model import Collection
from tests.builders import article_document
from tests.engine_contract.archive import made_up_archive
from tests.reference_fingerprints import FIELDS, fingerprint

if TYPE_CHECKING:
    from pathlib import Path


def publish(path, pairs, *, fresh=True, remove=()):
    build = WhooshIndexWriter(path, 1).start_build(fresh=fresh)
    build.remove(remove)
    for article, statements in pairs:
        build.add(article, statements)
    build.publish(rejects=0)


def stored(path):
    """The documents of an index and the marks of each, by id."""
    found = {}
    for view in open_snapshot(path / read_current(path)).views.values():
        for part in view.parts:
            at, marks = part.segment.mark_at.tolist(), part.segment.marks.tolist()
            assert at[0] == 0
            assert at[-1] == len(marks)
            for doc in range(part.segment.count):
                if view.alive is None or view.alive[part.base + doc]:
                    own = [(mark >> 2, mark & 3) for mark in marks[at[doc] : at[doc + 1]]]
                    each = document(view, part.base + doc)
                    found[each.id] = (view.collection, each, own)
    return found


def check(path):
    found = stored(path)
    assert found
    for collection, each, marks in found.values():
        fields = FIELDS if collection is Collection.ARTICLES else (("body", 1, 768),)
        assert marks == fingerprint(each, fields), each.id
    return found


def test_fingerprints_are_what_the_rules_give_also_after_merges(tmp_path: Path):
    archive = made_up_archive(Random(5), 60)
    publish(tmp_path, archive[:40])
    check(tmp_path)
    publish(tmp_path, archive[40:], fresh=False, remove=["a1", "a7"])
    check(tmp_path)


@pytest.mark.parametrize("at_once", [1, 7, 256])
def test_long_texts_are_looked_at_from_their_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr(fingerprints, "DOCUMENTS_AT_ONCE", at_once)
    random = Random(at_once)

    def text(words):
        return " ".join("x" + "abcdefgh"[random.randrange(8)] * random.randint(1, 12)
                        for _ in range(words))  # fmt: skip

    pairs = [
        (article_document(id=f"a{n:02}", title=text(n % 3 * 150), body=text(n * 60)), ())
        for n in range(25)
    ]
    pairs.append((article_document(id="the", title="the of and", body="border " * 2000), ()))
    publish(tmp_path, pairs)
    assert check(tmp_path)["the"][2] == fingerprint(pairs[-1][0])
