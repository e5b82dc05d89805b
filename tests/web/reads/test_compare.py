"""Two searches side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.contrast import contrasts
from searchsvc.documents import facet_values
from searchsvc.engine.contract import Interval
from searchsvc.model import Collection, Span, Speaker, SpeakerKind
from searchsvc.query import Match
from searchsvc.web.links import only
from searchsvc.web.parameters import DateBound, SearchParameters, in_collection
from searchsvc.web.reads.compare import CompareQuestion, compare
from tests.reference_engine import filled
from tests.web.reads.checking import answered, archive, check_numbers, engine_of
from tests.web.searches import TEXTS, searches

EVERYTHING = SearchParameters()


def speaking(name, **more):
    return only(replace(EVERYTHING, **more), "speaker", name)


def spoken(statement):
    """The pieces of a statement."""
    start = statement.span.start
    return " ".join(
        statement.body[each.start - start : each.end - start] for each in statement.pieces
    )


def compared(engine, a, b, size=4):
    return answered(engine, compare, CompareQuestion(EVERYTHING, a, b, size))


def turned(view):
    """What the answer is to be with the sides changed over."""
    return (
        view.b,
        view.a,
        view.interval,
        tuple((each.value, each.b, each.a) for each in view.countries),
        tuple((each.value, each.days, each.b, each.a) for each in view.pairs),
        tuple((each.text, -each.z, each.b, each.a) for each in view.words_b),
        tuple((each.text, -each.z, each.b, each.a) for each in view.words_a),
    )


def as_it_is(view):
    return (
        view.a,
        view.b,
        view.interval,
        tuple((each.value, each.a, each.b) for each in view.countries),
        tuple((each.value, each.days, each.a, each.b) for each in view.pairs),
        tuple((each.text, each.z, each.a, each.b) for each in view.words_a),
        tuple((each.text, each.z, each.a, each.b) for each in view.words_b),
    )


sides = searches(most_fields=2, texts=st.sampled_from((*TEXTS, "talks OR border", "(trade")))


@given(a=sides, b=sides, match=st.sampled_from(Match), seed=st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_changing_the_sides_over_mirrors_the_answer_and_every_number_is_true(a, b, match, seed):
    a, b = (replace(in_collection(each, Collection.STATEMENTS), match=match) for each in (a, b))
    engine = engine_of(seed, 12)
    common = SearchParameters(interval=Interval.YEAR)
    view = answered(engine, compare, CompareQuestion(common, a, b, 3))
    assert as_it_is(answered(engine, compare, CompareQuestion(common, b, a, 3))) == turned(view)
    check_numbers(engine, view)
    for side in (view.a, view.b):
        series = side.series
        assert [each.value for each in series.moments] == [
            each.value for each in view.a.series.moments
        ]
        in_time = sum(each.found.count for each in series.moments) + series.undated.count
        assert in_time == side.found.count == series.total.count


def test_a_side_of_undated_statements_alone_has_none_on_any_day():
    a, b = SearchParameters(undated=True), SearchParameters()
    view = compared(engine_of(1, 12), a, b)
    assert view.a.found.count == view.a.series.undated.count > 0
    assert {(each.found.count, each.found.url) for each in view.a.series.moments} == {(0, None)}
    assert sum(each.found.count for each in view.b.series.moments) > 0


def test_two_speakers_are_counted_as_plain_searches_count_them():
    view = compared(engine_of(1), speaking("Jun Okabe"), speaking("Rosa Quispe"))
    said = [each for _, statements in archive(1) for each in statements]
    for side, name in ((view.a, "Jun Okabe"), (view.b, "Rosa Quispe")):
        own = [each for each in said if name in facet_values(each, "speaker")]
        assert side.found.count == len(own) == side.read
        assert side.articles == len({each.article_id for each in own})
        for country in view.countries:
            there = country.a if side is view.a else country.b
            assert there.count == sum(country.value in each.countries for each in own)
    bodies = [
        [spoken(each) for each in said if name in facet_values(each, "speaker")]
        for name in ("Jun Okabe", "Rosa Quispe")
    ]
    words = [each for each in contrasts(*bodies) if each.z > 0]
    assert [each.text for each in view.words_a] == [each.text for each in words[:4]]


def test_neither_names_of_who_speaks_nor_what_interrupts_them_sets_anybody_apart():
    ruiz, wei = (Speaker(name, SpeakerKind.PERSON, None, None) for name in ("Ana Ruiz", "Li Wei"))
    (article, (like, *_)), *_ = (each for each in archive(1) if each[1])
    told = [
        (ruiz, "Ruiz wants a harbour", " muttered Ruiz. ", "Wei may keep the bridge"),
        (wei, "Wei wants a bridge", " muttered Wei. ", "Ruiz may keep the harbour of Ruiz"),
    ]
    statements = []
    for number, (speaker, first, between, second) in enumerate(told * 3, start=1):
        body = f"{first} {number}0{between}{second}"
        pieces = (Span(0, len(first) + 3), Span(len(body) - len(second), len(body)))
        statements.append(
            replace(
                like,
                id=f"{article.id}:{number}",
                body=body,
                span=Span(0, len(body)),
                pieces=pieces,
                speaker=speaker,
                others=(),
            )
        )
    engine = filled((article, tuple(statements)))
    view = compared(engine, speaking("Ana Ruiz"), speaking("Li Wei"), 20)
    words = {each.text for each in (*view.words_a, *view.words_b)}
    assert words >= {"harbour", "bridge"}
    assert "muttered" not in words
    assert not {"ana", "ruiz"} & {each.text for each in view.words_a}
    assert not {"li", "wei"} & {each.text for each in view.words_b}
    assert "ruiz" in {each.text for each in view.words_b}, "another's name does tell"


def test_one_speaker_in_two_periods():
    view = compared(
        engine_of(1, 90),
        speaking("Jun Okabe", since=DateBound(2015), until=DateBound(2016)),
        speaking("Jun Okabe", since=DateBound(2019), until=DateBound(2020)),
    )
    assert view.a.found.count
    assert view.b.found.count
    assert view.a.series.moments[0].value[:4] == "2015"
    assert all(pair.days > 365 for pair in view.pairs)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pairs_are_the_closest_in_date_about_their_country(seed):
    a, b = speaking("Jun Okabe"), speaking("Ministry of Trade")
    view = compared(engine_of(seed), a, b, 10)
    used = [hit.document.id for pair in view.pairs for hit in (pair.a, pair.b)]
    assert len(used) == len(set(used))
    said = [each for _, statements in archive(seed) for each in statements if each.date]
    sides = [
        [
            each
            for each in said
            if name in facet_values(each, "speaker") and other not in facet_values(each, "speaker")
        ]
        for name, other in (
            ("Jun Okabe", "Ministry of Trade"),
            ("Ministry of Trade", "Jun Okabe"),
        )
    ]
    taken = set()
    for pair in view.pairs:
        one, other = (
            [
                each.date.day
                for each in side
                if pair.value in each.countries and each.id not in taken
            ]
            for side in sides
        )
        assert pair.days == min(abs((x - y).days) for x in one for y in other)
        taken |= {pair.a.document.id, pair.b.document.id}


def test_a_side_compared_with_itself_has_no_words_and_no_pairs_of_its_own():
    view = compared(engine_of(1), speaking("Jun Okabe"), speaking("Jun Okabe"))
    assert view.words_a == view.words_b == view.pairs == ()
    assert view.a == view.b


def test_a_text_that_leaves_no_room_for_a_word_is_counted_without_a_link():
    long = replace(EVERYTHING, text=" OR ".join(["trade", "harbour", *(["border"] * 219)])[:2000])
    view = compared(engine_of(1), long, EVERYTHING)
    assert [each.a.url for each in view.words_b if each.a.count] == [None] * sum(
        each.a.count > 0 for each in view.words_b
    )
