"""The tabs of a search say what of it they leave out, and leave out nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser

from searchsvc.fields import facet_fields
from searchsvc.model import Collection
from searchsvc.web import formatting, links
from searchsvc.web.parameters import SearchParameters
from tests.web.searches import searches


def told(shown):
    """Of each tab that leaves something out what it says, by its label."""
    said = {}
    for tab in shown.css(".views a"):
        if words := tab.attributes.get("title"):
            said[tab.text()] = words
    lines = [line.text() for line in shown.css(".views .lacking")]
    for label, words in said.items():  # what a pointer is needed for is there to be read as well
        assert any(
            label in line.partition(": ")[0].split(", ") and line.endswith(f": {words}")
            for line in lines
        )
    assert bool(lines) == bool(said)
    return said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/search?q=sanctions&speaker=Jun+Okabe&kind=direct&date=(none)", {}),
        ("/search?act=deny&speaker=Jun+Okabe", {"Articles": "without What they do: deny"}),
        (
            "/search?not.act=deny&speaker_country=KR&speaker_country=(none)",
            {
                "Articles": "without Speaker’s country: unknown; Speaker’s country: South Korea;"
                " What they do: not deny"
            },
        ),
        (
            "/search?in=articles&not.story=(none)",
            {
                "Statements": "without Story: not too short to tell",
                "Compare": "without Story: not too short to tell",
            },
        ),
        ("/timeline?act=deny", {"Articles": "without What they do: deny"}),
        ("/matrix?act=deny", {"Articles": "without What they do: deny"}),
        (
            "/compare?act=deny",
            {"Articles": "without What they do: deny"},
        ),
        (
            "/compare?a.speaker=Jun+Okabe&b.speaker=Rosa+Quispe",
            dict.fromkeys(
                ("Statements", "Articles", "Timeline", "Matrix"),
                "without A: Jun Okabe; B: Rosa Quispe",
            ),
        ),
    ],
)
def test_a_tab_says_which_filters_it_is_without(page, address, said):
    assert told(page(address)) == said


@given(searches(most_fields=4))
@settings(max_examples=60, deadline=None)
def test_what_a_tab_does_not_say_it_keeps(client, parameters):
    here = client.get(links.address("/search", parameters)).get_data(as_text=True)
    shown = LexborHTMLParser(here)
    said = told(shown)
    for tab, collection in zip(shown.css(".views a"), reversed(Collection), strict=False):
        names = {
            part.partition("=")[0].removeprefix("not.").removesuffix(".op")
            for part in urlsplit(tab.attributes["href"] or "").query.split("&")
        }
        for selection in parameters.selections:
            label = formatting.field_label(selection.field, parameters.collection)
            lost = f"{label}: " in said.get(tab.text(), "")
            assert lost == (selection.field not in facet_fields(collection))
            assert lost == (selection.field not in names)


def test_korean_says_it_too(client):
    answer = client.get("/search?act=deny", headers={"Accept-Language": "ko"})
    shown = LexborHTMLParser(answer.get_data(as_text=True))
    assert [line.text() for line in shown.css(".lacking")] == ["기사: ‘발언 성격: 부인’ 조건 없이"]


def test_a_long_value_does_not_fill_the_page(client):
    address = links.address(
        "/search", links.toggled(SearchParameters(), "article", "x" * 200 + "end")
    )
    shown = LexborHTMLParser(client.get(address).get_data(as_text=True))
    assert told(shown)["Articles"] == f"without Article: {'x' * 90}…"
