"""The pages are well formed, labelled, and complete without scripts."""

from __future__ import annotations

from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from searchsvc.web.schemas import read_address

VOID = {"meta", "link", "input", "img", "br", "rect", "line"}
PAGES = {
    "everything": "/search",
    "articles": "/search?in=articles&q=harbour",
    "filters": "/search?q=talks&speaker=Jun+Okabe&not.country=PE&date.from=2016",
    "both": "/search?in=articles&country=PE&country=JP&country.op=and",
    "nothing": "/search?q=zzz&speaker=Jun+Okabe",
    "second page": "/search?page=2&size=5",
    "too deep": "/search?page=999",
    "mistakes": "/search?date.from=x&size=y&q=a%00&speker=z",
    "article": "/articles/a3?q=harbour",
    "article without statements": "/articles/a9",
    "not found": "/articles/zzz",
    "tips": "/tips",
    "explained": "/search?q=talks+sanctions&match=any&explain=on",
    "more like an article": "/similar?article=a3",
    "more like a statement": "/similar?statement=a7:1",
    "more like a text": "/similar?text=frank+talks+on+%3Cfish%3E&in=statements&country=PE",
    "more like nothing": "/similar?text=...",
    "a text to paste": "/similar",
    "suggestions": "/suggest?q=ra&within=talks&in=articles&field=speaker",
    "no suggestions": "/suggest?q=zzz",
    "timeline": "/timeline?q=talks",
    "timeline, split": "/timeline?date.from=2017&date.to=2017&by=source",
    "comparison": "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe",
    "comparison of nothing": "/compare?q=talks",
    "comparison with nobody": "/compare?a.speaker=Rosa+Quispa&b.speaker=Jun+Okabe",
    "facets to find in": "/search?q=the&in=articles&facet.size.speaker=2&facet.size.country=2",
}


