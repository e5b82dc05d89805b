"""The instruments that the extractor is measured with."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract.confidence import OTHER, probability
from tests.extraction import errors, fuzz, gains, speed, tables
from tests.extraction.calibrated import bins, error
from tests.extraction.extracting import statements
from tests.extraction.folders import SAMPLE, SCORER
from tests.extraction.isotonic import fit, rising
from tests.extraction.pairing import judge, pairs, scorer_at, word_sets
from tests.extraction.tables import kind_of, report, verb_of
from tests.training import calibration

SCORES = st.lists(st.tuples(st.integers(0, 100).map(lambda n: n / 100), st.booleans()), min_size=1)
WORDS = st.lists(st.sets(st.integers(0, 12), max_size=6), max_size=5)
TEXT = 'Ivo Berg said the border would stay open. "Trade depends on it," Maria Petrova said.'


@pytest.fixture(scope="module")
def scorer():
    if not SCORER.is_file():
        pytest.skip(f"no scorer at {SCORER}")
    return scorer_at(SCORER)


def gold_of(text: str, said: str, name: str) -> dict[str, object]:
    start, at = text.index(said), text.index(name)
    head = [at + len(name) - len(name.rsplit(maxsplit=1)[-1]), at + len(name)]
    return {
        "content": [[start, start + len(said)]],
        "source": [[at, at + len(name)]],
        "head": head,
        "cue": "said",
        "speaker": name,
        "speech": True,
        "form": "indirect",
    }


@given(WORDS, WORDS)
def test_pairs_are_one_to_one_share_half_of_their_words_and_leave_no_equal_out(left, right):
    found = pairs(left, right)
    assert len(set(found.values())) == len(found)
    for here, there in found.items():
        assert 2 * len(left[here] & right[there]) >= len(left[here] | right[there]) > 0
    for here, one in enumerate(left):
        for there, other in enumerate(right):
            if one and one == other:
                assert here in found or there in found.values()


@given(SCORES)
def test_bins_hold_every_statement_and_the_error_is_a_share(scores):
    some = bins(scores)
    assert sum(one.size for one in some) == len(scores)
    assert all(-1e-9 <= one.mean - one.low <= 0.1 + 1e-9 for one in some)
    assert 0 <= error(scores) <= 1


def test_what_is_right_as_often_as_it_says_has_no_error():
    assert error([(0.75, True)] * 3 + [(0.75, False)]) == 0
    assert error([(0.75, True)] * 4) == 0.25


@given(SCORES, st.integers(1, 20))
def test_a_table_rises_and_its_steps_are_as_large_as_asked(scores, least):
    table = rising(scores, least=least)
    assert all(one < other and low <= high for (one, low), (other, high) in pairwise(table))
    assert all(0 < share < 1 for _, share in table)
    ends = [low for low, _ in table[1:]] + [2.0]
    sizes = [
        sum(low <= score < end for score, _ in scores)
        for (low, _), end in zip(table, ends, strict=True)
    ]
    assert sum(sizes) == len(scores)
    assert len(sizes) == 1 or min(sizes) >= least


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1), st.booleans()), min_size=1))
def test_every_rule_and_score_has_a_probability(scored):
    tables = fit(scored, least=2, least_of_rule=4)
    assert OTHER in tables
    for rule in "abcd":
        found = [probability(tables, rule, score / 10) for score in range(11)]
        assert found == sorted(found)
        assert 0 < found[0] <= found[-1] < 1


def test_verbs_of_cues():
    assert verb_of("has also said") == "say"
    assert verb_of("According to") == "according to"
    assert verb_of(None) == "(none)"
    assert verb_of(":") == ":"


def test_kinds_of_sources():
    assert kind_of("He", is_person=True) == "he, she"
    assert kind_of("Senator Ivo Berg", is_person=True) == "name"
    assert kind_of("the minister", is_person=True) == "role of a person"
    assert kind_of("the Harbour Authority", is_person=False) == "body or place"
    assert kind_of("officials", is_person=False) == "unnamed"
    assert kind_of("", is_person=False) == "nobody"


def test_statements_are_judged_by_the_scorer_and_told_in_tables(scorer):
    gold = [
        gold_of(TEXT, "the border would stay open", "Ivo Berg"),
        gold_of(TEXT, "stay open", "Ivo Berg"),
    ]
    article = {"id": "1", "text": TEXT, "statements": gold}
    judged, missed = judge(scorer, article, statements(article))
    assert [(one.gold is not None, one.source) for one in judged] == [(True, True), (False, False)]
    assert missed == [gold[1]]
    told = report([(article, judged, missed)], most=20)
    assert "X said clause" in told
    assert "expected calibration error" in told


def test_gained_lost_and_changed_statements_are_told_apart(scorer):
    article = {
        "id": "1",
        "text": TEXT,
        "statements": [gold_of(TEXT, "Trade depends on it", "Maria Petrova")],
    }
    now = statements(article)
    renamed = json.loads(json.dumps(now[1])) | {"speaker": "Ivo Berg", "speakers": ["Ivo Berg"]}
    found = list(gains.differences(scorer, article, [renamed], now))
    assert [(one.what, one.right) for one in found] == [("gained", False), ("speaker", True)]
    lost = list(gains.differences(scorer, article, now, now[1:]))
    assert [(one.what, one.right) for one in lost] == [("lost", False)]
    assert not list(gains.differences(scorer, article, now, now))
    told = "\n".join(gains.report(found, examples=3, seed=1))
    assert "gained: 1, of them right 0" in told
    assert "speaker changed: 1, of them right 1, before 0" in told
    assert "[[the border would stay open]]" in told


def test_without_gold_nothing_is_called_right_or_wrong(scorer):
    article = {"id": "1", "text": TEXT}
    (one, *_) = gains.differences(scorer, article, [], statements(article))
    assert one.right is None
    assert "of them" not in "\n".join(gains.report([one], examples=1, seed=1))


def test_statements_as_sets_of_words(scorer):
    (said, quoted) = word_sets(scorer, TEXT, statements({"id": "1", "text": TEXT}))
    assert len(said) == 5
    assert len(quoted) == 4
    assert not said & quoted


def test_each_sort_of_error_is_told_with_its_words(scorer):
    gold = [
        gold_of(TEXT, "the border would stay open", "Maria Petrova"),
        gold_of(TEXT, "Petrova", "Maria Petrova"),
    ]
    article = {"id": "1", "text": TEXT, "statements": gold}
    told = errors.drawn([(article, *judge(scorer, article, statements(article)))], 9, 1)
    sorts = sorted(one.split()[1] for one in told)
    assert sorts == ["FALSE", "MISSED", "SOURCE"]
    assert any("[[Trade depends on it]]" in one for one in told)


@pytest.mark.parametrize(
    ("command", "arguments", "option"),
    [
        (tables.main, ["no/such/file"], "GOLD"),
        (errors.main, ["no/such/file"], "GOLD"),
        (calibration.main, ["no/such/file"], "GOLD"),
        (gains.main, ["--base", "HEAD", "--corpus", "no/such/file"], "--corpus"),
        (fuzz.main, ["--texts", "1", "--corpus", "no/such/file"], "--corpus"),
        (tables.main, ["--scorer", "no/such/file"], "--scorer"),
    ],
)
def test_a_command_without_its_files_says_what_to_give(command, arguments, option, tmp_path):
    scorer = tmp_path / "scorer.py"
    scorer.write_text("")
    if "--scorer" not in arguments and command is not fuzz.main:
        arguments = [*arguments, "--scorer", str(scorer)]
    told = CliRunner().invoke(command, arguments)
    assert told.exit_code == 1
    assert f"no file no/such/file; give another with {option}" in told.output


def test_speed_is_told_of_articles_and_of_real_prose_of_any_length():
    articles = speed.articles_of(SAMPLE, 3)
    assert len(articles) == 3
    assert " 3 articles of " in speed.of_articles("sample", articles)
    bodies = [article.body for article in articles]
    assert [len(speed.prose_of(bodies, size).split()) for size in (1, 700, 5_000)] == [
        1,
        700,
        5_000,
    ]


def test_no_fold_is_calibrated_by_itself():
    right, wrong = [("a", 0.9, True)] * 40, [("a", 0.9, False)] * 40
    found = calibration.held_out([wrong, right, right, right, right], least=5, least_of_rule=5)
    of_wrong = {share for share, is_right in found if not is_right}
    of_right = {share for share, is_right in found if is_right}
    assert max(of_right) < 0.8
    assert min(of_wrong) > 0.95
    assert len(found) == 200


def test_tables_are_written_as_json():
    tables_of = fit([("a", 0.5, True), ("b", 0.25, False)] * 9, least=3, least_of_rule=5)
    read = json.loads(calibration.written(tables_of))
    assert read == {rule: [list(step) for step in table] for rule, table in tables_of.items()}
