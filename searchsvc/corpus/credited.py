"""The byline that a web page shows its readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.bylines import Byline, read_byline
from searchsvc.corpus.columns import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_MARKS: Final = ".byline, [itemprop~=author], [rel~=author]"
_NAME_WITHIN: Final = "[itemprop~=name], [rel~=author], a"
_OTHER_PARTS: Final = frozenset({"aside", "footer", "nav"})
# Matches "comments" and "related-stories"; must not match "commentator".
_OTHER_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:comments?|related|sidebar|teasers?)(?:$|[\s_-])")
# Matches " ." of "waves ."; must not match " ...".
_BEFORE_MARK: Final = re.compile(r" ([.,;:!?])(?![.,;:!?])")
_BY: Final = re.compile(r"(?:written\s)?by\b", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[a-z\d)][.!?…][\"'”’)]*\Z")
_LONGEST_LINE: Final = 160
_MOST_PARENTS: Final = 3
_MOST_MARKS: Final = 50


def words_of(node: LexborNode) -> str | None:
    """What an element shows, on one line; its parts apart, but not a full stop from its word."""
    words = one_line(node.text(separator=" "))
    return _BEFORE_MARK.sub(r"\1", words) if words else None


def take_byline(tree: LexborHTMLParser) -> Byline | None:
    """The author whom an element marks that shows nothing else; it is taken out of the page.

    Several authors are those who are marked side by side. Whoever is marked in a comment, in a
    column beside the story or in a sentence of it is not its author.
    """
    lines: list[LexborNode] = []
    bylines: list[Byline] = []
    for node in tree.css(_MARKS)[:_MOST_MARKS]:
        if any(_is_elsewhere(part) or _is_sentence(part) for part in _with_parents(node)):
            continue
        line, byline = _widest(node)
        if byline and (not lines or line == lines[0] or line.parent == lines[0].parent):
            bylines.append(byline)
            lines += [] if line in lines else [line]
    for line in lines:
        line.decompose()
    if not bylines:
        return None
    names = dict.fromkeys(byline.name for byline in bylines if byline.name)
    return Byline(", ".join(names) or None, bylines[0].email, bylines[0].agency)


def _widest(node: LexborNode) -> tuple[LexborNode, Byline | None]:
    """The line that an element belongs to, and the author whom it names."""
    marked = node
    byline = _shown(node)
    for part, _ in zip(_with_parents(marked), range(_MOST_PARENTS + 1), strict=False):
        words = words_of(part) or ""
        if _BY.match(words) and read_byline(words):
            node, byline = part, _shown(part)
        elif words == words_of(marked) or (part.tag == "p" and len(words) <= _LONGEST_LINE):
            node = part
    return node, byline


def _shown(node: LexborNode) -> Byline | None:
    words = words_of(node) or ""
    byline = read_byline(words if _BY.match(words) else f"By {words}")
    inner = node.css_first(_NAME_WITHIN)
    if byline is None and inner is not None and _BY.match(words):
        byline = read_byline(f"By {words_of(inner)}")
    return byline


def _is_elsewhere(node: LexborNode) -> bool:
    named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return node.tag in _OTHER_PARTS or bool(_OTHER_CLASS.search(named.casefold()))


def _is_sentence(part: LexborNode) -> bool:
    return part.tag == "p" and bool(_SENTENCE_END.search(words_of(part) or ""))


def _with_parents(node: LexborNode) -> Iterator[LexborNode]:
    upper: LexborNode | None = node
    while upper is not None and upper.tag not in ("body", "html", "-undef"):
        yield upper
        upper = upper.parent
