"""References as BibTeX, RIS and CSL-JSON, read by the programs that others use."""

from __future__ import annotations

import datetime as dt
import json
import re
import warnings

import pytest
import rispy
from bibtexparser.entrypoint import parse_string as parse_bibtex
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from searchsvc.web.exports.citations import bibtex, csl_json, latex, ris
from searchsvc.web.exports.references import Reference, plain, reference
from tests.builders import article_document, statement_document

PAGE = "https://news.example/articles/a1"
ODD = r'50% of {brace\} $5 & #1_x^2~"q" <b> é 北京 @article{x, = 1}'
TEXTS = st.text(max_size=40).map(plain)
REFERENCES = st.builds(
    Reference,
    id=st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._~-]{0,20}", fullmatch=True),
    title=TEXTS.filter(bool),
    authors=st.lists(TEXTS.filter(bool), max_size=3).map(tuple),
    source=TEXTS.filter(bool),
    day=st.none() | st.dates(),
    url=st.just("https://example.org/a%20b?c=d_e&f={g}#h"),
    note=st.none() | TEXTS.filter(bool),
)


def unlatex(text: str) -> str:
    """What LaTeX prints of what `latex` wrote."""
    commands = {
        "textbackslash{}": "\\",
        "textbraceleft{}": "{",
        "textbraceright{}": "}",
        "textasciicircum{}": "^",
        "textasciitilde{}": "~",
        **{character: character for character in "$&%#_"},
    }
    pattern = r"\\(" + "|".join(map(re.escape, commands)) + ")"
    return re.sub(pattern, lambda match: commands[match[1]], text)


def cite(**changes):
    return reference(article_document(**changes), PAGE, quoting=False)


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_latex_prints_every_text_as_it_was(text):
    written = latex(text)
    assert unlatex(written) == text
    assert written.count("{") == written.count("}")


@settings(max_examples=40)
@given(st.lists(REFERENCES, min_size=1, max_size=4, unique_by=lambda item: item.id))
def test_pybtex_reads_every_entry_back(references):
    read = parse_string("".join(bibtex(references)), "bibtex")
    assert len(read.entries) == len(references)
    for entry, item in zip(read.entries.values(), references, strict=True):
        assert entry.type == "article"
        assert unlatex(entry.fields["title"][1:-1]) == item.title
        assert unlatex(entry.fields["journal"]) == item.source
        assert len(entry.persons.get("author", ())) == len(item.authors)
        assert (entry.fields.get("year") or None) == (item.day and f"{item.day.year:04}")
        assert unlatex(entry.fields.get("note", "")) == (item.note or "")


def test_bibtexparser_reads_what_pybtex_reads():
    references = [
        cite(title=ODD, byline="Rosa Quispe and Jun Okabe"),
        cite(id="A1"),
        cite(id="a~1"),
    ]
    library = parse_bibtex("".join(bibtex(references)))
    assert not library.failed_blocks
    first, *others = library.entries
    assert unlatex(first["title"][1:-1]) == plain(ODD)
    assert first["author"] == "{Rosa Quispe} and {Jun Okabe}"
    assert first["url"] == PAGE
    assert len({first.key.lower(), *(entry.key.lower() for entry in others)}) == 3


@settings(max_examples=40)
@given(st.lists(REFERENCES, max_size=4))
def test_rispy_reads_every_reference_back(references):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = rispy.loads("".join(ris(references)).replace("\r\n", "\n"))
    assert len(read) == len(references)
    for entry, item in zip(read, references, strict=True):
        assert entry["type_of_reference"] == "NEWS"
        assert entry["title"] == item.title
        assert entry.get("authors", []) == list(item.authors)
        assert entry.get("year") == (item.day and f"{item.day.year:04}")
        assert entry.get("notes", [None]) == [item.note]


@settings(max_examples=40)
@given(st.lists(REFERENCES, max_size=4))
def test_csl_json_is_a_list_of_newspaper_articles(references):
    read = json.loads("".join(csl_json(references)))
    assert [item["id"] for item in read] == [item.id for item in references]
    assert [item["title"] for item in read] == [item.title for item in references]
    assert all(item["type"] == "article-newspaper" for item in read)


def test_a_citation_processor_prints_a_reference():
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = CiteProcJSON(json.loads("".join(csl_json([cite(byline="Rosa Quispe")]))))
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        bibliography.register(Citation([CitationItem("a1")]))
        printed = str(bibliography.bibliography()[0])
    assert "Rosa Quispe" in printed
    assert "Border stays open" in printed
    assert "Andean Courier" in printed


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("Rosa Quispe", ("Rosa Quispe",)),
        ("Rosa Quispe and Jun Okabe", ("Rosa Quispe", "Jun Okabe")),
        (
            "Rosa Quispe, Jun Okabe, and Bo-ra Namgung",
            ("Rosa Quispe", "Jun Okabe", "Bo-ra Namgung"),
        ),
        ("Sandra Rand", ("Sandra Rand",)),
        ("Jun Okabe, Jr.", ("Jun Okabe, Jr.",)),
        ("Rosa Quispe, staff writer", ("Rosa Quispe, staff writer",)),
        (None, ()),
    ],
)
def test_authors_are_parted_only_where_each_part_is_a_name(byline, authors):
    assert cite(byline=byline).authors == authors


def test_the_agency_stands_in_for_an_author():
    assert cite(agency="Andean Wire").authors == ("Andean Wire",)


def test_a_statement_is_quoted_only_where_that_is_asked_for():
    said = statement_document()
    assert reference(said, PAGE, quoting=False).note is None
    note = reference(said, PAGE, quoting=True).note
    assert note is not None
    assert said.body in note
    assert reference(said, PAGE, quoting=True).id == said.article_id


def test_an_undated_article_has_no_date_in_any_format():
    undated = [cite(date=None)]
    assert "year" not in "".join(bibtex(undated))
    assert "PY  -" not in "".join(ris(undated))
    assert "issued" not in "".join(csl_json(undated))


def test_the_original_is_linked_where_it_is_known():
    assert cite(url="https://example.org/1").url == "https://example.org/1"
    assert cite().url == PAGE


def test_years_before_1000_keep_four_digits():
    old = Reference("a", "t", (), "s", dt.date(987, 1, 2), PAGE, None)
    assert "year = {0987}" in "".join(bibtex([old]))
    assert "DA  - 0987/01/02/" in "".join(ris([old]))
