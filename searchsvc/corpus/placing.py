"""Where on a page the paragraphs of its story stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.cleaning import clean_traced
from searchsvc.corpus.traced import Runs, Traced, compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.corpus.traced import Edit
    from searchsvc.model import OffsetMap

# What is not shown: a comment or an element, to be searched for its end, or a tag. Matches
# "<!--", "<script src=x>" and "</p>"; must not match "a < b".
_MARKUP: Final = re.compile(
    r"(?P<comment><!--)|<(?P<unseen>script|style|template|noscript)\b|</?[a-z!?][^<>]*>",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|time|u|wbr)\b",
    re.IGNORECASE,
)
# Matches a line break, and two spaces; must not match one space.
_SPACES: Final = re.compile(r"\s*\n\s*|\s{2,}")


def place_on_page(body: str, page: str) -> OffsetMap:
    """Offsets from `body` into the text of the page, markup included.

    A paragraph that does not stand on the page word for word is given the place after the one
    before it.
    """
    shown = clean_traced(Traced(page).edited(_unseen(page)))
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


def _unseen(page: str) -> Iterator[Edit]:
    """Edits that leave of the page what is shown; where a block begins or ends, a line does."""
    position = 0
    while found := _MARKUP.search(page, position):
        position = found.end()
        if found["comment"]:
            position = _after(page, position, re.compile("-->"))
        elif found["unseen"]:
            position = _after(
                page, position, re.compile(rf"</{found['unseen']}\s*>", re.IGNORECASE)
            )
        yield found.start(), position, "" if _INLINE.match(found.group()) else "\n"


def _after(page: str, position: int, end: re.Pattern[str]) -> int:
    found = end.search(page, position)
    return found.end() if found else len(page)
