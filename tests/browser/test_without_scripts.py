"""Rule 33: everything works by links and forms alone, and leads where the module leads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


def walk(page):
    """A search, two filters, a date, an order, the other view, a page on, a filter less; what each shows."""
    seen = []

    def note(pattern):
        page.wait_for_url(pattern)
        expect(page).to_have_title(
            re.compile(re.escape(page.locator("[role=status]").inner_text()))
        )
        path = "/" + page.url.split("/", 3)[3]
        seen.append((path, page.title(), page.locator(".hits").inner_text()))

    page.locator("#q").fill("talks")
    page.get_by_role("button", name="Search", exact=True).click()
    note("**/search?q=talks")
    page.locator("#facet-speaker a.pick").filter(has_text="Jun Okabe").click()
    note("**speaker=Jun+Okabe*")
    page.locator("#facet-speaker a.pick").filter(has_text="Rosa Quispe").click()
    note("**speaker=Rosa+Quispe*")
    page.locator("#date-from").fill("2015")
    page.get_by_role("button", name="Apply").click()
    note("**date.from=2015*")
    page.locator(".sorts a", has_text="Oldest").click()
    note("**sort=oldest*")
    page.locator(".views a", has_text="Articles").click()
    note("**in=articles*")
    page.locator(".chip", has_text="Jun Okabe").click()
    note(re.compile("^(?!.*Okabe)"))
    page.locator(".clear").click()
    note("**/search?in=articles")
    page.locator(".pager a[rel=next]").click()
    note("**page=2*")
    return seen


def test_rule_33_the_same_steps_show_the_same_with_and_without_scripts(opened):
    walks = [walk(opened("/search", java_script_enabled=script)) for script in (True, False)]
    assert walks[0] == walks[1]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_rule_33_and_34_a_page_too_deep_says_so_and_leads_back(opened, errors, script):
    page = opened("/search?q=talks&page=99", java_script_enabled=script)
    expect(page.get_by_role("heading", name="There is no page 99")).to_be_visible()
    page.get_by_role("link", name="Go to the last page").click()
    expect(page.locator(".hits")).to_be_visible()
    errors.clear()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_rule_25_the_search_box_has_a_label_a_role_and_a_button(opened, script):
    page = opened("/search", java_script_enabled=script)
    form = page.get_by_role("search")
    box = form.get_by_label("Search what was said")
    assert box.get_attribute("type") == "search"
    expect(form.locator("label").first).to_be_visible()
    expect(form.get_by_role("button", name="Search", exact=True)).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_rule_36_a_query_that_is_markup_is_shown_as_it_was_typed(opened, script):
    typed = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
    page = opened("/search", java_script_enabled=script)
    page.locator("#q").fill(typed)
    page.locator("#q").press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator(".chip").first).to_contain_text("<script>")
    assert page.locator("#q").input_value() == typed
    assert page.locator("body script, main img").count() == 0
    assert "taken" not in page.title().partition("”")[2]
