"""What a reader prefers, chosen in a browser: with scripts and without."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PATHS = ("/search?q=talks", "/articles/a3?q=harbour", "/matrix?q=talks", "/preferences")
OTHER = {"light": "dark", "dark": "light"}


def choose(page, name, value):
    button = page.locator(f"footer button[name={name}][value={value}]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")  # on the page that follows


def colours(page):
    """What the style sheet makes of the names of all colours, as a browser paints them."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body, header, main, footer, a, button, mark, .quotation, .chip")]
            .map(node => getComputedStyle(node)).map(style => [style.color, style.backgroundColor])"""
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "narrow"])
def test_axe_finds_nothing_where_the_theme_is_not_that_of_the_system(opened, address, theme, size):
    page = opened("/search?q=talks", size=size, color_scheme=OTHER[theme])
    choose(page, "theme", theme)
    for path in PATHS:
        page.goto(address + path)
        assert page.locator("html").get_attribute("data-theme") == theme
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_looks_like_that_of_the_system(opened, theme):
    by_system = colours(opened("/search?q=talks", color_scheme=theme))
    page = opened("/search?q=talks", color_scheme=OTHER[theme])
    assert colours(page) != by_system
    choose(page, "theme", theme)
    chosen = colours(page)
    assert chosen[0] == by_system[0]
    assert set(map(tuple, chosen)) == set(map(tuple, by_system))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_choice_leads_back_to_the_page_and_stays(opened, script):
    page = opened("/search?q=talks&kind=direct", java_script_enabled=script)
    choose(page, "language", "ko")
    assert page.url.endswith("/search?q=talks&kind=direct")
    assert page.locator("html").get_attribute("lang") == "ko"
    choose(page, "keys", "off")
    assert page.locator("html").get_attribute("data-keys") == "off"
    assert page.locator("html").get_attribute("lang") == "ko"
    choose(page, "language", "system")
    assert page.locator("html").get_attribute("lang") == "en"


def test_pages_in_korean_are_clean_and_no_wider_than_the_window(opened):
    page = opened("/search?q=talks", size="narrow", locale="ko-KR")
    assert page.locator("html").get_attribute("lang") == "ko"
    assert Axe().run(page).response["violations"] == []
    wide = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    assert wide <= 0
