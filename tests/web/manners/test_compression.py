"""Answers are made small for those who can unpack them, whole or piece by piece."""

from __future__ import annotations

import gzip
import importlib
import itertools
import sys
import tracemalloc

import pytest
from flask import Response

from searchsvc.web.manners import compression

brotli = importlib.import_module("brotli")
zstd = importlib.import_module(
    "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
)
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress}


@pytest.mark.parametrize("method", UNPACK)
@pytest.mark.parametrize(
    "address", ["/search?q=talks", "/tips", "/api/v1/", "/api/v1/suggest?q=x"]
)
def test_what_is_unpacked_is_what_others_get(asked, method, address):
    ask = asked()
    plain = ask(address)
    small = ask(address, headers={"Accept-Encoding": method})
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == small.headers["Vary"]
    assert "Accept-Encoding" in plain.vary
    if len(plain.data) < 500:
        assert "Content-Encoding" not in small.headers
        return
    assert small.headers["Content-Encoding"] == method
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data)
    assert len(UNPACK[method](small.data)) == pytest.approx(len(plain.data), abs=20)  # times taken
    assert plain.headers.get("ETag") == small.headers.get("ETag")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("deflate", None),
        ("identity", None),
        ("", None),
        ("br;q=0", None),
        ("br; q=0.0, gzip;q=0", None),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*;q=0", None),
        ("*", "zstd"),
        ("\x00;q=nonsense,,;", None),
    ],
)
def test_the_client_chooses(asked, accepted, chosen):
    response = asked()("/tips", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == chosen


def test_a_tag_holds_for_every_encoding(asked):
    ask = asked()
    tag = ask("/tips", headers={"Accept-Encoding": "br"}).headers["ETag"]
    again = ask("/tips", headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
    assert again.status_code == 304
    assert "Content-Encoding" not in again.headers
    assert "Accept-Encoding" in again.vary


def test_it_can_be_left_to_a_proxy(asked):
    response = asked(server__compress="off")("/tips", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in response.headers


def test_assets_are_small_and_keep_a_tag(asked):
    ask = asked()
    plain = ask("/static/style.css")
    small = ask("/static/style.css", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(small.data) == plain.data
    again = {"Accept-Encoding": "br", "If-None-Match": small.headers["ETag"]}
    assert ask("/static/style.css", headers=again).status_code == 304


def test_a_part_of_an_asset_is_bytes_of_it_as_it_is(asked):
    whole = asked()("/static/style.css").data
    headers = {"Accept-Encoding": "br", "Range": "bytes=10-699"}
    part = asked()("/static/style.css", headers=headers)
    assert part.status_code == 206
    assert "Content-Encoding" not in part.headers
    assert part.data == whole[10:700]


@pytest.mark.parametrize("method", ["gzip", "zstd"])
def test_what_streams_is_compressed_as_it_streams_and_ended_with_its_client(asked, method):
    made, ended = [], []

    def rows():
        try:
            for number in itertools.count():
                made.append(number)
                yield f'{{"row": {number}, "text": "{number * 7919:x}"}}\n'
        finally:
            ended.append(True)

    def stream(app):
        app.add_url_rule(
            "/rows", "rows", lambda: Response(rows(), mimetype="application/x-ndjson")
        )
        client = app.test_client()
        response = client.get("/rows", headers={"Accept-Encoding": f"br, {method}"})
        assert response.headers["Content-Encoding"] == method
        assert "Content-Length" not in response.headers
        pieces = response.iter_encoded()
        next(pieces)
        tracemalloc.start()
        sent = sum(len(next(pieces)) for _ in range(2))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert sent
        assert made  # all of them would never end
        assert peak < 8_000_000
        del pieces
        response.close()

    asked(stream)
    assert ended == [True]


def test_nothing_that_is_small_already_is_compressed_again():
    assert not [kind for kind in compression._KINDS if "zip" in kind or kind == "image/png"]
