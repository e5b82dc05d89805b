"""What of a text with HTML markup in it is shown, with offsets into the markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.corpus.traced import Edit

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
_INLINE_TAG: Final = re.compile(rf"{_INLINE.pattern}[^<>]*>", re.IGNORECASE)
_SHORT_TAG: Final = re.compile(r"<(/?)([a-z]{1,6})\b[^<>]*>", re.IGNORECASE)
# Elements that hold paragraphs. Matches "<p>", "<div class=x>", "<br />" and "</LI>"; must not match
# "<PRE-TAX> profit", "<SRD>" or "a <b>bold</b> word".
_BLOCK: Final = re.compile(
    r"<(?P<open>p|div|h[1-6]|ul|ol|li|blockquote|section|article|figure|table|tr|td)(?:\s[^<>]*)?>"
    r"|</(?P<close>p|div|h[1-6]|ul|ol|li|blockquote|section|article|figure|table|tr|td)\s*>"
    r"|<br\s*/?>",
    re.IGNORECASE,
)
_FIGCAPTION: Final = re.compile(r"<figcaption\b", re.IGNORECASE)
_NEVER_SHOWN: Final = re.compile(r"<(?:!--|(?:script|style|template|noscript)\b)", re.IGNORECASE)
_LINE_BREAKS: Final = re.compile(r"[^\S ]+")
_FEWEST_BREAKS: Final = 2


def holds_markup(text: str) -> bool:
    """Whether a text is HTML: a block opens and closes, one begins it, or it has two breaks.

    A single tag may be what the text is about, and tickers stand in brackets as well.
    """
    if "<" not in text:
        return False
    begin = len(text) - len(text.lstrip())
    breaks = 0
    opened: set[str] = set()
    for tag in _BLOCK.finditer(text):
        name = (tag["open"] or tag["close"] or "br").casefold()
        breaks += name in ("p", "br") and not tag["close"]
        if breaks == _FEWEST_BREAKS or (tag["open"] and tag.start() == begin):
            return True
        if tag["close"] and name in opened:
            return True
        opened.add(name)
    return False


def without_markup(marked: Traced) -> Traced:
    """The paragraphs that a text with markup shows, apart by blank lines; escapes stay.

    A caption is marked with a vertical bar, as plain text has it.
    """
    text = _LINE_BREAKS.sub(lambda found: " " * len(found.group()), marked.text)
    spaced = Traced(text, marked.offsets)
    return spaced.edited(
        (start, end, _instead(spaced.text[start:end])) for start, end in _unseen(spaced.text)
    )


def without_inline_markup(text: str) -> str:
    """A title or name without tags such as `<b>`, if one of them is closed."""
    return _INLINE_TAG.sub("", text) if "<" in text and _closes_any(text) else text


def _closes_any(text: str) -> bool:
    """Whether a tag is closed by a later one."""
    opened = set()
    for tag in _SHORT_TAG.finditer(text):
        name = tag[2].casefold()
        if not tag[1]:
            opened.add(name)
        elif name in opened:
            return True
    return False


def lines_shown(page: str) -> Traced:
    """What a page shows; where a block begins or ends, a line does."""
    return Traced(page).edited(_lines(page))


def _lines(page: str) -> Iterator[Edit]:
    for start, end in _unseen(page):
        yield start, end, "" if _INLINE.match(page, start) else "\n"


def _instead(markup: str) -> str:
    if _INLINE.match(markup) or _NEVER_SHOWN.match(markup):
        return ""
    return "\n\n|" if _FIGCAPTION.match(markup) else "\n\n"


def _unseen(page: str) -> Iterator[tuple[int, int]]:
    """Start and end of what is not shown, tags included."""
    position = 0
    while found := _MARKUP.search(page, position):
        position = found.end()
        if found["comment"]:
            position = _after(page, position, re.compile("-->"))
        elif found["unseen"]:
            position = _after(
                page, position, re.compile(rf"</{found['unseen']}\s*>", re.IGNORECASE)
            )
        yield found.start(), position


def _after(page: str, position: int, end: re.Pattern[str]) -> int:
    found = end.search(page, position)
    return found.end() if found else len(page)
