"""Stored text and query tree to fragments with highlights; spans only, no markup."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from searchsvc.fields import BY_NAME, Words
from searchsvc.model import Span
from searchsvc.query.patterns import common_start, term_test
from searchsvc.query.tree import And, Fuzzy, Or, Phrase, Prefix, Synonyms, Term, Wildcard
from searchsvc.text import DOUBTED, Sieve, analyse, tokens_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from searchsvc.query.tree import Node
    from searchsvc.text import Token

_MOST_READ: Final = 200_000
"""Characters of one text that are looked through, some forty times a long article; what matches
beyond them goes unmarked."""
_MOST_STEPS: Final = 1_000_000
"""Comparisons made for one phrase in one text; what it matches beyond them goes unmarked."""
_SENTENCE_START: Final = re.compile(r"(?:(?<=\n)|(?<=[.?!] )|(?<=[.?!][\"'”’] ))\S")
_WORD_START: Final = re.compile(r"(?<=\s)\S")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fragment of a text.

    Attributes:
        text: the fragment, exactly as it stands in the text.
        offset: where it starts in the text.
        highlights: what to mark, as spans of `text`; ascending, without overlaps.
    """

    text: str
    offset: int
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """A stretch of the text that the leaf numbered `leaf` matches."""

    span: Span
    leaf: int


def snippets(
    text: str, tree: Node, field: str, *, count: int = 2, width: int = 240
) -> tuple[Snippet, ...]:
    """Up to `count` fragments of `text`, each of at most `width` characters, in their order.

    Chosen are those that show the most different parts of the query, then the most matches. Where
    nothing matches, the beginning of the text stands alone; an empty text has no snippets.
    """
    found = _occurrences(text, tree, field)
    if not found:
        start = len(text) - len(text.lstrip())
        return _fragments(text, [Span(start, start)], (), width) if text.strip() else ()
    return _fragments(text, _best_stretches(found, count, width), _merged(found), width)


def highlights(text: str, tree: Node, field: str) -> tuple[Span, ...]:
    """The stretches of `text` that `tree` matches in `field`; ascending, without overlaps.

    Of an endless text only the beginning is looked through.
    """
    return _merged(_occurrences(text, tree, field))


# What matches, and where.


@dataclass(frozen=True, slots=True)
class _Row:
    """A phrase as it stands in a text.

    Attributes:
        terms: two or more, in order.
        exact: whether they are `folded` of tokens, rather than `stem`.
        slop: see `Phrase`.
    """

    terms: tuple[str, ...]
    exact: bool
    slop: int

    def fits(self, place: int, token: Token) -> bool:
        """Whether `token` has the term at `place`."""
        term = self.terms[place]
        return term in (token.folded if self.exact else token.stem, token.cased)


@dataclass(frozen=True)
class _Matchers:
    """The parts of a query by the way they match.

    Attributes:
        stems, folded: numbers of the leaves by their term, of phrases the first one, in either form.
        tests: leaves that a folded term is held against.
        rows: phrases, by the number of the leaf.
        doubted_rows: phrases with a term that hangs on what stands beside it; none of the above.
        starts: how the terms begin that `tests` are true of; empty where they begin anyhow.
    """

    stems: dict[str, list[int]] = field(default_factory=dict)
    folded: dict[str, list[int]] = field(default_factory=dict)
    tests: list[tuple[int, Callable[[str], object]]] = field(default_factory=list)
    rows: dict[int, _Row] = field(default_factory=dict)
    doubted_rows: dict[int, _Row] = field(default_factory=dict)
    starts: list[str] = field(default_factory=list)

    @property
    def some(self) -> bool:
        """Whether single tokens tell that anything matches, or may begin to."""
        return bool(self.stems or self.folded or self.tests)

    @cached_property
    def words(self) -> Sieve[tuple[int, ...]]:
        """Finds the tokens; to be asked for once all leaves are known."""
        terms = {*self.stems, *self.folded, *self.starts}
        return Sieve(self._leaves, terms=None if "" in terms else terms)

    def _leaves(self, folded: str, stem: str, cased: str | None) -> tuple[int, ...] | None:
        """Numbers of the leaves that a token of these terms matches or begins; None for none."""
        numbers = [*self.stems.get(stem, ()), *self.folded.get(folded, ())]
        if cased is not None:
            numbers += (*self.stems.get(cased, ()), *self.folded.get(cased, ()))
        numbers += [number for number, test in self.tests if test(folded)]
        return tuple(dict.fromkeys(numbers)) or None


