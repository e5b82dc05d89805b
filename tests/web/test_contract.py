"""What programs may rely on: parameters, bodies, headers, addresses of assets."""

from __future__ import annotations

import datetime as dt

import pytest

from searchsvc.web.schemas import PARAMETERS

ANSWER = {
    "query", "in", "total", "page", "pages", "hits", "facets", "nowhere", "did_you_mean", "repairs",
    "repairs_uncounted", "links", "index", "took_ms", "next_cursor",
}  # fmt: skip
STATEMENT = {
    "id", "article_id", "speaker", "named_as", "cue", "kind", "text", "start", "end", "pieces",
    "about", "date", "title", "source", "byline", "agency", "url", "confidence", "rule", "others",
    "act", "verb", "said",
}  # fmt: skip
SUMMARY = {
    "id", "title", "title_from", "date", "source", "byline", "agency", "url", "speakers",
    "countries", "main_countries", "kinds", "statement_count", "story",
}  # fmt: skip
ARTICLE = {"body", "captions", "mentions", "statements", "versions", "links"}
HIT = {"snippets", "title_highlights", "score", "links"}
SAID = {"speaker_highlights", "other_highlights"}


def total(body):
    return body["total"]["statements" if body["in"] == "statements" else "articles"]


def hits(data, query):
    return data(f"/api/v1/search?size=100&{query}")["hits"]


def test_the_parameters_are_these():
    fields = ("speaker", "country", "speaker_country", "source", "kind", "act", "article", "story")
    expected = {
        "q",
        "match",
        "explain",
        "expand",
        "expand.not",
        "in",
        "sort",
        "size",
        "page",
        "date",
        "date.from",
        "date.to",
        "facets",
        "fields",
        "highlight",
        "cursor",
    }
    expected |= {"facet.interval.date", "facet.az"}
    for field in fields:
        expected |= {field, f"not.{field}", f"{field}.op", f"facet.size.{field}"}
    assert expected == PARAMETERS


def test_an_answer_has_these_members(data):
    body = data("/api/v1/search?q=talks&size=3")
    assert set(body) == ANSWER
    assert set(body["query"]) == {
        "text", "reading", "ignored", "repaired", "canonical", "match", "expand",
        "expansions",
    }  # fmt: skip
    assert set(body["links"]) == {
        "self",
        "first",
        "next",
        "prev",
        "html",
        "atom",
        "feed",
        "exports",
    }
    assert set(body["links"]["exports"]) == {"csv", "ndjson", "bib", "ris", "csl"}
    assert body["total"].keys() == {"articles", "statements", "exact"}
    assert body["total"]["exact"] is True
    assert body["index"]["generation"] == "gen-000001"
    assert dt.datetime.fromisoformat(body["index"]["built_at"]).tzinfo is not None
    assert isinstance(body["took_ms"], float)


def test_statements_and_articles_have_these_members(data):
    assert all(set(hit) == STATEMENT | HIT | SAID for hit in hits(data, ""))
    articles = hits(data, "in=articles")
    assert all(set(hit) == SUMMARY | HIT | {"versions"} for hit in articles)
    article = data(articles[0]["links"]["article"])
    assert set(article) == SUMMARY | ARTICLE


def test_a_statement_stands_where_it_says_in_its_article(data):
    for hit in hits(data, ""):
        article = data(hit["links"]["article"])
        assert article["body"][hit["start"] : hit["end"]] == hit["text"]
        assert hit["id"] in [statement["id"] for statement in article["statements"]]


def test_highlights_count_into_the_text_beside_them(data):
    for hit in hits(data, "q=sanctions") + hits(data, "q=sanctions&in=articles"):
        for snippet in hit["snippets"]:
            found = [snippet["text"][s["start"] : s["end"]] for s in snippet["highlights"]]
            assert all(word.lower().startswith("sanction") for word in found)


def test_countries_come_with_their_names(data):
    about = [country for hit in hits(data, "country=PE") for country in hit["about"]]
    assert {"value": "PE", "label": "Peru"} in about


def test_a_date_says_how_exact_it_is_and_where_it_was_found(data):
    dates = [hit["date"] for hit in hits(data, "")]
    assert None in dates
    for date in filter(None, dates):
        assert set(date) == {"value", "precision", "from"}
        assert (date["precision"] == "minute") == ("T" in date["value"])


def test_repeating_is_or_and_op_is_and(data):
    both, one, other = (
        {hit["id"] for hit in hits(data, f"in=articles&{query}")}
        for query in ("country=PE&country=JP", "country=PE", "country=JP")
    )
    assert both == one | other
    together = {h["id"] for h in hits(data, "in=articles&country=PE&country=JP&country.op=and")}
    assert together == one & other


@pytest.mark.parametrize(
    "field", ["speaker", "country", "speaker_country", "source", "kind", "article"]
)
def test_each_field_filters_leaves_out_and_is_sized(data, field):
    everything = total(data("/api/v1/search"))
    body = data(f"/api/v1/search?facets={field}&facet.size.{field}=2")
    (facet,) = body["facets"]
    assert facet["name"] == field
    assert len(facet["values"]) == min(2, facet["total_values"])
    value = facet["values"][0]["value"]
    inside = total(data(f"/api/v1/search?{field}={value}"))
    outside = total(data(f"/api/v1/search?not.{field}={value}"))
    assert 0 < inside == facet["values"][0]["count"]
    assert inside + outside == everything


