"""Rows: JSON, JSON lines and tables that never end, lie too deep or are not what they seem."""

from __future__ import annotations

import json
from typing import Final

from tests.hostile.cases import MB, STORY, Case, of_bytes, repeated

_GOOD: Final = json.dumps({"id": "g", "title": "T", "text": STORY}) + "\n"
_LINE: Final = '{"id": "x", "title": "T", "text": "' + STORY


def _row(**values: object) -> bytes:
    return json.dumps({"title": "T", "text": STORY} | values).encode()


def _raw(fields: str) -> bytes:
    return f'{{"title": "T", "text": "{STORY}", {fields}}}\n'.encode()


ROWS: Final = (
    Case(
        "JSON line without an end",
        repeated("a.jsonl", _GOOD + _LINE, "word ", '"}\n' + _GOOD.replace('"g"', '"h"')),
        2, "larger than", "line 2", 600_000, 1000 * MB,
    ),
    Case(
        "text in a single line",
        repeated("a.txt", STORY, " and so on"), 0, "larger than", None, 600_000, 1000 * MB,
    ),
    Case("JSON nested deep", repeated("a.json", "", "["), 0, "JSON", "item 1", big=1000 * MB),
    Case("JSON line nested deep", repeated("a.jsonl", _GOOD, '{"a":'), 1, "deep", "line 2"),
    Case(
        "JSON brackets again and again",
        repeated("a.json", "[[", "[],", "[]]]"), 0, "larger", "item 1", 600_000, 1000 * MB,
    ),
    Case(
        "JSON, nothing but empty lists",
        repeated("a.json", "[", "[],", "[]]"), 0, "given up", None, 100_000, 1000 * MB,
    ),
    Case(
        "JSON, thousands of little objects",
        repeated("a.jsonl", '{"text": "' + STORY + '", "x": [', '{"":0},', "0]}"), 1, big=2 * MB - 99_999,
    ),
    Case("JSON with a key again and again", repeated("a.jsonl", "{", '"a":1,', f'"text":"{STORY}"}}'), 1, big=2 * MB - 99_999),
    Case("JSON lines, none of them an article", repeated("a.jsonl", "", "1\n"), 0, "given up", None, 100_000, 100 * MB),
    Case("JSON number of 100,000 digits", of_bytes("a.jsonl", _raw('"date": ' + "9" * 100_000)), 0, "JSON", "line 1"),
    Case("JSON, NaN and Infinity", of_bytes("a.jsonl", _raw('"id": NaN, "date": -Infinity, "url": 1e999')), 1),
    Case("JSON, half a surrogate pair", of_bytes("a.jsonl", _raw(r'"id": "\ud800", "source": "\udfff\u0000\u001b[31m"')), 1),
    Case("JSON, NUL bytes", of_bytes("a.jsonl", _GOOD.encode() + b'{"text": "a\0b"}\n' + b"\0\0"), 1, "not JSON", "line 2"),
    Case("JSON with long titles and names", repeated("a.jsonl", f'{{"text": "{STORY}", "title": "', "<a>", '"}'), 1, big=2 * MB - 99_999),
    Case("JSON with thousands of speakers", of_bytes("a.jsonl", _row(speakers=[f"Ann No {n}" for n in range(20_000)])), 1),
    Case("table with an open quotation mark", repeated("a.csv", f'id,title,text\n1,T,{STORY}\n2,T,"', "word word\n"), 1, "not CSV", "line 3", 600_000, 1000 * MB),
    Case("table in a single line", repeated("a.csv", "id,title,text\n", "a,"), 0, "larger", "line 2", 600_000, 1000 * MB),
    Case("table of a million columns", repeated("a.csv", "id,title,text", ",c", f"\n1,T,{STORY}\n"), 0, "columns", "line 1", 100_000, 2 * MB - 99_999),
    Case("table, many fields in a row", repeated("a.csv", f"id,title,text\n1,T,{STORY}\n", ",", "\n"), 1, "fields", "line 3", 100_000, 2 * MB - 99_999),
    Case("table, a row of many long lines", repeated("a.csv", "id,title,text\n", '"' + "a\n" * 30_000 + '",'), 0, "not CSV", "line 2", 600_000, 1000 * MB),
    Case("table with NUL bytes", of_bytes("a.csv", f"id,title,text\n1,T,{STORY}\0\n2,T,{STORY}\n".encode()), 1, "NUL", "line 2"),
)  # fmt: skip
