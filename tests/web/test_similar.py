"""More like this, as a page and as JSON."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from searchsvc.settings import SearchSettings, Settings
from searchsvc.web import create_app
from searchsvc.web.schemas.asking import LONGEST_TEXT
from tests.reference_engine import filled
from tests.web.archive import made_up_articles

PASTED = "The talks on sanctions by the neutral harbour were frank."


def similar(data, **asked):
    return data(f"/api/v1/similar?{urlencode(asked)}")


def identity(hit):
    """Where a hit's card leads."""
    return hit["links"]["html"]


def shown(page, address):
    """Of each card, the address that its heading or its source leads to."""
    cards = page(address).css(".hits > li")
    return [
        card.css_first("h3 a[href*='/articles/'], .from a").attributes["href"] for card in cards
    ]


def test_an_answer_has_these_members(data):
    body = similar(data, article="a1", size=3)
    assert set(body) == {"like", "in", "words", "hits", "links", "index", "took_ms"}
    assert body["like"] == {"article": "a1"}
    assert body["in"] == "articles"
    assert body["index"] == {"generation": "gen-000001"}
    assert set(body["links"]) == {"self", "html"}
    words = [word["text"] for word in body["words"]]
    weights = [word["weight"] for word in body["words"]]
    assert weights == sorted(weights, reverse=True)
    assert 0 < len(body["hits"]) <= 3
    for hit in body["hits"]:
        assert hit["id"] != "a1"
        assert set(hit["shared"]) <= set(words)
        assert hit["shared"] == sorted(hit["shared"], key=words.index)
        assert set(hit["links"]) == {"html", "article", "similar"}


@pytest.mark.parametrize(
    "asked",
    [
        {"article": "a1"},
        {"article": "a2", "size": 3, "country": "PE"},
        {"article": "a2", "not.country": "PE", "date.from": "2016"},
        {"statement": "a7:1"},
        {"statement": "a10:3", "speaker": "Jun Okabe", "size": 100},
        {"text": PASTED},
        {"text": PASTED, "in": "statements", "kind": "direct"},
    ],
)
def test_the_page_shows_the_same_hits_and_words_as_the_json(page, data, asked):
    body = similar(data, **asked)
    assert body["hits"]
    address = body["links"]["html"]
    assert shown(page, address) == [identity(hit) for hit in body["hits"]]
    tree = page(address)
    assert [each.text() for each in tree.css(".telling .token")] == [
        word["text"] for word in body["words"]
    ]
    shares = [each.text() for each in tree.css(".shared")]
    assert shares == [f"Shares {', '.join(hit['shared'])}" for hit in body["hits"]]
    again = data(body["links"]["self"])
    assert again["hits"] == body["hits"]
    asked_again = dict(parse_qsl(urlsplit(body["links"]["self"]).query))
    assert asked_again == {"in": "articles"} | asked_as_text(asked) or "text" not in asked


def asked_as_text(asked):
    return {name: str(value) for name, value in asked.items()}


def test_filters_narrow_and_can_be_taken_off(page, data):
    narrow = similar(data, article="a2", country="JP", size=100)
    assert narrow["hits"]
    for hit in narrow["hits"]:
        assert "JP" in [country["value"] for country in hit["countries"]]
    (off,) = page(narrow["links"]["html"]).css(".narrowed a")
    everything = shown(page, off.attributes["href"])
    assert everything == [identity(hit) for hit in similar(data, article="a2")["hits"]]


def test_the_cards_of_a_search_lead_to_what_is_like_them(page, data):
    for collection, kind in (("articles", "article"), ("statements", "statement")):
        body = data(f"/api/v1/search?in={collection}&size=5")
        cards = page(f"/search?in={collection}&size=5").css(".hits .alike a.only")
        assert len(cards) == len(body["hits"]) == 5
        for card, hit in zip(cards, body["hits"], strict=True):
            assert dict(parse_qsl(urlsplit(card.attributes["href"]).query)) == {kind: hit["id"]}
            assert data(hit["links"]["similar"])["like"] == {kind: hit["id"]}
            page(card.attributes["href"])


