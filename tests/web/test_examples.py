"""Every documented example is answered as documented."""

from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from searchsvc.web.api import OPERATIONS, recorded
from tests.regenerate_examples import PATH, answers, sample_archive

AGAIN = "where this is wanted, record it anew: python -m tests.regenerate_examples"


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    with sample_archive(tmp_path_factory.mktemp("sample")) as client:
        yield answers(client)


@pytest.fixture(scope="module")
def kept():
    return json.loads(PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_an_example_is_answered_as_recorded(operation, answered, kept):
    assert operation.examples
    assert answered[operation.name] == kept[operation.name], AGAIN


def test_every_link_of_the_documentation_answers_where_the_sample_is_served(tmp_path):
    with sample_archive(tmp_path) as client:
        page = LexborHTMLParser(client.get("/api/v1/docs").data)
        links = [link.attributes["href"] for link in page.css(".ask a")]
        refused = page.css("#errors .ask a")[0].attributes["href"]
        assert len(links) > len(OPERATIONS) - 3
        for link in links:
            answer = client.get(link, buffered=True)
            assert answer.status_code == (400 if link == refused else 200), link


def test_nothing_is_recorded_that_is_no_example(answered, kept):
    assert list(kept) == list(answered), AGAIN


def test_titles_of_the_examples_of_an_operation_differ():
    for operation in OPERATIONS:
        titles = [example.title for example in operation.examples]
        assert len(set(titles)) == len(titles)


def test_every_search_of_the_examples_finds_something(answered):
    for told in answered["search"].values():
        assert told["body"]["hits"]


def test_a_shortened_answer_is_the_whole_one_where_that_is_short():
    body = {"a": [1, 2], "b": {"c": None, "d": "é"}}
    assert recorded.shortened(recorded.Recorded("application/json", {}, body)) == json.dumps(
        body, ensure_ascii=False
    )


def test_a_shortened_answer_says_how_much_is_left_out():
    body = {
        "rows": [{"n": number} for number in range(7)],
        "words": ["w" * 30] * 6,
        "t": "x" * 999,
    }
    shown = recorded.shortened(recorded.Recorded("application/json", {}, body))
    assert '{"n": 0}' in shown
    assert '{"n": 2}' not in shown
    assert "… 5 more" in shown
    assert "… 2 more" in shown
    assert "x" * 999 not in shown
