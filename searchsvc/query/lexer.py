"""Query text to lexemes: every character that is not white space ends up in exactly one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from searchsvc.fields import ALIASES, BY_NAME
from searchsvc.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_QUERY: Final = 10_000
"""Characters of a query that are read; the rest is ignored and said to be."""

EXACT: Final = "exact"
"""Written like a field: `exact:word` switches stemming off."""


class Kind(Enum):
    """What a lexeme is, by its form alone."""

    WORD = auto()
    PHRASE = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    PLUS = auto()
    FIELD = auto()
    BEYOND = auto()  # what lies beyond the longest query


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One piece of the query text.

    Attributes:
        span, text: where it stands and how it is written.
        kind: what it is.
        repair: what is unusual in the way it is written; None where it is written as documented.
    """

    span: Span
    text: str
    kind: Kind
    repair: str | None = None


QUOTES: Final = '"“”„‟«»＂'
_QUOTE = f"[{QUOTES}]"
_INSIDE = f"[^{QUOTES}]"
_END = rf"(?=[\s()|{QUOTES}]|\Z)"
_PHRASE = rf"{_QUOTE}{_INSIDE}*(?:{_QUOTE}(?:~\d*)?|\Z)"  # "a b" “a b”~3 and, unclosed, "a b
_INITIALS = rf"[A-Z]\.(?: [A-Z]\.)+{_END}"  # U. S.; not U.S. and not U. s.
_OPERATOR = rf"(?:AND|OR|NOT|&&?){_END}|\|\|?"  # AND, | and the | of a|b; not and, not ANDORRA
_SIGN = r"(?<![^\s(|:+!−–-])[-+!−–](?=\S)"  # -iran, !iran; not the hyphen of one-china
_NAME = "|".join(sorted({*BY_NAME, EXACT}))
_ALIAS = "|".join(sorted(ALIASES))
# speaker:putin and speaker: putin; of the other names only says:putin, since "he says: no" is prose.
_FIELD = rf"(?i:{_NAME}):(?!\s*\Z)|(?i:{_ALIAS}):(?=[^\s/])"
_WORD = rf"[^\s()|{QUOTES}]+"
_LEXEME: Final = re.compile(
    rf"(?P<PHRASE>{_PHRASE})|(?P<OPEN>\()|(?P<CLOSE>\))|(?P<OPERATOR>{_OPERATOR})"
    rf"|(?P<SIGN>{_SIGN})|(?P<FIELD>{_FIELD})|(?P<WORD>{_INITIALS}|{_WORD})"
)
_NAME_LIKE: Final = re.compile(r"[A-Za-z_]\w*:\Z")  # foo: right before a bracket; not 12:
_LAST_WORD: Final = re.compile(r"\s\S*\Z")
_OPERATORS: Final = {
    "AND": (Kind.AND, None),
    "OR": (Kind.OR, None),
    "NOT": (Kind.NOT, None),
    "&": (Kind.AND, "read as AND"),
    "&&": (Kind.AND, "read as AND"),
    "|": (Kind.OR, "read as OR"),
    "||": (Kind.OR, "read as OR"),
    "-": (Kind.NOT, None),
    "!": (Kind.NOT, "read as a minus sign"),
    "−": (Kind.NOT, "read as a minus sign"),
    "–": (Kind.NOT, "read as a minus sign"),
    "+": (Kind.PLUS, None),
}


def lexemes(text: str) -> Iterator[Lexeme]:
    """The lexemes of `text`, in order; linear in its length."""
    end = _readable(text)
    for match in _LEXEME.finditer(text, 0, end):
        yield _lexeme(match)
    if rest := text[end:].strip():
        start = end + text[end:].index(rest)
        yield Lexeme(Span(start, start + len(rest)), rest, Kind.BEYOND)


def _lexeme(match: re.Match[str]) -> Lexeme:
    written = match.group()
    span = Span(*match.span())
    name = str(match.lastgroup)
    if name in {"OPERATOR", "SIGN"}:
        kind, repair = _OPERATORS[written]
        return Lexeme(span, written, kind, repair)
    repair = None
    if name == "PHRASE" and not _is_closed(written):
        repair = "the closing quotation mark is missing; the phrase is taken to run to the end"
    beside = match.string[match.end() : match.end() + 1]
    if name == "WORD" and beside and beside in f"({QUOTES}" and _NAME_LIKE.match(written):
        repair = f"there is no field “{written[:-1]}”; read as a word"
    return Lexeme(span, written, Kind[name], repair)


def _is_closed(written: str) -> bool:
    quoted = written.rstrip("~0123456789")
    return len(quoted) > 1 and quoted[-1] in QUOTES


def _readable(text: str) -> int:
    """Where the part of `text` ends that is read: at white space where there is any."""
    if len(text) <= LONGEST_QUERY or text[LONGEST_QUERY].isspace():
        return min(len(text), LONGEST_QUERY)
    cut = _LAST_WORD.search(text, 0, LONGEST_QUERY)
    return LONGEST_QUERY if cut is None else cut.start()
