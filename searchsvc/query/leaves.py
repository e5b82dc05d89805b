"""One word or phrase of a query, under its field, to a leaf of the tree."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc import countries
from searchsvc.fields import BY_NAME, MISSING, Words
from searchsvc.model import Act, StatementKind
from searchsvc.query.dates import not_in_calendar, read_days
from searchsvc.query.lexer import QUOTES, Kind
from searchsvc.query.tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    Node,
    Not,
    Phrase,
    Prefix,
    Term,
    Value,
    Wildcard,
)
from searchsvc.text import analyse
from searchsvc.text.characters import DIGIT, LETTER, MARK, NUMBER, SINGLE, SYMBOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.model import Span
    from searchsvc.query.lexer import Lexeme
    from searchsvc.text import Token

WIDEST_SLOP: Final = 100
DEFAULT_SLOP: Final = 3
_MOST_EDITS: Final = 2
_NOTHING: Final = "holds no letter, digit or symbol that can be searched for"

_UNTOUCHED: Final = "a wildcard needs letters or digits right beside it"
_ALL_ALONE: Final = "wildcards do not work between characters that are words of their own"
_QUESTION: Final = "a question mark at the end of a query is no wildcard"
_LOOSE_TILDE: Final = "~ works right behind a word or a phrase; read without it"
_WILDCARDS: Final = frozenset("*?")

_FUZZY: Final = re.compile(r"(.+?)~(\d*)")  # kim~ and kim~2; not ~2
_FIELDLIKE: Final = re.compile(
    r"([A-Za-z_][\w.]*):(?!//)(\S*)"
)  # foo:bar; not 12:30, not http://x
_ANY: Final = re.compile(r"\*+")
# Letters with wildcards among them, digits with wildcards among them, or what stands alone.
_PIECE: Final = re.compile(
    rf"(?:{LETTER}|{MARK}|[*?])+|(?:{DIGIT}|[*?])+|(?:{SINGLE}|{NUMBER}|{SYMBOL}){MARK}*"
)
_SPLIT: Final = re.compile(r"([*?]+)")
_LEADING_LITERALS: Final = 2
"""Characters that a pattern must name if it starts with a wildcard."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What stands before a word: its field, and whether it is to be taken exactly.

    Attributes:
        lacking: why nothing in this scope can be searched for; None where it can.
        instead: what to say about another field that this one takes the place of.
    """

    field: str | None = None
    exact: bool = False
    lacking: str | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a word or phrase was read as.

    Attributes:
        node: None where it was ignored.
        reason: None where used as typed.
    """

    node: Node | None
    reason: str | None = None


def read_leaf(lexeme: Lexeme, span: Span, scope: Scope, *, last: bool) -> Leaf:
    """The leaf that `lexeme` (a word or a phrase) stands for in `scope`.

    Args:
        lexeme: a word or a phrase.
        span: what the leaf is made from: the lexeme and the field before it.
        scope: see `Scope`.
        last: whether nothing follows in the query, so that `?` is a question mark.
    """
    if scope.lacking is not None:
        return Leaf(None, scope.lacking)
    phrase = lexeme.kind is Kind.PHRASE
    text, slop = _unquoted(lexeme.text) if phrase else (lexeme.text, None)
    if scope.field is not None and not phrase and (value := _special(text, scope.field, span)):
        return value
    if scope.field is not None and BY_NAME[scope.field].words is Words.NONE:
        return _read_value(text.strip(), scope.field, span)
    if phrase:
        return _read_phrase(text, slop, span, scope)
    return _read_word(text, span, scope, last=last)


def _unquoted(text: str) -> tuple[str, str | None]:
    """The text between the quotation marks, and what follows `~` (None without one)."""
    head, mark, slop = text.rpartition("~")
    if mark and len(head) > 1 and head[-1] in QUOTES and (not slop or slop.isdecimal()):
        return head[1:-1], slop
    closed = len(text) > 1 and text[-1] in QUOTES
    return text[1 : -1 if closed else None], None


def _special(text: str, field: str, span: Span) -> Leaf | None:
    """`none` and `*` after the name of a facet field."""
    if not BY_NAME[field].facet:
        return None
    if text.lower() == "none":
        return Leaf(Value(field, MISSING, span))
    if text == "*" and field != "date":
        return Leaf(Not(Value(field, MISSING, span), span))
    return None


