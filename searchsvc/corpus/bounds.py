"""What taking a page apart would cost, told from its tags before it is done.

Parsers of HTML take time that grows with the square of how deep elements lie, and of how many
attributes one tag has; and they copy every formatting element that is still open into every block
that follows. No page with an article comes near any of these limits.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_DEEPEST: Final = 1000
_MOST_TAGS: Final = 100_000
_MOST_ATTRIBUTES: Final = 1000
_MOST_COPIES: Final = 1_000_000
_LONGEST_TAG: Final = 200_000  # characters that are looked at for attributes
_LONGEST_KEY: Final = 1000

# What begins a tag, closed or not. Matches "<!--", "<script", "</p" and "<x-y"; must not match
# "a < b".
_TAG: Final = re.compile(
    r"<(?:(?P<comment>!--)|(?P<close>/?)(?P<name>[a-z][^\s/>]*))", re.IGNORECASE
)
# An attribute as HTML reads it; nothing of it is given back, so that this takes linear time.
# Matches " a", "/b=c" and ' d = "e f"'; must not match ">".
_ATTRIBUTE: Final = (
    r"""(?>[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?>"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+)"""
)
_TOO_MANY_ATTRIBUTES: Final = re.compile(rf"{_ATTRIBUTE}{{{_MOST_ATTRIBUTES + 1}}}")
_COMMENT_END: Final = re.compile("--!?>")
# Elements in which no tag but their own end is one; drawings and formulas have others.
_TEXT_ONLY: Final = frozenset("iframe noembed noframes script style textarea title xmp".split())
_FOREIGN: Final = frozenset(("math", "svg"))
# Elements without an end, and those that another of their kind ends, so that they do not nest.
_FLAT: Final = frozenset(
    """
    area base body br col colgroup dd dt embed head hr html img input li link meta optgroup option p
    param rp rt source tbody td tfoot th thead tr track wbr
    """.split()
)
# Those that go on behind the end of the element that they were opened in.
_FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_MOST_ALIKE: Final = 3  # open formatting elements that are the same; HTML's own limit


EMBEDDED_TIMES: Final = 8
"""How many times as long as the longest article a page may be, with what is embedded in it."""

# What is embedded in a page. Matches "data:image/png;base64,iVBO…" from a hundred characters on.
_EMBEDDED: Final = re.compile(
    r"(data:[\w.+/;=-]{0,100},)[A-Za-z0-9+/=%_.~-]{100,}+", re.IGNORECASE
)


def without_embedded(page: str) -> str:
    """`page` with its `data:` addresses cut short: pictures and fonts that it was saved with."""
    return _EMBEDDED.sub(r"\1", page)


def too_costly(page: str) -> str | None:
    """Why a page is not taken apart; None where it may be. Takes linear time itself."""
    nesting = _Nesting()
    copies = tags = position = 0
    while tag := _TAG.search(page, position):
        tags += 1
        position = nesting.take(tag, page)
        copies += nesting.formatting
        if nesting.depth > _DEEPEST:
            return "its elements are nested too deep for a page with an article"
        if copies > _MOST_COPIES:
            return "it opens elements such as <b> again and again without an end to them"
        if tags > _MOST_TAGS:
            return f"it has more than {_MOST_TAGS:,} tags, as no page with an article does"
        if _TOO_MANY_ATTRIBUTES.match(page, tag.end(), tag.end() + _LONGEST_TAG):
            return f"a tag of it has more than {_MOST_ATTRIBUTES:,} attributes"
    return None


def _after(end: re.Pattern[str], page: str, position: int) -> int:
    found = end.search(page, position)
    return found.end() if found else len(page)


def _key(tag: re.Match[str], page: str) -> str:
    """What two formatting elements must share to be the same; a very long tag is like no other."""
    end = page.find(">", tag.end(), tag.end() + _LONGEST_KEY)
    return page[tag.start() : end] if end >= 0 else str(tag.start())


class _Nesting:
    """Which elements are open; a doubtful end ends nothing, since parsers pass over it too."""

    def __init__(self) -> None:
        self.formatting = 0
        self._foreign = 0
        self._open: list[tuple[str, str]] = []  # name, and the whole tag of a formatting element
        self._alike: Counter[str] = Counter()

    @property
    def depth(self) -> int:
        return len(self._open)

    def take(self, tag: re.Match[str], page: str) -> int:
        """Open or close what `tag` opens or closes; the place behind it, or behind its text."""
        name = (tag["name"] or "").casefold()
        if tag["comment"]:
            return _after(_COMMENT_END, page, tag.end() - len("--"))  # "<!-->" is a whole one
        if tag["close"]:
            self._close(name)
        elif name in _TEXT_ONLY and not self._foreign:
            return _after(re.compile(rf"</{name}[\s/>]", re.IGNORECASE), page, tag.end())
        elif name not in _FLAT:
            self._open_one(name, tag, page)
        return tag.end()

    def _open_one(self, name: str, tag: re.Match[str], page: str) -> None:
        whole = _key(tag, page) if name in _FORMATTING else ""
        self._open.append((name, whole))
        self._foreign += name in _FOREIGN
        if whole:
            self._alike[whole] += 1
            self.formatting += self._alike[whole] <= _MOST_ALIKE

    def _close(self, name: str) -> None:
        last = len(self._open) - 1
        if name not in _FORMATTING:
            while last >= 0 and self._open[last][0] in _FORMATTING:
                last -= 1
        if last < 0 or self._open[last][0] != name:
            return
        self._foreign -= name in _FOREIGN
        if name in _FORMATTING:
            whole = self._open[last][1]
            self.formatting -= self._alike[whole] <= _MOST_ALIKE
            self._alike[whole] -= 1
        del self._open[last:]
