"""Damage in a live cluster is found, named, and told with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from searchsvc.engine.problems import LISTED
from searchsvc.engine.verification import Finding
from searchsvc.errors import GenerationMissing, IndexMissing
from tests.cluster.building import Archive, archive, pair

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.verification import Contents


@pytest.fixture
def sound(cluster_client: Client, tmp_path: Path) -> Iterator[Archive]:
    """Two generations with a file each."""
    with archive(cluster_client, tmp_path / "here") as made:
        made.publish(pair("a1"), sidecar="first")
        made.publish(pair("a2"), sidecar="second")
        yield made


def opened(where: Archive) -> str:
    """The index of what is published, open for writing."""
    index = f"{where.prefix}-gen-000002"
    where.client.ask("PUT", f"/{index}/_settings", {"index.blocks.write": False})
    return index


def closed(where: Archive) -> None:
    where.client.ask("POST", f"/{where.prefix}-gen-000002/_refresh")
    where.client.ask("PUT", f"/{where.prefix}-gen-000002/_settings", {"index.blocks.write": True})


def test_nothing_is_wrong_with_what_was_just_built(sound: Archive):
    report = sound.verify()
    assert report.sound, report.problems
    assert (report.generation, report.published, report.files) == ("gen-000002", True, 1)
    earlier = sound.verify(generation="gen-000001")
    assert earlier.sound
    assert not earlier.published


def test_what_is_not_there_is_no_damage(sound: Archive, cluster_client: Client, tmp_path: Path):
    with pytest.raises(GenerationMissing):
        sound.verify(generation="gen-000009")
    with archive(cluster_client, tmp_path) as empty, pytest.raises(IndexMissing):
        empty.verify()


def test_a_document_too_few_is_seen_by_a_quick_look(sound: Archive):
    index = opened(sound)
    sound.client.ask("DELETE", f"/{index}/_doc/a1", params={"routing": "a1"})
    closed(sound)
    (problem,) = sound.verify().problems
    assert "holds 1 articles, and should hold 2" in problem.what
    assert "gen-000001" in problem.remedy


def test_an_index_that_can_be_written_to_is_told(sound: Archive):
    opened(sound)
    (problem,) = sound.verify().problems
    assert "closed to writing" in problem.what


def test_a_manifest_that_was_altered_is_told(sound: Archive):
    index = f"{sound.prefix}-gen-000002"
    meta = sound.client.get(f"/{index}/_mapping")[index]["mappings"]["_meta"]
    meta["searchsvc"]["articles"] = 5
    sound.client.ask("PUT", f"/{index}/_mapping", {"_meta": meta})
    (problem,) = sound.verify().problems
    assert "not what was written" in problem.what


def test_a_file_too_few_or_altered_is_told(sound: Archive):
    piece = "_doc/notes.txt:000000"
    files = f"{sound.prefix}-files-gen-00000"
    other = sound.client.get(f"/{files}1/{piece}")["_source"]
    sound.client.ask("PUT", f"/{files}2/{piece}", other)
    assert sound.verify().sound  # only its content tells
    (problem,) = sound.verify(full=True).problems[:1]
    assert (problem.path, "content" in problem.what) == (f"{files}2/notes.txt", True)
    sound.client.ask("DELETE", f"/{files}2/{piece}")
    assert "0 pieces of files, and should hold 1" in sound.verify().problems[0].what


def test_of_many_problems_of_the_ledger_that_are_alike_the_first_are_listed(sound: Archive):
    def sidecars(contents: Contents) -> Iterator[Finding]:
        place = str(contents.sidecar("notes.txt"))
        yield Finding(place, "is missing")
        for number in range(LISTED + 5):
            yield Finding(place, "is listed, and not indexed", f"article {number}")

    first, *alike, more = sound.verify(full=True, sidecars=sidecars).problems
    files = f"{sound.prefix}-files-gen-000002/notes.txt"
    assert str(first) == f"{files}: is missing"
    assert [each.where for each in alike] == [f"article {number}" for number in range(LISTED)]
    assert str(more) == f"{files}: 5 more like these: is listed, and not indexed"


def test_a_field_that_does_not_follow_from_the_document_is_told(sound: Archive):
    from searchsvc.engine.opensearch.documents.sources import sent

    index = opened(sound)
    article, _ = pair("a1")
    document_id, routing, source = sent(article)
    source["articles"]["country"]["value"] = ["XX"]
    sound.client.ask("PUT", f"/{index}/_doc/{document_id}", source, params={"routing": routing})
    closed(sound)
    assert sound.verify().sound
    (problem,) = sound.verify(full=True).problems
    assert problem.where == "document a1"
    assert "another articles.country.value" in problem.what


def test_a_statement_that_its_article_does_not_say_is_told(sound: Archive):
    from searchsvc.engine.opensearch.documents.sources import sent

    index = opened(sound)
    article, _ = pair("a1", body="Nobody says anything here. " * 20)
    document_id, routing, source = sent(article)
    sound.client.ask("PUT", f"/{index}/_doc/{document_id}", source, params={"routing": routing})
    closed(sound)
    told = [str(problem) for problem in sound.verify(full=True).problems]
    assert any("document a1:1" in each and "not what its article says" in each for each in told)
