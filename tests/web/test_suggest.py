"""What is suggested while somebody types, and where each suggestion leads."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings

from searchsvc.settings import Settings
from searchsvc.web import create_app, links
from searchsvc.web.schemas.asking import read_typed
from tests.builders import article_document
from tests.reference_engine import filled
from tests.web.searches import searches

SEARCHES = (
    "",
    "in=articles",
    "country=PE",
    "country=PE&country=JP&in=articles&country.op=and",
    "not.country=PE",
    "speaker=Jun+Okabe&date.from=2016",
    "match=any",
    "within=trade",
    "within=trade+OR+talks&in=articles",
    "within=%22frank+and&match=any",
)
TYPED = (
    "ro",
    "o",
    "s",
    "speaker:o",
    "talks about:kor",
    "trade ju",
    "talks t",
    "border OR sa",
    "-talks b",
    '"the ha',
    "kor",
    "p",
)


def groups(data, **asked):
    """By field the suggestions."""
    body = data(f"/api/v1/suggest?{urlencode(asked)}")
    return {group["name"]: group["suggestions"] for group in body["groups"]}


def labels(suggestions):
    return [each["label"] for each in suggestions]


def test_names_are_suggested_by_any_part_with_the_most_hits_first(data):
    found = groups(data, q="o", field="speaker")["speaker"]
    assert set(labels(found)) == {"Jun Okabe", "Tomás O'Leary <envoy>", "Ministry of Trade"}
    counts = [each["count"] for each in found]
    assert counts == sorted(counts, reverse=True)
    assert labels(groups(data, q="tomas", field="speaker")["speaker"]) == ["Tomás O'Leary <envoy>"]
    assert labels(groups(data, q="ra nam", field="speaker")["speaker"]) == ["Bo-ra Namgung"]


def test_a_country_says_by_which_name_it_was_found(data):
    (found,) = groups(data, q="DPRK", field="country")["country"]
    assert (found["value"], found["label"], found["via"]) == ("KP", "North Korea", "DPRK")
    assert {each["via"] for each in groups(data, q="kor", field="country")["country"]} == {None}


@pytest.mark.parametrize(
    ("typed", "field", "label", "text"),
    [
        ("speaker:jun", "speaker", "Jun Okabe", ""),
        ('Speaker:"Jun Ok', "speaker", "Jun Okabe", ""),
        ("speaker:jun ok", "speaker", "Jun Okabe", ""),
        ("speaker: “jun", "speaker", "Jun Okabe", ""),
        ("Says:jun", "speaker", "Jun Okabe", ""),
        ("says: jun", "speaker", "Jun Okabe", "says:"),
        ("talks speaker:jun", "speaker", "Jun Okabe", "talks"),
        ("talks country:DPRK", "country", "North Korea", "talks"),
        ("country:per speaker:jun", "speaker", "Jun Okabe", "country:per"),
        ("source:and", "source", "Andean Courier", ""),
    ],
)
def test_behind_the_name_of_a_field_its_values_alone_are_suggested(
    data, typed, field, label, text
):
    found = groups(data, q=typed, limit=1)
    assert list(found) == [field]
    assert (found[field][0]["label"], found[field][0]["text"]) == (label, text)


def test_a_field_that_is_left_out_or_that_has_no_such_value_is_not_looked_into(data):
    assert groups(data, q="-speaker:jun") == {}
    assert groups(data, q="speaker:jun", field="country") == {}
    assert groups(data, q="speaker_country:kor", **{"in": "articles"}) == {}
    assert groups(data, q="speaker:") == {}
    assert labels(groups(data, q="speaker:quispe jun")["speaker"]) == ["Jun Okabe"]


def test_an_answer_has_these_members(data):
    body = data("/api/v1/suggest?q=s")
    assert set(body) == {"text", "in", "groups", "index", "took_ms"}
    assert body["index"] == {"generation": "gen-000001"}
    expected = [
        "country",
        "speaker_country",
        "source",
        "terms",
    ]  # nobody's name has an s so placed
    assert [group["name"] for group in body["groups"]] == expected
    for group in body["groups"]:
        assert set(group) == {"name", "label", "suggestions"}
        for each in group["suggestions"]:
            members = {"value", "label", "count", "via", "text", "url", "html_url"}
            assert set(each) == members


def test_nothing_typed_suggests_nothing(data):
    for typed in ("", "  ", "--", "“"):
        assert groups(data, q=typed) == {}


@pytest.mark.parametrize("search", SEARCHES)
def test_every_count_is_what_the_address_beside_it_finds(data, search):
    checked = 0
    for typed in TYPED:
        query = f"{search}&{urlencode({'q': typed, 'limit': 3})}"
        for group in data(f"/api/v1/suggest?{query}")["groups"]:
            for each in group["suggestions"]:
                if each["url"] is None:
                    assert each["count"] == 0
                    assert each["html_url"] is None
                    continue
                body = data(each["url"])
                assert body["total"][body["in"]] == each["count"], (query, each)
                assert body["query"]["text"] == each["text"]
                assert urlsplit(each["html_url"]).query == urlsplit(each["url"]).query
                checked += 1
    assert checked > len(TYPED) / 2


def test_what_stands_before_the_name_is_searched_for_as_well(data):
    (found,) = groups(data, q="trade jun ok", field="speaker")["speaker"]
    assert (found["label"], found["text"]) == ("Jun Okabe", "trade")
    assert dict(parse_qsl(urlsplit(found["url"]).query)) == {"q": "trade", "speaker": "Jun Okabe"}


def test_a_word_is_completed_where_it_stands(data):
    found = groups(data, q="talks san", field="terms", **{"in": "articles"})["terms"]
    assert [each["text"] for each in found] == ["talks sanctions"]


def test_choosing_keeps_the_search_in_force(data):
    asked = {"within": "the", "country": "PE", "sort": "oldest", "page": 3, "in": "articles"}
    (found,) = groups(data, q="jun", field="speaker", **asked)["speaker"]
    kept = dict(parse_qsl(urlsplit(found["url"]).query))
    chosen = {"q": "the", "speaker": "Jun Okabe"}
    assert kept == {"country": "PE", "sort": "oldest", "in": "articles"} | chosen


MISTAKES = [
    ("q=a&speker=Ann", "speker", "did you mean `speaker`?"),
    ("q=a&feild=speaker", "feild", "did you mean `field`?"),
    ("field=speaker,colour", "field", "speaker, country, speaker_country, source, terms"),
    ("field=speaker_country&in=articles", "field", "not “speaker_country”"),
    ("field=date", "field", "not “date”"),
    ("limit=0", "limit", "from 1 to 100"),
    ("limit=2&limit=3", "limit", "give it once"),
    ("q=a&q=b", "q", "give it once"),
    ("within=" + "x" * 2001, "within", "longer than 2,000"),
    ("within=a%00b", "within", "control character"),
    ("date.from=yesterday", "date.from", "2024-05-12, 2024-05 or 2024"),
]


@pytest.mark.parametrize(("query", "parameter", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_parameter_and_the_way_out(data, query, parameter, says):
    body = data(f"/api/v1/suggest?{query}", 400)
    (problem,) = [each for each in body["errors"] if each["parameter"] == parameter]
    assert says in problem["detail"]


@given(searches())
@settings(max_examples=50, deadline=None)
def test_all_parameters_of_a_search_are_taken(parameters):
    question = read_typed(links.pairs(parameters))
    assert question.problems == ()
    assert question.text == parameters.text
    assert question.parameters == replace(parameters, text="")


@pytest.mark.parametrize(
    ("typed", "text"), [("Rhee Yoon-ha", ""), ("trade rhee yoon ha", "trade"), ("lee yunha", "")]
)
def test_a_name_is_found_by_other_spellings_of_it(typed, text):
    article = article_document(speakers=("Lee Yun-ha",), body="Trade went on.", countries=())
    client = create_app(filled((article, ())), Settings()).test_client()

    def asked(**more):
        query = {"q": typed, "in": "articles", "field": "speaker", **more}
        return client.get("/api/v1/suggest", query_string=query).get_json()["groups"]

    ((found,),) = (group["suggestions"] for group in asked())
    assert (found["label"], found["count"], found["text"]) == ("Lee Yun-ha", 1, text)
    assert client.get(found["url"]).get_json()["total"]["articles"] == 1
    if found["via"] is not None:
        assert found["via"].casefold() in typed.casefold()
        off = [each for group in asked(expand="off") for each in group["suggestions"]]
        assert [each for each in off if each["count"]] == []


def test_the_page_of_suggestions_says_what_the_endpoint_says(page, data):
    query = "q=o&within=talks&in=articles&field=speaker,country&not.country=PE&limit=50"
    shown = page(f"/suggest?{query}")
    groups = data(f"/api/v1/suggest?{query}")["groups"]
    offers = [each for group in groups for each in group["suggestions"]]
    links_shown = shown.css("main .value a.pick")
    assert [node.attributes["href"] for node in links_shown] == [
        each["html_url"] for each in offers
    ]
    assert [int(node.css_first(".number").text().split()[0]) for node in links_shown] == [
        each["count"] for each in offers
    ]
    assert (
        shown.css_first("main > p a").attributes["href"].startswith("/search?q=talks&in=articles")
    )


def test_a_facet_of_more_values_than_shown_can_be_searched_without_scripts(page):
    shown = page("/search?q=the&in=articles&country=PE&facet.size.speaker=2")
    (form,) = shown.css("#facet-speaker form.find")
    sent = {
        box.attributes["name"]: box.attributes["value"] for box in form.css("input[type=hidden]")
    }
    found = page(f"{form.attributes['action']}?{urlencode(sent | {'q': 'jun'})}")
    (link,) = found.css("main .value a.pick")
    assert "Jun Okabe" in link.text()
    address = dict(parse_qsl(urlsplit(link.attributes["href"]).query))
    assert {"q": "the", "country": "PE", "speaker": "Jun Okabe"}.items() <= address.items()
    assert shown.css("#facet-source form.find") == []
