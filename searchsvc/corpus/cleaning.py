"""Decoded text to clean text: readable characters only, in NFC, with offsets kept."""

from __future__ import annotations

import re
import unicodedata
from html.entities import html5
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.corpus.traced import Edit

_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f"
# Soft hyphen, zero-width space, word joiner and its kin, byte order mark, directional marks.
_INVISIBLE: Final = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
# Matches the CR of "a\r\nb" and a NUL; must not match a lone CR, a tab or a zero-width joiner,
# which Persian and Hindi spell with.
_REMOVED: Final = re.compile(rf"\r(?=\n)|[{_CONTROLS}{_INVISIBLE}]")
# One character for one, so that no offset moves.
_EXCHANGED: Final = {
    **dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n"),
    **dict.fromkeys(
        map(
            ord, "\t\x1f\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
        ),
        " ",
    ),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # lone surrogates: no encoding holds them
}
# Matches a tab and a CR; must not match "a\nb c".
_ODD_ASCII: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
# Matches "&amp;" and "&#8217;"; must not match "AT&T" or "S&P;" (no such entity, checked below).
_ESCAPE: Final = re.compile(
    r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});"
)
# Matches "<p>", "</b>" and "<!--"; must not match "Standard Oil <SRD>", a wire's ticker.
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]*[\s>/]|<!")
# UTF-8 read as a one-byte encoding: a letter of the Western, Central European, Greek or Cyrillic
# tables, then another of their non-ASCII characters, or the space that a no-break space became.
# Matches "Ã©" and "â€™"; must not match "café", "—“" or Korean.
_SUSPECT: Final = re.compile(r"(?:[\u00c0-\u052f][\x80-\u052f\u2010-\u22ff\u2500-\u25ff]|[ÃÂ] )")
_LINE: Final = re.compile(r"[^\n]+")
_ASCII_WORD: Final = re.compile(r"[!-~]+")
# A character with all that may combine with it. Matches "e\u0301"; must not match "e".
_CLUSTER: Final = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


def clean(raw: str) -> Traced:
    r"""The text without escapes, mojibake, control and invisible characters, in NFC.

    Line breaks of every kind become `\n`, spaces of every kind a space. Quotation marks stay as
    they are, straight or curly.
    """
    return clean_traced(Traced(raw))


def clean_traced(traced: Traced) -> Traced:
    """The same for a text that was made from another one."""
    if "&" in traced.text and not _TAG.search(traced.text):
        traced = unescaped(traced)
    if traced.text.isascii() and not _ODD_ASCII.search(traced.text):
        return traced
    if not traced.text.isascii():
        traced = traced.edited(_mojibake(traced.text))
    traced = traced.edited((m.start(), m.end(), "") for m in _REMOVED.finditer(traced.text))
    traced = Traced(traced.text.translate(_EXCHANGED), traced.offsets)
    if not unicodedata.is_normalized("NFC", traced.text):
        traced = traced.edited(_compositions(traced.text))
    return traced


def unescaped(traced: Traced) -> Traced:
    """The text with characters where entities such as `&lt;` stood for them."""
    return traced.edited(_escapes(traced.text))


def _escapes(text: str) -> Iterator[Edit]:
    for found in _ESCAPE.finditer(text):
        instead = _unescaped(found.group()[1:])
        if instead:
            yield found.start(), found.end(), instead


def _unescaped(escape: str) -> str | None:
    """What the entity `escape` (without its ampersand) stands for; None where it is none."""
    if not escape.startswith("#"):
        return html5.get(escape)
    code = int(escape[2:-1], 16) if escape[1] in "xX" else int(escape[1:-1])
    # Up to 0x9F stand control characters; 0xD800 to 0xDFFF are halves of characters.
    readable = 0x20 <= code < 0x7F or 0x9F < code < 0xD800 or 0xDFFF < code < 0x110000  # noqa: PLR2004 - Unicode's own limits
    return chr(code) if readable else None


def _mojibake(text: str) -> Iterator[Edit]:
    for line in _LINE.finditer(text):
        if _SUSPECT.search(line.group()):
            for start, end, instead in _repairs(line.group()):
                yield line.start() + start, line.start() + end, instead


def _repairs(line: str) -> Iterator[Edit]:
    # A seventh of a second to import, which few archives need.
    from ftfy import fix_encoding  # noqa: PLC0415 - see above
    from ftfy.badness import is_bad  # noqa: PLC0415 - see above

    if not is_bad(line):
        return
    fixed = fix_encoding(line)
    if fixed != line:
        yield from _differences(line, fixed)


def _differences(before: str, after: str) -> Iterator[Edit]:
    """Edits that lead from one to the other, between ASCII words that both have."""
    old = list(_ASCII_WORD.finditer(before))
    new = list(_ASCII_WORD.finditer(after))
    if [word.group() for word in old] != [word.group() for word in new]:
        old = new = []
    last_old = last_new = 0
    for left, right in zip(old, new, strict=True):
        gap = before[last_old : left.start()], after[last_new : right.start()]
        if gap[0] != gap[1]:
            yield last_old, left.start(), gap[1]
        last_old, last_new = left.end(), right.end()
    if before[last_old:] != after[last_new:]:
        yield last_old, len(before), after[last_new:]


def _compositions(text: str) -> Iterator[Edit]:
    for cluster in _CLUSTER.finditer(text):
        composed = unicodedata.normalize("NFC", cluster.group())
        if composed != cluster.group():
            yield cluster.start(), cluster.end(), composed