def test_an_article_shows_the_five_that_are_most_like_it(page, data):
    body = data("/api/v1/articles/a3")
    tree = page("/articles/a3")
    found = [link.attributes["href"] for link in tree.css("section.alike li > a")]
    alike = data(body["links"]["similar"])["hits"]
    assert found == [identity(hit) for hit in alike[:5]]
    assert len(found) == 5
    (more,) = tree.css("section.alike .more a")
    assert shown(page, more.attributes["href"])[:5] == found


def test_a_pasted_text_works_without_script_and_gets_an_address_where_it_is_short(client, page):
    form = page("/similar").css_first("form.paste")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", "/similar")
    sent = client.post("/similar", data={"text": PASTED, "in": "articles"})
    assert sent.status_code == 303
    assert shown(page, sent.headers["Location"])


def test_a_long_text_is_answered_at_once_on_both_faces(client):
    text = f"{PASTED} " * (LONGEST_TEXT // (len(PASTED) + 1))
    sent = client.post("/similar", data={"text": text, "in": "articles"})
    assert sent.status_code == 200
    assert 'class="shared"' in sent.get_data(as_text=True)
    body = client.post("/api/v1/similar", data={"text": text, "size": "2"}).get_json()
    assert len(body["hits"]) == 2
    assert body["links"] == {"self": None, "html": None}
    widest = "𐍈 " * (LONGEST_TEXT // 2 - 3) + "talks"
    assert client.post("/api/v1/similar", data={"text": widest}).status_code == 200


MISTAKES = [
    ("", "text", "give one of article, statement, text"),
    ("text=++", "text", "give one of article, statement, text"),
    ("text=...", "text", "no word that can be looked for"),
    ("article=a1&statement=a1:1", "statement", "one too many"),
    ("article=a1&article=a2", "article", "give it once"),
    ("article=a1&in=statements", "in", "leave it out"),
    ("statement=a1:1&speaker_country=PE&kind=loud", "kind", "direct"),
    ("article=a1&speaker_country=PE", "speaker_country", "articles have no field"),
    ("article=a1&page=2", "page", "unknown parameter"),
    ("artikle=a1", "artikle", "did you mean `article`?"),
    ("article=a1&size=101", "size", "from 1 to 100"),
    ("text=talks&in=pages", "in", "expected one of"),
]


@pytest.mark.parametrize(("query", "parameter", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_parameter_and_the_way_out(data, page, query, parameter, says):
    body = data(f"/api/v1/similar?{query}", 400)
    details = [each["detail"] for each in body["errors"] if each["parameter"] == parameter]
    assert any(says in detail for detail in details), body
    if query.strip("tex=+"):
        page(f"/similar?{query}", 400)


def test_a_text_that_is_too_long_is_refused_with_its_length(client):
    for path in ("/similar", "/api/v1/similar"):
        sent = client.post(path, data={"text": "talks " * LONGEST_TEXT})
        assert sent.status_code == 400
        assert "longer than 50,000 characters" in sent.get_data(as_text=True)
        assert client.post(path, data={"text": "talks " * 400_000}).status_code == 413
    assert client.post("/similar", data={"text": " "}).status_code == 400


@pytest.mark.parametrize(
    "asked", ["article=zzz", "statement=a1:99", "statement=a1", "article=a1:1"]
)
def test_what_is_not_in_the_archive_is_not_found_and_says_where_ids_are(data, page, asked):
    assert "/api/v1/search?in=" in data(f"/api/v1/similar?{asked}", 404)["detail"]
    page(f"/similar?{asked}", 404)


def test_what_was_pasted_is_shown_as_text(client):
    sent = client.post("/similar", data={"text": "<b>talks</b>" + "\n & x" * 1000})
    text = sent.get_data(as_text=True)
    assert "<b>talks" not in text
    assert "&lt;b&gt;talks" in text


def test_how_many_are_usual_is_told_and_no_setting_of_searches():
    app = create_app(filled(*made_up_articles()), Settings(search=SearchSettings(size=1)))
    client = app.test_client()
    described = client.get("/api/v1/openapi.json").get_json()["paths"]["/api/v1/similar"]["get"]
    (size,) = (each["schema"] for each in described["parameters"] if each["name"] == "size")
    found = client.get("/api/v1/similar?article=a1").get_json()["hits"]
    assert 1 < len(found) <= size["default"]
    most = client.get(f"/api/v1/similar?article=a1&size={size['default']}").get_json()["hits"]
    assert found == most
