"""Query text to query tree.

    any     = all ("OR" all)*
    all     = item ("AND"? item)*
    item    = ("NOT" | "-" | field ":" | "exact:")* (word | phrase | "(" any ")")

`AND` binds tighter than `OR`. Items side by side must all match (`Match.ALL`), or any of the words
among them (`Match.ANY`), where what is no word (a date, a whole value, what is left out) must
hold all the same and `AND` still joins. Operators are written in capitals; `and`, `or`, `not` are words.
Whatever does not fit is read without what is wrong, or ignored, and either way said to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from searchsvc.fields import ALIASES, BY_NAME
from searchsvc.model import Span
from searchsvc.query.leaves import Scope, read_leaf
from searchsvc.query.lexer import EXACT, LONGEST_QUERY, Kind, Lexeme, lexemes
from searchsvc.query.patterns import Pattern
from searchsvc.query.printer import in_words, to_text
from searchsvc.query.reading import ParsedQuery, Reading, ReadToken, Use
from searchsvc.query.tree import And, DateRange, Everything, Node, Not, Or, Phrase, Value

if TYPE_CHECKING:
    from searchsvc.model import Collection

MOST_LEAVES: Final = 256
"""Words of a query, those of phrases among them, that are searched for."""
MOST_PATTERNS: Final = 16
"""Words with wildcards or `~` that are searched for: each is held against all words there are."""
DEEPEST: Final = 50
"""Brackets within brackets that are understood."""

_JOINED: Final = frozenset({Kind.FIELD, Kind.WORD, Kind.PHRASE})
_PREFIXES: Final = frozenset({Kind.NOT, Kind.PLUS, Kind.FIELD})


class Match(StrEnum):
    """How many of the words side by side a document must have."""

    ALL = "all"
    ANY = "any"


def parse(text: str, collection: Collection, *, match: Match = Match.ALL) -> ParsedQuery:
    """The tree and the reading of `text`. Never raises; takes time linear in its length."""
    state = _State(text, tuple(lexemes(text)), collection, match)
    _match_brackets(state)
    node = _read_any(state, Scope())
    tree = Everything() if node is None else node
    return ParsedQuery(tree, Reading(text, tuple(_tokens(state)), to_text(tree)))


@dataclass(frozen=True, slots=True)
class _Note:
    """What became of one lexeme, as in `ReadToken`."""

    use: Use
    read_as: str | None
    reason: str | None


@dataclass(slots=True)
class _State:
    """Where the parser is in the lexemes, and what became of those behind it."""

    text: str
    lexemes: tuple[Lexeme, ...]
    collection: Collection
    match: Match
    notes: dict[int, _Note] = field(default_factory=dict)
    at: int = 0
    leaves: int = 0
    patterns: int = 0

    def skip_noted(self) -> Lexeme | None:
        """The lexeme to be read next; None at the end."""
        while self.at < len(self.lexemes) and self.at in self.notes:
            self.at += 1
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def kind(self) -> Kind | None:
        lexeme = self.skip_noted()
        return None if lexeme is None else lexeme.kind

    def take(self) -> int:
        """Step over the next lexeme and say which it was."""
        self.skip_noted()
        self.at += 1
        return self.at - 1

    def ignore(self, index: int, reason: str) -> None:
        self.notes[index] = _Note(Use.IGNORED, None, reason)

    def accept(self, index: int, read_as: str, reason: str | None = None) -> None:
        reason = "; ".join(filter(None, (self.lexemes[index].repair, reason))) or None
        use = Use.USED if reason is None else Use.REPAIRED
        self.notes[index] = _Note(use, read_as, reason)


def _match_brackets(state: _State) -> None:
    """Note what cannot be read as a bracket, and what lies beyond the longest query."""
    open_at: list[int] = []
    for index, lexeme in enumerate(state.lexemes):
        match lexeme.kind:
            case Kind.OPEN:
                open_at.append(index)
            case Kind.CLOSE if not open_at:
                state.ignore(index, "there is no opening bracket before it")
            case Kind.CLOSE:
                if len(open_at) > DEEPEST:
                    for bracket in (open_at[-1], index):
                        state.ignore(bracket, f"brackets nest more than {DEEPEST} deep")
                open_at.pop()
            case Kind.BEYOND:
                reason = f"a query may be {LONGEST_QUERY} characters long; this is beyond them"
                state.ignore(index, reason)
    for depth, index in enumerate(open_at):
        if depth >= DEEPEST:
            state.ignore(index, f"brackets nest more than {DEEPEST} deep")


def _read_any(state: _State, scope: Scope) -> Node | None:
    """Alternatives, up to a closing bracket or the end."""
    start = state.at
    nodes: list[Node] = []
    operator: int | None = None
    while True:
        node = _read_all(state, scope)
        nodes += [] if node is None else [node]
        if operator is not None and node is None:
            state.ignore(operator, "there is nothing after it to choose from")
        if state.kind() is not Kind.OR:
            return _joined(Or, nodes, _span_since(state, start))
        operator = state.take()
        if nodes:
            state.accept(operator, "or")
        else:
            state.ignore(operator, "there is nothing before it to choose from")
            operator = None


def _read_all(state: _State, scope: Scope) -> Node | None:
    """Items side by side or joined by AND, up to an OR, a closing bracket or the end."""
    start = state.at
    nodes: list[Node] = []
    operator: int | None = None
    joined: set[int] = set()  # which of the nodes AND joins to the one before
    while (kind := state.kind()) not in {None, Kind.OR, Kind.CLOSE}:
        if kind is not Kind.AND:
            node = _read_item(state, scope)
            if node is not None:
                joined |= set() if operator is None else {len(nodes)}
                nodes.append(node)
                operator = None
            continue
        if operator is not None:
            state.ignore(operator, "there is nothing after it to be joined")
        operator = state.take()
        if nodes:
            state.accept(operator, "and")
        else:
            state.ignore(operator, "there is nothing before it to be joined")
            operator = None
    if operator is not None:
        state.ignore(operator, "there is nothing after it to be joined")
    span = _span_since(state, start)
    if state.match is Match.ANY:
        return _any_of_words(nodes, joined, span)
    return _joined(And, nodes, span)


def _any_of_words(nodes: list[Node], joined: set[int], span: Span) -> Node | None:
    """`nodes` side by side where any of the words among them will do."""
    groups: list[list[Node]] = []
    for index, node in enumerate(nodes):
        if index in joined:
            groups[-1].append(node)
        else:
            groups.append([node])
    words: list[Node] = []
    musts: list[Node] = []
    for group in groups:
        joint = _joined(And, group, span)
        if joint is not None:
            (musts if isinstance(joint, Not | Value | DateRange) else words).append(joint)
    any_word = _joined(Or, words, span)
    return _joined(And, ([] if any_word is None else [any_word]) + musts, span)


def _read_item(state: _State, scope: Scope) -> Node | None:
    """A word, a phrase or a bracket, with the signs and field names before it."""
    state.skip_noted()
    start = state.at
    negations: list[int] = []
    names: list[int] = []
    while (kind := state.kind()) in _PREFIXES:
        index = state.take()
        match kind:
            case Kind.NOT:
                negations.append(index)
            case Kind.FIELD:
                names.append(index)
                scope = _narrowed(state, scope, index)
            case _:
                state.ignore(index, "every word must be found anyway; + is not needed")
    if state.kind() not in {Kind.WORD, Kind.PHRASE, Kind.OPEN}:
        _dangling(state, negations, names)
        return None
    node = _read_operand(state, scope, names)
    _note_negations(state, negations, nothing=node is None)
    if node is None or len(negations) % 2 == 0:
        return node
    return _negated(node, _span_since(state, start))


def _dangling(state: _State, negations: list[int], names: list[int]) -> None:
    """Signs and field names with nothing after them."""
    for index in negations:
        state.ignore(index, "there is nothing after it to be excluded")
    for index in names:
        state.ignore(index, "names a field, but nothing to look for in it follows")


def _read_operand(state: _State, scope: Scope, names: list[int]) -> Node | None:
    if state.kind() is Kind.OPEN:
        return _read_brackets(state, scope)
    index = state.take()
    lexeme = state.lexemes[index]
    first = state.lexemes[names[0]].span if names else lexeme.span
    leaf = read_leaf(
        lexeme, Span(first.start, lexeme.span.end), scope, last=state.skip_noted() is None
    )
    node = leaf.node
    if node is None:
        state.ignore(index, leaf.reason or "")
    elif beyond := _too_many(state, node):
        state.ignore(index, beyond)
        node = None
    else:
        state.leaves += _size(node)
        state.patterns += _patterns(node)
        reason = "; ".join(filter(None, (scope.instead, leaf.reason))) or None
        state.accept(index, in_words(node), reason)
    return node


def _size(node: Node) -> int:
    """How many words a leaf looks for."""
    match node:
        case Phrase(folded=folded):
            return len(folded)
        case And(children=children):
            return sum(map(_size, children))
    return 1


def _patterns(node: Node) -> int:
    """How many patterns a leaf holds."""
    match node:
        case And(children=children):
            return sum(map(_patterns, children))
    return isinstance(node, Pattern)


def _too_many(state: _State, node: Node) -> str | None:
    """Why the leaf `node` cannot be added to those before it; None where it can."""
    if state.leaves + _size(node) > MOST_LEAVES:
        return f"a query may have {MOST_LEAVES} words; this one is beyond them"
    if state.patterns + _patterns(node) > MOST_PATTERNS:
        return f"a query may have {MOST_PATTERNS} words with * or ? or ~; this one is beyond them"
    return None


def _read_brackets(state: _State, scope: Scope) -> Node | None:
    opened = state.take()
    node = _read_any(state, scope)
    closed = state.take() if state.kind() is Kind.CLOSE else None
    if node is None:
        for index in (opened, closed):
            if index is not None:
                state.ignore(index, "there is nothing to look for in these brackets")
        return None
    if closed is None:
        state.accept(
            opened, "(", "the closing bracket is missing; it is taken to stand at the end"
        )
    else:
        state.accept(opened, "(")
        state.accept(closed, ")")
    return node


def _narrowed(state: _State, scope: Scope, index: int) -> Scope:
    """`scope` under the field name at `index`."""
    lexeme = state.lexemes[index]
    typed = lexeme.text.rstrip(":").lower()
    name = ALIASES.get(typed, typed)
    if name == EXACT:
        state.accept(index, "exactly")
        return replace(scope, exact=True)
    instead = f"{name}: takes the place of {scope.field}:" if scope.field else None
    if scope.field == name:
        instead = scope.instead
    state.accept(index, f"in {name}", instead)
    if state.collection in BY_NAME[name].collections:
        return replace(scope, field=name, lacking=None, instead=instead)
    lacking = f"{state.collection} have no field “{name}”"
    state.ignore(index, lacking)
    return replace(scope, field=name, lacking=lacking)


def _note_negations(state: _State, negations: list[int], *, nothing: bool) -> None:
    twice = "two negations cancel out" if len(negations) > 1 else None
    for index in negations:
        if nothing:
            state.ignore(index, "there is nothing after it to be excluded")
        else:
            state.accept(index, "not", twice)


def _negated(node: Node, span: Span) -> Node:
    return node.child if isinstance(node, Not) else Not(node, span)


def _joined(form: type[And | Or], nodes: list[Node], span: Span) -> Node | None:
    """`nodes` under one And or Or, those of the same form among them taken apart."""
    flat = [
        child for node in nodes for child in (node.children if isinstance(node, form) else (node,))
    ]
    if len(flat) < 2:  # noqa: PLR2004 - an And or Or joins two or more
        return flat[0] if flat else None
    return form(tuple(flat), span)


def _span_since(state: _State, start: int) -> Span:
    """From the lexeme at `start` to the last one read."""
    read = state.lexemes[start : state.at] or state.lexemes[:1]
    return Span(read[0].span.start, read[-1].span.end) if read else Span(0, 0)


def _tokens(state: _State) -> list[ReadToken]:
    """One token per lexeme, but for field names, which become part of a word after them."""
    tokens = []
    start: int | None = None
    for index, lexeme in enumerate(state.lexemes):
        start = lexeme.span.start if start is None else start
        following = state.lexemes[index + 1 : index + 2]
        if lexeme.kind is Kind.FIELD and following and following[0].kind in _JOINED:
            continue
        note = state.notes[index]
        span = Span(start, lexeme.span.end)
        tokens.append(ReadToken(span, span.of(state.text), note.use, note.read_as, note.reason))
        start = None
    return tokens
