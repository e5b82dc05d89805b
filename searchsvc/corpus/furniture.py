"""Page furniture: what a scraper took along from around the article.

Two rules, and no list of phrases for any one site. A line is furniture if it recurs at the edges
of many different articles of its folder, or if it is a bare label, a few words without a full
stop, where buttons stand: above the title, below the byline, or among lines that name controls.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

PROFILED_FILES: Final = 200
"""So many files of a folder are looked at before the first is read."""

_EDGE_LINES: Final = 8
_LONGEST_EDGE_LINE: Final = 160
_FEWEST_ARTICLES: Final = 3
_SHARE: Final = 0.2

_MOST_WORDS_OF_LABEL: Final = 3
_LONGEST_LABEL: Final = 30
_LONGEST_TRAIL: Final = 100
# Matches the marks of "Home > World » Asia"; must not match "<SRD>" or "a/b".
_TRAIL_MARK: Final = re.compile(r"\s[>»›]\s")
_DIGITS: Final = re.compile(r"[0-9]+")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’)\]]*\Z")
# No headline ends in a preposition, a button often does. Matches "Send to"; must not match
# "Moon sends envoy".
_DANGLING: Final = re.compile(
    r"(?:^|\s)(?:to|from|on|by|in|with|via|for|at|of|as|us)\Z", re.IGNORECASE
)
# What pages write on their controls, whatever the site; decides only where a lone label might as
# well be a title or a line of the story.
_CONTROLS: Final = frozenset(
    """
    ad advertisement advertising back bookmark close comment comments contact copy download e-mail
    email facebook favorite follow font home instagram kakaotalk latest like line linkedin link login
    mail menu next newsletter pinterest pocket popular prev previous print read reddit related reply
    reprint rss save scrap search send share sign-up size sms sns subscribe tags telegram text top
    trending tweet twitter url viber whatsapp x youtube zoom
    """.split()
)
# What stands beside them: "Share this story", "Read more".
_BESIDE: Final = frozenset(
    """
    a article articles by from in more most news on page stories story the this to topics us via with
    """.split()
)
# Matches "Copyright 2018 The Example", "ⓒ Example" and "(END)"; must not match "Copyrights in Korea".
_NOTICE: Final = re.compile(
    r"(?:\(c\)|©|ⓒ|copyright(?:ed)?\b(?!\s+[a-z]{4,}\s)|all rights reserved\b"
    r"|[<(\[]copyright|\(END\)|(?-i:ENDS?\Z)|-\s?30\s?-\Z|<ENDALL>|unauthorized reproduction\b).{0,200}\Z",
    re.IGNORECASE,
)


def is_label(line: str) -> bool:
    """Whether `line` is a few words without the end of a sentence or a figure among them.

    A trail of them through the sections of a site ("Home > World > Asia") is one too.
    """
    if len(line) > _LONGEST_TRAIL:
        return False
    return all(
        len(part) <= _LONGEST_LABEL
        and len(part.split()) <= _MOST_WORDS_OF_LABEL
        and not _SENTENCE_END.search(part)
        and not _DIGITS.search(part)
        for part in _TRAIL_MARK.split(line)
    )


def is_control(line: str) -> bool:
    """Whether a label can only be the button of a page: it dangles, or all its words are such."""
    return bool(_DANGLING.search(line)) or names_control(line)


def names_control(line: str) -> bool:
    """Whether a line says what buttons say ("Share", "Print this page"), or is only a rule."""
    words = set(re.findall(r"\w[\w-]*", line.casefold()))
    return words <= _CONTROLS | _BESIDE and not (words and words <= _BESIDE)


def is_notice(line: str) -> bool:
    """Whether `line` states whose the text is, or that it ends here, and nothing else."""
    return bool(_NOTICE.match(line))


def recurrence_key(line: str) -> str:
    """What two lines must share to be the same furniture; a counter may differ ("12 comments")."""
    return _DIGITS.sub("0", line.casefold())


class FurnitureProfile:
    """Looks for lines that the files of one folder share at their edges."""

    def __init__(self) -> None:
        """Start with no file seen."""
        self._texts: list[_Text] = []

    def add(self, text: str) -> None:
        """Take in one file."""
        keys = [
            recurrence_key(line) for line in map(str.strip, clean(text).text.split("\n")) if line
        ]
        edges = keys[:_EDGE_LINES] + keys[_EDGE_LINES:][-_EDGE_LINES:]
        self._texts.append(
            _Text(
                edges=frozenset(key for key in edges if len(key) <= _LONGEST_EDGE_LINE),
                lines=frozenset(map(_digest, keys)),
            )
        )

    def lines(self) -> frozenset[str]:
        """Keys of the lines that recur in a good share of the articles.

        Copies of one article share all their lines, first sentence and title included; only what
        different articles share is furniture. So texts that are the same but for the lines in
        question count once.
        """
        counts = Counter(line for text in self._texts for line in text.edges)
        suspects = {line for line, count in counts.items() if count >= _FEWEST_ARTICLES}
        digests = frozenset(map(_digest, suspects))
        articles = {text.lines - digests: text for text in self._texts}
        counts = Counter(line for text in articles.values() for line in text.edges)
        needed = max(_FEWEST_ARTICLES, _SHARE * len(articles))
        return frozenset(line for line in suspects if counts[line] >= needed)


@dataclass(frozen=True, slots=True)
class _Text:
    """One file: keys of its edge lines, digests of all of its lines."""

    edges: frozenset[str]
    lines: frozenset[bytes]


def _digest(line: str) -> bytes:
    return hashlib.blake2b(line.encode(), digest_size=8).digest()


def fingerprint(lines: Iterable[str]) -> str:
    """A digest that changes with the furniture of a folder."""
    return hashlib.blake2b("\n".join(sorted(lines)).encode(), digest_size=8).hexdigest()
