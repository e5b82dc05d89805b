"""The same answers over HTTP: as described, with links that lead to what they say."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from searchsvc.model import Collection
from searchsvc.query import Match
from searchsvc.web import links
from searchsvc.web.parameters import SearchParameters, in_collection
from searchsvc.web.reads.addresses import compare_address, matrix_address, timeline_address
from searchsvc.web.reads.compare import CompareQuestion
from searchsvc.web.reads.matrix import MatrixQuestion
from searchsvc.web.reads.timeline import TimelineQuestion
from searchsvc.web.schemas import read
from searchsvc.web.schemas.counting import COMPARE
from tests.web.searches import searches

ASKED = {
    "facet": [
        "facets/speaker?limit=2",
        "facets/country?prefix=dprk&order=name&in=articles",
        "facets/kind?prefix=quot&kind=direct&not.speaker=Jun+Okabe",
        "facets/article?limit=1000",
        "facets/speaker_country?speaker_country=PE&limit=1&page=2",
    ],
    "timeline": [
        "timeline",
        "timeline?by=speaker&facet.size.speaker=2&q=talks&facet.interval.date=year",
        "timeline?date.from=2016-05&date.to=2018-02&facet.interval.date=year&in=articles",
        "timeline?date=(none)",
        "timeline?q=zzz",
    ],
    "matrix": [
        "matrix",
        "matrix?rows=country&in=articles",
        "matrix?rows=act&columns=kind&facet.size.act=3&q=sanctions",
        "matrix?q=zzz",
    ],
    "compare": [
        "compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe",
        "compare?q=talks&a.date.to=2016&b.date.from=2017&speaker=Jun+Okabe&size=3",
        "compare",
    ],
    "statement": ["statements/a2:1"],
    "speaker": [
        "speakers/Jun%20Okabe",
        "speakers/rosa%20quispe",
        f"speakers/{quote('Tomás O’Leary <envoy>', safe='')}",
    ],
    "country": ["countries/PE", "countries/north%20korea", "countries/eu"],
    "status": ["status"],
}
EVERY = [(name, path) for name, paths in ASKED.items() for path in paths]


def linked(body):
    """Every object in an answer that has a count and an address."""
    if isinstance(body, dict):
        if isinstance(body.get("count"), int) and "url" in body:
            yield body["count"], body["url"]
        for each in body.values():
            yield from linked(each)
    elif isinstance(body, list):
        for each in body:
            yield from linked(each)


@pytest.fixture(scope="module")
def schemas(data):
    """By operation, what checks its answers."""
    description = data("/api/v1/openapi.json")
    return {
        told["operationId"]: Draft202012Validator(
            {
                **told["responses"]["200"]["content"]["application/json"]["schema"],
                "components": description["components"],
            }
        )
        for methods in description["paths"].values()
        for told in methods.values()
        if "application/json" in told["responses"]["200"]["content"]
    }


@pytest.mark.parametrize(("name", "path"), EVERY)
def test_an_answer_is_as_described_and_every_number_leads_to_what_it_counts(
    data, schemas, name, path
):
    body = data(f"/api/v1/{path}")
    schemas[name].validate(body)
    for count, url in sorted(set(linked(body)), key=str):
        if url is None:
            assert count == 0
        else:
            there = data(f"{url}{'&' if '?' in url else '?'}facets=none&size=1")
            assert there["total"][there["in"]] == count, url
    assert name == "status" or body["index"]["generation"] == "gen-000001"


@pytest.mark.parametrize(("name", "path"), EVERY)
def test_an_answer_knows_its_own_address_and_where_else_it_is_shown(client, data, name, path):
    if name == "status":
        return
    body = data(f"/api/v1/{path}")
    again = data(body["links"]["self"])
    volatile = {"took_ms": 0, "asked": None}
    assert again | volatile == body | volatile
    for leads_to in filter(None, body["links"].values()):
        assert client.get(leads_to).status_code == 200, leads_to


@pytest.mark.parametrize("path", ["facets/speaker", "timeline", "matrix", "compare"])
def test_what_is_posted_is_answered_as_what_an_address_says(client, data, path):
    asked = {"q": "talks", "country": ["PE", "JP"], "expand": False}
    posted = client.post(f"/api/v1/{path}", json=asked).get_json()
    got = data(f"/api/v1/{path}?{urlencode(asked | {'expand': 'off'}, doseq=True)}")
    assert posted | {"took_ms": 0} == got | {"took_ms": 0}


def test_the_pages_of_a_facet_lead_from_one_to_the_next_and_back(data):
    address, seen, before = "/api/v1/facets/speaker?limit=2&order=name", [], None
    total = data(address)["total_values"]
    while address:
        body = data(address)
        seen += [value["label"] for value in body["values"]]
        assert body["links"]["prev"] == before
        before, address = body["links"]["self"], body["links"]["next"]
        before = before if body["page"] > 1 else "/api/v1/facets/speaker?order=name&limit=2"
        assert body["total_values"] == total
    assert len(seen) == len(set(seen)) == total
    assert seen == sorted(seen, key=str.casefold)


def test_the_mirror_image_of_a_comparison_is_where_it_says(data):
    body = data("/api/v1/compare?q=talks&match=any&a.match=all&b.speaker=Jun+Okabe")
    mirrored = data(body["links"]["swapped"])
    assert (mirrored["a"], mirrored["b"]) == (body["b"], body["a"])
    assert [word["text"] for word in mirrored["words"]["a"]] == [
        word["text"] for word in body["words"]["b"]
    ]


sides = searches(most_fields=2)


@given(common=sides, a=sides, b=sides, match=st.sampled_from(Match), size=st.integers(1, 50))
@settings(max_examples=40, deadline=None)
def test_the_address_of_a_comparison_asks_just_that(common, a, b, match, size):
    """What a side cannot be rid of, both have: sides are made from what both begin with."""
    common = in_collection(common, Collection.STATEMENTS)
    pairs = [
        *links.pairs(common),
        *(
            (f"{side}.{name}", value)
            for side, search in (("a", a), ("b", b))
            for name, value in links.pairs(in_collection(search, Collection.STATEMENTS))
            if f"{side}.{name}" in {item.data_key for item in COMPARE.fields.values()}
        ),
        ("a.match", match.value),
    ]
    found = read(COMPARE, [pair for pair in pairs if pair[0] != "size"] + [("size", str(size))])
    if found.problems:
        assert all(each.parameter.endswith(("date.from", "date.to")) for each in found.problems)
        return
    question = found.asked
    for swapped in (False, True):
        address = compare_address("", question, swapped=swapped)
        again = read(COMPARE, links_of(address))
        assert again.problems == ()
        turned = (question.b, question.a) if swapped else (question.a, question.b)
        assert searched(again.asked) == searched(
            CompareQuestion(question.common, *turned, question.size)
        )


def searched(question):
    """What a comparison asks, without what only a list of hits has."""
    plain = [
        [
            pair
            for pair in links.pairs(each)
            if pair[0] not in {"sort", "page", "facets", "explain"}
        ]
        for each in (question.common, question.a, question.b)
    ]
    return *plain, question.size


def links_of(address):
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


MISTAKES = [
    ("facets/speaker?limit=0", 400, "limit", "from 1 to 1,000"),
    ("facets/speaker?order=size", 400, "order", "count, name"),
    ("facets/speaker?perfix=a", 400, "perfix", "did you mean `prefix`?"),
    ("facets/speaker?page=99", 404, "page", "the last is"),
    ("timeline?by=date", 400, "by", "expected one of"),
    ("timeline?by=act&in=articles", 400, "by", "articles have"),
    ("timeline?by=kind&facet.size.kind=21", 400, "facet.size.kind", "from 1 to 20"),
    ("matrix?rows=speaker_country&in=articles", 400, "rows", "articles have"),
    ("matrix?facet.size.country=101", 400, "facet.size.country", "from 1 to 100"),
    ("compare?in=articles", 400, "in", "statements are compared"),
    ("compare?a.speker=x", 400, "a.speker", "did you mean `a.speaker`?"),
    ("compare?a.size=3", 400, "a.size", "unknown parameter"),
    ("compare?a.date.from=2018&a.date.to=2016", 400, "a.date.to", "swap the two"),
    ("compare?date.to=2016&b.date.from=2018", 400, "b.date.from", "swap the two"),
    ("statements/a2:1?q=x", 400, "q", "unknown parameter"),
]


@pytest.mark.parametrize(("path", "status", "parameter", "says"), MISTAKES)
def test_a_mistake_is_named_with_its_parameter_and_the_way_out(
    data, path, status, parameter, says
):
    (problem,) = data(f"/api/v1/{path}", status)["errors"]
    assert problem["parameter"] == parameter
    assert says in problem["detail"]


MISSED = [
    ("facets/date", "/api/v1/timeline"),
    ("facets/colour", "speaker, country"),
    ("facets/act?in=articles", "Articles have no such facet"),
    ("statements/zzz:1", "no statement"),
    ("statements/a1:0", "no statement"),
    ("speakers/Ann%20Okabe", "There are Jun Okabe"),
    ("speakers/a%2Fb", "Nobody of this name"),
    ("countries/Atlantis", "No country"),
]


@pytest.mark.parametrize(("path", "says"), MISSED)
def test_what_is_not_there_is_said_with_what_there_is(data, path, says):
    assert says in data(f"/api/v1/{path}", 404)["detail"]


def test_usual_rows_and_columns_need_no_saying():
    everything = SearchParameters()
    usual = MatrixQuestion(everything, "speaker_country", "country")
    assert matrix_address("/x", usual) == "/x/api/v1/matrix"
    assert timeline_address("", TimelineQuestion(everything)) == "/api/v1/timeline"


def test_a_statement_is_cited_with_its_article_in_every_format(data, archive):
    said = [each for _, statements in archive for each in statements]
    for document in said[:20]:
        cited = data(f"/api/v1/statements/{document.id}")["citation"]
        assert document.body in cited["plain"]
        assert document.title in cited["plain"]
        assert cited["bibtex"].startswith("@article{")
        assert cited["ris"].startswith("TY  - NEWS")
        assert cited["csl"]["container-title"] == document.source
        address = document.url or f"http://localhost/articles/{document.article_id}"
        assert cited["csl"]["URL"].startswith(address)


def test_a_speaker_can_be_followed(client, data):
    leads = data("/api/v1/speakers/Jun%20Okabe")["links"]
    assert leads["atom"] == "/feed.atom?speaker=Jun+Okabe"
    assert client.get(leads["atom"]).status_code == client.get(leads["feed"]).status_code == 200
