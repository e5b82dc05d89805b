"""What keeps a new generation from being published."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.aliases import built_in
from searchsvc.engine.building import PEAK_AGE, Candidate, peaks_of
from searchsvc.engine.contract import IndexStatus
from searchsvc.errors import ConfigError
from searchsvc.model import Collection
from searchsvc.reindex import reindex
from searchsvc.reindex.gate import GoldenSearch, gate, read_golden
from searchsvc.settings import GateSettings
from tests.reference_engine import ReferenceEngine
from tests.unit.archives import archive

STATUS = IndexStatus(
    engine="reference",
    generation="gen-000007",
    previous=(),
    built_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    articles=1000,
    statements=4000,
    rejects=0,
    versions=(),
    size_bytes=1,
)


DEFAULT = GateSettings()


def reasons(*, before=STATUS, peaks=None, settings=DEFAULT, **after):
    """What the bounds say to an index of these counts."""
    if peaks is None and before is not None:
        peaks = peaks_of(before)
    status = replace(STATUS, generation="gen-000008", **after)

    def search(request):
        raise AssertionError(request)

    return gate(settings, ())(Candidate(before, peaks, status, search))


def golden(text, **changes):
    return replace(GoldenSearch(text, Collection.ARTICLES, 1, None, ()), **changes)


@pytest.fixture
def engine():
    engine = ReferenceEngine(keep=3)
    yield engine
    engine.close()


def held(engine, articles, *searches, settings=DEFAULT, names=None):
    """The reasons why an index of these articles is held back; none where it is published."""
    report = reindex(
        archive(a=(1, articles)),
        engine,
        full=True,
        keep_others=False,
        progress=lambda _: None,
        gate=gate(settings, searches, names),
    )
    assert (report.held is None) == (report.status is not None)
    return () if report.held is None else report.held.reasons


def test_as_many_articles_as_before_pass():
    assert reasons() == ()


@pytest.mark.parametrize(("articles", "passes"), [(750, True), (749, False), (0, False)])
def test_too_many_lost_articles_do_not_pass(articles, passes):
    assert (reasons(articles=articles) == ()) == passes


def test_the_reason_names_the_loss_both_numbers_and_the_setting():
    (reason,) = reasons(articles=600)
    assert reason == (
        "40 % fewer articles than gen-000007 (600 instead of 1,000; gate.fewer_articles allows 25%)"
    )


def test_a_loss_just_above_the_bound_is_not_told_as_the_bound():
    (reason,) = reasons(
        before=replace(STATUS, articles=1_000_000, statements=0), articles=749_999, statements=0
    )
    assert reason.startswith("25.1 % fewer")


def test_lost_statements_do_not_pass_although_all_articles_are_there():
    (reason,) = reasons(statements=2999)
    assert "statements" in reason


def test_the_most_of_late_counts_and_is_named():
    most = replace(
        STATUS, generation="gen-000003", built_at=dt.datetime(2025, 12, 24, tzinfo=dt.UTC)
    )
    before = replace(STATUS, articles=800)
    peaks = peaks_of(most).with_own(before, now=before.built_at)
    assert reasons(before=before, peaks=peaks, articles=750) == ()
    (reason,) = reasons(before=before, peaks=peaks, articles=700)
    assert reason == (
        "30 % fewer articles than gen-000003 of 2025-12-24, the most of the last 30 days"
        " (700 instead of 1,000; gate.fewer_articles allows 25%)"
    )


@pytest.mark.parametrize(("age", "count"), [(PEAK_AGE, 1000), (PEAK_AGE * 1.01, 10)])
def test_what_there_was_is_forgotten_in_time(age, count):
    later = replace(STATUS, generation="gen-000008", articles=10, built_at=STATUS.built_at + age)
    peaks = peaks_of(STATUS).with_own(later, now=later.built_at)
    assert peaks.articles.count == count


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 20)), min_size=1, max_size=60))
def test_whatever_passes_step_by_step_the_loss_in_thirty_days_stays_bounded(steps):
    """Runs after so many days with so many articles; those that are held back change nothing."""
    published = [replace(STATUS, articles=200, statements=0)]
    peaks = peaks_of(published[0])
    now = STATUS.built_at
    settings = GateSettings(compare_from=1)
    for articles, days in steps:
        now += dt.timedelta(days=days)
        before = published[-1]
        compared = peaks.with_own(before, now=now)
        after = {"articles": articles, "statements": 0, "built_at": now}
        if reasons(before=before, peaks=compared, settings=settings, **after) == ():
            published.append(replace(STATUS, generation=f"gen-{len(published):06d}", **after))
            peaks = compared.with_own(published[-1], now=now)
    for at, one in enumerate(published):
        for other in published[at:]:
            if other.built_at - one.built_at <= PEAK_AGE:
                # Where a peak is forgotten in between, twice.
                assert other.articles >= 0.75**2 * one.articles


def test_an_archive_that_loses_a_fifth_with_every_increment_is_held_back(engine):
    articles = {f"a{number:03}": "The harbour." for number in range(200)}
    assert held(engine, articles) == ()
    left = [len(articles)]
    found: tuple[str, ...] = ()
    while not found and len(articles) > 20:
        for article_id in list(articles)[: len(articles) // 5]:
            del articles[article_id]
        found = held(engine, articles)
        left.append(engine.status().articles)
    assert left == [200, 160, 160]
    assert "36 % fewer articles than gen-000001 of " in found[0]
    engine.release()
    assert held(engine, articles) == ()


def test_small_archives_may_lose_what_they_like():
    assert reasons(before=replace(STATUS, articles=99), articles=1) == ()
    assert reasons(before=replace(STATUS, articles=100), articles=1) != ()


def test_the_first_index_loses_nothing():
    assert reasons(before=None, articles=1, statements=0) == ()


@pytest.mark.parametrize(
    ("articles", "rejects", "passes"), [(500, 500, True), (500, 501, False), (9, 90, True)]
)
def test_more_rejects_than_articles_do_not_pass(articles, rejects, passes):
    found = reasons(before=None, articles=articles, statements=0, rejects=rejects)
    assert (found == ()) == passes


def test_a_share_of_one_allows_everything():
    settings = GateSettings(fewer_articles=1, fewer_statements=1, most_rejects=1)
    assert reasons(settings=settings, articles=0, statements=0, rejects=5000) == ()


def test_there_may_have_to_be_some_articles_even_in_the_first_index():
    settings = GateSettings(least_articles=10)
    assert reasons(before=None, settings=settings, articles=10) == ()
    (reason,) = reasons(before=None, settings=settings, articles=9)
    assert "gate.least_articles wants 10" in reason


def test_golden_searches_are_asked_of_the_new_index_before_it_is_published(engine):
    assert held(engine, {"x": "The harbour."}, golden("harbour")) == ()
    (reason,) = held(engine, {"x": "The border."}, golden("harbour"))
    assert reason == "“harbour” finds 0 articles, and should find at least 1"
    assert engine.fetch(Collection.ARTICLES, "x").body == "The harbour."
    engine.release()
    assert engine.fetch(Collection.ARTICLES, "x").body == "The border."


def test_a_golden_search_may_find_too_much(engine):
    articles = {"x": "The harbour.", "y": "A harbour."}
    assert held(engine, articles, golden("harbour", most=2)) == ()
    (reason,) = held(engine, articles, golden("harbour", most=1))
    assert reason == "“harbour” finds 2 articles, and should find at most 1"


def test_an_article_may_have_to_be_among_the_best(engine):
    articles = {f"a{number:02}": "The harbour." for number in range(11)}
    assert held(engine, articles, golden("harbour", articles=("a09",))) == ()
    (reason,) = held(engine, articles, golden("harbour", articles=("a09", "a10")))
    assert reason == "“harbour” has no hit of article a10 among the best 10"


def test_statements_count_for_their_article(engine):
    articles = {"x": "“We will sign it,” said Rosa Quispe on Monday."}
    search = golden("sign", collection=Collection.STATEMENTS, articles=("x",))
    assert held(engine, articles, search) == ()


def test_golden_searches_look_for_other_names_as_the_page_does(engine):
    articles = {"x": "Talks with North Korea."}
    assert held(engine, articles, golden("DPRK"), names=built_in()) == ()
    assert len(held(engine, articles, golden("DPRK"))) == 1


def test_all_reasons_are_told_at_once(engine):
    settings = GateSettings(least_articles=5)
    found = held(
        engine, {"x": "The border."}, golden("harbour"), golden("port"), settings=settings
    )
    assert len(found) == 3


# The file.


def read(tmp_path, text):
    file = tmp_path / "golden.toml"
    file.write_text(text, encoding="utf-8")
    return read_golden(file, required=True)


def test_the_file_gives_searches(tmp_path):
    text = """
    [[search]]
    q = "harbour tariffs"

    [[search]]
    q = "Quispe"
    in = "articles"
    least = 3
    most = 5
    articles = ["a", "b"]

    [[search]]
    q = "nothing"
    most = 0
    """
    assert read(tmp_path, text) == (
        GoldenSearch("harbour tariffs", Collection.STATEMENTS, 1, None, ()),
        GoldenSearch("Quispe", Collection.ARTICLES, 3, 5, ("a", "b")),
        GoldenSearch("nothing", Collection.STATEMENTS, 0, 0, ()),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[search]]\nleast = 1", "`q`"),
        ("[[search]]\nq = 1", "`q`"),
        ('[[search]]\nq = "a"\nat_least = 1', "at_least"),
        ('[[search]]\nq = "a"\nleast = -1', "whole number"),
        ('[[search]]\nq = "a"\nleast = true', "whole number"),
        ('[[search]]\nq = "a"\nleast = 2\nmost = 1', "less than least"),
        ('[[search]]\nq = "a"\nin = "books"', "statements"),
        ('[[search]]\nq = "a"\narticles = "x"', "list of ids"),
        ('[search]\nq = "a"', r"\[\[search\]\]"),
        ('[[query]]\nq = "a"', "query"),
        ("search = 1", r"\[\[search\]\]"),
        ("q = ", "not TOML"),
        ("a" + ".a" * 5000 + " = 1", "expected tables|not TOML"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(tmp_path, text, complaint):
    with pytest.raises(ConfigError, match=complaint) as caught:
        read(tmp_path, text)
    assert "golden.toml" in str(caught.value)


def test_the_usual_file_need_not_be_there_but_a_named_one_must(tmp_path):
    assert read_golden(tmp_path / "golden.toml", required=False) == ()
    with pytest.raises(ConfigError, match="no such file"):
        read_golden(tmp_path / "golden.toml", required=True)
