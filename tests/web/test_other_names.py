"""Other names on the page and in the JSON: every number is what its link finds, every switch works."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from searchsvc.aliases import AliasFile
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.builders import article_document, date, statement_document
from tests.reference_engine import ReferenceEngine, filled

BODIES = (
    "The DPRK sent a delegation and Burma sent none.",
    "North Korea sent a delegation; the harbour was quiet.",
    "N. Korea and Myanmar met in the harbour.",
    "The Democratic People's Republic of Korea asked for a delegation.",
    "Nobody came from Myanmar to the harbour, and nobody from the north.",
    "Korea’s delegation went north with the DPRK, said the harbour board.",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    names = tmp_path_factory.mktemp("names") / "aliases.toml"
    names.write_text('same = [["harbour", "quay"]]\n', encoding="utf-8")
    return names


@pytest.fixture(scope="module")
def client(file):
    pairs = [
        (
            article_document(id=f"a{n}", body=body, title="Delegations", date=date(f"201{n}-05-12"), statement_count=0),
            (
                statement_document(
                    id=f"a{n}:1", article_id=f"a{n}", body=body, title="Delegations", date=date(f"201{n}-05-12")
                ),
            ),
        )
        for n, body in enumerate(BODIES)
    ]  # fmt: skip
    app = create_app(filled(*pairs), Settings(), aliases=AliasFile(file))
    return app.test_client()


def data(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.get_json(force=True)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return LexborHTMLParser(response.get_data(as_text=True))


def total(body):
    return body["total"]["statements" if body["in"] == "statements" else "articles"]


def names_of(client, query):
    return data(client, f"/api/v1/search?{query}")["query"]["expansions"]


QUERIES = (
    "q=DPRK",
    "q=north+korea",
    "q=N.+Korea+delegation&in=articles",
    "q=DPRK+Burma&match=any",
    "q=DPRK+Burma+DPRK&match=any&in=articles",
    "q=body:DPRK&date.from=2012",
    "q=(dprk+OR+burma)+harbour&country=BO",
    "q=body:(north+korea)+-burma&in=articles",
    "q=Burma&date.to=2012&sort=newest",
    "q=north+korea+quay",
)


@pytest.mark.parametrize("query", QUERIES)
def test_every_number_is_what_its_link_finds(client, query):
    expansions = names_of(client, query)
    assert expansions
    for one in expansions:
        assert one["off"] is None
        assert one["names"]
        for name in one["names"]:
            assert total(data(client, name["url"])) == name["total"], name


@pytest.mark.parametrize("query", [query for query in QUERIES if "q=DPRK+B" not in query])
def test_the_whole_is_what_the_names_find_together(client, query):
    """Each name is alone in place once; together they find what the search finds, and no more."""
    body = data(client, f"/api/v1/search?{query}&size=100")
    (one,) = body["query"]["expansions"][:1]
    alone = data(client, one["toggle_url"])
    found = {hit["id"] for hit in alone["hits"]}
    for name in one["names"]:
        found |= {hit["id"] for hit in data(client, name["url"])["hits"]}
    assert found == {hit["id"] for hit in body["hits"]}


@pytest.mark.parametrize(
    ("asked", "alone"),
    [
        ("q=DPRK+Burma&match=any", 'q="{}"'),
        ("q=nobody+DPRK+harbour+-myanmar&match=any&country=BO", 'q="{}"+-myanmar&country=BO'),
        ("q=(nobody+harbour)+OR+(DPRK)&match=any&date.from=2012", 'q="{}"&date.from=2012'),
        ("q=DPRK+AND+sent+nobody+date:2011..&match=any", 'q="{}"+sent+date:2011..'),
        (
            "q=body:(north+korea)+nobody+AND+harbour&match=any&in=articles",
            'q=body:"{}"&in=articles',
        ),
        ("q=well-kept+DPRK+speaker:(a+b)+OR+quiet&match=any", 'q="{}"'),
        ("q=body:exact:(a+b)+DPRK+OR+(quiet+OR+c)&match=any", 'q="{}"'),
        ("q=DPRK+nobody+DPRK+AND+harbour&match=any", 'q="{}"'),
        ("q=harbour+(nobody+OR+DPRK)&in=articles", 'q=harbour+"{}"&in=articles'),
    ],
)
def test_a_name_is_counted_without_what_would_do_in_its_stead(client, asked, alone):
    """What must hold besides stays; of alternatives only the name itself, so it stands in all."""
    (one,) = [each for each in names_of(client, asked) if each["key"] in ("dprk", "north korea")]
    simple = [name for name in one["names"] if name["name"] in ("North Korea", "DPRK", "N. Korea")]
    assert simple
    for name in simple:
        there = data(client, name["url"])
        assert there["query"]["ignored"] == []
        assert name["total"] == total(there)
        plain = f"/api/v1/search?{alone.format(name['name'])}&size=100"
        wanted = {hit["id"] for hit in data(client, plain)["hits"]}
        assert {hit["id"] for hit in data(client, f"{name['url']}&size=100")["hits"]} == wanted


@pytest.mark.parametrize("query", QUERIES)
def test_the_page_shows_the_names_that_find_something_with_the_same_numbers(client, query):
    expansions = names_of(client, query)
    every = page(client, f"/search?{query}").css(".reading p.names")
    lines = [line for line in every if line.text().startswith("For")]
    shown = [one for one in expansions if any(name["total"] for name in one["names"])]
    assert len(lines) == len(shown)
    for line, one in zip(lines, shown, strict=True):
        text = line.text()
        assert f"For “{one['text']}” also" in text
        for name in one["names"]:
            number = re.search(rf"{re.escape(name['name'])}[^,(]* \(([\d,]+)\)", text)
            if name["total"]:
                assert number is not None
                assert int(number[1]) == name["total"]
        switch = line.css("a")[-1].attributes["href"]
        assert switch == one["toggle_url"].replace("/api/v1", "")


def test_one_name_is_switched_off_and_on_again(client):
    query = "q=DPRK+Burma&match=any&in=articles"
    before = data(client, f"/api/v1/search?{query}")
    one = before["query"]["expansions"][0]
    without = data(client, one["toggle_url"])
    assert total(without) < total(before)
    off, on = without["query"]["expansions"]
    assert (off["off"], on["off"]) == ("switched off", None)
    assert all(name["total"] is None for name in off["names"])
    assert {"took_ms": 0} | data(client, off["toggle_url"]) | {"took_ms": 0} == {
        **before, "took_ms": 0,
    }  # fmt: skip
    shown = page(client, f"/search?{query}&expand.not=dprk").css_first(".names").text()
    assert "Only “DPRK”, not North Korea" in shown


@pytest.mark.parametrize("address", ["expand=off", "expand.not=north+korea&expand.not=BURMA"])
def test_switched_off_only_what_was_typed_is_found(client, address):
    body = data(client, f"/api/v1/search?q=north+korea+burma&in=articles&match=any&{address}")
    plain = data(client, '/api/v1/search?q=("north"+OR+"korea")+OR+"burma"&in=articles')
    assert total(body) == total(plain)
    assert all(one["off"] for one in body["query"]["expansions"])


def test_several_names_can_be_switched_off_together(client):
    shown = page(client, "/search?q=DPRK+Burma&match=any&in=articles")
    link = shown.css(".names")[-1].css_first("a").attributes["href"]
    assert link == "/search?q=DPRK+Burma&match=any&expand=off&in=articles"
    assert not page(client, "/search?q=DPRK&in=articles").css('.names a[href*="expand=off"]')


def test_switches_are_kept_in_all_links_and_written_in_one_way(client):
    body = data(client, "/api/v1/search?q=DPRK&expand.not=D.P.R.K.&expand=on")
    assert "expand.not=dprk" in body["links"]["self"]
    assert "expand=" not in body["links"]["self"].replace("expand.not=", "")
    values = [value for facet in body["facets"] for value in facet["values"]]
    assert all("expand.not=dprk" in value["toggle_url"] for value in values)
    assert "expand.not=dprk" in body["hits"][0]["links"]["html"]


def test_a_new_query_forgets_which_names_of_the_old_one_were_switched_off(client):
    form = page(client, "/search?q=DPRK&expand.not=dprk&in=articles").css_first("form.search")
    names = {field.attributes["name"] for field in form.css("input")}
    assert "in" in names
    assert "expand.not" not in names


@pytest.mark.parametrize(
    ("address", "detail"),
    [("expand=no", "expected one of on, off"), ("expand.not=...", "names nothing")],
)
def test_a_switch_that_says_nothing_is_refused(client, address, detail):
    response = client.get(f"/api/v1/search?q=DPRK&{address}")
    assert response.status_code == 400
    assert detail in response.get_json(force=True)["errors"][0]["detail"]


def test_the_article_marks_what_the_search_found(client):
    hits = data(client, "/api/v1/search?q=DPRK&in=articles")["hits"]
    address = next(hit["links"]["html"] for hit in hits if hit["id"] == "a2")
    assert page(client, address).css_first("mark").text() == "N. Korea"
    assert not page(client, f"{address}&expand=off").css("mark")


def test_snippets_mark_other_names(client):
    hits = data(client, "/api/v1/search?q=DPRK&in=articles")["hits"]
    marked = {
        snippet["text"][mark["start"] : mark["end"]]
        for hit in hits
        for snippet in hit["snippets"]
        for mark in snippet["highlights"]
    }
    assert marked == {"DPRK", "North Korea", "N. Korea", "Democratic People's Republic of Korea"}


def test_hits_are_ordered_by_relevance_where_a_name_is_all_that_was_typed(client):
    body = page(client, "/search?q=DPRK")
    assert body.css_first(".sorts [aria-current]").text() == "Relevance"


def test_a_broken_file_of_names_is_told_and_harms_no_search(client, file):
    good = file.read_text(encoding="utf-8")
    before = data(client, "/api/v1/search?q=quay")
    assert data(client, "/readyz")["remarks"] == []
    broken = file.with_suffix(".new")
    broken.write_text("same = [[", encoding="utf-8")
    broken.replace(file)
    assert {**data(client, "/api/v1/search?q=quay"), "took_ms": 0} == {**before, "took_ms": 0}
    assert "is not TOML" in data(client, "/readyz")["remarks"][0]
    broken.write_text(good, encoding="utf-8")
    broken.replace(file)
    assert data(client, "/readyz")["remarks"] == []


def test_suggestions_count_what_choosing_them_finds_other_names_included(client):
    body = data(client, "/api/v1/suggest?q=del&within=DPRK&in=articles&field=terms")
    (group,) = body["groups"]
    for offer in group["suggestions"]:
        assert total(data(client, offer["url"])) == offer["count"]


class SecondEach(ReferenceEngine):
    """Says of every search that it took a second."""

    searches = 0

    def _search(self, request, generation):
        self.searches += 1
        return super()._search(request, generation)._replace(elapsed_s=1.0)


@pytest.mark.parametrize("query", ["q=DPRK", "q=DPRK+nowheree&match=any", "q=DPRK+delegatoin"])
def test_the_time_told_is_that_of_every_search_made(query):
    engine = SecondEach()
    build = engine.start_build(fresh=True)
    build.add(article_document(id="a1", body=BODIES[0], statement_count=0), ())
    build.publish(rejects=0)
    took_ms = data(
        create_app(engine, Settings()).test_client(), f"/api/v1/search?in=articles&{query}"
    )["took_ms"]
    assert engine.searches > 2
    assert round(took_ms / 1000) == engine.searches  # beside them guesses at words, much quicker


def chips(client, query):
    links = page(client, f"/search?{query}").css(".chips a.chip")
    return {re.sub(r"\s+", " ", link.text()).strip(): link.attributes["href"] for link in links}


def test_how_the_text_is_read_is_told_among_what_narrows_and_can_be_left(client):
    shown = chips(client, "q=DPRK+Burma&match=any&expand=off&country=BO")
    assert (
        shown["Remove filter: any of the words ×"] == "/search?q=DPRK+Burma&expand=off&country=BO"
    )
    assert shown["Remove filter: only as typed ×"] == "/search?q=DPRK+Burma&match=any&country=BO"
    one = chips(client, "q=DPRK+Burma&expand.not=dprk")
    assert one["Remove filter: “DPRK” only as typed ×"] == "/search?q=DPRK+Burma"
    assert not [name for name in chips(client, "q=DPRK") if "only" in name or "any" in name]
    badge = page(client, "/search?q=DPRK&match=any&expand=off&country=BO").css_first(".badge")
    assert badge.text().split()[0] == "1"


@pytest.mark.parametrize(
    ("query", "match", "expand"),
    [
        ("q=DPRK", "all", "on"),
        ("q=DPRK&match=any", "any", "on"),
        ("q=DPRK&expand=off", "all", "off"),
    ],
)
def test_the_json_says_how_the_text_was_read(client, query, match, expand):
    told = data(client, f"/api/v1/search?{query}")["query"]
    assert (told["match"], told["expand"]) == (match, expand)


@pytest.mark.parametrize(
    "query", ["q=north+korea+Burma&country=XX", "q=DPRK+Burma&country=BO&match=any"]
)
def test_switching_all_names_off_is_offered_below_names_only(client, query):
    lines = [line.text() for line in page(client, f"/search?{query}").css(".names")]
    named = [line for line in lines if line.startswith("For")]
    assert any("without any of these" in line for line in lines) == (len(named) > 1)


@pytest.mark.parametrize(
    ("query", "remarks"),
    [
        ("harbour+-DPRK", ["DPRK"]),
        ("harbour+NOT+(north+korea+OR+Burma)", ["north korea", "Burma"]),
        ("-Burma", ["Burma"]),
        ("Burma+-body:DPRK", ["DPRK"]),
        ("harbour+-nobody", []),
        ('harbour+-"DPRK"+-exact:Burma', []),
        ("harbour+-DPRK&expand=off", []),
        ("harbour+-DPRK+-Burma&expand.not=burma", ["DPRK"]),
    ],
)
def test_it_is_told_that_other_names_are_not_left_out(client, query, remarks):
    told = [f"other names of “{name}” are not left out" for name in remarks]
    body = data(client, f"/api/v1/search?in=articles&q={query}")
    reasons = [token["reason"] for token in body["query"]["reading"] if token["reason"]]
    assert reasons == told
    shown = page(client, f"/search?in=articles&q={query}").css(".names")
    assert [line.text() for line in shown if "Read as typed" in line.text()] == [
        f"Read as typed: {reason}" for reason in told
    ]
