"""Tokens of the array tokeniser, spelled out so that they compare with those of `analyse`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.columnar.words.tokens import tokenise
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.words.lexicon import Lexicon

Terms = tuple[str, str, str | None]


def terms_by_arrays(texts: Sequence[str], lexicon: Lexicon) -> list[list[Terms]]:
    """Folded, stem and cased of each token of each text, by `tokenise`."""
    tokens = tokenise(texts, lexicon)
    strings, words = lexicon.terms.listed(), tokens.words
    cased = dict.fromkeys(tokens.cased.tolist())
    spelled: list[Terms] = [
        (strings[folded], strings[stem], strings[capitals] if index in cased else None)
        for index, (folded, stem, capitals) in enumerate(
            zip(
                lexicon.folded_of[words].tolist(),
                lexicon.stem_of[words].tolist(),
                lexicon.cased_of[words].tolist(),
                strict=True,
            )
        )
    ]
    at = tokens.at.tolist()
    assert at[-1] == len(words)
    return [spelled[at[index] : at[index + 1]] for index in range(len(texts))]


def terms_by_analysis(texts: Sequence[str]) -> list[list[Terms]]:
    """The same by `analyse`."""
    return [[(token.folded, token.stem, token.cased) for token in analyse(text)] for text in texts]