def _occurrences(text: str, tree: Node, field: str) -> list[_Occurrence]:
    """Matches of every leaf that is asked for in `field`, by start; see `_MOST_READ`."""
    matchers = _matchers(tree, field)
    read = text[:_MOST_READ]
    found: list[_Occurrence] = []
    if matchers.some:
        begun: dict[int, list[int]] = {}
        for start, end, numbers in matchers.words.found(read):
            for number in numbers:
                if number in matchers.rows:
                    begun.setdefault(number, []).append(start)
                else:
                    found.append(_Occurrence(Span(start, end), number))
        for number, starts in begun.items():
            row = matchers.rows[number]
            found += (
                _Occurrence(span, number)
                for span in _of_row(row, starts, lambda start: tokens_from(read, start))
            )
    if matchers.doubted_rows:
        tokens = analyse(read)
        place = {token.start: index for index, token in enumerate(tokens)}
        for number, row in matchers.doubted_rows.items():
            starts = [token.start for token in tokens if row.fits(0, token)]
            found += (
                _Occurrence(span, number)
                for span in _of_row(row, starts, lambda start: islice(tokens, place[start], None))
            )
    if len(read) < len(text):  # a token at its end may be cut
        found = [each for each in found if each.span.end < len(read)]
    return sorted(found, key=lambda occurrence: occurrence.span)


@lru_cache(maxsize=16)
def _matchers(tree: Node, field: str) -> _Matchers:
    """What of `tree` to look for in `field`; kept, since one answer shows many texts."""
    matchers = _Matchers()
    for number, leaf in enumerate(_asked_for(tree, field)):
        _add(matchers, number, leaf, exact_field=BY_NAME[field].words is Words.EXACT)
    return matchers


def _asked_for(node: Node, field: str) -> Iterator[Node]:
    """The leaves that a match may be due to: not those that are excluded."""
    match node:
        case And(children=children) | Or(children=children):
            for child in children:
                yield from _asked_for(child, field)
        case Synonyms(typed=typed, others=others):
            for name in (typed, *others):
                yield from _asked_for(name, field)
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy() if node.field in {None, field}:
            yield node


def _add(matchers: _Matchers, number: int, leaf: Node, *, exact_field: bool) -> None:
    match leaf:
        case Term(stem=stem, folded=folded, exact=exact):
            whole = exact or exact_field
            same = (matchers.folded if whole else matchers.stems).setdefault(
                folded if whole else stem, []
            )
            if all(each in matchers.rows for each in same):  # once, however often it is typed
                same.append(number)
        case Phrase(exact=exact):
            _add_phrase(matchers, number, leaf, exact=exact or exact_field)
        case Prefix() | Wildcard() | Fuzzy():
            matchers.tests.append((number, term_test(leaf)))
            matchers.starts.append("" if isinstance(leaf, Fuzzy) else common_start(leaf))


def _add_phrase(matchers: _Matchers, number: int, phrase: Phrase, *, exact: bool) -> None:
    row = _Row(phrase.folded if exact else phrase.stems, exact, phrase.slop)
    if not DOUBTED.isdisjoint(row.terms):
        matchers.doubted_rows[number] = row
        return
    matchers.rows[number] = row
    by_first = matchers.folded if exact else matchers.stems
    by_first.setdefault(row.terms[0], []).append(number)


