"""Changes of a search come without a new page, and are in every other way as if one had come.

Numbers in names are those of the rules of the interface that they hold.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.held import Held, come_true

TALKS = re.compile("^“talks” – ")
WATCH_STATUS = """() => {
  window.told = [];
  const status = document.querySelector("[role=status]");
  new MutationObserver((records) => told.push(...records.map(() => status.textContent)))
    .observe(status, { childList: true, characterData: true, subtree: true });
}"""
WATCH_SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => entry.value)))
    .observe({ type: "layout-shift" });
}"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
ACTIVE = "document.activeElement"


@pytest.fixture
def search(opened):
    """Opens a search in a window whose first page is remembered, so that another one is noticed."""

    def open_search(path="/search", **options):
        page = opened(path, **options)
        page.evaluate("window.first = true")
        return page

    return open_search


def status(page):
    return page.locator("[role=status]")


def pick(page, name, group="speaker"):
    return page.locator(f"#facet-{group} a.pick").filter(has_text=name)


def active_text(page):
    return page.evaluate(f"{ACTIVE}.innerText")


def test_rule_1_what_is_put_in_place_is_what_the_server_makes_of_the_address(search, opened):
    page = search()
    page.locator("#q").press_sequentially("talks")
    expect(page).to_have_title(TALKS)
    pick(page, "Jun Okabe").click()
    page.wait_for_url("**speaker=Jun+Okabe*")
    page.locator(".views a", has_text="Articles").click()
    page.wait_for_url("**in=articles*")
    page.locator(".sorts a", has_text="Oldest").click()
    page.wait_for_url("**sort=oldest*")
    assert page.evaluate("window.first")
    there = opened(
        page.url.partition("/search")[0] and "/search" + page.url.partition("/search")[2]
    )
    for part in ("[role=status]", ".hits", ".chips", ".sorts", ".views", ".foot p:nth-child(2)"):
        assert page.locator(part).inner_text() == there.locator(part).inner_text()
    assert page.title() == there.title()
    head = "() => [...document.querySelectorAll('head link')].map((link) => link.outerHTML).sort()"
    assert page.evaluate(head) == there.evaluate(head)
    names = "() => [...document.querySelectorAll('#panel .value')].map((each) => each.innerText).sort()"
    assert page.evaluate(names) == there.evaluate(names)


def test_rule_3_each_change_is_one_entry_of_the_history_and_letters_are_none(search):
    page = search()
    before = page.evaluate("history.length")
    box = page.locator("#q")
    for letters, shown in (("tal", "tal"), ("ks", "talks")):
        box.press_sequentially(letters)
        expect(page).to_have_title(re.compile(f"^“{shown}” – "))
    box.press("Enter")
    box.press("Tab")
    pick(page, "Jun Okabe").click()
    page.wait_for_url("**speaker=Jun+Okabe*")
    assert page.evaluate("history.length") == before + 2
    page.go_back()
    expect(page).to_have_title(TALKS)
    assert "speaker" not in page.url
    page.go_back()
    expect(box).to_have_value("")
    assert page.url.endswith("/search")
    assert page.evaluate("window.first")


def test_rule_3_from_an_article_back_to_each_state_with_scroll_and_focus(search):
    page = search("/search?q=talks", size="short", reduced_motion="reduce")
    counts = [status(page).inner_text()]
    for group, number in (("source", 0), ("country", 1)):
        value = page.locator(f"#facet-{group} a.pick").nth(number)
        value.focus()
        value.press("Enter")
        page.wait_for_url(f"**{group}=*")
        counts.append(status(page).inner_text())
    scrolled = page.evaluate("scrollY")
    assert scrolled > 0
    hit = page.locator(".hits a[href*='/articles/']").first
    hit.focus()
    there, opens = page.evaluate("scrollY"), hit.get_attribute("href")
    hit.press("Enter")
    page.wait_for_url("**/articles/**")
    page.go_back()
    expect(status(page)).to_have_text(counts[2])
    come_true(page, f"scrollY === {there}")
    assert page.evaluate(f"{ACTIVE}.getAttribute('href')") == opens
    page.go_back()
    expect(status(page)).to_have_text(counts[1])
    assert page.evaluate(f"{ACTIVE}.closest('.facet').id") == "facet-country"
    page.go_back()
    expect(status(page)).to_have_text(counts[0])
    assert page.evaluate(f"{ACTIVE}.closest('.facet').id") == "facet-source"
    page.go_forward()
    expect(status(page)).to_have_text(counts[1])


def test_rule_4_the_title_holds_query_and_count_after_every_change(search):
    page = search()
    page.locator("#q").press_sequentially("talks")
    expect(page).to_have_title(TALKS)
    pick(page, "Jun Okabe").click()
    page.wait_for_url("**speaker=Jun+Okabe*")
    assert page.title() == f"“talks” – {status(page).inner_text()} – searchsvc"


def test_rule_7_and_12_values_stay_where_they_are_while_one_is_chosen(search):
    page = search("/search?q=talks")
    places = """() => [...document.querySelectorAll("#facet-speaker .value")]
      .map((each) => [each.dataset.key, each.getBoundingClientRect().top])"""
    before = page.evaluate(places)
    last = page.locator("#facet-speaker .value:not(.value-missing) a.pick").last
    name = last.locator("xpath=..").get_attribute("data-key")
    last.click()
    expect(page.locator("#facet-speaker .value-chosen")).to_have_count(1)
    after = page.evaluate(places)
    assert [key for key, _ in after] == [key for key, _ in before]
    # What grows above is made up for by scrolling, which browsers do in whole pixels.
    assert [top for _, top in after] == pytest.approx([top for _, top in before], abs=0.99)
    assert before[0][0] != name
    page.locator("#q").fill("")
    expect(page).not_to_have_title(TALKS)
    assert page.evaluate(places)[0][0] == name  # first from the next change elsewhere on


def test_rule_12_nothing_above_moves_what_is_chosen_away_from_the_pointer(search):
    page = search("/search")
    value = page.locator("#facet-country a.pick").nth(1)
    value.scroll_into_view_if_needed()
    before = value.bounding_box()["y"]
    value.click()
    expect(page.locator("#facet-country .value-chosen")).to_have_count(1)
    assert abs(value.bounding_box()["y"] - before) < 1


def test_rule_13_groups_stay_open_or_closed_through_changes_and_when_loaded_anew(search):
    page = search("/search?q=talks")
    closed = page.locator("#facet-source")
    closed.locator("summary").click()
    pick(page, "Jun Okabe").click()
    page.wait_for_url("**speaker=Jun+Okabe*")
    assert closed.get_attribute("open") is None
    page.reload()
    expect(closed).not_to_have_attribute("open", "")
    assert page.locator("#facet-speaker").get_attribute("open") == ""


def test_rule_18_the_count_is_told_once_for_each_search_and_nothing_else_is(search):
    page = search()
    page.evaluate(WATCH_STATUS)
    held = Held(page)
    page.locator("#q").press_sequentially("talks")
    held.until()
    assert page.evaluate("told") == []
    held.release()
    expect(page).to_have_title(TALKS)
    page.evaluate(FRAMES)
    told = page.evaluate("told")
    assert told == [status(page).inner_text()]
    assert re.fullmatch(r"[\d,]+ statements? in [\d,]+ articles?", told[0])
    assert status(page).locator("*").count() == 0


def test_rule_27_letters_are_waited_for_and_asked_together(search):
    page = search()
    page.clock.install()
    page.reload()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    held = Held(page)
    page.locator("#q").press_sequentially("talk")
    page.clock.run_for(200)
    page.locator("#q").press_sequentially("s")
    page.clock.run_for(240)
    assert not held.waiting
    page.clock.run_for(60)
    held.until()
    assert held.release()["q"] == ["talks"]
    assert not held.waiting


def test_rule_27_an_answer_that_comes_late_is_never_shown(search):
    page = search()
    page.evaluate(WATCH_STATUS)
    held = Held(page)
    box = page.locator("#q")
    box.press_sequentially("harbour")
    held.until()
    box.fill("talks")
    held.until(2)
    first = held.waiting.popleft()
    held.release()
    expect(page).to_have_title(TALKS)
    shown = page.content()
    first.continue_()
    page.evaluate(FRAMES)
    assert page.content() == shown
    assert len(page.evaluate("told")) == 1


def test_rule_27_two_changes_in_quick_succession_both_count(search):
    page = search("/search?q=talks")
    held = Held(page)
    pick(page, "Jun Okabe").click()
    held.until()
    pick(page, "Rosa Quispe").click()
    held.until(2)
    held.waiting.popleft()
    asked = held.release()
    assert asked == {"q": ["talks"], "speaker": ["Jun Okabe", "Rosa Quispe"]}
    page.wait_for_url("**speaker=Jun+Okabe&speaker=Rosa+Quispe*")
    page.locator("#q").press("End")
    page.locator("#q").press_sequentially(" harbour")
    page.locator(".chip", has_text="Jun Okabe").click()
    held.until()
    held.waiting.rotate(1)
    assert held.release() == {"q": ["talks harbour"], "speaker": ["Rosa Quispe"]}


def test_rule_28_while_an_answer_is_awaited_nothing_moves_and_all_can_be_used(search):
    page = search("/search?q=talks")
    page.evaluate(WATCH_SHIFTS)
    held = Held(page)
    hits = page.locator(".hits").inner_text()
    pick(page, "Jun Okabe").click()
    held.until()
    assert page.locator("main").get_attribute("aria-busy") == "true"
    sign = "getComputedStyle(document.querySelector('.head'), '::after')"
    assert page.evaluate(f"{sign}.animationDelay").split(", ")[0] == "0.3s"
    come_true(page, f"{sign}.opacity === '1'")
    assert page.locator(".hits").inner_text() == hits
    assert page.locator("[disabled], [inert]").count() == 0
    assert page.evaluate("shifts") == []
    held.release()
    page.wait_for_url("**speaker=Jun+Okabe*")
    page.evaluate(FRAMES)
    assert page.locator("[aria-busy]").count() == 0
    assert sum(page.evaluate("shifts")) < 0.05


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_rule_28_answers_that_take_long_shift_next_to_nothing(search, size):
    page = search("/search?q=harbour", size=size)
    page.evaluate(WATCH_SHIFTS)
    held = Held(page)
    done = (
        "() => new Promise((done) => setTimeout(done, 600))"  # shifts soon after input are let off
    )
    for change in (
        lambda: page.locator("#q").fill("talks"),
        lambda: page.locator(".views a", has_text="Articles").click(),
        lambda: page.locator(".sorts a", has_text="Oldest").click(),
        lambda: page.locator(".chip").click(),
    ):
        before = page.url
        change()
        held.until()
        page.evaluate(done)
        held.release()
        come_true(page, f"location.href !== {before!r}")
        page.evaluate(FRAMES)
        page.keyboard.press("Escape")
    assert sum(page.evaluate("shifts")) < 0.05


def test_rule_29_the_focus_stays_on_the_value_that_was_toggled(search):
    page = search("/search?q=talks")
    value = pick(page, "Rosa Quispe")
    value.focus()
    for chosen in (1, 0, 1):
        page.keyboard.press("Enter")
        expect(page.locator("#facet-speaker .value-chosen")).to_have_count(chosen)
        assert "Rosa Quispe" in active_text(page)
    page.locator("#facet-speaker .not").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#facet-speaker .value-left-out")).to_have_count(1)
    assert page.evaluate(f"{ACTIVE}.closest('.value-left-out') !== null")


def test_rule_29_where_what_had_the_focus_is_gone_it_is_near_or_in_the_results(search):
    page = search("/search?q=talks&speaker=Jun+Okabe&speaker=Rosa+Quispe")
    page.locator(".chip", has_text="Jun Okabe").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(2)
    assert page.evaluate(f"{ACTIVE}.closest('.chips') !== null")
    page.locator(".chip", has_text="Rosa Quispe").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".clear").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(0)
    assert page.evaluate(f"{ACTIVE}.id") == "results"


def test_another_page_of_hits_begins_at_its_top(search):
    page = search("/search?size=5", size="short")
    page.locator(".pager a[rel=next]").click()
    page.wait_for_url("**page=2*")
    assert page.evaluate(f"{ACTIVE}.id") == "results"
    assert 0 <= page.locator("#results").bounding_box()["y"] < 60
    assert page.evaluate("window.first")


def test_caret_and_what_is_written_stay_as_results_come(search):
    page = search()
    box = page.locator("#q")
    box.press_sequentially("tals")
    box.press("ArrowLeft")
    box.press("k")
    expect(page).to_have_title(TALKS)
    assert box.input_value() == "talks"
    assert box.evaluate("box => [box.selectionStart, box === document.activeElement]") == [4, True]


def test_rule_26_results_come_while_suggestions_are_open_and_leave_them_alone(search):
    page = search()
    box = page.locator("#q")
    held = Held(page)
    box.press_sequentially("jun")
    page.get_by_role("listbox").wait_for()
    box.press("ArrowDown")
    held.until()
    held.release()
    expect(page).to_have_title(re.compile("^“jun” – "))
    assert page.get_by_role("listbox").is_visible()
    assert page.locator("[role=option][aria-selected=true]").inner_text() == "Search for jun"
    assert box.get_attribute("aria-expanded") == "true"
    box.press("Escape")
    assert box.input_value() == "jun"


def test_what_is_chosen_from_suggestions_replaces_what_was_typed(search):
    page = search()
    box = page.locator("#q")
    box.press_sequentially("jun")
    page.get_by_role("listbox").wait_for()
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/search?speaker=Jun+Okabe")
    expect(box).to_have_value("")
    assert page.evaluate("window.first")


def test_where_no_answer_comes_the_browser_goes_there_itself(search, errors):
    page = search("/search?q=talks")
    page.route(
        "**/search?*",
        lambda route: (
            route.abort() if route.request.resource_type == "fetch" else route.continue_()
        ),
    )
    pick(page, "Jun Okabe").click()
    page.wait_for_url("**speaker=Jun+Okabe*")
    come_true(page, "window.first === undefined")
    errors.clear()


@pytest.mark.parametrize("code", [429, 503])
def test_what_the_server_refuses_is_shown_as_it_answered(search, opened, errors, code):
    refusal = opened("/articles/nowhere").content().replace("404", str(code))
    page = search("/search?q=talks")
    held = Held(page)
    pick(page, "Jun Okabe").click()
    held.until()
    held.release(status=code, content_type="text/html; charset=utf-8", body=refusal)
    expect(page.locator(".status-code")).to_have_text(str(code))
    assert "speaker=Jun+Okabe" in page.url
    page.go_back()
    held.until()
    held.release()
    expect(page).to_have_title(TALKS)
    errors.clear()


def test_a_mistake_in_a_form_is_told_beside_it(search, errors):
    page = search("/search?q=talks")
    page.locator("#date-from").fill("soon")
    page.locator("#date-from").press("Enter")
    expect(page.locator(".notice-bad")).to_be_visible()
    assert page.locator("#date-from").input_value() == "soon"
    assert page.evaluate(f"{ACTIVE}.id") == "date-from"
    assert page.evaluate("window.first")
    errors.clear()


def test_rule_2_boxes_left_empty_are_not_in_the_address(search):
    page = search("/search?q=talks")
    page.locator("#date-from").fill("2016")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**date.from=2016*")
    assert page.url.endswith("/search?q=talks&date.from=2016")


def test_clicks_that_ask_for_another_window_and_exports_are_the_browsers(search):
    page = search("/search?q=talks")
    before = page.url
    with page.context.expect_page() as other:
        pick(page, "Jun Okabe").click(modifiers=["Control"])
    other.value.close()
    with page.expect_download():
        page.locator(".foot a[rel=nofollow]", has_text="CSV").click()
    assert page.url == before
    assert page.evaluate("window.first")
