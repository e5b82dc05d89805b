"""What there is about one statement, one speaker, one country."""

from __future__ import annotations

from itertools import pairwise

import pytest

from searchsvc.documents import facet_values
from searchsvc.fields import MISSING
from searchsvc.model import SpeakerKind
from searchsvc.web.reads.country import country_view
from searchsvc.web.reads.speaker import Nobody, speaker_view
from searchsvc.web.reads.statement import around, statement_view
from searchsvc.web.reads.status import status_view
from tests.builders import article_document, statement_document
from tests.reference_engine import filled
from tests.web.reads.checking import answered, archive, check_numbers, engine_of


def statements(seed):
    return [each for _, said in archive(seed) for each in said]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_statement_stands_between_the_sentences_beside_it(seed):
    bodies = {article.id: article.body for article, _ in archive(seed)}
    linked = 0
    for document in statements(seed):
        view = answered(engine_of(seed), statement_view, document.id)
        body = bodies[document.article_id]
        assert document.body in view.passage.text
        order = [each for each in (view.before, view.passage, view.after) if each]
        for each in order:
            assert body[each.start : each.end] == each.text
        assert [each.start for each in order] == sorted(each.start for each in order)
        assert all(one.end <= two.start for one, two in pairwise(order))
        assert view.article.id == document.article_id
        linked += check_numbers(engine_of(seed), view)
    assert linked


def test_at_the_ends_of_an_article_nothing_stands_before_or_after():
    document = statement_document()
    body = article_document().body
    before, passage, after = around(body, document.span)
    assert before is not None
    assert passage.start > before.end
    assert after is None
    assert around(document.body, type(document.span)(0, 5))[0] is None


def test_there_is_no_statement_of_a_strange_id():
    for strange in ("", "a1:99", "a1", "zzz:1", "a1:x"):
        assert answered(engine_of(1), statement_view, strange) is None


@pytest.mark.parametrize("name", ["Jun Okabe", "Rosa Quispe", "Tomás O'Leary <envoy>"])
def test_of_a_speaker_every_number_is_what_its_search_finds(name):
    view = answered(engine_of(1), speaker_view, name)
    assert check_numbers(engine_of(1), view) >= 10
    own = [each for each in statements(1) if name in facet_values(each, "speaker")]
    assert (
        view.said.count == len(own) == view.read == sum(each.statements for each in view.offices)
    )
    assert view.named.count == sum(name in article.speakers for article, _ in archive(1))
    assert {each.value: each.found.count for each in view.jointly} == {
        other: sum(other in facet_values(each, "speaker") for each in own)
        for each in own
        for other in facet_values(each, "speaker")
        if other != name
    }
    assert {each.value: each.found.count for each in view.about} == {
        code: sum(code in each.countries for each in own)
        for each in own
        for code in each.countries
    }
    assert view.kinds == (SpeakerKind.PERSON,)
    dates = [each.date.day for each in own if each.date]
    assert (view.offices[0].first, view.offices[0].last) == (min(dates), max(dates))
    shown = [hit.document for hit in view.latest]
    assert all(each in own for each in shown)
    assert len(shown) == min(len(own), 10)


@pytest.mark.parametrize(
    "asked", ["jun okabe", "JUN OKABE", "Okabe Jun", "tomas o'leary envoy", "bo ra namgung"]
)
def test_a_speaker_is_found_however_the_name_is_written(asked):
    view = answered(engine_of(1), speaker_view, asked)
    if asked == "Okabe Jun":  # another order may be another person
        assert view == Nobody(asked, ("Jun Okabe",))
    else:
        assert view.asked == asked
        assert view == answered(engine_of(1), speaker_view, view.name) or view.said.count


def test_nobody_of_a_name_is_told_who_is_near():
    assert answered(engine_of(1), speaker_view, "Ann Okabe") == Nobody("Ann Okabe", ("Jun Okabe",))
    assert answered(engine_of(1), speaker_view, "Xu") == Nobody("Xu", ())
    assert answered(engine_of(1), speaker_view, "--") == Nobody("--", ())
    # The unnamed are nobody's name.
    assert isinstance(answered(engine_of(1), speaker_view, "a senior official"), Nobody)


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_for_no_value_is_nobody_and_nowhere(seed):
    """The facets list it beside names, and searches take it; pages of it would claim a person."""
    assert isinstance(answered(engine_of(seed), speaker_view, MISSING), Nobody)
    assert answered(engine_of(seed), country_view, MISSING) is None


def test_a_speaker_is_found_by_another_spelling():
    article = article_document(speakers=("Lee Yun-ha",))
    view = answered(filled((article, ())), speaker_view, "Rhee Yoon-ha")
    assert (view.asked, view.name, view.named.count) == ("Rhee Yoon-ha", "Lee Yun-ha", 1)
    assert {"Rhee Yun Ha", "Ri Yun Ha"} <= set(view.others)


@pytest.mark.parametrize("asked", ["PE", "peru", "Peruvian", "JP", "DPRK"])
def test_of_a_country_every_number_is_what_its_search_finds(asked):
    view = answered(engine_of(1), country_view, asked)
    assert check_numbers(engine_of(1), view) > 5
    about = [each for each in statements(1) if view.code in each.countries]
    by = [each for each in statements(1) if view.code in facet_values(each, "speaker_country")]
    assert (view.about.count, view.by.count) == (len(about), len(by))
    assert {each.value: each.found.count for each in view.beside} == {
        code: sum(code in each.countries for each in about)
        for each in about
        for code in each.countries
        if code != view.code
    }
    assert [each.value for each in view.about_years.moments] == [
        each.value for each in view.by_years.moments
    ]
    assert all(hit.document in about for hit in view.latest)


def test_a_country_has_its_names_with_their_years():
    view = answered(engine_of(1), country_view, "Burma")
    assert (view.code, view.label) == ("MM", "Myanmar")
    assert "Burma" in [each.name for each in view.names]
    assert view.about.count == 0
    named = {each.name: each for each in answered(engine_of(1), country_view, "LK").names}
    assert "Ceylon" in named


def test_a_country_that_only_the_archive_knows_is_one_and_others_are_not():
    article = article_document(countries=("Atlantis",))
    assert answered(filled((article, ())), country_view, "Atlantis").articles.count == 1
    assert answered(engine_of(1), country_view, "Atlantis") is None


def test_the_status_names_no_folder():
    view = status_view(engine_of(1).status())
    assert (view.articles, view.statements) == (30, len(statements(1)))
    assert not view.degraded
    assert "/" not in repr(view)
