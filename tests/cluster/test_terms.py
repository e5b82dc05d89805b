"""A live cluster takes the terms apart as they were put together."""

from __future__ import annotations

from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.opensearch.documents.mapping import index_body
from searchsvc.engine.opensearch.documents.sources import sent
from searchsvc.query.leaves import WIDEST_SLOP
from searchsvc.text import analyse
from tests.builders import article_document

TEXT = "The US and us: S-400, U.S. troops; 北京 café $5 " + "x" * 150


def test_tokens_keep_their_places(cluster_client, scratch_index):
    cluster_client.ask("PUT", f"/{scratch_index}", index_body(shards=1))
    own = sent(article_document(id="x", title="t", body=TEXT)).source["articles"]
    answer = cluster_client.ask(
        "POST",
        f"/{scratch_index}/_analyze",
        {"field": "articles.body.word", "text": own["body"]["word"]},
    )
    found = {(each["position"], each["token"]) for each in answer["tokens"]}
    wanted = {(at, token.folded) for at, token in enumerate(analyse(TEXT))}
    wanted |= {(at, token.cased) for at, token in enumerate(analyse(TEXT)) if token.cased}
    assert found == wanted


def test_no_phrase_reaches_from_one_text_to_the_next():
    """And Lucene's 31 bits for positions are enough for a million texts."""
    assert layout.TEXT_GAP > WIDEST_SLOP
    assert layout.TEXT_GAP * 1_000_000 < 2**31
