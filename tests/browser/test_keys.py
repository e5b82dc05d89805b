"""What the keyboard alone can do, and that its short ways can be switched off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.held import come_true
from tests.browser.test_pages import violations

ACTIVE = "document.activeElement"
IN_VIEW = """(() => {
  const { top, bottom } = document.querySelector(location.hash).getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
})()"""


def active(page, what="id"):
    return page.evaluate(f"{ACTIVE}.{what}")


@pytest.mark.parametrize("key", ["Control+k", "Meta+k", "/"])
def test_rule_30_a_key_leads_to_the_search_box(opened, key):
    page = opened("/search?q=talks")
    page.locator(".views a").first.focus()
    page.keyboard.press(key)
    assert active(page) == "q"
    assert page.locator("#q").input_value() == "talks"
    assert page.evaluate("getSelection().toString() || document.activeElement.selectionEnd") in (
        "talks",
        5,
    )


def test_rule_30_j_and_k_go_from_hit_to_hit_and_o_opens_it(opened):
    page = opened("/search?q=talks")
    hits = page.locator(".hits > li")

    def where():
        return [
            hit.evaluate("hit => hit.contains(document.activeElement)") for hit in hits.all()
        ].index(True)

    seen = []
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
        seen.append(where())
    assert seen == [0, 1, 2, 1]
    leads = page.evaluate(f"{ACTIVE}.getAttribute('href')")
    page.keyboard.press("o")
    page.wait_for_url("**/articles/**")
    assert page.url.endswith(leads)


def test_rule_22_keys_go_from_match_to_match_and_add_nothing_to_the_history(opened):
    page = opened("/search?q=harbour+talks&in=articles")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    before = page.evaluate("history.length")
    numbers = [mark.get_attribute("id") for mark in page.locator("mark[id^='m-']").all()]
    assert len(numbers) > 1
    page.keyboard.press("n")
    first = page.evaluate("location.hash")
    assert first[1:] in numbers
    come_true(page, IN_VIEW)
    page.keyboard.press("j")
    assert page.evaluate("location.hash") == f"#{numbers[numbers.index(first[1:]) + 1]}"
    page.keyboard.press("p")
    assert page.evaluate("location.hash") == first
    assert page.evaluate("history.length") == before


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_rule_30_a_question_mark_lists_the_keys(opened, size, theme):
    page = opened("/search?q=talks", size=size, color_scheme=theme)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("j")  # nothing happens behind it
    assert keys.evaluate("keys => keys.contains(document.activeElement)")
    assert violations(page) == []
    wide = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_rule_30_the_list_of_keys_is_found_without_knowing_one(opened):
    page = opened("/search?q=talks")
    link = page.get_by_role("link", name="Keys for this page")
    link.focus()
    page.keyboard.press("Enter")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()
    assert active(page, "innerText") == "Keys for this page"


@pytest.mark.parametrize("path", ["/search?q=talks", "/articles/a3?q=harbour"])
def test_rule_30_keys_of_one_letter_can_be_switched_off(opened, path):
    page = opened(path)
    before = page.url
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("button", name="Switch them off").click()
    page.wait_for_function("() => document.documentElement.dataset.keys === 'off'")
    assert page.url == before
    for key in ("j", "n", "?", "/"):
        page.keyboard.press(key)
    assert active(page, "localName") == "body"
    assert page.get_by_role("dialog").count() == 0
    assert page.url == before
    page.keyboard.press("Control+k")
    assert active(page) == "q"


def test_rule_30_letters_that_are_typed_into_a_box_are_letters(opened):
    page = opened("/search")
    page.keyboard.press("/")
    page.keyboard.type("j/k?")
    assert page.locator("#q").input_value() == "j/k?"
    assert page.get_by_role("dialog").count() == 0


def test_rule_31_the_first_keys_of_a_page_skip_to_results_and_filters(opened):
    page = opened("/search?q=talks")
    seen = []
    for target in ("results", "filters"):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(f"{ACTIVE}.getAttribute('href')"))
        assert seen[-1] == f"#{target}"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    come_true(page, "location.hash === '#results'")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{ACTIVE}.closest('main') !== null")
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("complementary", name="Filters").count() == 1


def tab_to(page, condition):
    """Press Tab until something holds of what has the focus, as `each`."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(f"(each => {condition})({ACTIVE})"):
            return
    raise AssertionError(f"Tab leads nowhere of which this holds: {condition}")


def test_a_search_a_filter_a_comparison_a_statement_and_back_by_the_keyboard_alone(opened):
    page = opened("/search")
    page.keyboard.press("/")
    page.keyboard.type("talks")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^“talks” – "))
    tab_to(page, "each.closest('#facet-speaker .value:not(.value-missing)') !== null")
    page.keyboard.press("Enter")
    expect(page.locator("#facet-speaker .value-chosen")).to_have_count(1)
    page.keyboard.press("/")
    tab_to(page, "each.innerText === 'Compare'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare?*")
    tab_to(page, "each.closest('.offers a') !== null")
    page.keyboard.press("Enter")
    expect(page.locator(".side-head h2")).to_have_count(2)
    expect(page.locator("#when-title")).to_be_visible()
    compared = page.url
    tab_to(page, "each.closest('.side-head .amount a') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/articles/**")
    page.go_back()
    page.wait_for_url("**/search?*")
    page.go_back()
    page.wait_for_url(compared)
    come_true(page, f"{ACTIVE}.closest('.side-head .amount a') !== null")


def test_a_search_a_filter_an_article_and_back_by_the_keyboard_alone(opened):
    page = opened("/search")
    page.keyboard.press("/")
    page.keyboard.type("talks")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^“talks” – "))
    tab_to(page, "each.closest('#facet-speaker .value') !== null")
    name = active(page, "closest('.value').dataset.key")
    page.keyboard.press("Enter")
    expect(page.locator("#facet-speaker .value-chosen")).to_have_count(1)
    assert active(page, "closest('.value').dataset.key") == name
    count = page.get_by_role("status").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    page.keyboard.press("n")
    come_true(page, IN_VIEW)
    page.go_back()
    expect(page.get_by_role("status")).to_have_text(count)
    come_true(page, f"{ACTIVE}.closest('.hits') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
