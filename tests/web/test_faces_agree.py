"""Page, JSON, feeds, exports and the command line answer one search alike, over a real index."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from searchsvc.aliases import AliasFile
from searchsvc.engine.contract import Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.settings import load_settings
from searchsvc.web import create_app, links
from searchsvc.web.parameters import SearchParameters, with_selection
from tests.unit.commands import invoke
from tests.web.archive import made_up_articles
from tests.web.searches import searches
from tests.web.test_page_and_json_agree import anchors, json_facets, page_facets, sentence

ATOM = "{http://www.w3.org/2005/Atom}"
WORDS = "sanctions trade border harbour talks summit winter frank useful Seoul Lima".split()
EVERY = 100

words = st.sampled_from([*WORDS, "sanct*", "harbuor~", '"the border"', "speaker:Okabe", "zzz"])
texts = st.one_of(
    st.just(""),
    words,
    st.lists(words, min_size=2, max_size=3).map(" ".join),
    st.lists(words, min_size=2, max_size=3).map(" OR ".join),
    st.tuples(words, words).map(" -".join),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An index on disk, which the command line opens as well."""
    folder = tmp_path_factory.mktemp("faces")
    build = WhooshIndexWriter(folder, keep=1).start_build(fresh=True)
    for article, statements in made_up_articles(40):
        build.add(article, statements)
    build.publish(rejects=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # no settings from around the tests
        patch.delenv("SEARCHSVC_CONFIG", raising=False)
        patch.setenv("SEARCHSVC_SEARCH_BUDGET_MS", "0")  # what else the process does is no fault
        yield folder


@pytest.fixture(scope="module")
def get(folder):
    """Fetches the address of a search."""
    unhurried = load_settings(overrides={"search.budget_ms": 0})
    engine = WhooshEngine(folder, unhurried.search)
    client = create_app(engine, unhurried, aliases=AliasFile()).test_client()

    def get(path, parameters):
        response = client.get(links.address(path, parameters))
        assert response.status_code == 200, response.get_data(as_text=True)
        return response

    yield get
    engine.close()


def all_hits(get, parameters):
    """Ids and pages of all hits of a search, page after page of the JSON."""
    found, page, pages = [], 1, 1
    while page <= pages:
        there = replace(parameters, size=EVERY, page=page, facets=())
        body = get("/api/v1/search", there).get_json()
        found += [(hit["id"], hit["links"]["html"]) for hit in body["hits"]]
        page, pages = page + 1, body["pages"]
    return found


def total_of(body):
    return body["total"][body["in"]]


def said_on_the_command_line(parameters):
    """What of a search options can say."""
    for selection in parameters.selections:
        parameters = with_selection(parameters, replace(selection, every=False))
    return replace(parameters, facets=None, facet_sizes=(), by_name=(), interval=None)


def options(parameters):
    """The options of `searchsvc search` that stand for a search."""
    given = {
        "--in": parameters.collection,
        "--from": parameters.since,
        "--to": parameters.until,
        "--sort": parameters.sort,
        "--size": parameters.size,
    }
    yield from (f"{name}={value}" for name, value in given.items() if value is not None)
    for selection in parameters.selections:
        name = selection.field.replace("_", "-")
        yield from (f"--{name}={value}" for value in selection.chosen)
        yield from (f"--not-{name}={value}" for value in selection.excluded)
    if parameters.undated:
        yield "--undated"
    if parameters.explain:
        yield "--explain"


def without_time(body):
    return {**body, "took_ms": 0}


@given(searches(texts=texts))
@settings(max_examples=200)
def test_all_faces_of_a_search_agree(get, folder, parameters):
    body = get("/api/v1/search", parameters).get_json()
    shown = LexborHTMLParser(get("/search", parameters).get_data(as_text=True))
    assert shown.css("[role=status]")[0].text() == sentence(body)
    assert anchors(shown) == [hit["links"]["html"] for hit in body["hits"]]
    assert page_facets(shown) == json_facets(body)

    hits = all_hits(get, parameters)
    ids = [hit for hit, _ in hits]
    assert len(ids) == total_of(body)
    wanted = links.taken_out(parameters)
    table = get("/api/v1/export.csv", wanted)
    cells = csv.DictReader(io.StringIO(table.get_data(as_text=True), newline=""), strict=True)
    assert [cell["id"] for cell in cells] == ids
    lines = get("/api/v1/export.ndjson", wanted)
    assert [json.loads(line)["id"] for line in lines.get_data(as_text=True).splitlines()] == ids
    for export in (table, lines):
        assert export.headers["X-Total-Count"] == str(total_of(body))
        assert export.headers["X-Generation"] == body["index"]["generation"]

    newest = all_hits(get, replace(parameters, sort=Sort.NEWEST))
    followed = [address for _, address in newest][: parameters.size or 50]
    entries = ET.fromstring(get("/feed.atom", parameters).data).iter(f"{ATOM}entry")
    assert [entry.findall(f"{ATOM}link")[0].get("href") for entry in entries] == [
        f"http://localhost{address}" for address in followed
    ]
    items = json.loads(get("/feed.json", parameters).data)["items"]
    assert [item["url"] for item in items] == [f"http://localhost{each}" for each in followed]

    sayable = said_on_the_command_line(parameters)
    over_http = get("/api/v1/search", sayable).get_json()
    text = ["--", sayable.text] if sayable.text else []
    result = invoke("search", "--json", "--index", folder, *options(sayable), *text)
    assert result.exit_code == 0, result.output
    assert without_time(json.loads(result.stdout)) == without_time(over_http)


def test_the_random_searches_find_much_and_little(get):
    """So that agreeing is no accident of empty answers."""
    totals = [
        total_of(get("/api/v1/search", SearchParameters(text=word)).get_json())
        for word in (*WORDS, "zzz")
    ]
    assert max(totals) > 20
    assert min(totals) == 0
