"""Every page as a browser shows it: nothing that axe finds, nothing wider than the window."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS

PATHS = {
    "everything": "/search",
    "words": "/search?q=talks",
    "articles": "/search?q=talks&in=articles",
    "filtered": "/search?q=talks&kind=direct&not.source=Nobody&date.from=2016",
    "nothing found": "/search?q=zzyzx+talks&kind=direct",
    "much would find more": "/search?q=zzyzx+%22neutral+harber%22+OR+sanctionss+talks&kind=direct&date.from=2015",
    "few found": "/search?q=sanctions+speaker:quispe&kind=direct&country=JP&date.from=2015&date.to=2020",
    "odd query": "/search?q=(talks+AND+foo:bar",
    "tips": "/tips",
    "explained": "/search?q=talks&explain=on",
    "more like an article": "/similar?article=a3",
    "more like a statement": "/similar?statement=a7:1",
    "nothing is like it": "/similar?text=zyzzyva",
    "suggestions": "/suggest?q=ra&in=articles&field=speaker",
    "facets to find in": "/search?in=articles&facet.size.speaker=2&facet.size.country=2",
    "endpoints": "/api/v1/docs",
    "speaker": "/speakers/Jun%20Okabe",
    "country": "/countries/PE",
    "article": "/articles/a3?q=harbour",
    "article of its own": "/articles/a7",
    "matrix": "/matrix?rows=speaker&q=talks&kind=direct",
}


def violations(page):
    return [
        (found["id"], [node["target"] for node in found["nodes"]][:5])
        for found in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize("size", ["desktop", "narrow"])
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_axe_finds_nothing_on_a_page(opened, path, size):
    """In either theme: colours follow the system without a page being loaded again."""
    page = opened(path, size=size, color_scheme="light")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_no_page_is_wider_than_its_window(opened, path, script):
    page = opened(path, size="narrow", java_script_enabled=script)
    wide = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("anchor", ["", "#search", "#errors"])
def test_the_documentation_is_no_wider_than_its_window(opened, size, anchor):
    page = opened(f"/api/v1/docs{anchor}", size=size, java_script_enabled=False)
    wide = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0


def test_an_article_opens_at_the_statement_that_was_clicked(opened):
    page = opened("/search?q=talks")
    page.locator('a[href*="/articles/"][href*="#s-"]').first.click()
    anchor = page.url.partition("#")[2]
    assert anchor.startswith("s-")
    assert violations(page) == []
    top = page.locator(f"#{anchor}").evaluate("mark => mark.getBoundingClientRect().top")
    height = page.viewport_size["height"]
    assert 0 <= top < height


def test_a_search_works_without_any_script(opened):
    page = opened("/search", java_script_enabled=False)
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("talks")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=talks*")
    assert page.get_by_role("status").inner_text().strip()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_would_find_more_finds_as_much_as_it_says(opened, script):
    page = opened("/search?q=neutral+harber", java_script_enabled=script)
    meant = page.locator(".meant")
    assert meant.inner_text().startswith("Did you mean neutral harbour?")
    said = page.locator(".meant .found").inner_text()
    meant.get_by_role("link").click()
    page.wait_for_url("**/search?q=neutral+harbour*")
    expect(page.get_by_role("status")).to_have_text(re.compile(f"^{said}"))
    page.go_back()
    expect(meant).to_be_visible()
    offer = page.locator(".wider li").filter(has_text="without").first
    said = offer.locator(".found").inner_text()
    offer.get_by_role("link").click()
    expect(meant).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text(re.compile(f"^{said}"))


def test_the_name_of_the_archive_stands_where_it_will_before_the_form_is_there(opened):
    """A browser may paint what it has of a page; what comes then must not push that down."""
    page = opened("/search?q=talks", size="desktop")
    name = page.locator(".archive")
    there = name.bounding_box()
    page.locator(".top .search").evaluate("form => form.remove()")
    assert name.bounding_box() == pytest.approx(there, abs=0.5)
