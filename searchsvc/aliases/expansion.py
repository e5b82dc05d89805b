"""A query tree with other names beside those typed.

Names are looked for among words side by side under the same field, the longest first: in "the
north korea desk" North Korea, not Korea. What stands between quotation marks or after `exact:` is
meant as it is written, and what is left out (`-`, NOT) is left out as it is written, since nobody
would see what else went with it. Whole values (`country:`) have no other names here: their fields
resolve names of their own.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from searchsvc.aliases.persons import MOST_TOKENS, is_listed, other_spellings
from searchsvc.aliases.table import stands_in
from searchsvc.model import Span
from searchsvc.query.lexer import QUOTES
from searchsvc.query.printer import to_text
from searchsvc.query.reading import Expansion, OtherName, ParsedQuery, ReadToken, Use
from searchsvc.query.tree import And, DateRange, Not, Or, Phrase, Synonyms, Term
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from searchsvc.aliases.table import Aliases, Key, Sought
    from searchsvc.query.tree import Node

MOST_OTHERS: Final = 24
"""Other names that one query looks for."""
MOST_OF_ONE: Final = 12
"""Other names that are looked for beside one typed."""

_UNTOUCHED: Final = frozenset("*~" + QUOTES)
_FIELD: Final = re.compile(r"\s*[A-Za-z_]+:")  # speaker: and the like, before a word
_SMALL: Final = re.compile(r"(?<![^\s(])[^\W\d_A-Z]\w*(?![\w:])")  # a word in small letters
_BY_LETTER: Final = frozenset({"url"})  # fields whose words are no names
_SWITCHED_OFF: Final = "switched off"
_TOO_MANY: Final = f"a query looks for at most {MOST_OTHERS} other names"

_NOWHERE: Final = Span(0, 0)

_Word = Term | Phrase
_Run = list[_Word]


def expand(
    parsed: ParsedQuery, aliases: Aliases, *, off: Collection[str] = (), on: bool = True
) -> ParsedQuery:
    """`parsed` with other names of the names in it, and a reading that tells them.

    Args:
        parsed: the query as parsed.
        aliases: the names that are known.
        off: keys (see `key_of`) of names that stand for themselves alone.
        on: whether any name stands for others.
    """
    work = _Work(parsed.reading.typed, aliases, frozenset(off), on)
    tree = work.node(parsed.tree)
    if not work.expansions and not work.left_out:
        return parsed
    spans = [one.span for one in work.expansions if one.off is None]
    tokens = tuple(
        replace(token, use=Use.EXPANDED)
        if token.use is Use.USED and any(_overlap(token.span, span) for span in spans)
        else _remarked(token, work.left_out)
        for token in parsed.reading.tokens
    )
    expansions = tuple(sorted(work.expansions, key=lambda one: one.span))
    return ParsedQuery(tree, replace(parsed.reading, tokens=tokens, expansions=expansions))


def key_of(text: str) -> str:
    """What the name `text` is switched off by: its folded tokens, so that U.S. and US are one."""
    return " ".join(token.folded for token in analyse(text))


def _remarked(token: ReadToken, left_out: Sequence[Expansion]) -> ReadToken:
    """`token` with a remark where a name begins in it of which only what is typed is left out."""
    for one in left_out:
        if token.span.start <= one.span.start < token.span.end and token.use is not Use.IGNORED:
            remark = f"other names of “{one.typed}” are not left out"
            return replace(token, reason="; ".join(filter(None, (token.reason, remark))))
    return token


@dataclass(slots=True)
class _Work:
    """One query on its way to its expansion.

    Attributes:
        left_out: names among what is left out, and what else they are called.
    """

    typed: str
    aliases: Aliases
    off: frozenset[str]
    on: bool
    expansions: list[Expansion] = field(default_factory=list)
    left_out: list[Expansion] = field(default_factory=list)
    left: int = MOST_OTHERS

    def node(self, node: Node) -> Node:
        """`node` with other names."""
        match node:
            case And() | Or():
                children = tuple(self._children(node))
                return children[0] if len(children) == 1 else replace(node, children=children)
            case Term() | Phrase() if _may_be_name(node, self.typed):
                return self._named([node], And)[0]
            case Not(child):
                self._leave_out(child)
        return node

    def _leave_out(self, node: Node) -> None:
        """Note the names in `node`, of which others would have been looked for."""
        work = _Work(self.typed, self.aliases, self.off, self.on)
        work.node(node)
        self.left_out += [one for one in work.expansions if one.off != _SWITCHED_OFF]

    def _children(self, node: And | Or) -> Iterator[Node]:
        """What stands in `node`, with other names."""
        run: _Run = []
        for child in node.children:
            candidate = isinstance(child, Term | Phrase) and _may_be_name(child, self.typed)
            if run and not (candidate and _beside(run[-1], child, self.typed)):
                yield from self._named(run, type(node))
                run = []
            if candidate and isinstance(child, Term | Phrase):
                run.append(child)
            else:
                yield self.node(child)
        if run:
            yield from self._named(run, type(node))

    def _named(self, run: _Run, form: type[And | Or]) -> list[Node]:
        """The words of `run`, those that are names together with their other names."""
        found: list[tuple[int, int, tuple[Sought, ...]]] = []
        taken: set[int] = set()
        for start, end in _stretches(run, self.aliases):
            if taken.isdisjoint(range(start, end)):
                named = _written_as_name(run, start, end, self.typed)
                others = self._others(run[start:end], named=named)
                if others:
                    taken.update(range(start, end))
                    found.append((start, end, others))
        nodes: list[Node] = []
        at = 0
        for start, end, others in sorted(found, key=lambda one: one[0]):
            nodes += run[at:start]
            nodes += self._synonyms(run[start:end], others, form)
            at = end
        return [*nodes, *run[at:]]

    def _others(self, words: Sequence[_Word], *, named: bool) -> tuple[Sought, ...]:
        """What else is called what `words` name."""
        parts = tuple(map(_folded, words))
        key = tuple(token for part in parts for token in part)
        known: tuple[Sought, ...] = ()
        if key in self.aliases.typed:
            known = self.aliases.others(key, _inner(words, self.typed).of(self.typed))
        spelled = other_spellings(parts, self.aliases.rules, named=named)
        if not known and not spelled:
            return ()
        others = {one.folded: one for one in (*known, *spelled) if one.folded != key}
        return tuple(one for one in others.values() if not _finds_already(words, one))

    def _synonyms(
        self, words: Sequence[_Word], others: tuple[Sought, ...], form: type[And | Or]
    ) -> list[Node]:
        """`words` with `others` where they are looked for; either way the reading says so."""
        span = _inner(words, self.typed)
        typed = span.of(self.typed)
        others = others[:MOST_OF_ONE]
        key = key_of(typed)
        off = _SWITCHED_OFF if not self.on or key in self.off else None
        if off is None and len(others) > self.left:
            off = _TOO_MANY
        nodes = [_node(one, words[0].field, span) for one in others]
        self.expansions.append(
            Expansion(key, span, typed, tuple(map(_shown, others)), off),
        )
        if off is not None:
            return list(words)
        self.left -= len(others)
        literal = words[0] if len(words) == 1 else form(tuple(words), span)
        return [Synonyms(literal, tuple(nodes), span)]


def _may_be_name(word: _Word, typed: str) -> bool:
    """Whether a leaf is a plain word: not quoted, not exact, not part of a pattern."""
    if word.exact or word.field in _BY_LETTER:
        return False
    return _UNTOUCHED.isdisjoint(word.span.of(typed))


def _beside(one: _Word, other: Node, typed: str) -> bool:
    """Whether two leaves stand side by side under the same field."""
    if not isinstance(other, Term | Phrase) or one.field != other.field:
        return False
    return typed[one.span.end : other.span.start].isspace()


def _stretches(run: _Run, aliases: Aliases) -> list[tuple[int, int]]:
    """Start and end of every stretch of `run` that may be a name, the longest first."""
    parts = list(map(_folded, run))
    found = []
    for start, part in enumerate(parts):
        longest = max(aliases.longest_from.get(part[0], 0), MOST_TOKENS)
        tokens = 0
        for end in range(start, len(parts)):
            tokens += len(parts[end])
            if tokens > longest and end > start:
                break
            found.append((-tokens, start, end + 1))
    return [(start, end) for _, start, end in sorted(found)]


def _written_as_name(run: _Run, start: int, end: int, typed: str) -> bool:
    """Whether words are written as names are, or stand where names do.

    Several words have a capital each. One has it within a query that is no headline, stands
    after a given name or is listed; otherwise the first word of a query has a capital for nothing.
    """
    words = run[start:end]
    if words[0].field == "speaker":
        return True
    capital = all(_capital(word.span.of(typed)) for word in words)
    if len(words) > 1:
        return capital
    if capital and is_listed(_folded(words[0])[-1], capital=True):
        return True
    if start and is_listed(_folded(run[start - 1])[-1]):
        return True
    at = words[0].span.start
    return capital and bool(typed[:at].strip(" (")) and _SMALL.search(typed) is not None


def _capital(text: str) -> bool:
    word = text.rpartition(":")[2].strip(" (")
    return word[:1].isupper() and not word[1:].isupper()


def _folded(word: _Word) -> Key:
    return word.folded if isinstance(word, Phrase) else (word.folded,)


def _stems(word: _Word) -> Key:
    return word.stems if isinstance(word, Phrase) else (word.stem,)


def _finds_already(words: Sequence[_Word], other: Sought) -> bool:
    """Whether a document with `other` has all of `words` as they are looked for."""
    return all(
        stands_in(_folded(word), other.folded) and stands_in(_stems(word), other.stems)
        for word in words
    )


def _inner(words: Sequence[_Word], typed: str) -> Span:
    """Where `words` stand, without the field name before them."""
    start, end = words[0].span.start, words[-1].span.end
    if words[0].field is not None:
        while match := _FIELD.match(typed, start, end):
            start = match.end()
        while typed[start].isspace():
            start += 1
    return Span(start, end)


def _node(other: Sought, field: str | None, span: Span) -> Node:
    """What finds documents by `other`. A single name is no form of another word: ISIS, not ISI."""
    conditions = tuple(_conditions(other, field, span))
    leaf = _leaf(other, field, span)
    return And((leaf, *conditions), span) if conditions else leaf


def _leaf(other: Sought, field: str | None, span: Span) -> _Word:
    if len(other.folded) > 1:
        return Phrase(other.stems, other.folded, field, exact=False, slop=0, span=span)
    exact = other.stems != other.folded
    return Term(other.stems[0], other.folded[0], field, exact=exact, span=span)


def _conditions(other: Sought, field: str | None, span: Span) -> Iterator[Node]:
    """What must hold besides for `other` to mean the thing."""
    for longer in other.apart:
        yield Not(_leaf(longer, field, span), span)
    if other.name.ambiguous:
        first, last = other.name.first, other.name.last
        yield DateRange(
            None if first is None else dt.date(first, 1, 1),
            None if last is None else dt.date(last, 12, 31),
            span,
        )


def _shown(other: Sought) -> OtherName:
    """`other` as the reading tells it."""
    name = other.name
    text = f'"{name.text}"'
    if len(other.folded) == 1 and other.stems != other.folded:
        text = f"exact:{text}"
    conditions = map(to_text, _conditions(other, None, _NOWHERE))
    if rest := " ".join(conditions):
        text = f"({text} {rest})"
    return OtherName(name.text, text, name.first, name.last)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
