"""A search over time and two sides side by side, as a browser shows them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import violations

PATHS = {
    "timeline": "/timeline?q=talks",
    "timeline of a year, split": "/timeline?date.from=2017&date.to=2017&by=source",
    "timeline of nothing": "/timeline?q=zzyzx",
    "comparison": "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe",
    "comparison of one": "/compare?a.speaker=Jun+Okabe&q=talks",
    "comparison with itself": "/compare?a.speaker=Jun+Okabe&b.speaker=Jun+Okabe",
}


@pytest.mark.parametrize("size", ["desktop", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(opened, path, theme, size):
    page = opened(path, size=size, color_scheme=theme)
    page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    assert violations(page) == []
    wide = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_year_opens_by_keyboard_down_to_what_was_said(opened, script):
    page = opened("/timeline?facet.interval.date=year", java_script_enabled=script)
    page.get_by_role("link", name="2016", exact=True).press("Enter")
    page.wait_for_url("**date.from=2016&date.to=2016*")
    row = page.locator("#table tbody tr").first
    told = row.locator("td").first.inner_text()
    row.get_by_role("link").first.press("Enter")
    page.wait_for_url("**date.from=2016-*")
    assert page.get_by_role("status").inner_text().split()[0] == told
    page.locator("#table tbody th a, #table tbody td a").first.press("Enter")
    page.wait_for_url("**")
    assert page.get_by_role("link", name="All years").count() + page.locator(".hits").count() > 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_two_are_chosen_and_changed_over(opened, script):
    page = opened("/compare", java_script_enabled=script)
    page.locator("#a-speaker").fill("Jun Okabe")
    page.locator("#b-speaker").fill("rosa quispe")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe")
    expect(page.locator(".side-head h2")).to_have_count(2)
    heads = page.locator(".side-head h2").all_inner_texts()
    page.get_by_role("link", name="Swap A and B").first.click()
    page.wait_for_url("**/compare?a.speaker=Rosa+Quispe&b.speaker=Jun+Okabe")
    changed = page.locator(".side-head h2").all_inner_texts()
    assert [each.split()[1:] for each in changed] == [each.split()[1:] for each in heads[::-1]]
    page.go_back()
    expect(page.locator(".side-head h2")).to_have_text(heads, use_inner_text=True)


@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_the_ways_to_look_at_a_search_stand_in_one_row(opened, size):
    page = opened("/search?q=talks", size=size)
    tops = {each.bounding_box()["y"] for each in page.locator(".views a").all()}
    assert len(tops) == 1
