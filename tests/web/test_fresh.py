"""The order `fresh`, on the page and as JSON."""

from __future__ import annotations


def labels(tree):
    return [link.text() for link in tree.css(".sorts a")]


def test_it_is_offered_only_where_there_is_relevance(page):
    assert "Relevance, newer first" in labels(page("/search?q=talks"))
    assert "Relevance, newer first" not in labels(page("/search"))


def test_the_page_and_the_json_answer_it_alike(page, data):
    tree = page("/search?q=talks&sort=fresh&in=articles")
    (current,) = tree.css(".sorts a[aria-current]")
    assert current.text() == "Relevance, newer first"
    body = data("/api/v1/search?q=talks&sort=fresh&in=articles")
    shown = [link.attributes["href"] for link in tree.css(".hits h3 a")]
    assert [address.partition("#")[0] for address in shown] == [
        hit["links"]["html"] for hit in body["hits"]
    ]
    scores = [hit["score"] for hit in body["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0