def _of_row(
    row: _Row, starts: Sequence[int], tokens_from: Callable[[int], Iterable[Token]]
) -> Iterator[Span]:
    """Matches of a phrase: of adjacent terms the whole, of terms moved apart each by itself.

    Args:
        row: the phrase.
        starts: where the tokens begin that have its first term, in order.
        tokens_from: the tokens from one of these places on.
    """
    reach = len(row.terms) + row.slop
    done = 0
    for start in starts[: _MOST_STEPS // reach]:
        if start < done:
            continue
        # After each first term the nearest second, and so on: no other choice ends earlier.
        chain: list[Span] = []
        for token in islice(tokens_from(start), reach):
            if row.fits(len(chain), token):
                chain.append(Span(token.start, token.end))
                if len(chain) == len(row.terms):
                    break
            elif not row.slop:
                break
        if len(chain) < len(row.terms):
            continue
        if row.slop:
            yield from chain
        else:
            done = chain[-1].end
            yield Span(start, done)


def _merged(found: Sequence[_Occurrence]) -> tuple[Span, ...]:
    """The spans of `found` (by start), those that overlap put together."""
    spans: list[Span] = []
    for occurrence in found:
        span = occurrence.span
        if spans and span.start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, span.end))
        else:
            spans.append(span)
    return tuple(spans)


# Which fragments to show.


def _best_stretches(found: Sequence[_Occurrence], count: int, width: int) -> list[Span]:
    """Up to `count` stretches of `found` (by start) that do not overlap, by start."""
    left = list(found)
    seen: set[int] = set()
    stretches: list[Span] = []
    while left and len(stretches) < count:
        best = _best_stretch(left, seen, width)
        seen |= {occurrence.leaf for occurrence in left if _within(occurrence.span, best)}
        stretches.append(best)
        left = [
            occurrence
            for occurrence in left
            if occurrence.span.end <= best.start or occurrence.span.start >= best.end
        ]
    return sorted(stretches)


def _best_stretch(found: Sequence[_Occurrence], seen: set[int], width: int) -> Span:
    """The stretch with the most leaves not yet `seen`, then the most matches, then the first."""
    inside: Counter[int] = Counter()
    unseen = end = 0
    best, best_score = (0, 1), (-1, -1)
    for start, occurrence in enumerate(found):
        limit = occurrence.span.start + width
        while end <= start or (end < len(found) and found[end].span.end <= limit):
            leaf = found[end].leaf
            unseen += inside[leaf] == 0 and leaf not in seen
            inside[leaf] += 1
            end += 1
        if (unseen, end - start) > best_score:
            best, best_score = (start, end), (unseen, end - start)
        inside[occurrence.leaf] -= 1
        unseen -= inside[occurrence.leaf] == 0 and occurrence.leaf not in seen
    chosen = found[best[0] : best[1]]
    return Span(chosen[0].span.start, max(occurrence.span.end for occurrence in chosen))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _fragments(
    text: str, stretches: Sequence[Span], marks: tuple[Span, ...], width: int
) -> tuple[Snippet, ...]:
    """Each stretch with as much around it as `width` allows, none reaching into the next."""
    fragments: list[Snippet] = []
    limits = [*(stretch.start for stretch in stretches[1:]), len(text)]
    before = 0
    for stretch, limit in zip(stretches, limits, strict=True):
        span = _fragment(text, stretch, Span(before, limit), width)
        inside = tuple(
            Span(max(mark.start, span.start) - span.start, min(mark.end, span.end) - span.start)
            for mark in marks[bisect_left(marks, span.start, key=lambda mark: mark.end) :]
            if mark.start < span.end and mark.end > span.start
        )
        fragments.append(Snippet(span.of(text), span.start, inside))
        before = span.end
    return tuple(fragments)


def _fragment(text: str, stretch: Span, room: Span, width: int) -> Span:
    """`stretch` with words around it, inside `room`."""
    spare = max(width - (stretch.end - stretch.start), 0)
    start = _start(text, stretch.start, max(room.start, stretch.start - spare * 2 // 3))
    end = min(start + width, room.end)
    if end < len(text) and not text[end].isspace():
        whole = start < stretch.end <= end
        spaces = (index for index in range(end - 1, stretch.end, -1) if text[index].isspace())
        end = next(spaces, stretch.end if whole else end)
    return Span(start, start + len(text[start:end].rstrip()))


def _start(text: str, at: int, earliest: int) -> int:
    """Where a fragment around `at` begins: a sentence, else a word, from `earliest` on."""
    if earliest == 0:
        return min(at, len(text) - len(text.lstrip()))
    start = _SENTENCE_START.search(text, earliest, at + 1) or _WORD_START.search(
        text, earliest, at + 1
    )
    return at if start is None else start.start()
