"""What a card and an article's page tell of a statement besides its words."""

from __future__ import annotations

from searchsvc.model import SpeakerKind
from searchsvc.web import formatting
from searchsvc.web.profiles import speaker_page
from tests.builders import speaker, statement_document


def cards_of(page, address, archive):
    """Each card of a page of hits with its document."""
    by_id = {one.id: one for _, statements in archive for one in statements}
    shown = page(address)
    for card in shown.css("ol.hits > li"):
        target = card.css_first(".from a").attributes["href"]
        article, _, number = target.partition("#s-")
        yield card, by_id[f"{article.split('/')[-1].split('?')[0]}:{number}"]


def test_a_card_names_everybody_who_made_the_statement(page, archive):
    seen = 0
    for card, document in cards_of(page, "/search?size=100", archive):
        head = card.css_first("h3").text()
        for other in document.others:
            assert other.name in head
            seen += 1
        assert (", with " in head) == bool(document.others)
    assert seen > 10


def test_a_card_leads_to_the_page_of_who_speaks_where_there_is_one(page, archive):
    for card, document in cards_of(page, "/search?size=100", archive):
        pages = [a.attributes["href"] for a in card.css(".alike .who")]
        named = document.speaker and document.speaker.kind is not SpeakerKind.UNNAMED
        assert pages == ([speaker_page("", document.speaker.name)] if named else [])


def test_the_card_of_an_article_shows_all_that_tells_it_from_others(page, archive):
    by_id = {article.id: article for article, _ in archive}
    for card in page("/search?q=harbour+OR+talks&in=articles&size=100").css(".story"):
        there = card.css_first("h3 a").attributes["href"]
        article = by_id[there.split("?")[0].rpartition("/")[2]]
        where, facts = card.css_first(".where").text(), card.css_first("dl.facts").text()
        assert article.title == card.css_first("h3 a").text()
        assert article.source in where
        assert (formatting.short_date(article.date) if article.date else "undated") in where
        assert 1 <= len(card.css(".snippet")) <= 2
        if article.statement_count:
            assert formatting.counted(article.statement_count, "statement") in facts
        for name in article.speakers[: formatting.SOME]:
            assert name in facts
        for code in article.countries[: formatting.SOME]:
            assert formatting.value_label("country", code) in facts


def test_somebody_found_as_a_further_speaker_is_marked(page, archive):
    found = [
        card.css_first("h3 mark")
        for card, document in cards_of(page, "/search?q=namgung&size=100", archive)
        if any(other.name == "Bo-ra Namgung" for other in document.others)
    ]
    assert found
    assert all(mark is not None and "Namgung" in mark.text() for mark in found)


def test_a_card_tells_the_act_and_the_day_where_they_are_not_plain(page, archive):
    for card, document in cards_of(page, "/search?size=100", archive):
        facts = card.css_first(".facts").text()
        assert formatting.manner(document) in facts
        assert ("said " in facts) == (formatting.said_on(document) is not None)


def test_an_unnamed_speaker_does_not_lead_to_somebody_else(page, archive):
    for card, document in cards_of(page, "/search?size=100", archive):
        name = card.css_first("h3 .name")
        link = name.css_first("a")
        if link is not None:
            assert document.speaker is not None
            assert link.text(deep=True).endswith(document.speaker.name)


def test_a_statement_made_on_the_day_of_the_article_needs_no_other_day():
    document = statement_document(others=(speaker(name="Ana Lima"),))
    assert formatting.said_on(document) is None
