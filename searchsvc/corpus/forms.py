"""In what form a file holds its articles, by its name and by how it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from searchsvc.corpus.decoding import marked_encoding


class Form(Enum):
    """The forms that can be read."""

    TEXT = "plain text"
    PAGE = "HTML"
    JSON_LINES = "JSON, one article a line"
    JSON = "JSON, one article or a list of them"
    TABLE = "CSV or TSV"
    DUMP = "dump of an index"
    ZIP = "zip archive"


_BY_SUFFIX: Final = {
    ".txt": Form.TEXT,
    ".text": Form.TEXT,
    ".html": Form.PAGE,
    ".htm": Form.PAGE,
    ".xhtml": Form.PAGE,
    ".jsonl": Form.JSON_LINES,
    ".ndjson": Form.JSON_LINES,
    ".json": Form.JSON,
    ".csv": Form.TABLE,
    ".tsv": Form.TABLE,
    ".tab": Form.TABLE,
    ".zip": Form.ZIP,
}
_DOCUMENTATION: Final = frozenset({".md", ".markdown", ".rst", ".adoc"})
_DOCUMENTATION_NAMES: Final = frozenset({"readme", "license", "licence", "copying", "changelog"})
_OTHER_DOCUMENTS: Final = frozenset(
    ".pdf .doc .docx .odt .rtf .epub .mobi .xls .xlsx .ods .ppt .pptx .eml .mbox .mht .mhtml .msg .warc".split()
)
_CONTAINERS: Final = frozenset(
    ".tar .tgz .bz2 .xz .zst .7z .rar .lz4 .sqlite .db .parquet".split()
)
DUMP_HEAD: Final = b'{"searchsvc_dump":'
"""What a dump begins with, whatever its name."""
_SNIFFED_BYTES: Final = 4096
_MOST_CONTROL_SHARE: Final = 0.05

# Matches "<!DOCTYPE html>" and "<?xml ...?><html"; must not match "<SRD> said", a wire's ticker.
_PAGE_HEAD: Final = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html|html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP_HEAD: Final = re.compile(rb"\s*<(?:\?xml|!DOCTYPE|rss|feed)\b", re.IGNORECASE)
_JSON_HEAD: Final = re.compile(rb'\s*\{\s*"')
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file is not read."""

    reason: str


def form_by_name(name: str) -> Form | Unreadable | None:
    """The form that the name promises, an ending `.gz` left out; None where it promises none."""
    suffix = _suffix(name)
    if suffix in _DOCUMENTATION:
        return Unreadable("documentation, not an article; rename it to .txt if it is one")
    if suffix in (".txt", "") and _stem(name) in _DOCUMENTATION_NAMES:
        return Unreadable("documentation, not an article; give it another name if it is one")
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix in _OTHER_DOCUMENTS:
        return Unreadable(f"{suffix} is not read; convert it to text, HTML, JSONL or CSV first")
    if suffix in _CONTAINERS:
        return Unreadable(f"{suffix} is not read; unpack or convert it, or pack it as .zip or .gz")
    return None


def form_by_content(name: str, head: bytes) -> Form | Unreadable:
    """The form of a file that begins with `head`; what it holds outweighs what a name promises."""
    head = head[:_SNIFFED_BYTES]
    promised = form_by_name(name)
    if isinstance(promised, Unreadable) or promised is Form.ZIP:
        return promised
    if not head:
        return Unreadable("empty file")
    if marked_encoding(head) is None and _is_binary(head, promised):
        return Unreadable("binary data, not text")
    if head.startswith(DUMP_HEAD):
        return Form.DUMP
    if promised in (None, Form.TEXT) and _PAGE_HEAD.match(head):
        return Form.PAGE
    if promised is not None:
        return promised
    if _MARKUP_HEAD.match(head):
        return Unreadable("XML is not read; convert it to text, HTML, JSONL or CSV first")
    return Form.JSON_LINES if _JSON_HEAD.match(head) else Form.TEXT


def is_packed(name: str) -> bool:
    """Whether the name says that the file is packed with gzip."""
    return name.casefold().endswith(".gz")


def _suffix(name: str) -> str:
    name = name.rpartition("/")[2].casefold().removesuffix(".gz")
    stem, dot, last = name.rpartition(".")
    return dot + last if stem else ""


def _stem(name: str) -> str:
    return name.rpartition("/")[2].casefold().partition(".")[0]


def _is_binary(head: bytes, promised: Form | None) -> bool:
    # A stray NUL is damage in a file that is called text, and a sign of something else in others.
    if promised is None and b"\x00" in head:
        return True
    return len(_CONTROL.findall(head)) > _MOST_CONTROL_SHARE * len(head)
