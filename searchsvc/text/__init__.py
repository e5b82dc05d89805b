"""Words, sentences and terms with offsets; the same function indexes, queries and highlights."""

from searchsvc.text.analysis import (
    ANALYZER_VERSION,
    DOUBTED,
    Sieve,
    Token,
    analyse,
    fold,
    tokens_from,
)
from searchsvc.text.sentences import sentences

__all__ = [
    "ANALYZER_VERSION",
    "DOUBTED",
    "Sieve",
    "Token",
    "analyse",
    "fold",
    "sentences",
    "tokens_from",
]