class Balance(HTMLParser):
    """Collects tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"attribute twice in {tag}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(params=PAGES.values(), ids=list(PAGES))
def text(request, client):
    return client.get(request.param).get_data(as_text=True)


@pytest.fixture
def tree(text):
    return LexborHTMLParser(text)


def test_every_tag_is_closed_in_order(text):
    balance = Balance()
    balance.feed(text)
    balance.close()
    assert (balance.wrong, balance.open) == ([], [])


def test_ids_are_unique_and_every_reference_has_its_target(tree):
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    for name in ("for", "aria-labelledby", "aria-describedby"):
        for node in tree.css(f"[{name}]"):
            assert set(node.attributes[name].split()) <= set(ids), node.html
    anchors = [node.attributes["href"] for node in tree.css("a[href^='#']")]
    assert {anchor[1:] for anchor in anchors} <= set(ids)


def test_the_page_has_one_heading_one_main_part_and_says_its_language(tree):
    assert len(tree.css("h1")) == len(tree.css("main")) == len(tree.css("head > title")) == 1
    assert tree.css_first("html").attributes["lang"] == "en"
    assert tree.css_first("meta[name=viewport]") is not None


def test_headings_skip_no_level_on_the_way_down(tree):
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_box_has_a_label_and_every_link_and_button_a_text(tree):
    labelled = {node.attributes["for"] for node in tree.css("label")}
    for box in tree.css("input:not([type=hidden])"):
        assert box.attributes["id"] in labelled
    for node in tree.css("a, button"):
        name = node.text(strip=True) or node.attributes.get("aria-label")
        assert name or node.css_first("title"), node.html
    assert all("alt" in node.attributes for node in tree.css("img"))


def test_landmarks_are_told_apart(tree):
    for tag in ("nav", "aside"):
        names = [
            node.attributes.get("aria-label") or node.attributes.get("aria-labelledby")
            for node in tree.css(tag)
        ]
        assert None not in names
        assert len(names) == len(set(names))


def test_nothing_needs_a_script_or_a_style_attribute(tree):
    assert tree.css("[style], style") == []
    (script,) = tree.css("script")
    assert script.attributes["type"] == "module"
    assert script.attributes["src"].startswith("/static/page.js?v=")
    assert script.text() == ""
    posted = [form.attributes["class"] for form in tree.css("form:not([method=get])")]
    # A pasted text may be longer than an address, and a preference is no part of any.
    assert posted in (["preferences"], ["paste", "preferences"])


def test_the_one_module_is_small():
    folder = resources.files("searchsvc.web").joinpath("static")
    sizes = {file.name: len(file.read_bytes()) for file in folder.iterdir()}
    assert [name for name in sizes if name.endswith(("js", "mjs"))] == ["page.js"]
    assert sizes["page.js"] < 30_000


def test_no_link_carries_an_empty_parameter(tree):
    for node in tree.css("a[href*='?']"):
        query = urlsplit(node.attributes["href"]).query
        if not node.attributes["href"].startswith("http"):
            assert all(value for _, value in parse_qsl(query, keep_blank_values=True)), query


def test_the_form_is_a_search_and_skipping_comes_first(tree):
    assert tree.css_first("form[role=search] input[type=search]") is not None
    assert tree.css_first("form[role=search] button[type=submit]") is not None
    assert tree.css_first("body a").attributes["class"] == "skip"


def test_the_title_holds_the_query_and_the_count(page):
    shown = page("/search?q=talks")
    title, status = shown.css_first("title").text(), shown.css_first("[role=status]").text()
    assert title == f"“talks” – {status} – searchsvc"


def test_only_the_count_is_announced(page):
    (status,) = page("/search?q=talks&speaker=Jun+Okabe").css("[role=status]")
    assert status.css("*") == [status]


def test_forms_keep_everything_but_what_they_ask_and_the_page(page):
    query = "q=talks&in=articles&speaker=Jun+Okabe&date.from=2015&sort=oldest&page=2&size=1"
    shown = page(f"/search?{query}")
    kept = {
        form.attributes["class"]: [
            (box.attributes["name"], box.attributes["value"])
            for box in form.css("input[type=hidden]")
        ]
        for form in shown.css("form")
    }
    rest = [("in", "articles"), ("speaker", "Jun Okabe"), ("sort", "oldest"), ("size", "1")]
    assert kept["search"] == [*rest[:2], ("date.from", "2015"), *rest[2:]]
    assert kept["dates"] == [("q", "talks"), *rest]


def test_boxes_sent_empty_vanish_from_the_address(client):
    response = client.get("/search?q=talks&speaker=&date.from=2016&date.to=&page=")
    assert response.status_code == 302
    assert response.headers["Location"] == "/search?q=talks&date.from=2016"


def test_every_constraint_is_a_chip_that_takes_away_just_itself(page):
    query = (
        "q=talks&speaker=Jun+Okabe&speaker=Rosa+Quispe&not.country=PE&source=(none)"
        "&date=(none)&date.from=2015&date.to=2019-06"
    )
    shown = page(f"/search?{query}")
    pairs = parse_qsl(query)
    left = []
    for chip in shown.css("a.chip"):
        rest = parse_qsl(urlsplit(chip.attributes["href"]).query)
        (gone,) = set(pairs) - set(rest)
        assert set(rest) < set(pairs)
        assert chip.text().startswith("Remove filter: ")
        left.append(gone)
    assert sorted(left) == sorted(pairs)
    assert (
        read_address(
            parse_qsl(urlsplit(shown.css_first("a.clear").attributes["href"]).query)
        ).parameters.constrained
        is False
    )


def test_nothing_found_offers_what_each_single_change_finds(page):
    shown = page("/search?q=zzz&speaker=Jun+Okabe")
    offers = shown.css(".wider li")
    assert offers
    for offer in offers:
        there = page(offer.css_first("a").attributes["href"])
        found = there.css_first("[role=status]").text().split(" in ")[0]
        assert offer.css_first(".found").text() == found
    assert shown.css_first("input[type=search]").attributes["value"] == "zzz"


def test_the_default_order_follows_the_text_unless_one_is_chosen(page):
    def order(address):
        return page(address).css_first(".sorts [aria-current]").text()

    assert order("/search") == "Newest first"
    assert order("/search?q=talks") == "Relevance"
    assert order("/search?q=talks&sort=oldest") == "Oldest first"


def test_a_statement_leads_to_its_place_in_the_article(page):
    for link in page("/search?q=talks").css("li .from a"):
        address, _, anchor = link.attributes["href"].partition("#")
        article = page(address)
        place = article.css_first(f"#{anchor}")
        assert "talks" in place.text()
        assert place.css_first("mark").text() == "talks"
        assert article.css_first(f".voices a[href='#{anchor}']") is not None


def test_an_article_shows_its_text_letter_for_letter(page, archive):
    for article, statements in archive:
        shown = page(f"/articles/{article.id}")
        for number in shown.css("a.ref"):
            number.decompose()
        body = "\n\n".join(p.text() for p in shown.css(".body p"))
        assert body == article.body
        assert len(shown.css(".said[id]")) == len(statements)
        assert [node.text().strip("“”") for node in shown.css(".said[id]")] == [
            s.body for s in statements
        ]
        assert "example.org" not in shown.css_first("main").text() or article.url
        assert "@" not in shown.css_first("main").text()
