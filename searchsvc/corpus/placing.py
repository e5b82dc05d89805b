"""Where on a page the paragraphs of its story stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.cleaning import clean_traced
from searchsvc.corpus.markup import lines_shown
from searchsvc.corpus.traced import Runs, compose

if TYPE_CHECKING:
    from searchsvc.model import OffsetMap

# Matches a line break, and two spaces; must not match one space.
_SPACES: Final = re.compile(r"\s*\n\s*|\s{2,}")


def place_on_page(body: str, page: str) -> OffsetMap:
    """Offsets from `body` into the text of the page, markup included.

    A paragraph that does not stand on the page word for word is given the place after the one
    before it.
    """
    shown = clean_traced(lines_shown(page))
    flat = shown.edited((m.start(), m.end(), " ") for m in _SPACES.finditer(shown.text))
    runs = Runs()
    runs.add(0, 0)
    start = position = 0
    for paragraph in body.split("\n\n"):
        found = flat.text.find(paragraph, position)
        runs.add(start, max(found, position))
        if found >= 0:
            position = found + len(paragraph)
        start += len(paragraph)
        runs.add(start, position)
        start += len("\n\n")
    return compose(runs.map(), flat.offsets)
