"""Bytes to text: byte order mark, then UTF-8, then the likeliest of the usual encodings."""

from __future__ import annotations

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What news text is met in that is not UTF-8. A short text fits nearly every encoding, so that
# the exotic ones would only be wrong answers.
_CANDIDATES: Final = (
    "cp1252 cp949 gb18030 big5 cp932 euc_jp cp1250 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256"
).split()
# Codecs of Python that are no encodings of text, or take quadratic time.
_NEVER_DECLARED: Final = frozenset(
    "idna mbcs oem punycode raw_unicode_escape undefined unicode_escape utf_7".split()
)
_FALLBACK: Final = "cp1252"
_UNMARKED_BYTES: Final = 4
_SAMPLE_BYTES: Final = 65536


def marked_encoding(head: bytes) -> str | None:
    """The encoding that the byte order mark at the beginning names, or None.

    Text that begins in ASCII shows UTF-16 without a mark as well: every other byte is NUL.
    """
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked:
        return marked
    for encoding in ("utf-16-le", "utf-16-be"):
        opening = head[:_UNMARKED_BYTES].decode(encoding, "replace")
        if len(head) >= _UNMARKED_BYTES and opening.isascii() and opening.isprintable():
            return encoding
    return None


def decode(data: bytes, *, declared: str | None = None) -> str:
    """The text of a whole file.

    Args:
        data: its bytes.
        declared: the encoding that the file itself names, tried after mark and UTF-8.
    """
    marked = marked_encoding(data)
    if marked:
        return data.decode(marked, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as(data, declared) or data.decode(guess_encoding(data), "replace")


def guess_encoding(data: bytes) -> str:
    """The likeliest encoding of text that is not UTF-8; Western European where nothing fits."""
    # Loads tables that an archive in UTF-8 never needs.
    from charset_normalizer import from_bytes  # noqa: PLC0415 - see above

    sample = data[:_SAMPLE_BYTES]
    if len(data) > len(sample):
        sample = sample[: sample.rfind(b"\n") + 1] or sample  # not in the middle of a character
    if _nearly_utf8(sample):
        return "utf-8"
    best = from_bytes(sample, cp_isolation=list(_CANDIDATES)).best()
    return best.encoding if best else _FALLBACK


def _nearly_utf8(sample: bytes) -> bool:
    """Whether a stray byte or two is all that keeps the sample from being UTF-8."""
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    beyond_ascii = sum(character > "\x7f" for character in text)
    return beyond_ascii - wrong > 4 * wrong


def _decode_as(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        if codecs.lookup(encoding).name.replace("-", "_") in _NEVER_DECLARED:
            return None
        return data.decode(encoding)
    except (LookupError, ValueError):
        return None
