"""A hundred requests that somebody might send to stop, fill or trick the service."""

from __future__ import annotations

import gzip
import json
import string
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from searchsvc.web.bounds import LONGEST_QUERY
from searchsvc.web.schemas.searching import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator

MB: Final = 1_000_000
SCRIPT: Final = "<script>alert(1)</script>"
"""Must not stand in a page as it is."""

_SEARCH: Final = "/api/v1/search"
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_LETTERS: Final = string.ascii_lowercase
_FREQUENT: Final = "the said of and to in a president government country minister people".split()


@dataclass(frozen=True, slots=True)
class Attack:
    """One request: what it is, and its bytes."""

    name: str
    data: bytes


def get(target: str | bytes, *headers: str, method: str = "GET", host: str = "localhost") -> bytes:
    """The bytes of a request without a body."""
    path = target.encode("latin-1") if isinstance(target, str) else target
    lines = [f"Host: {host}", "Connection: close", *headers]
    return b"%s %s HTTP/1.1\r\n%s\r\n\r\n" % (
        method.encode(),
        path,
        "\r\n".join(lines).encode("latin-1"),
    )


def post(path: str, body: bytes, kind: str = _JSON, *headers: str) -> bytes:
    """The bytes of a POST."""
    told = (f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers)
    return get(path, *told, method="POST") + body


def attacks() -> tuple[Attack, ...]:
    """All of them; names are unique."""
    return tuple(
        Attack(name, data)
        for part in (_queries, _long_queries, _bodies, _values, _texts, _paths, _heads)
        for name, data in part()
    )


def _filled(parts: Iterator[str] | tuple[str, ...] | list[str], between: str = " OR ") -> str:
    """As many of `parts`, again and again, as a query may have."""
    text = ""
    for part in cycle(parts):
        if len(text) + len(between) + len(part) > LONGEST_QUERY:
            return text
        text += (between if text else "") + part
    raise AssertionError("no parts")


