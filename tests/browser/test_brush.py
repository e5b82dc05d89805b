"""A range of dates drawn over the bars is what the two inputs say."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.held import come_true


def draw(page, chart, start, end):
    """Press on one bar of a chart and let go on another."""
    chart.scroll_into_view_if_needed()
    boxes = [chart.locator("[data-first]").nth(number).bounding_box() for number in (start, end)]
    places = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)


def bounds(page):
    return [
        page.locator(f"[name='date.{end}']:not([type=hidden])").input_value()
        for end in ("from", "to")
    ]


@pytest.mark.parametrize(("start", "end"), [(1, 3), (3, 1)])
@pytest.mark.parametrize(("path", "charts"), [("/search", "svg.bars"), ("/timeline", "svg.plot")])
def test_rule_14_what_is_drawn_over_bars_is_searched_as_if_it_were_typed(
    opened, path, charts, start, end
):
    page = opened(path)
    chart = page.locator(charts).first
    days = [
        chart.locator("[data-first]").nth(number).get_attribute(f"data-{name}")
        for number, name in ((1, "first"), (3, "last"))
    ]
    draw(page, chart, start, end)
    assert chart.locator(".picked").count() == 3
    page.mouse.up()
    page.wait_for_url("**date.from=*")
    first, last = bounds(page)
    assert days[0].startswith(first)
    assert days[1].startswith(last)
    drawn, said = page.url, page.locator("[role=status]").inner_text()
    page.go_back()
    come_true(page, "!location.search")
    expect(page.locator("[role=status]")).not_to_have_text(said)
    box = page.locator("[name='date.from']:not([type=hidden])")
    box.fill(first)
    page.locator("[name='date.to']:not([type=hidden])").fill(last)
    box.press("Enter")
    page.wait_for_url("**date.from=*")
    assert page.url == drawn
    expect(page.locator("[role=status]")).to_have_text(said)


def test_rule_15_a_click_on_a_bar_still_leads_to_it(opened):
    page = opened("/search")
    bar = page.locator("svg.bars a").first
    year = bar.get_attribute("data-first")[:4]
    bar.locator(".room").click()
    page.wait_for_url("**date.from=*")
    assert bounds(page) == [year, year]


def test_escape_gives_up_what_is_being_drawn(opened):
    page = opened("/search")
    draw(page, page.locator("svg.bars"), 1, 3)
    page.keyboard.press("Escape")
    assert page.locator(".picked").count() == 0
    page.mouse.up()
    assert bounds(page) == ["", ""]
    assert page.url.endswith("/search")
