"""Which terms a prefix, a wildcard or a fuzzy word stands for; one answer for all who ask."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, assert_never

from rapidfuzz.distance import OSA

from searchsvc.query.tree import Fuzzy, Prefix, Wildcard

if TYPE_CHECKING:
    from collections.abc import Callable

Pattern = Prefix | Wildcard | Fuzzy


def term_test(leaf: Pattern) -> Callable[[str], object]:
    """A test that is true of the folded terms that `leaf` stands for."""
    match leaf:
        case Prefix(text=text):
            return lambda term: term.startswith(text)
        case Wildcard(pattern=pattern):
            # With `[` taken literally; `fnmatch` makes an expression without backtracking.
            return re.compile(fnmatch.translate(pattern.replace("[", "[[]"))).match
        case Fuzzy(text=text, distance=distance):
            return lambda term: (
                term.startswith(text[0])
                and OSA.distance(term, text, score_cutoff=distance) <= distance
            )
    assert_never(leaf)


def common_start(leaf: Pattern) -> str:
    """What all the terms that `leaf` stands for start with."""
    match leaf:
        case Prefix(text=text):
            return text
        case Wildcard(pattern=pattern):
            return re.split(r"[*?]", pattern, maxsplit=1)[0]
        case Fuzzy(text=text):
            return text[0]
    assert_never(leaf)
