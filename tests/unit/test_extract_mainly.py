"""What an article is mainly about, and how far Reuters' own indexers agree."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract import extract
from tests.extraction.articles import an_article
from tests.extraction.places import compare, score

if TYPE_CHECKING:
    from pathlib import Path

PADDING = "The ships left. " * 5


def main(body: str, *, title: str = "An article", dateline: str | None = None) -> tuple[str, ...]:
    article = dataclasses.replace(an_article(body, title=title), dateline=dateline)
    return extract(article).main_countries


@pytest.mark.parametrize(
    ("title", "dateline", "body", "expected"),
    [
        ("Chile votes", None, "The vote was long.", ("CL",)),
        ("A vote", "LIMA", "The vote was long.", ("PE",)),
        ("A vote", "TROY, Mich.", "The vote was long.", ("US",)),
        ("A vote", None, "Chile votes. Chile counts.", ("CL",)),
        ("A vote", None, "The vote was long.\n\nChile votes.", ()),
        ("A vote", None, "The vote was long, as once in Chile.", ()),
        ("A vote", None, "Long.\n\nChile votes. Chile counts. Chileans wait in Chile.", ("CL",)),
        ("Chile votes", None, "Chile votes.\n\nPeru does not.", ("CL",)),
        ("Chile votes", "LIMA", "Chile votes. Chile counts.", ("CL", "PE")),
        ("EU votes", None, "The vote was long.", ("eu",)),
        (
            "A vote",
            None,
            "Long.\n\nBerg said Chile was poor. Chile waits. Chilean ships wait.",
            ("CL",),
        ),
        ("A vote", None, "", ()),
    ],
)
def test_an_article_is_mainly_about(title, dateline, body, expected):
    assert main(body, title=title, dateline=dateline) == expected


def test_a_country_named_four_times_among_many_others_is_not_what_a_long_article_is_about():
    others = " ".join(["Norway, Sweden, Denmark, Finland and Iceland waited."] * 9)
    body = f"Long.\n\nChile, Chile, Chile and Chile.\n\n{others}"
    assert "CL" not in main(body)
    assert "CL" in main(body, title="Chile waits")


def test_the_place_of_the_dateline_is_a_country_of_the_article():
    article = dataclasses.replace(an_article("Chile votes."), dateline="LIMA")
    assert extract(article).countries == ("CL", "PE")


@given(
    st.lists(
        st.sampled_from(["Chile", "Peru", "the EU", "votes.", "\n\n", "Berg said"]), max_size=30
    )
)
def test_what_an_article_is_mainly_about_is_named_in_it(words):
    extraction = extract(an_article(" ".join(words), title="Peru"))
    assert set(extraction.main_countries) <= set(extraction.countries)
    assert len(set(extraction.main_countries)) == len(extraction.main_countries)


@pytest.mark.archive
def test_reuters_indexers_agree(corpora: Path):
    compared = list(compare(corpora, every=25))
    assert len(compared) > 700
    named = score((one.named, one.given) for one in compared)
    main_ones = score((one.main, one.given) for one in compared)
    assert named.recall >= 0.975
    assert named.precision >= 0.72
    assert main_ones.precision >= 0.91
    assert main_ones.f1 >= 0.915
