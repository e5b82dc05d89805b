"""Two speakers, or two periods, side by side as a page: true numbers, and its own mirror image."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, quote_plus, urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from searchsvc.model import Collection, SpeakerKind
from searchsvc.web.controls import COMPARE_PATH
from searchsvc.web.links import only, unchosen
from searchsvc.web.parameters import SearchParameters, in_collection
from searchsvc.web.reads.addresses import compare_address
from searchsvc.web.reads.compare import CompareQuestion, rebased
from searchsvc.web.schemas import read
from searchsvc.web.schemas.counting import COMPARE
from tests.web.archive import SPEAKERS
from tests.web.searches import searches

COMPARISONS = [
    "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe",
    "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe&q=sanctions",
    "/compare?a.date.to=2017&b.date.from=2018&speaker=Jun+Okabe&facet.interval.date=year",
    "/compare?a.kind=direct&b.kind=indirect&a.q=border&b.q=trade&not.source=Andean+Courier",
    "/compare?a.speaker=(none)&b.speaker=Ministry+of+Trade&b.speaker=Jun+Okabe",
]
EVERYTHING = SearchParameters()
NAMES = [each.name for each in SPEAKERS if each and each.kind is not SpeakerKind.UNNAMED]


def numbers_in(text):
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def check_numbers(shown, data):
    """Every number with a link is what the search behind it finds; how many there were."""
    counted = shown.css(
        ".amount a, .numbers td a, .facing td a, .telling-words a, .aside a, .offers .number a"
    )
    for link in counted:
        there = link.attributes["href"]
        if (numbers := numbers_in(link.text().rpartition(":")[2])) and there.startswith(
            "/search?"
        ):
            found = data("/api/v1" + there)["total"]["statements"]
            assert numbers == [found], there
    for link in shown.css(".plot a"):
        found = data("/api/v1" + link.attributes["href"])["total"]["statements"]
        (*_, number) = numbers_in(link.css_first("title").text())
        assert number == found, link.attributes["href"]
    return len(counted)


def spelled(address, *, swapped):
    """An address, its parameters sorted; with the sides changed over."""
    parts = urlsplit(address)
    other = {"a.": "b.", "b.": "a."} if swapped else {}
    pairs = [
        (other.get(name[:2], name[:2]) + name[2:], value) for name, value in parse_qsl(parts.query)
    ]
    return parts.path, tuple(sorted(pairs)), parts.fragment


def part(node, *, swapped):
    """What a part of a page says, where it leads, and how its bars are drawn."""
    texts = " ".join(node.text(separator=" ").split())
    leads = [spelled(each.attributes["href"], swapped=swapped) for each in node.css("a")]
    bars = [
        tuple(each.attributes.get(name) for name in ("x", "y", "width", "height"))
        for each in node.css("rect")
    ]
    boxes = [
        (
            spelled("?" + each.attributes["name"] + "=x", swapped=swapped),
            each.attributes.get("value"),
        )
        for each in node.css("input")
    ]
    return texts, leads, bars, boxes


def outermost(shown, side):
    return [
        node for node in shown.css(f"main [data-side={side}]") if not _inside(node.parent, side)
    ]


def _inside(node, side):
    while node is not None and node.tag != "main":
        if node.attributes.get("data-side") == side:
            return True
        node = node.parent
    return False


def mirrored(first, second):
    """Whether one page is the other with its sides changed over, part for part."""
    for shown in (first, second):
        for node in shown.css("main .badge-a, main .badge-b, main legend"):  # the letters stay
            node.decompose()
    for side, other in (("a", "b"), ("b", "a")):
        here = [part(node, swapped=False) for node in outermost(first, side)]
        there = [part(node, swapped=True) for node in outermost(second, other)]
        assert here
        assert here == there
    for shown in (first, second):
        for node in shown.css("main [data-side], .halved"):  # periods stand in their order
            node.decompose()
    assert (
        part(first.css_first("main"), swapped=False)[0]
        == (part(second.css_first("main"), swapped=False)[0])
    )
    assert (
        part(first.css_first("main"), swapped=False)[1]
        == (part(second.css_first("main"), swapped=True)[1])
    )


@pytest.mark.parametrize("address", COMPARISONS)
def test_every_number_equals_the_hits_behind_its_link(page, data, address):
    assert check_numbers(page(address), data) > 5


@pytest.mark.parametrize("address", [*COMPARISONS, "/compare?a.speaker=Jun+Okabe"])
def test_changing_the_sides_over_mirrors_the_page(page, address):
    first = page(address)
    mirrored(first, page(first.css_first("a.turn").attributes["href"]))


sides = searches(most_fields=1, texts=st.sampled_from(("", "talks", "sanctions OR harbour")))


@given(a=sides, b=sides, names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=2))
@settings(max_examples=8, deadline=None)
def test_numbers_are_true_and_the_page_is_its_own_mirror_in_any_state(page, data, a, b, names):
    plain = replace(EVERYTHING, text=a.text)
    a, b = (
        replace(
            only(unchosen(in_collection(each, Collection.STATEMENTS), "speaker"), "speaker", name),
            sort=None, size=None, facets=None, facet_sizes=(), interval=None, explain=False,
        )
        for each, name in zip((a, b), names, strict=True)
    )  # fmt: skip
    assume(a != b)
    question = CompareQuestion(plain, a, b)
    address = compare_address("", question, COMPARE_PATH)
    assume(address == compare_address("", _read(address), COMPARE_PATH))
    shown = page(address)
    check_numbers(shown, data)
    swapped = shown.css_first("a.turn").attributes["href"]
    assert spelled(swapped, swapped=False) == spelled(address, swapped=True)
    mirrored(shown, page(swapped))


def _read(address):
    return read(COMPARE, parse_qsl(urlsplit(address).query)).asked


@pytest.mark.parametrize("address", COMPARISONS)
def test_page_and_json_say_the_same(page, data, address):
    shown, told = page(address), data("/api/v1" + address)
    twin = shown.css_first("link[type='application/json']").attributes["href"]
    assert data(twin)["links"] == told["links"]
    heads = [numbers_in(each.text())[:2] for each in shown.css(".side-head .amount")]
    assert heads == [[told[side]["total"]["count"], told[side]["articles"]] for side in "ab"]
    moments = [
        [number for cell in row.css("td") for number in numbers_in(cell.text())]
        for row in shown.css(".numbers tbody tr")
    ]
    assert moments == [
        [one["count"], other["count"]]
        for one, other in zip(told["a"]["buckets"], told["b"]["buckets"], strict=True)
    ]
    countries = [
        (row.css_first("th").text(), *(numbers_in(cell.text())[-1] for cell in row.css("td")))
        for row in shown.css(".facing tbody tr")
    ]
    assert countries == [
        (each["label"], each["a"]["count"], each["b"]["count"]) for each in told["countries"]
    ]
    for side in "ab":
        words = [each.text() for each in shown.css(f".telling-words [data-side={side}] .word")]
        assert words == [each["text"] for each in told["words"][side]]
    pairs = [[each.attributes["href"] for each in two.css(".from a")] for two in shown.css(".two")]
    assert [len(pair) for pair in pairs] == [2] * len(told["pairs"])


def test_every_paired_statement_opens_the_article_at_its_sentence(page):
    shown = page(COMPARISONS[0])
    leads = [link.attributes["href"] for link in shown.css(".two .from a")]
    assert leads
    for address in leads:
        there, _, anchor = address.partition("#")
        assert page(there).css_first(f"#{anchor}") is not None


def test_columns_of_both_sides_have_one_scale_and_the_same_moments(page):
    shown = page(COMPARISONS[0])
    first, second = shown.css(".plot")
    spans = [
        [each.attributes["data-first"] for each in drawn.css("[data-first]")]
        for drawn in (first, second)
    ]
    assert spans[0] == spans[1]
    heights: dict[int, set[str]] = {}
    for each in shown.css(".plot a"):
        (*_, number) = numbers_in(each.css_first("title").text())
        heights.setdefault(number, set()).add(each.css_first(".bar").attributes["height"])
    assert all(len(each) == 1 for each in heights.values())


def test_without_sides_who_speaks_most_is_offered(page, data):
    shown = page("/compare?q=talks")
    assert not shown.css(".side-head")
    assert check_numbers(shown, data) > 3
    offered = shown.css_first(".offers a.only").attributes["href"]
    assert re.fullmatch(r"/compare\?a\.speaker=[^&]+&q=talks", offered)
    then = page(offered)
    assert "Compare with whom?" in then.css_first(".nothing").text()
    pair = then.css_first(".offers a.only").attributes["href"]
    assert len(page(pair).css(".side-head .amount")) == 2


def test_one_speaker_can_be_parted_into_two_periods(page):
    halves = page("/compare?a.speaker=Jun+Okabe").css_first(".halved a").attributes["href"]
    shown = page(halves)
    assert shown.css_first("a.chip").text().startswith("Remove filter: Speaker: Jun Okabe")
    titles = [each.text() for each in shown.css("h1 [data-side]")]
    assert titles[0].startswith("to ")
    assert titles[1].startswith("from ")
    alone = numbers_in(page("/compare?a.speaker=Jun+Okabe").css_first(".amount a").text())[0]
    parts = [numbers_in(each.text())[0] for each in shown.css(".amount a")]
    assert 0 < sum(parts) <= alone


def test_a_name_nobody_has_is_told_with_those_that_are_near(page):
    shown = page("/compare?a.speaker=Rosa+Quispa&b.speaker=Jun+Okabe", status=404)
    assert "Nobody called “Rosa Quispa”" in shown.css_first("[data-side=a] .amount").text()
    (near,) = shown.css(".near a")
    assert near.attributes["href"] == "/compare?a.speaker=Rosa+Quispe&b.speaker=Jun+Okabe"
    assert shown.css_first("#a-speaker").attributes["aria-invalid"] == "true"
    page("/compare?a.speaker=%3Cscript%3E&b.speaker=%3Cscript%3E", status=404)


def test_other_spellings_of_a_name_lead_to_one_address(client):
    there = "/compare?a.speaker=jun+okabe&b.speaker=rosa-quispe"
    while (response := client.get(there)).status_code == 302:
        there = response.location
    assert there == "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe"


def test_the_same_on_both_sides_is_told_and_periods_are_offered(page):
    shown = page("/compare?a.speaker=Jun+Okabe&b.speaker=Jun+Okabe")
    assert "Both sides are the same" in shown.css_first(".nothing").text()
    assert "b.date.from" in shown.css_first(".halved a").attributes["href"]


def test_who_said_nothing_of_it_is_told_and_where_more_would_be_found(page):
    shown = page("/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe&q=zyzzyva")
    assert [each.text().split(".")[0] for each in shown.css(".amount")] == [
        "Nothing said about “zyzzyva”"
    ] * 2
    for link in shown.css(".amount a"):
        assert page(link.attributes["href"]).css(".wider li")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/compare?a.date.from=2018&a.date.to=2016&a.speaker=Jun+Okabe", "swap the two"),
        ("/compare?date.from=2018&date.to=2016", "swap the two"),
        ("/compare?a.date.from=yesterday", "a.date.from"),
        ("/compare?in=articles", "in"),
        ("/compare?size=1000", "size"),
        ("/compare?a.kind=odd&b.kind=direct", "a.kind"),
        (f"/compare?a.q={'x' * 2001}", "a.q"),
        ("/compare?a.speaker=a%00", "a.speaker"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_rest_is_shown(page, address, told):
    assert told in page(address, status=400).css_first(".notice-bad").text()


def test_a_strange_parameter_is_told_and_the_likely_one_named(page):
    shown = page("/compare?a.speker=Jun+Okabe")
    assert "a.speaker" in shown.css_first(".notice").text()


def test_no_address_is_too_long_for_an_answer(client):
    names = "&".join(
        f"{side}.speaker={quote_plus('ö' * 60)}{n}" for side in "ab" for n in range(30)
    )
    assert client.get(f"/compare?{names}").status_code == 404
    long = "+OR+".join(f"word{number}" for number in range(160))
    response = client.get(f"/compare?a.q={long}&b.q={long}+harbour&q={long}")
    assert response.status_code in (200, 400)


def test_boxes_sent_empty_vanish_and_the_form_keeps_what_it_does_not_ask(page, client):
    sent = client.get(
        "/compare?a.speaker=Jun+Okabe&a.date.from=&b.speaker=&b.date.to=2016&q=talks"
    )
    assert (sent.status_code, sent.location) == (
        302,
        "/compare?a.speaker=Jun+Okabe&b.date.to=2016&q=talks",
    )
    address = (
        "/compare?a.speaker=Jun+Okabe&a.kind=direct&b.speaker=Rosa+Quispe&source=(none)&q=talks"
    )
    form = page(address).css_first("form.choice")
    pairs = [
        (box.attributes["name"], box.attributes.get("value") or "") for box in form.css("input")
    ]
    given = [pair for pair in pairs if pair[1]]
    assert sorted(given) == sorted(parse_qsl(urlsplit(address).query))
    options = {option.attributes["value"] for option in form.css("datalist option")}
    assert options <= {*NAMES}


def test_speaker_page_search_and_view_bar_lead_here(page):
    leads = [link.attributes["href"] for link in page("/speakers/Jun%20Okabe").css(".leads a")]
    assert leads == ["/compare?a.speaker=Jun+Okabe"]
    shown = page("/search?speaker=Jun+Okabe&speaker=Rosa+Quispe&q=talks&country=JP&sort=oldest")
    there = "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe&q=talks&country=JP"
    assert there in [link.attributes["href"] for link in shown.css(".names a")]
    views = {link.text(): link.attributes["href"] for link in shown.css(".views a")}
    assert views["Compare"] == there
    plain = {
        link.text(): link.attributes["href"] for link in page("/search?q=talks").css(".views a")
    }
    assert plain["Compare"] == "/compare?q=talks"
    back = page(there).css(".views a")
    assert back[0].attributes["href"] == "/search?q=talks&country=JP"


def test_a_chip_takes_away_one_constraint_and_keeps_the_sides(page):
    shown = page(
        "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe&b.kind=direct&q=talks&country=JP"
    )
    leads = [chip.attributes["href"] for chip in shown.css(".chip")]
    assert leads == [
        "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe&b.kind=direct&country=JP",
        "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe&b.kind=direct&q=talks",
        "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe&q=talks&country=JP",
    ]


@given(a=sides, b=sides, old=sides, new=sides)
@settings(max_examples=50, deadline=None)
def test_within_another_search_the_sides_keep_what_they_say_themselves(a, b, old, new):
    a, b, old, new = (in_collection(each, Collection.STATEMENTS) for each in (a, b, old, new))
    moved = rebased(CompareQuestion(old, a, b), new)
    assert moved.common == new
    assert rebased(CompareQuestion(old, old, old), new).a == new
    for before, after in ((a, moved.a), (b, moved.b)):
        assert after.text == (before.text if before.text != old.text else new.text)
        for field in ("speaker", "country", "kind"):
            own = before.selection(field)
            expected = own if own != old.selection(field) else new.selection(field)
            assert after.selection(field) == expected
