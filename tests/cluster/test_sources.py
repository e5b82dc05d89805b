"""What is sent of a document, without a cluster; and what a cluster makes of it."""

from __future__ import annotations

from random import Random

import pytest

from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.opensearch.documents.mapping import index_body, schema
from searchsvc.engine.opensearch.documents.sources import collection_of, received, sent
from searchsvc.errors import ClusterUnreachable, ConfigError, IndexCorrupt
from searchsvc.model import Collection, Document
from searchsvc.settings import OpenSearchSettings, load_settings
from tests.builders import article_document
from tests.engine_contract.archive import made_up_archive
from tests.reference_ordering import marks_of

PAIRS = made_up_archive(Random(8), 60)
DOCUMENTS: list[Document] = []
for _article, _statements in PAIRS:
    DOCUMENTS += [_article, *_statements]


def test_documents_come_back_as_they_were():
    for document in DOCUMENTS:
        one = sent(document)
        assert one.id == document.id
        assert one.routing == document.id.partition(":")[0]
        collection = collection_of(document)
        assert received(collection, document.id, one.source, where="index") == document


def test_another_document_is_taken_for_damage():
    with pytest.raises(IndexCorrupt, match="another document for a2"):
        received(Collection.ARTICLES, "a2", sent(PAIRS[1][0]).source, where="index")


def test_capitals_stand_beside_their_word():
    own = sent(article_document(id="x", title="The US border", body="us")).source["articles"]
    assert own["title"]["word"] == ["the us|US border"]
    assert own["title"]["stem"] == ["the us|US border"]
    assert own["title"]["length"] == 3
    assert own["body"]["word"] == ["us"]


def test_fingerprints_are_those_of_the_reference():
    for document in DOCUMENTS:
        reference = [bucket << 2 | weight for bucket, weight in marks_of(document)]
        assert sent(document).source[layout.MARK] == reference


def test_whatever_is_sent_has_a_field():
    properties = index_body(shards=1)["mappings"]["properties"]
    for document in DOCUMENTS:
        for name, value in sent(document).source.items():
            inner = properties[name].get("properties")
            for field, parts in value.items() if inner else ():
                assert parts.keys() <= inner[field]["properties"].keys()


def test_the_schema_has_a_name_of_its_own():
    assert schema() == schema()
    assert len(schema()) == 16


def test_a_password_on_the_command_line_is_refused():
    assert load_settings(None, {"SEARCHSVC_OPENSEARCH_PASSWORD": "x"}).opensearch.password == "x"
    with pytest.raises(ConfigError, match="others cannot read it"):
        load_settings(None, {}, {"opensearch.password": "x"})


def test_a_cluster_that_is_not_there_is_named():
    from searchsvc.engine.opensearch.cluster.client import Client

    client = Client(OpenSearchSettings(urls=("http://127.0.0.1:9",), retry_s=0))
    with pytest.raises(ClusterUnreachable, match=r"127\.0\.0\.1:9/searchsvc: no node"):
        client.get("/")
    client.close()
