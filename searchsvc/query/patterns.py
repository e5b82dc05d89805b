"""Which terms a prefix, a wildcard or a fuzzy word stands for; one answer for all who ask."""

from __future__ import annotations

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
        case Wildcard():
            return re.compile(wildcard_expression(leaf)).fullmatch
        case Fuzzy(text=text, distance=distance):
            return lambda term: OSA.distance(term, text, score_cutoff=distance) <= distance
    assert_never(leaf)


def common_start(leaf: Prefix | Wildcard) -> str:
    """What all the terms that `leaf` stands for start with."""
    if isinstance(leaf, Prefix):
        return leaf.text
    return re.split(r"[*?]", leaf.pattern, maxsplit=1)[0]


def wildcard_expression(leaf: Wildcard) -> str:
    """A regular expression that matches, whole, the terms that `leaf` stands for.

    It never matches a line feed. Each part between two stars is taken at its first place, which
    is as good as any later one, and not given back: matching takes linear time.
    """
    first, *rest = map(_part_expression, leaf.pattern.split("*"))
    if not rest:
        return first
    *middle, last = rest
    skipped = "".join(rf"(?>[^\n]*?{part})" for part in middle if part)
    return rf"{first}{skipped}[^\n]*{last}"


def _part_expression(part: str) -> str:
    """A regular expression for a stretch without stars."""
    return r"[^\n]".join(map(re.escape, part.split("?")))
