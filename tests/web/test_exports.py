"""Whole searches taken out: what was announced arrives, and says what the search says."""

from __future__ import annotations

import csv
import http.client
import io
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
import rispy
from hypothesis import given, settings
from pybtex.database import parse_string
from waitress.server import create_server

from searchsvc.errors import IndexCorrupt
from searchsvc.model import Collection
from searchsvc.settings import Settings
from searchsvc.web import create_app, links
from searchsvc.web.exports.columns import columns_of
from searchsvc.web.exports.rows import LEFT_OUT, members_of
from tests.builders import article_document, statement_document
from tests.endpoint.serving import until_closed
from tests.reference_engine import ReferenceReader, filled
from tests.web.searches import searches

SEARCHES = (
    "",
    "q=sanctions",
    "q=sanctions&in=articles",
    "q=border+OR+talks&sort=oldest",
    "speaker=Rosa+Quispe&not.source=Steppe+Gazette&sort=fresh",
    "in=articles&date=(none)",
    "q=nowhereatall",
)
FORMATS = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}


def export(client, ending, query, status=200):
    response = client.get(f"/api/v1/export.{ending}?{query}")
    assert response.status_code == status, response.data
    return response


def ndjson(response):
    return [json.loads(line) for line in response.get_data(as_text=True).splitlines()]


def cells(response):
    text = io.StringIO(response.get_data(as_text=True), newline="")
    return list(csv.DictReader(text, strict=True))


def ids_in(text, ending):
    """Ids of the references in a bibliography."""
    if ending == "bib":
        return list(parse_string(text, "bibtex").entries)
    if ending == "ris":
        return [entry["id"] for entry in rispy.loads(text.replace("\r\n", "\n"))]
    return [item["id"] for item in json.loads(text)]


def hits(data, query):
    """All hits of a search, page after page, without what is about the query."""
    found, page, pages = [], 1, 1
    while page <= pages:
        answer = data(f"/api/v1/search?{query}&size=100&page={page}&facets=none")
        found += answer["hits"]
        page, pages = page + 1, answer["pages"]
    for hit in found:
        for name in LEFT_OUT:
            hit.pop(name, None)
    return found


@pytest.mark.parametrize("query", SEARCHES)
def test_rows_are_the_hits_of_the_search_in_their_order(client, data, query):
    response = export(client, "ndjson", query)
    expected = hits(data, query)
    assert ndjson(response) == expected
    assert response.headers["X-Total-Count"] == str(len(expected))


@settings(max_examples=15, deadline=None)
@given(parameters=searches())
def test_rows_of_any_search_are_its_hits(client, data, parameters):
    query = links.address("", links.taken_out(parameters)).removeprefix("?")
    assert ndjson(export(client, "ndjson", query)) == hits(data, query)


@pytest.mark.parametrize("query", SEARCHES)
def test_a_table_has_the_cells_that_rows_have(client, query):
    rows, table = ndjson(export(client, "ndjson", query)), cells(export(client, "csv", query))
    assert [cell["id"] for cell in table] == [row["id"] for row in rows]
    for cell, row in zip(table, rows, strict=True):
        assert cell["title"] == row["title"]
        assert cell["date"] == (row["date"] or {"value": ""})["value"]
        assert cell["page"] == row["links"]["html"]
        if "text" in row:
            assert cell["text"] == row["text"]
            assert cell["speaker"] == (row["speaker"] or {"name": ""})["name"]
            assert cell["about"] == "; ".join(country["value"] for country in row["about"])


@pytest.mark.parametrize("collection", Collection)
def test_every_member_of_a_row_has_its_column(collection):
    shown = {column.member for column in columns_of(collection)}
    assert shown == set(members_of(collection))


@pytest.mark.parametrize("query", SEARCHES)
def test_references_are_the_articles_found_once_each_in_the_order_of_the_search(
    client, data, query
):
    found = [hit.get("article_id", hit["id"]) for hit in hits(data, query)]
    expected = list(dict.fromkeys(found))
    for ending in ("bib", "ris", "csl.json"):
        response = export(client, ending, query)
        text = response.get_data(as_text=True)
        assert ids_in(text, ending) == expected
        assert response.headers["X-Total-Count"] == str(len(expected))


def test_a_reference_quotes_the_statement_where_no_article_has_two_of_them(client, data):
    one = hits(data, "q=sanctions")[0]
    alone = f"article={one['article_id']}&q=sanctions"
    if len(hits(data, alone)) == 1:
        (item,) = json.loads(export(client, "csl.json", alone).data)
        assert one["text"] in item["note"]
    items = json.loads(export(client, "csl.json", "").data)
    assert not any("note" in item for item in items)


