"""Quotation marks of many houses, made those that the extractor reads; no character moves.

Most articles print "…" or “…”. Others have single marks, guillemets that point in, low marks, or
marks that a conversion damaged. All become “…” or "…" here, in a text of the same length, so that
every offset holds for the text as printed.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTERS: Final = str.maketrans("「」『』‹›❝❞＂", '“”“”“”“”"')
_ODD: Final = (*"「」『』‹›❝❞＂″‚„»«�&\\", ",,", "‘‘", '""', "â€", '*"')
_ODD_OPENING: Final = re.compile(
    r"[”?](?<!\S.)(?=\w)"
)  # each begins with what is rare: it is quick
_OPENS: Final = r"(?<![^\s(\[—–-])"  # nothing, a space, a bracket or a dash stands before
_ENDS: Final = r"(?![^\W_])"  # no letter or digit follows
_REPAIRS: Final = tuple(
    (re.compile(pattern), opening, closing)
    for pattern, opening, closing in (
        (_OPENS + r"(\*?(?:&(?:quot|ldquo|#34|#8220);|\\\"|\"\"|â€œ|\*\"))(?=\S)", '"', ""),
        (r"((?:&(?:quot|rdquo|#34|#8221);|\\\"|\"\"|â€[\x9d\x94�]?|\"\*)\*?)" + _ENDS, "", '"'),
        (_OPENS + r"(,,|‘‘)(?=\w)", "``", ""),
        (r"(’’)" + _ENDS, "", "''"),
        (_OPENS + r"([”»«″])(?=[^\W_])", "“", ""),
        (r"(?<=[^\s\d(])([“«″])" + _ENDS, "", "”"),
    )
)
"""What a mark looks like, and the mark that it opens or closes with."""
_DAMAGED: Final = (
    re.compile(r"(?<!\S)�(?=\w)((?:[^�\n]|(?<=\w)�(?=\w))*)(?<=[\w,.!])�(?!\w)"),
    re.compile(r"(?<!\S)\?(?=[^\W\d_])([^?\n]*[,.!])\?(?=\s|\Z)"),
)
"""Quotations between characters that stand for the lost marks."""
_PARAGRAPH: Final = re.compile(r"[^\n]+")
_OPENING_SINGLE: Final = re.compile(r"['‘`‚](?!\s)(?<![^\s(\[—–\-\"“].)")
_SINGLE: Final = re.compile(r"['‘’`‚]")
_DOUBLE: Final = re.compile(r"[\"“”«»„]|``|''")
_ELIDED: Final = re.compile(
    r"['‘’](?:\d|(?:tis|twas|em|til|till|cause|n|round|bout|cos)\b)", re.IGNORECASE
)
_BEFORE_OPENING: Final = frozenset('([—–-"“')
_STRONG: Final = frozenset(',.!?;:…—–-)"”')  # beside a mark that closes, not a possessive
_APOSTROPHES: Final = ("'", "’")
_INNER: Final = str.maketrans('"“”', "'‘’")
_PREVAIL: Final = 3  # quotations between single marks for each double mark outside of them


class _Single(NamedTuple):
    """A stretch between single marks: where they stand; None where it is left open."""

    opening: int
    closing: int | None


def plain_marks(text: str) -> str:
    """`text` with “ and ” or straight double marks in place of others; as long as before."""
    if any(mark in text for mark in _ODD) or _ODD_OPENING.search(text):
        text = _repaired(text)
    return _singles_doubled(text) if _OPENING_SINGLE.search(text) else text


def _repaired(text: str) -> str:
    """`text` without damaged marks, and with marks that point the way they should."""
    text = text.translate(_LETTERS)
    for damaged in _DAMAGED:
        text = damaged.sub(r"“\1”", text)
    for pattern, opening, closing in _REPAIRS:
        text = pattern.sub(partial(_in_place, opening, closing), text)
    return text


def _in_place(opening: str, closing: str, found: re.Match[str]) -> str:
    """The mark that `found` stands for, as long as it; blanks lie outside of the quotation."""
    size = len(found.group())
    return opening.rjust(size) if opening else closing.ljust(size)


def _singles_doubled(text: str) -> str:
    """`text` with double marks for single ones, where these are the style of the article."""
    pairs = tuple(
        pair
        for paragraph in _PARAGRAPH.finditer(text)
        for pair in _single(text, paragraph.start(), paragraph.end())
    )
    closed = sum(pair.closing is not None for pair in pairs)
    if not closed:
        return text
    pieces: list[str] = []
    at = outside = 0
    for opening, closing in pairs:
        between = text[at:opening]
        outside += len(_DOUBLE.findall(between))
        pieces += (between, "“")
        at = opening + 1
        if closing is not None:
            pieces += (text[at:closing].translate(_INNER), "”")
            at = closing + 1
    outside += len(_DOUBLE.findall(text, at))
    # Most double marks of an article of the other style stand outside of single ones.
    return text if outside * _PREVAIL > closed else "".join((*pieces, text[at:]))


def _single(text: str, start: int, end: int) -> Iterator[_Single]:
    """What stands between single marks in the paragraph `text[start:end]`; apostrophes are none."""
    opened: int | None = None
    possessive: int | None = None  # a mark that closes where no better one follows
    for mark in _SINGLE.finditer(text, start, end):
        at = mark.start()
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if _opens(text, at, before, after):
            if opened is not None and possessive is not None:
                yield _Single(opened, possessive)
            opened, possessive = at, None
        elif opened is None or before.isspace() or after.isalnum() or text[at] in "`‚":
            continue
        elif _closes_for_sure(text, at, before, after):
            yield _Single(opened, at)
            opened = None
        elif before not in _STRONG and (before in "sz" or text[at - 2 : at] == "in"):
            possessive = possessive or at
        elif text[at + 2 : at + 3] not in _APOSTROPHES:
            yield _Single(opened, at)
            opened = None
    if opened is not None:
        yield _Single(opened, possessive)


def _opens(text: str, at: int, before: str, after: str) -> bool:
    """Whether the single mark can begin a quotation."""
    if text[at] == "’" or not (before.isspace() or before in _BEFORE_OPENING):
        return False
    return (after.isalnum() or after in '"“(…$£€¿¡') and not _ELIDED.match(text, at)


def _closes_for_sure(text: str, at: int, before: str, after: str) -> bool:
    """Whether a mark that does not open is no apostrophe: 'It leaks,' / he said."""
    if before in _STRONG:
        return True
    again = text[at + 2 : at + 3] in _APOSTROPHES  # havin',' he said: the next one closes
    return (after in _STRONG and not again) or text[at + 1 : at + 2] in ("", "\n")
