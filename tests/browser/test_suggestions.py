"""The list below the search box, by keyboard, by mouse and as a screen reader is told of it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import violations

ANY_QUESTION = "**/api/v1/suggest?*"


@pytest.fixture
def box(opened):
    """The search box of a page, into which something was typed for which there are suggestions."""

    def typed(text="o", path="/search", **options):
        page = opened(path, **options)
        found = page.get_by_role("combobox")
        found.press_sequentially(text)
        page.get_by_role("listbox").wait_for()
        return page, found

    return typed


def chosen(page):
    return page.locator("[role=option][aria-selected=true]")


def test_what_was_typed_stands_first_and_enter_searches_for_it(box):
    page, found = box("jun")
    options = page.get_by_role("option")
    assert options.first.inner_text() == "Search for jun"
    assert options.count() > 1
    assert chosen(page).count() == 0
    assert found.get_attribute("aria-expanded") == "true"
    found.press("Enter")
    page.wait_for_url("**/search?q=jun")


def test_arrow_keys_choose_and_enter_goes_where_the_count_says(box):
    page, found = box("jun")
    found.press("ArrowDown")
    assert chosen(page).inner_text() == "Search for jun"
    found.press("ArrowDown")
    assert found.get_attribute("aria-activedescendant") == chosen(page).get_attribute("id")
    shown = re.sub(r"\s+", " ", chosen(page).inner_text())
    name, count, unit = shown.rsplit(" ", 2)
    assert unit in ("statement", "statements")
    assert name == "Jun Okabe"
    found.press("Enter")
    page.wait_for_url("**/search?speaker=Jun+Okabe")
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{count} statement"))


def test_beyond_either_end_nothing_is_chosen(box):
    page, found = box("jun")
    found.press("ArrowUp")
    assert chosen(page).inner_text() == page.get_by_role("option").last.inner_text()
    found.press("ArrowDown")
    assert chosen(page).count() == 0
    assert found.get_attribute("aria-activedescendant") is None
    assert found.input_value() == "jun"


def test_escape_closes_and_keeps_what_was_typed(box):
    page, found = box("jun")
    found.press("ArrowDown")
    found.press("Escape")
    assert page.get_by_role("listbox").count() == 0
    assert found.get_attribute("aria-expanded") == "false"
    assert found.input_value() == "jun"
    found.press("Enter")
    page.wait_for_url("**/search?q=jun")


def test_leaving_the_box_closes(box):
    page, found = box("jun")
    found.press("Tab")
    assert page.get_by_role("listbox").count() == 0
    assert page.get_by_role("button", name="Search").evaluate(
        "it => it === document.activeElement"
    )


def test_a_click_goes_to_the_suggestion_and_names_are_text(box):
    page, _ = box("tomas")
    page.get_by_role("option", name="Tomás O'Leary <envoy>").click()
    page.wait_for_url("**/search?speaker=Tom*")
    assert page.get_by_role("link", name="Remove filter: Speaker: Tomás").count() == 1


def test_groups_are_named_and_filters_in_force_decide_what_is_counted(box):
    page, _ = box("s", path="/search?country=PE&in=articles")
    groups = page.get_by_role("listbox").get_by_role("group")
    names = [group.get_attribute("aria-labelledby") for group in groups.all()]
    assert names == [f"q-suggestions-{name}" for name in ("country", "source", "terms")]
    link = groups.last.get_by_role("option").first
    count = link.locator(".number").inner_text().split()[0]
    link.click()
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{count} article"))
    assert "country=PE" in page.url


def test_an_answer_that_comes_late_is_dropped(opened):
    page = opened("/search")
    waiting = {}
    page.route(ANY_QUESTION, lambda route: waiting.update({_typed(route): route}))
    found = page.get_by_role("combobox")
    with page.expect_request(ANY_QUESTION):
        found.press_sequentially("tomas")
    with page.expect_request(re.compile("q=jun")):
        found.fill("jun")
    page.wait_for_timeout(50)
    waiting["jun"].continue_()
    page.get_by_role("option", name="Jun Okabe").wait_for()
    body = {"groups": [], "in": "statements"}
    waiting["tomas"].fulfill(json=body)
    page.wait_for_timeout(50)
    assert page.get_by_role("option", name="Jun Okabe").count() == 1


def test_quick_typing_asks_once(opened):
    page = opened("/search")
    asked = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if "/suggest?" in request.url else None,
    )
    page.get_by_role("combobox").press_sequentially("jun oka", delay=10)
    page.get_by_role("listbox").wait_for()
    assert len(asked) == 1


def test_an_answer_that_is_none_leaves_a_plain_box(opened):
    page = opened("/search")
    page.route(ANY_QUESTION, lambda route: route.fulfill(body="no JSON"))
    found = page.get_by_role("combobox")
    with page.expect_response(ANY_QUESTION):
        found.press_sequentially("jun")
    found.press("Enter")
    page.wait_for_url("**/search?q=jun")


@pytest.mark.parametrize("size", ["desktop", "phone", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_list_and_the_page_does_not_move(opened, size, theme):
    page = opened("/search", size=size, color_scheme=theme)
    results = page.locator("#results")
    place = (
        "each => [each.offsetLeft, each.offsetTop, each.offsetWidth]"  # how many there are follows
    )
    before = results.evaluate(place)
    found = page.get_by_role("combobox")
    found.press_sequentially("o")
    page.get_by_role("listbox").wait_for()
    found.press("ArrowDown")
    assert results.evaluate(place) == before
    assert violations(page) == []
    wide = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0


def test_without_scripts_the_box_is_a_plain_search_box(opened):
    page = opened("/search", java_script_enabled=False)
    assert page.get_by_role("searchbox").count() == 1
    assert page.get_by_role("combobox").count() == 0


def _typed(route):
    return dict(parse_qsl(urlsplit(route.request.url).query))["q"]


def test_a_facet_suggests_its_own_values_and_counts_them_in_the_search_in_force(opened):
    page = opened("/search?q=the&in=articles&facet.size.speaker=2")
    found = page.get_by_role("combobox", name="Find in Speaker")
    found.press_sequentially("jun")
    page.get_by_role("listbox").wait_for()
    assert page.get_by_role("listbox").get_by_role("group").count() == 1
    assert violations(page) == []
    link = page.get_by_role("option", name="Jun Okabe")
    count = link.locator(".number").inner_text().split()[0]
    link.click()
    page.wait_for_url(re.compile(r"q=the.*speaker=Jun"))
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{count} article"))