@pytest.mark.parametrize(("ending", "media_type"), FORMATS.items())
def test_an_export_says_what_it_is_of_which_generation_and_what_to_call_it(
    client, data, ending, media_type
):
    response = export(client, ending, "q=Sanctions+%22T%C3%A4lks%22+%0D%0Ax&in=articles&match=any")
    generation = data("/api/v1/search")["index"]["generation"]
    assert response.mimetype == media_type
    assert response.headers["X-Generation"] == generation
    name = f"articles-sanctions-talks-x-{generation}.{ending}"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("ending", FORMATS)
def test_size_is_the_first_so_many_and_pages_and_facets_mean_nothing(client, ending):
    def announced(query):
        response = export(client, ending, query)
        count = len(ndjson(response)) if ending == "ndjson" else None
        assert count in (None, int(response.headers["X-Total-Count"]))
        return int(response.headers["X-Total-Count"])

    everything = announced("in=articles")
    assert everything > 12
    assert announced("in=articles&page=3&facets=source&facet.size.source=1") == everything
    assert announced("in=articles&size=12") == 12
    assert announced("in=articles&size=1000000") == everything


def test_the_first_statements_are_those_of_the_search(client):
    every, some = (ndjson(export(client, "ndjson", query)) for query in ("", "size=7"))
    assert some == every[:7]


def test_fields_choose_members_of_rows_and_columns_in_their_order(client):
    row = ndjson(export(client, "ndjson", "fields=text,speaker&size=1"))[0]
    assert list(row) == ["id", "speaker", "text"] or set(row) == {"id", "speaker", "text"}
    text = export(client, "csv", "fields=text,speaker,date&size=1").get_data(as_text=True)
    assert text.startswith('"text","speaker","date"\r\n')


