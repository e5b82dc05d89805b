"""Cards of articles tell how many versions of their story the archive has, and lead to just these."""

from __future__ import annotations

from collections import Counter

import pytest

from searchsvc.errors import QueryTooCostly
from tests.reference_engine import ReferenceReader


@pytest.fixture(scope="module")
def stories(archive) -> Counter[str]:
    """How many articles have each story."""
    return Counter(article.story for article, _ in archive if article.story)


def cards(page, address: str):
    """Id of the article and the link to the versions of each card, None where it has none."""
    for card in page(address).css(".story"):
        place = card.css_first("h3 a").attributes["href"]
        yield place.split("?")[0].split("#")[0].rpartition("/")[2], card.css_first("a.versions")


@pytest.mark.parametrize(
    "narrowed", ["", "&q=harbour", "&source=Andean+Courier", "&page=2&size=7"]
)
def test_a_card_counts_its_story_in_the_whole_archive_and_leads_there(
    page, archive, stories, narrowed: str
):
    story_of = {article.id: article.story for article, _ in archive}
    seen = set()
    for article, link in cards(page, f"/search?in=articles{narrowed}"):
        count = stories[story_of[article]]
        seen.add(count > 1)
        if count < 2:
            assert link is None
            continue
        assert link.text().startswith(f"{count} versions")
        shown = page(f"{link.attributes['href']}&size=100")
        assert shown.css_first("[role=status]").text().split()[0] == str(count)
        assert len(shown.css(".story")) == count
    assert seen == {True, False}


def test_a_page_of_one_story_does_not_say_so_on_every_card(page):
    assert [link for _, link in cards(page, "/search?in=articles&story=story-2-0")] == [None] * 6


def test_json_says_the_same(client, archive, stories):
    story_of = {article.id: article.story for article, _ in archive}
    answer = client.get("/api/v1/search?in=articles&size=100").get_json()
    for hit in answer["hits"]:
        assert hit["story"] == story_of[hit["id"]]
        count = stories[hit["story"]]
        if count < 2:
            assert hit["versions"] is None
            continue
        assert hit["versions"]["count"] == count
        there = client.get(hit["versions"]["url"]).get_json()
        assert there["total"]["articles"] == count
        assert {each["story"] for each in there["hits"]} == {hit["story"]}


def test_an_article_by_itself_says_the_same(page, client, archive, stories):
    for article, _ in archive:
        told = client.get(f"/api/v1/articles/{article.id}").get_json()["versions"]
        (link,) = page(f"/articles/{article.id}").css("header a.versions") or [None]
        count = stories[article.story]
        if count < 2:
            assert told is None
            assert link is None
            continue
        assert told["count"] == count
        assert client.get(told["url"]).get_json()["total"]["articles"] == count
        assert link.text() == f"{count} versions"
        shown = page(link.attributes["href"])
        assert shown.css_first("[role=status]").text().split()[0] == str(count)


def test_like_articles_tell_their_versions_too(client, stories):
    hits = client.get("/api/v1/similar?article=a1&size=10").get_json()["hits"]
    told = [hit for hit in hits if hit["versions"]]
    assert told
    assert all(hit["versions"]["count"] == stories[hit["story"]] for hit in told)


def test_nobody_counts_what_is_not_asked_for(client, monkeypatch):
    asked = searches(monkeypatch)
    client.get("/api/v1/search?in=articles&fields=title&facets=none")
    client.get("/api/v1/search?facets=none")
    assert asked
    assert not any(request.filters for request in asked)


def test_one_search_counts_all_of_them(client, monkeypatch):
    asked = searches(monkeypatch)
    answer = client.get("/api/v1/search?in=articles&size=100").get_json()
    assert len([hit for hit in answer["hits"] if hit["versions"]]) > 10
    assert len(asked) == 2


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/search?in=articles",
        "/api/v1/articles/a2",
        "/api/v1/similar?article=a2",
        "/search?in=articles",
        "/articles/a2",
        "/similar?article=a2",
    ],
)
def test_versions_that_would_cost_too_much_are_not_told(client, monkeypatch, address: str):
    real = ReferenceReader.search

    def costly(self, request):
        if any(each.field == "story" for each in request.facets):
            raise QueryTooCostly(800)
        return real(self, request)

    before = client.get(address)
    assert b"versions" in before.data
    monkeypatch.setattr(ReferenceReader, "search", costly)
    response = client.get(address)
    assert response.status_code == 200
    if response.is_json:
        answer = response.get_json()
        assert {repr(each["versions"]) for each in answer.get("hits", [answer])} == {"None"}
    else:
        assert b'class="versions"' not in response.data


def test_copies_in_other_sources_are_told_where_one_source_is_asked_for(page):
    told = [link for _, link in cards(page, "/search?in=articles&story=story-2-0&date.from=2010")]
    assert told
    assert None not in told


def test_what_is_asked_for_is_said_in_words(page, client):
    shown = page("/search?in=articles&story=story-2-0")
    assert "versions of one article" in shown.css_first(".chips, .constraints, main").text()
    feed = client.get("/feed.atom?in=articles&story=story-2-0").get_data(as_text=True)
    assert "<title>Articles: versions of one article" in feed


def test_several_stories_are_told_apart(page, archive):
    def chips(address):
        return [
            chip.text().replace("Remove filter:", "").rstrip("× ").strip()
            for chip in page(address).css(".chip")
        ]

    of = {article.id: article for article, _ in archive}
    asked = "/search?in=articles&story=story-2-0&story=story-3-0&size=100"
    shown = [of[id_] for id_, _ in cards(page, asked)]
    said = chips(asked)
    assert len({*said}) == 2
    for chip, story in zip(said, ("story-2-0", "story-3-0"), strict=True):
        title = next(each.title for each in shown if each.story == story)
        assert chip.startswith(f"Story: versions of “{title}”")
        assert chip in page(asked).css_first(".lacking").text()
    unseen = chips("/search?in=articles&not.story=story-2-0&not.story=story-3-0&story=story-4-0")
    assert [chip for chip in unseen if "not" in chip] == [
        "Story: not versions of one article (1)",
        "Story: not versions of one article (2)",
    ]
    over_time = chips("/timeline?in=articles&story=story-2-0&story=story-3-0")
    assert over_time == [f"Story: versions of one article ({number})" for number in (1, 2)]


def test_a_side_of_a_comparison_has_no_story(client):
    assert client.get("/api/v1/compare?a.story=story-2-0&b.speaker=x").status_code in (400, 422)


def searches(monkeypatch):
    """The requests that are asked from now on."""
    asked, real = [], ReferenceReader.search

    def told(self, request):
        asked.append(request)
        return real(self, request)

    monkeypatch.setattr(ReferenceReader, "search", told)
    return asked
