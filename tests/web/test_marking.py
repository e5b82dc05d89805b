"""Texts are cut into runs without losing a letter, and shown in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.model import Span, StatementKind
from searchsvc.web import formatting
from searchsvc.web.answer import Facet, FacetValue
from searchsvc.web.histogram import HEIGHT, WIDTH, bars
from searchsvc.web.marking import Layer, grouped, paragraphs, runs

TEXT = "First “we said” so.\n\nThen they left."
spans = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: Span(*sorted(pair)))


@given(st.text(max_size=40), st.lists(st.lists(spans, max_size=4), max_size=4))
def test_runs_put_together_are_the_text(text, layers):
    cut = runs(text, [Layer(f"layer {n}", tuple(found)) for n, found in enumerate(layers)])
    assert "".join(run.text for run in cut) == text


@given(st.lists(spans, max_size=5))
def test_each_letter_is_marked_as_its_spans_say(found):
    at = 0
    for run in runs(TEXT, [Layer("match", tuple(found))]):
        for place in range(at, at + len(run.text)):
            assert bool(run.values("match")) == any(s.start <= place < s.end for s in found)
        at += len(run.text)


def test_a_value_opens_once_however_often_it_is_cut():
    said = Layer("said", (Span(0, 10), Span(15, 30)), ("3", "3"))
    cut = runs(TEXT, [said, Layer("match", (Span(2, 4), Span(20, 25)))])
    assert [run.opened("said") for run in cut if run.opened("said")] == [("3",)]


def test_a_statement_within_another_keeps_its_own_place():
    cut = runs(
        TEXT, [Layer("said", (Span(0, 18),), ("1",)), Layer("said", (Span(7, 14),), ("2",))]
    )
    inner = next(run for run in cut if "2" in run.opened("said"))
    assert (inner.text, inner.values("said")) == ("we said", ("1", "2"))


def test_paragraphs_are_cut_at_blank_lines_even_inside_a_span():
    cut = paragraphs(TEXT, [Layer("said", (Span(7, 25),), ("1",))])
    assert ["".join(run.text for run in part) for part in cut] == TEXT.split("\n\n")
    assert [values for values, _ in grouped(cut[1], "said")] == [("1",), ()]


@pytest.mark.parametrize(
    ("kind", "text", "marks"),
    [
        (StatementKind.DIRECT, "We will", ("“", "”")),
        (StatementKind.MIXED, "the talks were “useful", ("", "”")),
        (StatementKind.MIXED, 'the talks were "useful', ("", '"')),
        (StatementKind.DIRECT, 'Yes," he said. "No', ('"', '"')),
        (StatementKind.DIRECT, "Peru, “if it comes at all", ("", "”")),
        (StatementKind.DIRECT, "Peru “may come.”", ("", "")),
        (StatementKind.DIRECT, "Yes,” he said. “No.\n\n“Not yet", ("“", "”")),
        (StatementKind.MIXED, "useful” talks", ("“", "")),
        (StatementKind.MIXED, "“useful” talks", ("", "")),
        (StatementKind.INDIRECT, "that talks go on", ("", "")),
    ],
)
def test_quotation_marks_lost_at_the_ends_are_given_back(kind, text, marks):
    assert formatting.quotation_marks(kind, text) == marks


def date_facet(*values):
    return Facet(
        field="date",
        label="Date",
        every=False,
        values=tuple(
            FacetValue(
                value,
                value,
                count,
                selected=False,
                excluded=False,
                toggle_url="/",
                exclude_url=None,
            )
            for value, count in values
        ),
        missing=None,
        total_values=len(values),
        interval=None,
        mode_url=None,
        more=None,
        fewer=None,
        order=None,
        trail=(),
    )


def test_bars_stand_for_every_month_between_the_first_and_the_last():
    drawn = bars(date_facet(("2016-11", 2), ("2017-02", 8), ("2017-03", 4)))
    assert [bar.label for bar in drawn] == [
        "November 2016", "December 2016", "January 2017", "February 2017", "March 2017",
    ]  # fmt: skip
    assert [bar.count for bar in drawn] == [2, 0, 0, 8, 4]
    assert [bar.height / HEIGHT for bar in drawn] == [0.25, 0, 0, 1, 0.5]
    assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH for bar in drawn)


def test_two_values_or_a_gap_of_centuries_are_not_drawn():
    assert bars(date_facet(("2016", 2), ("2017", 8))) == ()
    assert bars(date_facet(("1016", 2), ("1017", 8), ("2017", 8))) == ()


def test_bars_reach_the_end_of_the_calendar():
    assert len(bars(date_facet(("9997", 1), ("9998", 1), ("9999", 1)))) == 3
