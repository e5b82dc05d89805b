"""Are packed strings what `columnar.strings` says: complete, in order, and found?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.columnar.strings import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.columnar.strings import Strings

BLOCK: Final = 1 << 16
"""Strings that are there as Python objects at a time."""

_LINE_FEED: Final = 10


def faults_of_strings(strings: Strings) -> Iterator[str]:
    """What is wrong with how strings lie; where anything is, they cannot be read."""
    at, text = strings.at, strings.text
    if at.ndim != 1 or not len(at) or at[0] != 0 or int(at[-1]) != len(text):
        yield "does not begin with the first of its strings and end with the last"
    elif (at[1:] <= at[:-1]).any():
        yield "has strings that end before they begin"
    elif (text[at[1:].astype(np.intp) - 1] != _LINE_FEED).any():
        yield "has strings that do not end with a line feed"
    else:
        for start in range(0, len(strings), BLOCK):
            try:
                strings.listed(start, min(start + BLOCK, len(strings)))
            except UnicodeDecodeError as error:
                yield f"has strings that are not UTF-8 ({error.reason})"


def faults_of_order(strings: Strings) -> Iterator[str]:
    """What is wrong with the order of strings that can be read, and whether each is found."""
    vocabulary = Vocabulary(strings.text, strings.at)
    before: list[str] = []
    ordered = True
    for start in range(0, len(strings), BLOCK):
        listed = strings.listed(start, min(start + BLOCK, len(strings)))
        for one, two in pairwise((*before, *listed)):
            if one >= two:
                ordered = False
                yield f"has {two!r} behind {one!r}"
        before = listed[-1:]
        if ordered:
            lost = (text for at, text in enumerate(listed, start) if vocabulary.find(text) != at)
            yield from (f"holds {text!r}, which is not found" for text in lost)