def _read_value(text: str, field: str, span: Span) -> Leaf:
    if not text:
        return Leaf(None, f"names no {field}")
    match field:
        case "date":
            return _read_date(text, span)
        case "country" | "speaker_country":
            code = countries.resolve(text)
            return Leaf(Value(field, code or text, span), None if code else _no_country(text))
        case "kind" | "act":
            values = [*(StatementKind if field == "kind" else Act)]
            known = text.lower() in values
            reason = None if known else f"the {field}s are {', '.join(values)}; not “{text}”"
            return Leaf(Value(field, text.lower(), span), reason)
    return Leaf(Value(field, text, span))


def _no_country(name: str) -> str:
    hint = "" if " " in name else "; a name of several words stands in quotation marks"
    return f"no country is called “{name}”{hint}"


def _read_date(text: str, span: Span) -> Leaf:
    days = read_days(text.replace(" ", ""))
    if days is None:
        if missing := not_in_calendar(text.replace(" ", "")):
            return Leaf(None, f"{missing} is not in the calendar")
        return Leaf(None, "is no date; write 2017, 2017-05, 2017-05-12, 2017..2018 or >=2017")
    reason = "the later date stands first; read the other way round" if days.reversed else None
    return Leaf(DateRange(days.first, days.last, span), reason)


def _read_phrase(text: str, slop_text: str | None, span: Span, scope: Scope) -> Leaf:
    node = _words(analyse(text), span, scope)
    if node is None:
        return Leaf(None, "nothing stands between the quotation marks" if not text else _NOTHING)
    reasons = []
    if "*" in text:
        reasons.append("wildcards do not work between quotation marks")
    if slop_text is not None and not isinstance(node, Phrase):
        reasons.append("a distance needs two words or more between the quotation marks")
    elif slop_text is not None and isinstance(node, Phrase):
        slop, reason = _slop(slop_text)
        node = replace(node, slop=slop)
        reasons += [reason] if reason else []
    return Leaf(node, "; ".join(reasons) or None)


def _slop(text: str) -> tuple[int, str | None]:
    if not text:
        return DEFAULT_SLOP, f"no distance is given after ~; read as ~{DEFAULT_SLOP}"
    if len(text) > len(str(WIDEST_SLOP)) or int(text) > WIDEST_SLOP:
        return WIDEST_SLOP, f"the widest distance is {WIDEST_SLOP}"
    return int(text), None


def _read_word(text: str, span: Span, scope: Scope, *, last: bool) -> Leaf:
    if _ANY.fullmatch(text):
        if scope.field is None and not scope.exact:
            return Leaf(Everything())
        return Leaf(None, "a wildcard alone needs at least one letter before it here")
    if match := _FUZZY.fullmatch(text):
        return _read_fuzzy(match[1], match[2], span, scope)
    pattern = text.rstrip(".,;:!'’")
    question = last and pattern.endswith("?") and not _WILDCARDS & set(pattern.rstrip("?"))
    if _WILDCARDS & set(pattern) and not question and "://" not in text:
        return _read_pattern(pattern, span, scope)
    node = _words(analyse(text), span, scope)
    if node is None:
        return Leaf(None, _NOTHING)
    if text.startswith("~"):
        return Leaf(node, _LOOSE_TILDE)
    return Leaf(node, _QUESTION if question else _no_field(text))


def _no_field(text: str) -> str | None:
    """What to say about a word that looks as if it named a field."""
    match = _FIELDLIKE.fullmatch(text)
    if match is None or not match[2]:
        return None
    near = difflib.get_close_matches(match[1].lower()[:30], BY_NAME, n=1)
    hint = f"; did you mean {near[0]}:" if near else ""
    return f"there is no field “{match[1]}”{hint}; read as words"


def _words(tokens: Sequence[Token], span: Span, scope: Scope) -> Term | Phrase | None:
    """A term, or a phrase of several; None for no token at all."""
    if not tokens:
        return None
    stems = tuple(token.cased or token.stem for token in tokens)
    folded = tuple(token.cased or token.folded for token in tokens)
    if len(tokens) == 1:
        return Term(stems[0], folded[0], scope.field, scope.exact, span)
    return Phrase(stems, folded, scope.field, scope.exact, 0, span)


