"""Fingerprints in plain loops, by the rules of `searchsvc.columnar.fingerprints`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from searchsvc.documents import field_texts
from searchsvc.text.stop_words import STOP_WORDS
from tests.reference_matching import analyse_once

if TYPE_CHECKING:
    from searchsvc.model import Document

FIELDS = (("title", 2, 256), ("body", 1, 768))
MOST = 40


def fingerprint(document: Document, fields=FIELDS) -> list[tuple[int, int]]:
    """Buckets and weights of a document, those that weigh most first."""
    weights: dict[int, int] = {}
    for name, weight, most in fields:
        tokens = [token for text in field_texts(document, name) for token in analyse_once(text)]
        for token in tokens[:most]:
            if token.folded not in STOP_WORDS:
                bucket = crc32(token.stem.encode()) % (1 << 14)
                weights[bucket] = weights.get(bucket, 0) + weight
    # Sorting keeps the order of first sight where weights are level.
    ordered = sorted(weights.items(), key=lambda item: -min(item[1], 1023))
    return [(bucket, min(weight, 3)) for bucket, weight in ordered[:MOST]]