@pytest.mark.parametrize("bound", ["2016", "2016-07", "2016-07-14"])
def test_dates_are_inclusive_on_both_sides(data, bound):
    for hit in hits(data, f"date.from={bound}"):
        assert hit["date"]["value"][: len(bound)] >= bound
    for hit in hits(data, f"date.to={bound}"):
        assert hit["date"]["value"][: len(bound)] <= bound
    within = {hit["id"] for hit in hits(data, f"date.from={bound}&date.to={bound}")}
    dated = {
        h["id"] for h in hits(data, "") if (h["date"] or {"value": ""})["value"].startswith(bound)
    }
    assert within == dated


def test_undated_can_be_asked_for_alone_and_on_top(data):
    alone = hits(data, "date=(none)")
    assert alone
    assert all(hit["date"] is None for hit in alone)
    both = total(data("/api/v1/search?date=(none)&date.from=2015&date.to=2022"))
    assert both == total(data("/api/v1/search"))


def test_newest_and_oldest_are_by_date_with_undated_last(data):
    newest = [hit["date"] and hit["date"]["value"][:10] for hit in hits(data, "sort=newest")]
    oldest = [hit["date"] and hit["date"]["value"][:10] for hit in hits(data, "sort=oldest")]
    dated = [day for day in newest if day]
    assert dated == sorted(dated, reverse=True)
    assert newest[: len(dated)] == dated
    assert oldest[: len(dated)] == sorted(dated)


@pytest.mark.parametrize("text", ["", "...", "country:JP date:2016..2019", "-sanctions"])
def test_without_words_to_be_relevant_to_the_newest_come_first(data, text):
    assert hits(data, f"q={text}") == hits(data, f"q={text}&sort=newest")


def test_with_words_the_most_relevant_come_first(data):
    scores = [hit["score"] for hit in hits(data, "q=sanctions OR harbour")]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_the_reading_accounts_for_every_character(data):
    text = "sanctions (talks OR “frank and” nosuchfield:x date:never"
    query = data("/api/v1/search?q=" + text)["query"]
    rest = text
    for token in query["reading"]:
        assert text[token["start"] : token["end"]] == token["text"]
        rest = rest.replace(token["text"], "", 1)
    assert rest.strip() == ""
    assert [token["text"] for token in query["ignored"]] == ["date:never"]
    assert all(token["reason"] for token in query["ignored"] + query["repaired"])


def test_the_canonical_query_asks_the_same(data):
    body = data("/api/v1/search?q=talks AND (sanctions OR harbour")
    again = data("/api/v1/search?q=" + body["query"]["canonical"])
    assert [hit["id"] for hit in again["hits"]] == [hit["id"] for hit in body["hits"]]


def test_facets_are_those_asked_for_and_all_but_article_otherwise(data):
    def names(query):
        return [facet["name"] for facet in data(f"/api/v1/search?{query}")["facets"]]

    assert names("") == ["speaker", "country", "speaker_country", "date", "source", "kind", "act"]
    assert names("in=articles") == ["speaker", "country", "date", "source", "kind"]
    assert (
        names("facets=kind,speaker") == names("facets=speaker&facets=kind") == ["speaker", "kind"]
    )
    assert names("facets=none") == []


@pytest.mark.parametrize(("interval", "length"), [("year", 4), ("month", 7), ("day", 10)])
def test_the_date_facet_is_as_fine_as_asked(data, interval, length):
    (facet,) = data(f"/api/v1/search?facets=date&facet.interval.date={interval}")["facets"]
    assert facet["type"] == "date"
    assert facet["interval"] == interval
    assert {len(value["value"]) for value in facet["values"]} == {length}


def test_statements_are_what_is_searched_unless_one_says_otherwise(data, page):
    assert data("/api/v1/search")["in"] == "statements"
    assert page("/search").css_first(".views [aria-current]").text() == "Statements"


def test_the_start_leads_to_the_search(client):
    assert client.get("/").headers["Location"] == "/search"
    assert client.get("/?q=talks").headers["Location"] == "/search?q=talks"


def test_addresses_keep_the_path_that_the_application_is_mounted_under(app):
    body = (
        app.test_client().get("/api/v1/search?size=1", base_url="http://host/archive").get_json()
    )
    assert body["links"]["next"].startswith("/archive/api/v1/search?")
    assert body["hits"][0]["links"]["html"].startswith("/archive/articles/")


@pytest.mark.parametrize(
    "path", ["/search", "/articles/a1", "/api/v1/search", "/nothing", "/healthz"]
)
def test_every_response_forbids_what_it_does_not_need(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_assets_are_linked_by_content_and_kept_for_good(client, page):
    sheet = page("/search").css_first("link[rel=stylesheet]").attributes["href"]
    icon = page("/search").css_first("link[rel=icon]").attributes["href"]
    for address, kind in ((sheet, "text/css"), (icon, "image/svg+xml")):
        with client.get(address) as response:
            assert response.status_code == 200
            assert response.mimetype == kind
            assert "immutable" in response.headers["Cache-Control"]
        with client.get(address.partition("?")[0]) as response:
            assert "immutable" not in response.headers["Cache-Control"]
    for address in ("/static/nothing?v=", "/static/nothing", "/static/nothing?v=1"):
        missing = client.get(address)
        assert missing.status_code == 404
        assert "immutable" not in missing.headers.get("Cache-Control", "")


def test_health_tells_the_process_from_the_index(data):
    assert data("/healthz") == {"status": "alive"}
    assert data("/readyz")["articles"] == 30