def _read_fuzzy(text: str, distance_text: str, span: Span, scope: Scope) -> Leaf:
    tokens = analyse(text)
    if not tokens:
        return Leaf(None, _NOTHING)
    if len(tokens) > 1 or _WILDCARDS & set(text):
        node = _words(tokens, span, scope)
        return Leaf(node, "~ works on one word without wildcards; read without it")
    distance = int(distance_text) if len(distance_text) == 1 else _MOST_EDITS + 1
    if not distance_text:
        distance = 1
    if distance == 0:
        return Leaf(_words(tokens, span, scope), "~0 allows no difference; read without it")
    reason = f"at most {_MOST_EDITS} edits can be asked for" if distance > _MOST_EDITS else None
    fuzzy = Fuzzy(tokens[0].folded, min(distance, _MOST_EDITS), scope.field, span)
    return Leaf(fuzzy, reason)


def _read_pattern(text: str, span: Span, scope: Scope) -> Leaf:
    """Each piece of `text` by itself: `S-4*` is the word s and the prefix 4."""
    base = text.rstrip("*")
    if not _WILDCARDS & set(base):
        return _read_prefix(base, span, scope)
    nodes: list[Node] = []
    plain: list[str] = []
    reasons = []
    for piece in _PIECE.findall(text):
        if not _WILDCARDS & set(piece):
            plain.append(piece)
            continue
        leaf = _read_piece(piece, span, scope)
        nodes += [] if leaf.node is None else [leaf.node]
        reasons += [] if leaf.reason is None else [leaf.reason]
    words = _words(analyse(" ".join(plain)), span, scope)
    return _beside(words, nodes, reasons, span)


def _read_prefix(base: str, span: Span, scope: Scope) -> Leaf:
    """The last token of `base` as a prefix, beside the words that those before it make."""
    tokens = analyse(base)
    if not tokens:
        return Leaf(None, _NOTHING)
    if tokens[-1].end < len(base):
        return Leaf(_words(tokens, span, scope), _UNTOUCHED)
    if _stands_alone(tokens[-1]):
        return Leaf(_words(tokens, span, scope), _ALL_ALONE)
    prefix = Prefix(tokens[-1].folded, scope.field, span)
    return _beside(_words(tokens[:-1], span, scope), [prefix], [], span)


def _stands_alone(token: Token) -> bool:
    """Whether `token` is of a script whose letters are tokens one by one, or a symbol."""
    return len(analyse(token.folded * 2)) > 1


def _beside(words: Node | None, nodes: list[Node], reasons: list[str], span: Span) -> Leaf:
    """`words` and the patterns `nodes` together."""
    if words is not None and nodes:
        reasons.append("a wildcard works on one word; its neighbours are looked for beside it")
    reason = "; ".join(dict.fromkeys(reasons)) or None
    both = (*([] if words is None else [words]), *nodes)
    if not both:
        return Leaf(None, reason or _NOTHING)
    return Leaf(both[0] if len(both) == 1 else And(both, span), reason)


def _read_piece(piece: str, span: Span, scope: Scope) -> Leaf:
    runs = _SPLIT.split(piece)
    literals = [run for run in runs[::2] if run]
    if not literals:
        return Leaf(None, _UNTOUCHED)
    if any([token.end for token in analyse(run)] != [len(run)] for run in literals):
        return Leaf(_words(analyse(" ".join(literals)), span, scope), _ALL_ALONE)
    runs[::2] = [run and analyse(run)[0].folded for run in runs[::2]]
    runs[1::2] = [_simplest(run) for run in runs[1::2]]
    pattern = "".join(runs)
    if not runs[0] and len("".join(runs[::2])) < _LEADING_LITERALS:
        needed = f"a pattern that starts with a wildcard needs {_LEADING_LITERALS} letters"
        return Leaf(_words(analyse(literals[0]), span, scope), f"{needed}; read without it")
    if pattern.endswith("*") and not set("*?") & set(pattern[:-1]):
        return Leaf(Prefix(pattern[:-1], scope.field, span))
    return Leaf(Wildcard(pattern, scope.field, span))


def _simplest(wildcards: str) -> str:
    """`*` and `?` in a row, in one way of writing them: all `?`, then at most one `*`."""
    return "?" * wildcards.count("?") + "*" * ("*" in wildcards)
