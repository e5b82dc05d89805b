"""An article in a browser: it opens at the match, leads on to the next, and prints as it reads."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import WIDTHS
from tests.browser.test_pages import violations
from tests.web.archive import made_up_articles

QUERY = "harbour+OR+talks+OR+border+OR+said"


def in_view(page, selector):
    return page.locator(selector).evaluate(
        "place => { const box = place.getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight && box.width > 0; }"
    )


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_hit_opens_the_article_at_the_first_match_which_is_in_view(opened, size, script):
    page = opened(
        "/search?in=articles&q=talks",
        size=size,
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    page.locator(".story h3 a").first.click()
    page.wait_for_url("**/articles/*#m-1")
    assert page.locator("#m-1").inner_text() == "talks"
    assert in_view(page, "#m-1")


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_match_to_match_by_click_and_back_again(opened, size, script):
    page = opened(
        f"/articles/a3?q={QUERY}",
        size=size,
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    total = page.locator(".body mark[id]").count()
    assert total > 2
    assert page.locator(".hop:visible").inner_text().startswith(f"{total} places")
    page.locator(".hop:visible a[rel=next]").click()
    for place in (*range(1, total + 1), 1):
        page.wait_for_url(f"**#m-{place}")
        assert page.locator(".hop:visible .at").inner_text() == f"{place} of {total}"
        assert in_view(page, f"#m-{place}")
        page.locator(".hop:visible a[rel=next]").click()
    page.locator(".hop:visible a[rel=prev]").click()
    page.wait_for_url("**#m-1")


def test_from_match_to_match_by_keyboard_alone(opened):
    """A browser goes on with the tabulator from the place that the address leads to."""
    page = opened(f"/articles/a3?q={QUERY}#m-1", reduced_motion="reduce")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#m-2")
    assert in_view(page, "#m-2")


def test_the_index_stands_beside_the_text_where_there_is_room_and_below_it_elsewhere(opened):
    for size, beside in (("desktop", True), ("phone", False), ("narrow", False)):
        page = opened("/articles/a3", size=size)
        text, index = (page.locator(each).bounding_box() for each in ("main", ".voices"))
        assert (index["x"] >= text["x"] + text["width"]) == beside
        assert (index["y"] >= text["y"] + text["height"]) != beside


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_with_a_match_a_statement_and_a_citation_open(opened, size, theme):
    page = opened(f"/articles/a3?q={QUERY}#m-2", size=size, color_scheme=theme)
    page.locator(".voices details.cite summary").first.click()
    assert violations(page) == []
    wide = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0


def test_one_click_selects_the_whole_citation(opened):
    page = opened("/articles/a3")
    line = page.locator("section.cite .line")
    line.click()
    assert page.evaluate("getSelection().toString().trim()") == line.inner_text()


def test_every_mark_is_told_by_more_than_its_colour(opened):
    """A place that matches and a statement have a line below, a country dots; see the legend."""
    page = opened("/articles/a3?q=quiet")
    lines = page.evaluate(
        "() => [['.body .said', 'borderBottomStyle'], ['.body .country', 'textDecorationStyle'],"
        " ['.body mark', 'boxShadow']].map(([which, property]) =>"
        " getComputedStyle(document.querySelector(which))[property])"
    )
    assert lines[:2] == ["solid", "dotted"]
    assert "inset" in lines[2]


def test_a_printed_article_has_its_text_its_citation_and_none_of_the_controls(opened):
    article, statements = made_up_articles()[2]
    page = opened(f"/articles/a3?q={QUERY}#m-1", java_script_enabled=False)
    page.emulate_media(media="print")
    for gone in (
        "header.top",
        ".hop",
        ".matches",
        ".to-voices",
        "footer",
        "section.alike",
        ".files",
    ):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    printed = page.locator(".body p:visible").evaluate_all(
        "all => all.map(p => [...p.childNodes].filter(n => n.className !== 'ref')"
        ".map(n => n.textContent.replace(/‹?\\d+ of \\d+›?/g, '')).join('')).join('\\n\\n')"
    )
    assert printed == article.body
    assert page.locator("section.cite .line").is_visible()
    assert page.locator("h1").inner_text() == article.title
    assert page.locator(".voices li:visible").count() == len(statements)


def test_a_printed_article_fits_its_sheets(opened):
    page = opened("/articles/a3?q=harbour", java_script_enabled=False)
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert 1 <= len(sheets) <= 2