def _costly() -> dict[str, str]:
    """Queries that are as long as they may be, and as hard."""
    deep = LONGEST_QUERY // 2 - 2
    return {
        "wildcards around each letter": _filled([f"*{each}*" for each in _LETTERS]),
        "wildcards that must all match": _filled([f"*{each}*" for each in _LETTERS], " "),
        "wildcards with many holes": _filled([f"*{a}?*{b}?*" for a in "aeio" for b in "tnrs"]),
        "wildcards that backtrack": _filled(["*a" * 40 + "*b"]),
        "question marks": _filled([f"*{'?' * 90}{each}*" for each in "qzxjkv"]),
        "stars alone": _filled(["*"], " "),
        "beginnings of one letter": _filled([f"{each}*" for each in _LETTERS]),
        "fuzzy words": _filled([f"{each}overnment~2" for each in _LETTERS]),
        "fuzzy words of two letters": _filled([f"{each}a~2" for each in _LETTERS]),
        "fuzzy words as long as can be": _filled(["internationalization"[:n] + "~2" for n in range(3, 20)]),
        "phrases with gaps": _filled(['"the of and to in a said"~50']),
        "many phrases with gaps": _filled(
            [f'"{a} {b}"~50' for a in _FREQUENT for b in _FREQUENT]
        ),
        "one phrase of everything": '"' + _filled(_FREQUENT, " ")[: LONGEST_QUERY - 6] + '"~100',
        "frequent words": _filled(_FREQUENT),
        "nothing but exclusions": _filled([f"-{word}" for word in _FREQUENT], " "),
        "exclusions of exclusions": _filled([f"NOT {word}" for word in _FREQUENT]),
        "brackets as deep as can be": "(" * deep + "the" + ")" * deep,
        "brackets that stay open": "(" * LONGEST_QUERY,
        "brackets that were not opened": ")" * LONGEST_QUERY,
        "exclusions in brackets": "NOT (" * 300 + "the" + ")" * 300,
        "months": _filled([f"date:20{year:02}-{month:02}" for year in range(26) for month in range(1, 13)]),
        "countries": _filled([f"country:{name}" for name in ("china", "russia", "japan")]),
        "exact words": _filled([f"={word}" for word in _FREQUENT]),
        "one word of hyphens": "-".join(_filled(_FREQUENT, " ").split()),
        "one word without an end": "a" * LONGEST_QUERY,
        "quotation marks": '"' * LONGEST_QUERY,
        "fields of fields": "speaker:" * (LONGEST_QUERY // 8),
        "letters with a hundred marks": ("e" + "\u0301" * 100) * 19,
        "letters that grow when folded": "\u0390\ufdfa" * 999,
        "Han letters": "国" * LONGEST_QUERY,
    }  # fmt: skip


def _queries() -> Iterator[tuple[str, bytes]]:
    for name, text in _costly().items():
        yield name, get(f"{_SEARCH}?q={quote(text)}")
    nots = quote(_filled(_FREQUENT))
    yield "any of, explained", get(f"{_SEARCH}?q={nots}&match=any&explain=on&size=100")
    for path in ("/search", "/feed.atom", "/api/v1/export.csv", "/api/v1/timeline"):
        yield (
            f"wildcards at {path}",
            get(f"{path}?q={quote(_costly()['wildcards with many holes'])}&size=1"),
        )


def _long_queries() -> Iterator[tuple[str, bytes]]:
    """Longer than a query may be."""
    long = {
        "ten thousand clauses": " OR ".join(f"w{number}" for number in range(10_000)),
        "five thousand brackets": "(" * 5000 + "the" + ")" * 5000,
        "ten thousand wildcards": " ".join(["*a*"] * 10_000),
        "ten thousand fuzzies": " ".join(["minister~2"] * 10_000),
    }
    for name, text in long.items():
        yield f"{name} in an address", get(f"{_SEARCH}?q={quote(text)}")
        yield f"{name} by POST", post(_SEARCH, json.dumps({"q": text}).encode())
    yield "10 MB in an address", get(f"{_SEARCH}?q={'a' * (10 * MB)}")
    yield "10 MB of JSON", post(_SEARCH, json.dumps({"q": "a" * (10 * MB)}).encode())
    yield "10 MB of a form", post("/similar", b"text=" + b"a" * (10 * MB), _FORM)
    yield (
        "a text of one word",
        post("/api/v1/similar", json.dumps({"text": "a " * 25_000}).encode()),
    )
    yield (
        "a text of wildcards",
        post("/api/v1/similar", json.dumps({"text": "*a* " * 12_000}).encode()),
    )


def _bodies() -> Iterator[tuple[str, bytes]]:
    bodies = {
        "lists in lists": b"[" * 400_000,
        "objects in objects": b'{"q":' * 150_000,
        "a number of a million digits": b'{"page": ' + b"9" * (MB - 20) + b"}",
        "a number beyond all": b'{"page": 1e999}',
        "no number": b'{"page": NaN}',
        "the same member again and again": b'{"q": "a"' + b', "q": "a"' * 50_000 + b"}",
        "a hundred thousand members": json.dumps(
            dict.fromkeys(map(str, range(70_000)), 1)
        ).encode(),
        "a hundred thousand values": json.dumps({"speaker": ["a"] * 90_000}).encode(),
        "half a character": b'{"q": "\\ud800"}',
        "a zero byte": b'{"q": "a\\u0000b"}',
        "no UTF-8": b'{"q": "\xff\xfe"}',
        "another constructor": b'{"__proto__": {"q": "a"}, "__class__": "x"}',
        "an object as a query": b'{"q": {"$ne": null}}',
    }
    for name, body in bodies.items():
        yield f"JSON: {name}", post(_SEARCH, body)
    yield (
        "a bomb of gzip",
        post(_SEARCH, gzip.compress(bytes(20 * MB)), _JSON, "Content-Encoding: gzip"),
    )
    parts = b"--x\r\nContent-Disposition: form-data; name=q\r\n\r\na\r\n" * 15_000 + b"--x--"
    yield (
        "a form of fifteen thousand parts",
        post(_SEARCH, parts, "multipart/form-data; boundary=x"),
    )
    yield (
        "a file",
        post(
            _SEARCH,
            b'--x\r\nContent-Disposition: form-data; name=q; filename="../../etc/passwd"\r\n\r\na\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
    )
    yield (
        "XML with an entity",
        post(
            _SEARCH,
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            "text/xml",
        ),
    )
    yield "pickled", post(_SEARCH, b"cos\nsystem\n(S'id'\ntR.", "application/octet-stream")


def _values() -> Iterator[tuple[str, bytes]]:
    wrong = {
        "page": "99999999999999999999",
        "size": "-1",
        "cursor": "a" * 5000,
        "fields": ",".join(["id"] * 2000),
        "facets": ",".join(["speaker"] * 150),
        "facet.size.speaker": "1000",
        "date.from": "9999-99-99",
        "expand.not": "..." * 100,
        "sort": "newest; DROP TABLE hits",
    }
    for name, value in wrong.items():
        yield f"{name} that cannot be", get(f"{_SEARCH}?{name}={quote(value)}")
    yield "the last page of all", get(f"{_SEARCH}?page=1000000&size=100")
    yield (
        "all facets as long as can be",
        get(
            f"{_SEARCH}?size=100&facets=speaker,country,article,source&facet.size.speaker=1000"
            "&facet.size.article=1000&facet.size.source=1000"
        ),
    )
    yield "twenty thousand values", get(f"{_SEARCH}?{'&'.join(['speaker=a'] * 20_000)}")
    yield (
        "twenty thousand names",
        get(f"{_SEARCH}?{'&'.join(f'x{number}' for number in range(20_000))}"),
    )
    yield (
        "a matrix of the most values",
        get("/api/v1/matrix?rows=speaker&columns=article&facet.size.speaker=100"),
    )


def _texts() -> Iterator[tuple[str, bytes]]:
    """What must not be run where it is shown."""
    scripts = "&".join(f"{name}={quote(SCRIPT)}" for name in sorted(PARAMETERS))
    for path in ("/search", _SEARCH, "/feed.atom", "/feed.json", "/api/v1/export.csv", "/suggest"):
        yield f"scripts in every parameter of {path}", get(f"{path}?{scripts}")
    for path in ("/articles/", "/api/v1/articles/", "/api/v1/speakers/", "/nothing/"):
        yield f"a script below {path}", get(f"{path}{quote(SCRIPT)}")
    yield "a script as the query of a page", get(f"/search?q={quote(SCRIPT)}")
    yield "a script that breaks out", get(f"/search?q={quote(chr(34) + '><svg onload=' + SCRIPT)}")
    yield "a formula taken out", get("/api/v1/export.csv?size=5&q=%3Dcmd%7C%27+/C+calc%27%21A0")
    yield (
        "a line break in the name of a file",
        get("/api/v1/export.csv?size=1&q=a%0D%0ASet-Cookie:+x%3D1"),
    )
    yield "a template", get(f"/search?q={quote('{{7*7}}{% include x %}${7*7}')}")


def _paths() -> Iterator[tuple[str, bytes]]:
    paths = {
        "a climb": "/static/" + "../" * 20 + "etc/passwd",
        "an escaped climb": "/static/" + "..%2f" * 20 + "etc/passwd",
        "a climb in overlong UTF-8": "/static/" + "..%c0%af" * 20 + "etc/passwd",
        "a zero byte in a path": "/articles/a%00b",
        "no UTF-8 in a path": "/api/v1/articles/%ff%fe",
        "no UTF-8 in a query": f"{_SEARCH}?q=%ff%fe%c0%80",
        "a zero byte in a query": f"{_SEARCH}?q=a%00b",
        "a path without an end": "/api/v1/articles/" + "a" * 200_000,
        "slashes": "/" * 50_000,
        "another host in the path": "//evil.example/%2f..",
        "a whole address": "http://evil.example/search",
        "a country without an end": "/api/v1/countries/" + "K" * 100_000,
    }
    for name, target in paths.items():
        yield name, get(target)
    yield "raw bytes in an address", get(b"/search?q=\xff\xfe\x80&x=\xc0\xaf")


def _heads() -> Iterator[tuple[str, bytes]]:
    heads = {
        "a header of 300 kB": f"X-A: {'a' * 300_000}",
        "two thousand headers": "\r\n".join(f"X-{number}: a" for number in range(2000)),
        "two thousand tags": f"If-None-Match: {', '.join(['W/' + chr(34) + 'a' + chr(34)] * 2000)}",
        "a thousand ranges": f"Range: bytes={','.join(f'{n}-' for n in range(1000))}",
        "a thousand encodings": f"Accept-Encoding: {','.join(['gzip;q=0.5'] * 1000)}",
        "a thousand languages": f"Accept-Language: {','.join(['xx;q=0.1'] * 1000)}",
        "others in front": "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: evil\r\nForwarded: for=x",
        "a key without an end": f"Authorization: Bearer {'a' * 50_000}",
        "cookies": f"Cookie: {'; '.join(['a=b'] * 3000)}",
        "an id with a line break": "X-Request-Id: a%0d%0aSet-Cookie: x",
        "another method": "X-HTTP-Method-Override: DELETE",
        "a length and chunks": "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "two lengths": "Content-Length: 3\r\nContent-Length: 4",
        "a length below nothing": "Content-Length: -1",
    }
    for name, head in heads.items():
        yield name, get(f"{_SEARCH}?size=1", *head.split("\r\n")) + b"0\r\n\r\n"
    for method in ("TRACE", "CONNECT", "DELETE", "PROPFIND", "X" * 5000):
        yield f"the method {method[:20]}", get(_SEARCH, method=method)
    yield "a host that is none", get("/search?size=1", host="<script>alert(1)</script>")
