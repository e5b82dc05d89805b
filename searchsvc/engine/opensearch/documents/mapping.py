"""What an index is made with: its fields, and how the terms that we send are taken apart."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from searchsvc.engine.opensearch.documents import layout
from searchsvc.model import Collection

Body = dict[str, Any]

MAX_RESULTS: Final = 100_000
"""Hits that one page may reach down to; beyond, hits are passed over page by page."""
MAX_EXPRESSION: Final = 20_000
"""Characters of a regular expression that a pattern is turned into."""

_ANALYSIS: Final[Body] = {
    "tokenizer": {"terms": {"type": "whitespace", "max_token_length": 1024}},
    "filter": {
        # `us|US` is the term `us`, and at the same position `US`.
        "capitals": {
            "type": "pattern_capture",
            "preserve_original": False,
            "patterns": [r"^([^|]+)", r"\|(.+)$"],
        }
    },
    "analyzer": {
        "indexed": {"type": "custom", "tokenizer": "terms", "filter": ["capitals"]},
        "asked": {"type": "custom", "tokenizer": "terms"},
    },
}
# A word counts as often as it occurs; all else of a score is reckoned where it is asked for.
_SIMILARITY: Final[Body] = {
    "occurrences": {"type": "scripted", "script": {"source": "return doc.freq;"}}
}
_WORDS: Final[Body] = {
    "type": "text",
    "analyzer": "indexed",
    "search_analyzer": "asked",
    "similarity": "occurrences",
    "norms": False,
    "position_increment_gap": layout.TEXT_GAP,
}
_KEYWORD: Final[Body] = {"type": "keyword"}
_NUMBER: Final[Body] = {"type": "integer"}


def index_body(*, shards: int) -> Body:
    """The body that creates an index: settings and mappings.

    It is for loading: nothing is refreshed but when asked for, and there are no copies.
    """
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": 0,
                "refresh_interval": "-1",
                "max_result_window": MAX_RESULTS,
                "max_regex_length": MAX_EXPRESSION,
                "analysis": _ANALYSIS,
                "similarity": _SIMILARITY,
            }
        },
        "mappings": _mappings(),
    }


def schema() -> str:
    """A fingerprint of how documents are indexed; another one cannot be searched or added to."""
    whole = {"mappings": _mappings(), "analysis": _ANALYSIS, "similarity": _SIMILARITY}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


def _mappings() -> Body:
    properties: Body = {
        layout.ID: _KEYWORD,
        layout.COLLECTION: _KEYWORD,
        layout.ARTICLE: _KEYWORD,
        layout.FAMILY: {"type": "join", "relations": {"article": "statement"}},
        layout.DAY: _NUMBER,
        layout.MONTH: _NUMBER,
        layout.YEAR: _NUMBER,
        layout.MOMENT: {"type": "long"},
        layout.MARK: _NUMBER,
        layout.STORED: {"type": "keyword", "index": False, "doc_values": False},
    }
    for collection in Collection:
        own: Body = {}
        for field, stemmed in layout.word_fields(collection):
            parts = own.setdefault(field, {"properties": {}})["properties"]
            parts["word"] = _WORDS
            parts["length"] = _NUMBER
            if stemmed:
                parts["stem"] = _WORDS
        for field in layout.value_fields(collection):
            if field != "article":
                own.setdefault(field, {"properties": {}})["properties"]["value"] = _KEYWORD
        properties[str(collection)] = {"properties": own}
    return {
        "dynamic": "strict",
        "_routing": {"required": True},
        # Words are looked up and values counted, never shown: what is shown is the stored document.
        "_source": {"includes": [layout.STORED]},
        "properties": properties,
    }
