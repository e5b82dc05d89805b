"""`searchsvc rank` from outside: files in, a run out."""

from __future__ import annotations

import gzip
import itertools
import json

import pytest

from tests.unit.commands import invoke

DOCUMENTS = (
    {
        "id": "d1",
        "title": "Grain prices rise",
        "text": "Wheat and maize went up.",
        "places": ["peru"],
    },
    {"id": "d2", "text": "The ministry bought grain for the winter.", "places": ["chad", "peru"]},
    {"id": "d3", "title": "Football", "places": "peru"},
    {"id": 4, "title": "Wheat harvest", "text": "Maize is late, and prices rise.", "year": 1987},
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEARCHSVC_CONFIG", raising=False)


def write(path, lines):
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def ranked(tmp_path, queries, *options, documents=DOCUMENTS, name="docs.jsonl"):
    """The result of the command and the run by query, documents in order."""
    run = tmp_path / "run.tsv"
    result = invoke(
        "rank",
        "--docs",
        write(tmp_path / name, documents),
        "--queries",
        write(tmp_path / "queries.jsonl", queries),
        "--run",
        run,
        *options,
    )
    found: dict[str, list[tuple[str, float]]] = {}
    for line in run.read_text(encoding="utf-8").splitlines() if run.exists() else ():
        query, document, score = line.split("\t")
        found.setdefault(query, []).append((document, float(score)))
    for hits in found.values():
        scores = [score for _, score in hits]
        assert all(one > other > 0 for one, other in itertools.pairwise(scores))
    return result, {query: [document for document, _ in hits] for query, hits in found.items()}


@pytest.mark.parametrize("name", ["docs.jsonl", "docs.jsonl.gz"])
def test_any_word_of_a_query_finds_and_titles_come_first(tmp_path, name):
    result, found = ranked(tmp_path, [{"id": "q", "text": "grain football"}], name=name)
    assert result.exit_code == 0
    assert sorted(found["q"][:3]) == ["d1", "d2", "d3"]
    assert found["q"][0] == "d3"  # the rarer word, in the title
    assert "documents 4, queries 1" in result.stderr


def test_no_character_of_a_query_is_a_sign_of_the_query_language(tmp_path):
    for text in ('what-about: "grain"?', "NOT grain", "title:grain", "-grain", "(grain", "grain~"):
        _, found = ranked(tmp_path, [{"id": "q", "text": text}])
        assert {"d1", "d2"} <= set(found["q"][:3]), text


def test_a_filter_holds_exactly(tmp_path):
    queries = [
        {"id": "peru", "text": "grain football wheat", "filter": {"places": "peru"}},
        {"id": "chad", "text": "grain football wheat", "filter": {"places": "chad"}},
        {"id": "both", "text": "grain", "filter": {"places": "chad", "year": 1987}},
        {"id": "year", "text": "grain wheat", "filter": {"year": 1987}},
        {"id": "text", "text": "grain wheat", "filter": {"year": "1987"}},
        {"id": "part", "text": "grain wheat", "filter": {"places": "per"}},
    ]
    result, found = ranked(tmp_path, queries)
    assert result.exit_code == 0
    assert {query: set(hits) for query, hits in found.items()} == {
        "peru": {"d1", "d2", "d3"},
        "chad": {"d2"},
        "year": {"4"},
    }


def test_documents_like_the_best_hits_follow_behind_all_that_match(tmp_path):
    _, found = ranked(tmp_path, [{"id": "q", "text": "grain"}])
    assert set(found["q"][:2]) == {"d1", "d2"}
    assert found["q"][2:] == ["4"]
    _, found = ranked(tmp_path, [{"id": "q", "text": "grain"}], "--depth", "2")
    assert len(found["q"]) == 2


def test_only_what_matches_is_listed_where_that_is_asked_for(tmp_path):
    queries = [{"id": "q", "text": "grain"}]
    _, every = ranked(tmp_path, queries)
    _, matches = ranked(tmp_path, queries, "--matches-only")
    assert set(matches["q"]) == {"d1", "d2"}
    assert matches["q"] == every["q"][:2] != every["q"]


def test_a_query_without_words_or_without_hits_gets_no_line(tmp_path):
    queries = [{"id": "q1", "text": "?!"}, {"id": "q2", "text": "zebra"}, {"id": "q3"}]
    result, found = ranked(tmp_path, queries)
    assert result.exit_code == 0
    assert found == {}
    assert "query q1: nothing found" in result.stderr


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON"),
        ("[1]", "expected a JSON object"),
        ({"title": "no id"}, "expected `id`"),
        ({"id": True}, "expected `id`"),
        ({"id": "a\tb"}, "`id` holds a tab"),
        ({"id": "x", "text": 5}, "expected `text`"),
        ({"id": "d1", "text": "again"}, "another document has the id 'd1'"),
    ],
)
def test_a_broken_line_is_skipped_and_said(tmp_path, line, reason):
    documents = (*DOCUMENTS, line, "")
    result, found = ranked(tmp_path, [{"id": "q", "text": "grain"}], documents=documents)
    assert result.exit_code == 1
    assert f"docs.jsonl, line 5: {reason}" in result.stderr
    assert set(found["q"][:2]) == {"d1", "d2"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"id": "q", "text": "again"}, "another query has the id 'q'"),
        ({"id": "p", "text": "x", "filter": []}, None),
        ({"id": "p", "text": "x", "filter": ["peru"]}, "expected `filter`"),
        ({"id": "p", "text": "x", "filter": {"places": ["peru"]}}, "expected one value"),
    ],
)
def test_a_broken_query_is_skipped_and_said(tmp_path, line, reason):
    result, _ = ranked(tmp_path, [{"id": "q", "text": "grain"}, line])
    assert result.exit_code == (0 if reason is None else 1)
    assert reason is None or f"queries.jsonl, line 2: {reason}" in result.stderr


def test_files_that_hold_nothing_or_are_not_there_are_errors(tmp_path):
    result, _ = ranked(tmp_path, [])
    assert result.exit_code == 2
    assert "holds no query" in result.stderr
    result, _ = ranked(tmp_path, [{"id": "q", "text": "x"}], documents=[])
    assert result.exit_code == 2
    assert "holds no document" in result.stderr
    result = invoke("rank", "--docs", "nowhere", "--queries", "nowhere", "--run", "run.tsv")
    assert result.exit_code == 2
    assert "no longer there" in result.stderr


def test_an_index_is_made_where_told_but_never_over_another(tmp_path):
    queries = [{"id": "q", "text": "grain"}]
    result, _ = ranked(tmp_path, queries, "--index", tmp_path / "kept")
    assert result.exit_code == 0
    assert (tmp_path / "kept" / "CURRENT").exists()
    result, _ = ranked(tmp_path, queries, "--index", tmp_path / "kept")
    assert result.exit_code == 2
    assert "is not empty" in result.stderr
    assert not (tmp_path / "index").exists()


def test_counts_come_as_json_where_asked(tmp_path):
    result, _ = ranked(tmp_path, [{"id": "q", "text": "grain"}], "--json")
    body = json.loads(result.stdout)
    assert (body["documents"], body["queries"], body["skipped"]) == (4, 1, 0)
