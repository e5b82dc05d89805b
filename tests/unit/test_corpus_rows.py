"""JSONL, JSON and CSV files to rows."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.corpus.assembly import Place, article_from_row
from searchsvc.corpus.columns import read_row
from searchsvc.corpus.rows import BadRow, Row, read_json, read_json_lines, read_table
from searchsvc.model import Article
from searchsvc.settings import ColumnSettings

LIMIT_MB = 0.001  # 1,000 bytes


def values(read, data: str | bytes) -> list[object]:
    data = data.encode() if isinstance(data, str) else data
    return [
        item.values if isinstance(item, Row) else (item.place, item.reason)
        for item in read(io.BytesIO(data), LIMIT_MB)
    ]


def places(read, data: str) -> list[str | None]:
    return [item.place for item in read(io.BytesIO(data.encode()), LIMIT_MB)]


def test_a_broken_line_is_named_and_the_others_are_read():
    found = values(read_json_lines, '{"id": 1}\n\n{"id": 2\n[3]\n"x"\n{"id": 4}')
    assert found[0] == {"id": 1}
    assert found[1][0] == "line 3"  # type: ignore[index]
    assert "not JSON" in found[1][1]  # type: ignore[index]
    assert found[2:4] == [
        ("line 4", "expected a JSON object, found a list"),
        ("line 5", "expected a JSON object, found a text"),
    ]
    assert found[4] == {"id": 4}


def test_a_line_that_is_too_long_is_skipped_to_its_end():
    found = list(
        read_json_lines(io.BytesIO(b'{"a": 1}\n"' + b"x" * 300_000 + b'"\n{"a": 2}'), LIMIT_MB)
    )
    assert [item.place for item in found] == ["line 1", "line 2", "line 3"]
    assert isinstance(found[1], BadRow)
    assert "corpus.max_article_mb" in found[1].reason
    assert isinstance(found[2], Row)


@pytest.mark.parametrize("read", [read_json_lines, read_json])
@pytest.mark.parametrize("data", ["[" * 100_000, '{"a":' * 100_000, '{"n": ' + "9" * 5000 + "}"])
def test_what_json_cannot_hold_is_a_reject(read, data: str):
    found = list(read(io.BytesIO(data.encode()), 16))
    assert len(found) == 1
    assert isinstance(found[0], BadRow)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("read", [read_json_lines, read_json])
def test_every_unicode_encoding_is_read(read, encoding: str):
    assert values(read, '{"a": "é한"}'.encode(encoding)) == [{"a": "é한"}]


def test_a_line_in_another_encoding_is_read():
    data = '{"a": "Café"}\n{"a": "b"}'.encode("cp1252")
    assert values(read_json_lines, data) == [{"a": "Café"}, {"a": "b"}]


@given(
    st.lists(
        st.dictionaries(st.text(max_size=3), st.text(max_size=6) | st.integers() | st.none()),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([None, 1]),
)
def test_a_list_is_read_one_by_one(items: list[dict[str, object]], indent: int | None):
    items = [item for item in items if len(json.dumps(item, indent=indent)) < 900] or [{}]
    for ensure_ascii in (True, False):
        data = json.dumps(items, indent=indent, ensure_ascii=ensure_ascii)
        assert values(read_json, data.encode("utf-8", "replace")) == [
            json.loads(json.dumps(item, ensure_ascii=False).encode("utf-8", "replace"))
            if not ensure_ascii
            else item
            for item in items
        ]


def test_json_may_be_one_object_or_several():
    assert values(read_json, ' {"a": {"b": ["}"]}} ') == [{"a": {"b": ["}"]}}]
    assert values(read_json, '{"a": 1}\n{"a": 2}') == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("data", "place"),
    [("[]", None), (" ", None), ('"text"', "item 1"), ("12", "item 1"), ("nonsense", "item 1")],
)
def test_json_without_an_object_is_a_reject(data: str, place: str | None):
    assert places(read_json, data) == [place]


def test_what_is_no_object_in_a_list_is_a_reject_of_its_own():
    found = values(read_json, '[{"a": 1}, 3, {"a": 2}, "{", ["b"], {"a": 4}, null]')
    assert [item if isinstance(item, dict) else item[0] for item in found] == [  # type: ignore[index]
        {"a": 1},
        "item 2",
        {"a": 2},
        "item 4",
        "item 5",
        {"a": 4},
        "item 7",
    ]


def test_an_element_that_is_too_long_is_skipped():
    data = json.dumps([{"a": 1}, {"a": "x" * 200_000}, {"a": 2}])
    found = values(read_json, data)
    assert (found[0], found[2]) == ({"a": 1}, {"a": 2})
    assert found[1][0] == "item 2"  # type: ignore[index]


@given(st.binary(max_size=200) | st.text('{}[]",:a\\ \n', max_size=60).map(str.encode))
def test_any_bytes_are_rows_or_rejects(data: bytes):
    for read in (read_json_lines, read_json, read_table):
        for item in read(io.BytesIO(data), LIMIT_MB):
            assert isinstance(item, (Row, BadRow))


def test_a_table_is_read_by_its_header():
    assert values(read_table, 'id,text\n1,"a, ""b""\nc"\n\n2,d\n') == [
        {"id": "1", "text": 'a, "b"\nc'},
        {"id": "2", "text": "d"},
    ]
    assert values(read_table, "id\ttext\n1\ta, b") == [{"id": "1", "text": "a, b"}]
    assert values(read_table, "\ufeffid;text\r\n1;a\r\n") == [{"id": "1", "text": "a"}]


def test_a_table_may_come_from_a_spreadsheet():
    expected = [{"id": "1", "text": "a"}, {"id": "2", "text": "b"}]
    assert values(read_table, "sep=;\r\nid;text\r\n1;a\r\n2;b\r\n") == expected
    assert values(read_table, 'id, text\n1, "a"\n2, b\n') == expected
    assert values(read_table, 'id,text\r1,a\r2,"b"\r') == expected
    assert values(read_table, "id,text\r1,a\r2,b\r".encode("utf-16")) == expected


def test_old_line_ends_part_the_lines_of_json():
    assert values(read_json_lines, '{"a": 1}\r{"a": 2}\r') == [{"a": 1}, {"a": 2}]


def test_quotation_marks_between_tabs_stay_where_they_do_not_quote():
    data = 'id\ttext\n1\t"We" said they\n2\t"a ""b""\tc"\n3\tthe "d"\n'
    assert [item["text"] for item in values(read_table, data)] == [  # type: ignore[index]
        '"We" said they',
        'a "b"\tc',
        'the "d"',
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark_where_it_begins_in_ascii(encoding: str):
    assert values(read_json_lines, '{"a": "é한"}\n{}'.encode(encoding)) == [{"a": "é한"}, {}]


def test_capitals_in_the_name_of_a_column_count_for_nothing():
    assert read_row({"Title": "T", "TEXT": "a"}, COLUMNS).title == "T"
    assert read_row({"Title": "S", "title": "T"}, COLUMNS).title == "T"


def test_a_title_has_no_markup():
    assert read_row(
        {"title": "<b>Envoy</b> returns &amp; <i class=x>stays</i>"}, COLUMNS
    ).title == ("Envoy returns & stays")
    assert read_row({"title": "Oil <SRD> at a < b"}, COLUMNS).title == "Oil <SRD> at a < b"


def test_a_row_that_does_not_fit_the_header_is_named_by_its_first_line():
    found = values(read_table, 'id,text\n1,"a\nb"\n2\n3,c,d\n4,e\n')
    assert [item if isinstance(item, dict) else item[0] for item in found] == [  # type: ignore[index]
        {"id": "1", "text": "a\nb"},
        "line 4",
        "line 5",
        {"id": "4", "text": "e"},
    ]


def test_a_row_with_a_nul_is_a_reject_and_the_next_is_read():
    found = values(read_table, b"id,text\n1,a\x00b\n2,c\n")
    assert found[0][0] == "line 2"  # type: ignore[index]
    assert "NUL" in found[0][1]  # type: ignore[index]
    assert found[1] == {"id": "2", "text": "c"}


def test_a_quotation_mark_that_never_closes_does_not_eat_the_table():
    rows = "".join(f"{number},text {number}\n" for number in range(200))
    found = list(read_table(io.BytesIO(f'id,text\n0,"open\n{rows}'.encode()), LIMIT_MB))
    assert isinstance(found[0], BadRow)
    assert "quotation mark" in found[0].reason
    assert sum(isinstance(item, Row) for item in found) > 50


def test_a_field_may_be_as_long_as_an_article():
    data = f"id,text\n1,{'x' * 500_000}\n".encode()
    assert len(list(read_table(io.BytesIO(data), 1))) == 1


def test_an_empty_table_says_what_is_missing():
    assert places(read_table, "") == ["line 1"]
    assert places(read_table, "id,text\n") == []


COLUMNS = ColumnSettings(speakers=("people", "speakers"))


def test_the_first_filled_column_of_several_counts():
    assert read_row({"title": "", "headline": "T"}, COLUMNS).title == "T"
    assert read_row({"title": None, "headline": ["T"]}, COLUMNS).title == "T"


@pytest.mark.parametrize(
    ("value", "speakers"),
    [
        (["james-doe", "roe"], ("James Doe", "Roe")),
        ("Ana Doe; Kim Min-su;Ana Doe", ("Ana Doe", "Kim Min-su")),
        ([{"name": "Ana Doe"}, {"x": 1}, None], ("Ana Doe",)),
        ("", ()),
        ([], ()),
        (7, ("7",)),
    ],
)
def test_people_are_a_list_however_they_are_written(value: object, speakers: tuple[str, ...]):
    assert read_row({"people": value}, COLUMNS).speakers == speakers


def test_countries_stay_as_written():
    row = read_row({"countries": ["el-salvador", "USSR"]}, COLUMNS)
    assert row.countries == ("el-salvador", "USSR")


def test_a_time_of_its_own_joins_the_day():
    date = read_row({"date": "1987-02-26", "time": "15:01:01.20"}, COLUMNS).date
    assert date is not None
    assert date.isoformat() == "1987-02-26T15:01"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("OSLO, March 10 -", "OSLO"),
        ("TROY, Mich., March 10 -", "TROY, Mich."),
        ("Oslo, 10 March 2017 (NTB) --", "Oslo"),
        ("LIMA (Andean Courier) —", "LIMA"),
        ("Port-au-Prince", "Port-au-Prince"),
        ("ÅL", "ÅL"),
        ("RIO DE JANEIRO, MARCH 3", "RIO DE JANEIRO"),
        ("March, March 10 -", "March"),
        (["Bergen"], "Bergen"),
        ("March 10 -", None),
        ("10 March -", None),
        ("--", None),
        ("", None),
        (None, None),
        ("Oslo " * 50, None),
    ],
)
def test_the_place_of_a_dateline_column_stands_without_day_and_agency(value, place):
    assert read_row({"dateline": value}, COLUMNS).dateline == place


def test_the_dateline_of_a_column_wins_over_that_of_the_text():
    text = "SEOUL, Nov. 14 (Yonhap) -- The port was closed on Monday, the harbour master said."
    stands = Place("news.jsonl", None, "Courier")
    for row, place in (({}, "SEOUL"), ({"sent_from": "OSLO, Nov 15 -"}, "OSLO")):
        columns = ColumnSettings(dateline=("sent_from",))
        article = article_from_row(read_row({"text": text, **row}, columns), stands)
        assert isinstance(article, Article)
        assert article.dateline == place


def test_an_author_may_hide_an_agency():
    row = read_row({"author": "By Ana Doe, Reuters"}, COLUMNS)
    assert (row.byline, row.agency) == ("Ana Doe", "Reuters")


@given(st.dictionaries(
    st.sampled_from(["id", "title", "text", "date", "time", "people", "countries", "url"]),
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8),
                 lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2)),
))  # fmt: skip
def test_any_values_make_a_row(row: dict[str, object]):
    read_row(row, COLUMNS)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "example.org/a", 'https://a"b', "", "ftp://a"]
)
def test_only_an_address_on_the_web_is_one(url: str):
    assert read_row({"url": url}, COLUMNS).url is None
    assert read_row({"url": " https://example.org/a "}, COLUMNS).url == "https://example.org/a"
