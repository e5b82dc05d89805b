"""The filters of a small window: a dialog where scripts run, a part of the page that opens where not."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import violations

SMALL = ["phone", "narrow"]


@pytest.fixture
def filters(opened):
    """Opens a search in a small window and the dialog of its filters; gives both."""

    def open_filters(path="/search?q=talks&kind=direct&country=PE", **options):
        page = opened(path, **({"size": "narrow"} | options))
        page.locator(".filters > summary").click()
        dialog = page.get_by_role("dialog", name="Filters")
        expect(dialog).to_be_visible()
        return page, dialog

    return open_filters


def wide(page):
    return page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")


def count(page):
    return page.locator("[role=status]").inner_text().partition(" in ")[0]


def test_rule_32_the_button_says_how_many_filters_are_in_use(opened):
    page = opened("/search?q=talks&kind=direct&country=PE", size="narrow")
    assert (
        re.sub(r"\s+", " ", page.locator(".filters > summary").inner_text()) == "Filters 2 in use"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SMALL)
def test_rule_32_filters_open_in_a_dialog_that_fits(filters, size, theme):
    page, dialog = filters(size=size, color_scheme=theme)
    assert dialog.evaluate("it => it.matches(':modal')")
    assert wide(page) <= 0
    body = dialog.locator(".sheet-body")
    assert body.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
    assert violations(page) == []


def test_rule_32_the_focus_stays_inside(filters):
    page, dialog = filters()
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body"  # the browser's own frame
            " || document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.localName") == "summary"


def test_rule_32_what_leads_back_says_the_true_count_and_stays_in_view(filters):
    page, dialog = filters("/search?q=talks")
    button = dialog.locator(".sheet-foot button")
    for number in (0, 1):
        assert button.inner_text() == f"Show {count(page)}"
        dialog.locator("#facet-speaker a.pick").nth(number).click()
        expect(dialog.locator(".value-chosen")).to_have_count(number + 1)
    assert button.inner_text() == f"Show {count(page)}"
    dialog.locator("#facet-date").scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    button.click()
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "results"
    assert page.locator("#results").bounding_box()["y"] < 20


def test_rule_32_a_step_back_closes_it_and_keeps_what_was_chosen(filters):
    page, dialog = filters("/search?q=talks")
    dialog.locator("#facet-speaker a.pick").first.click()
    page.wait_for_url("**speaker=*")
    chosen = page.url
    dialog.locator("#facet-country a.pick").first.click()
    page.wait_for_url("**country=*")
    chosen = page.url
    page.go_back()
    expect(dialog).to_be_hidden()
    assert page.url == chosen
    expect(page.locator(".chip")).to_have_count(3)
    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    assert page.url.endswith("/search?q=talks")


@pytest.mark.parametrize("by", ["Escape", "button", "back"])
def test_rule_32_closing_without_a_change_leaves_no_trace(filters, by):
    page, dialog = filters("/search?q=talks")
    if by == "Escape":
        page.keyboard.press("Escape")
    elif by == "button":
        dialog.get_by_role("button", name="Close").click()
    else:
        page.go_back()
    expect(dialog).to_be_hidden()
    expect(page.locator("#filters #panel")).to_have_count(1)
    page.locator(".chip").click()
    page.wait_for_url("**/search")
    page.go_back()
    page.wait_for_url("**/search?q=talks")
    expect(page.locator(".chip")).to_have_count(1)


def test_rule_32_a_window_that_grows_has_its_filters_beside_the_results(filters):
    page, dialog = filters()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(dialog).to_be_hidden()
    expect(page.locator("#filters #panel a.pick").first).to_be_visible()


def test_rule_32_without_scripts_the_filters_open_in_the_page(opened):
    page = opened("/search?q=talks", size="narrow", java_script_enabled=False)
    page.locator(".filters > summary").click()
    value = page.locator("#facet-speaker a.pick").first
    expect(value).to_be_visible()
    assert wide(page) <= 0
    value.click()
    page.wait_for_url("**speaker=*")
    assert page.get_by_role("dialog").count() == 0


@pytest.mark.parametrize("size", ["narrow", "phone", "tablet"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize(
    "path",
    [
        "/search?q=talks&kind=direct",
        "/timeline?q=talks",
        "/matrix",
        "/compare?a.speaker=Rosa+Quispe&b.speaker=Jun+Okabe",
        "/articles/a3?q=harbour",
    ],
)
def test_rule_32_nothing_has_to_be_scrolled_sideways(opened, path, size, script):
    assert wide(opened(path, size=size, java_script_enabled=script)) <= 0