@pytest.mark.parametrize(
    ("ending", "query", "parameter", "told"),
    [
        ("csv", "fields=txet", "fields", "did you mean `text`?"),
        ("ndjson", "fields=snippets", "fields", "there is no “snippets”"),
        ("csv", "in=articles&fields=text", "fields", "there is no “text”"),
        ("csv", "raw=yes", "raw", "expected one of 0, 1"),
        ("csv", "size=0", "size", "expected a whole number from 1"),
        ("ndjson", "raw=1", "raw", "unknown parameter"),
        ("bib", "fields=title", "fields", "unknown parameter"),
        *(
            (each, "cursor=x", "cursor", "NDJSON and CSV alone")
            for each in ("bib", "ris", "csl.json")
        ),
        ("csv", "cursor=x", "cursor", "is not one that this archive gave"),
        ("ndjson", "skip=3", "skip", "needs `cursor`"),
        ("ris", "speakr=x", "speakr", "did you mean `speaker`?"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_sent(
    client, ending, query, parameter, told
):
    (problem,) = export(client, ending, query, 400).get_json(force=True)["errors"]
    assert problem["parameter"] == parameter
    assert told in problem["detail"]


def test_formulas_are_defused_unless_raw_is_asked_for():
    formula = '=HYPERLINK("http://evil.example";"open")'
    said = statement_document(body=formula, title=formula)
    client = create_app(filled((article_document(), (said,))), Settings()).test_client()
    (cell,) = cells(export(client, "csv", ""))
    assert (cell["text"], cell["title"]) == (f"'{formula}", f"'{formula}")
    (cell,) = cells(export(client, "csv", "raw=1"))
    assert (cell["text"], cell["title"]) == (formula, formula)


def test_a_byte_order_mark_is_sent_only_where_asked_for(client):
    assert export(client, "csv", "bom=1").data.startswith(b'\xef\xbb\xbf"id",')
    assert export(client, "csv", "").data.startswith(b'"id",')


def test_the_page_and_the_json_lead_to_every_export_of_the_same_search(client, page, data):
    query = "q=sanctions&source=Steppe+Gazette"
    shown = page(f"/search?{query}&size=5&page=2&facets=kind")
    exports = data(f"/api/v1/search?{query}&size=5&page=2")["links"]["exports"]
    assert set(exports.values()) == {f"/api/v1/export.{ending}?{query}" for ending in FORMATS}
    on_page = {node.attributes["href"] for node in shown.css("a[rel=nofollow]")}
    assert on_page == set(exports.values())
    for address in on_page:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("ending", FORMATS)
def test_a_posted_search_is_taken_out_as_its_address_is(client, ending):
    query = "q=sanctions+OR+border&country=PE&country=BO&not.source=Steppe+Gazette&sort=oldest"
    body = {
        "q": "sanctions OR border",
        "country": ["BO", "PE"],
        "not.source": ["Steppe Gazette"],
        "sort": "oldest",
        # What a search takes as well, and an export passes over.
        "page": 2,
        "facets": "speaker",
        "facet.size.speaker": 3,
        "explain": True,
        "highlight": False,
    }
    posted = client.post(f"/api/v1/export.{ending}", json=body)
    form = client.post(
        f"/api/v1/export.{ending}", data=body | {"explain": "on", "highlight": "off"}
    )
    asked = export(client, ending, query)
    assert posted.status_code == form.status_code == 200
    assert posted.data == form.data == asked.data
    assert posted.headers["X-Total-Count"] == asked.headers["X-Total-Count"]


@pytest.mark.parametrize("ending", ["ndjson", "csv"])
def test_fields_are_chosen_by_post_as_by_address(client, ending):
    posted = client.post(
        f"/api/v1/export.{ending}", json={"fields": ["text", "speaker", "text"], "size": 3}
    )
    assert posted.data == export(client, ending, "fields=text,speaker&size=3").data
    assert posted.data == export(client, ending, "fields=text&fields=speaker&size=3").data


@pytest.mark.parametrize("query", SEARCHES)
def test_an_export_goes_on_from_any_row(client, query):
    whole = export(client, "ndjson", query)
    rows = ndjson(whole)
    cursor = whole.headers["X-Cursor"]
    for skip in {0, 1, len(rows) // 2, len(rows), len(rows) + 5}:
        for size in ("", "&size=7"):
            rest = export(client, "ndjson", f"{query}{size}&cursor={cursor}&skip={skip}")
            expected = (rows[:7] if size else rows)[skip:]
            assert ndjson(rest) == expected
            assert rest.headers["X-Total-Count"] == str(len(expected))
            assert rest.headers["X-Generation"] == whole.headers["X-Generation"]
    assert len(cells(export(client, "csv", f"{query}&cursor={cursor}&skip=2"))) == max(
        0, len(rows) - 2
    )


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "fresh"])
def test_an_export_goes_on_where_a_search_ended(client, data, sort):
    query = f"q=sanctions+OR+border&sort={sort}"
    rows = ndjson(export(client, "ndjson", query))
    cursor = data(f"/api/v1/search?{query}&size=4&page=2")["next_cursor"]
    rest = export(client, "ndjson", f"{query}&cursor={cursor}")
    assert ndjson(rest) == rows[8:]
    assert rest.headers["X-Total-Count"] == str(len(rows) - 8)
    # And the other way round.
    begin = export(client, "csv", query).headers["X-Cursor"]
    first = data(f"/api/v1/search?{query}&size=4&cursor={begin}")
    assert [hit["id"] for hit in first["hits"]] == [row["id"] for row in rows[:4]]


def test_a_cursor_of_another_search_leads_to_no_export(client):
    cursor = export(client, "ndjson", "q=border").headers["X-Cursor"]
    (problem,) = export(client, "ndjson", f"q=talks&cursor={cursor}", 400).get_json(force=True)[
        "errors"
    ]
    assert "another search" in problem["detail"]


@contextmanager
def served(app):
    """A real server over `app`; its port."""
    server = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=until_closed, args=(server,), daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.close()
        thread.join()


def cut_short(archive, monkeypatch):
    """An application whose exports break after twenty hits."""

    def breaking(self, request):
        whole = walk(self, request)

        def some():
            for number, hit in enumerate(whole.hits):
                if number == 20:
                    raise IndexCorrupt("segment", "a document is damaged")
                yield hit

        return replace(whole, hits=some())

    walk = ReferenceReader.walk
    monkeypatch.setattr(ReferenceReader, "walk", breaking)
    monkeypatch.setattr("searchsvc.web.exports.streaming._PIECE", 100)
    return create_app(filled(*archive), Settings())


def plainly(port, request):
    """Head and body of an answer, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(request)
        answer = b"".join(iter(lambda: plain.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.lower(), body


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_that_breaks_is_no_clean_end(archive, monkeypatch, ending):
    with served(cut_short(archive, monkeypatch)) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/api/v1/export.{ending}?in=articles")
        response = connection.getresponse()
        assert response.status == 200
        assert int(response.headers["X-Total-Count"]) == len(archive)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            response.read()
        connection.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_over_http_1_0_an_export_that_breaks_has_fewer_rows_than_announced(archive, monkeypatch):
    request = b"GET /api/v1/export.ndjson?in=articles HTTP/1.0\r\n\r\n"
    with served(cut_short(archive, monkeypatch)) as port:
        head, body = plainly(port, request)
    assert f"x-total-count: {len(archive)}\r\n".encode() in head + b"\r\n"
    assert b"content-length" not in head
    assert body.count(b"\n") <= 20 < len(archive)
    monkeypatch.undo()
    with served(create_app(filled(*archive), Settings())) as port:
        head, body = plainly(port, request)
    assert f"x-total-count: {len(archive)}\r\n".encode() in head + b"\r\n"
    assert body.count(b"\n") == len(archive)


def test_a_whole_export_over_http_ends_cleanly_and_is_sent_in_pieces(archive):
    with served(create_app(filled(*archive), Settings())) as port:
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(
                b"GET /api/v1/export.ndjson HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            answer = b"".join(iter(lambda: plain.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head.lower()
        assert body.endswith(b"0\r\n\r\n")
