"""Leaf of the query → the documents that it matches, and how often, field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from searchsvc.columnar import compiled
from searchsvc.columnar.encoding import Ints, concatenate
from searchsvc.columnar.postings import NO_DOCS, Counts
from searchsvc.columnar.searching.docsets import living, summed
from searchsvc.engine.whoosh.budget import BOUNDLESS
from searchsvc.engine.whoosh.phrases import NOTHING, T, exact_phrase_hits, phrase_hits
from searchsvc.engine.whoosh.plan import fields_of
from searchsvc.query.patterns import common_start, wildcard_expression
from searchsvc.query.tree import Fuzzy, Phrase, Prefix, Term, Wildcard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.postings import Hits, WordPostings
    from searchsvc.columnar.searching.docsets import Scratch
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.phrases import Words
    from searchsvc.engine.whoosh.plan import FieldPlan, WordLeaf
    from searchsvc.engine.whoosh.view import CollectionView
    from searchsvc.query.patterns import Pattern

AT_ONCE: Final = 1 << 19
"""Postings of the forms of a pattern from which on they are united a part at a time."""

CountsAt = Callable[[Ints | None], Counts]
"""Gives the occurrences in the documents at these indices, or in all."""


class FieldHits(NamedTuple):
    """The documents that a leaf matches in one field.

    Attributes:
        field: where.
        docs: ascending, none deleted.
        counts_at: occurrences in each, which are not looked up before they are asked for.
    """

    field: FieldPlan
    docs: Ints
    counts_at: CountsAt


class LeafMatch(NamedTuple):
    """The documents that a leaf matches.

    Attributes:
        docs: in any of its fields, ascending, none deleted.
        fields: those in which it matches any.
    """

    docs: Ints
    fields: tuple[FieldHits, ...]


NO_MATCH = LeafMatch(NO_DOCS, ())


def match_leaf(leaf: WordLeaf, view: CollectionView, budget: Budget = BOUNDLESS) -> LeafMatch:
    """The documents of `view` that `leaf` matches. Raises QueryTooCostly."""
    fields = []
    for field, words in view.searched(leaf):
        hits = _match_field(leaf, field, words, view, budget)
        if hits is not None and len(hits.docs):
            fields.append(hits)
    if len(fields) == 1:
        return LeafMatch(fields[0].docs, (fields[0],))
    if not fields:
        return NO_MATCH
    return LeafMatch(view.any_of([hits.docs for hits in fields]), tuple(fields))


def frequency(term: Term, view: CollectionView) -> int:
    """How many documents of `view` a term matches.

    Of what stands in one field only, with nothing deleted, the postings know; else it is counted.
    """
    if view.alive is None:
        counts = [_frequency_in(term, field, view) for field in fields_of(term, view.collection)]
        if sum(map(bool, counts)) <= 1:
            return sum(counts)
    return len(match_leaf(term, view).docs)


def _frequency_in(term: Term, field: FieldPlan, view: CollectionView) -> int:
    """How many documents hold a term in one field, deleted ones among them."""
    total = 0
    for _, postings in view.words(field.name):
        if field.folded:
            form = postings.words.find(term.folded)
            total += postings.form_frequency(form) if form >= 0 else 0
        else:
            number = postings.terms.find(term.stem)
            total += postings.frequency(number) if number >= 0 else 0
    return total


def _match_field(
    leaf: WordLeaf,
    field: FieldPlan,
    words: Sequence[tuple[int, WordPostings]],
    view: CollectionView,
    budget: Budget,
) -> FieldHits | None:
    if len(view.parts) == 1:
        found = _match_segment(leaf, field, words[0][1], view, budget)
    elif isinstance(leaf, Term | Phrase) and not field.folded:
        budget.check()
        found = _match_words(leaf, view.joined(field.name), view, budget)
    elif isinstance(leaf, Prefix | Wildcard | Fuzzy):
        found = _match_patterns(leaf, words, view, budget)
    else:
        found = _end_to_end(
            [
                (base, *found)
                for base, postings in words
                if (found := _match_segment(leaf, field, postings, view, budget)) is not None
            ]
        )
    if found is None:
        return None
    docs, counts_at = found
    if view.alive is None:
        return FieldHits(field, docs, counts_at)
    docs, kept = living(docs, view.alive)
    return FieldHits(field, docs, counts_at if kept is None else _of_kept(counts_at, kept))


def _match_patterns(
    leaf: Pattern,
    words: Sequence[tuple[int, WordPostings]],
    view: CollectionView,
    budget: Budget,
) -> tuple[Ints, CountsAt] | None:
    """The documents that hold what a pattern stands for in several segments; None for none."""
    expanded = []
    for base, postings in words:
        budget.check()
        forms = expand(leaf, postings)
        if len(forms):
            expanded.append((base, postings, forms))
    most = sum(postings.form_sum(forms) for _, postings, forms in expanded)
    if not (compiled.loops and 0 < most <= AT_ONCE):
        hits = [
            (base, *_fixed(_united(forms, postings, view.scratch, budget)))
            for base, postings, forms in expanded
        ]
        return _end_to_end(hits)
    try:
        for base, postings, forms in expanded:
            postings.add_forms(forms, view.scratch, base)
        return _fixed(compiled.loops.taken_summed(most, view.scratch))
    except BaseException:  # raised again: what others left there is in the room
        compiled.loops.wipe(view.scratch)
        raise


def _of_kept(counts_at: CountsAt, kept: Ints) -> CountsAt:
    return lambda index: counts_at(kept if index is None else kept.take(index))


def _end_to_end(found: Sequence[tuple[int, Ints, CountsAt]]) -> tuple[Ints, CountsAt] | None:
    """What was found in each segment, its base first, as found in one; None for none."""
    if not found:
        return None

    def counts_at(index: Ints | None) -> Counts:
        counts = concatenate([counts_at(None) for _, _, counts_at in found], np.uint8)
        return counts if index is None else counts[index]

    return concatenate([docs + base for base, docs, _ in found], np.intp), counts_at


def _match_segment(
    leaf: WordLeaf,
    field: FieldPlan,
    postings: WordPostings,
    view: CollectionView,
    budget: Budget,
) -> tuple[Ints, CountsAt] | None:
    """The documents of one segment with their counts; None for none."""
    budget.check()
    match leaf:
        case Term() | Phrase() if not field.folded:
            return _match_words(leaf, postings, view, budget)
        case Term():
            form = postings.words.find(leaf.folded)
            return None if form < 0 else _fixed(postings.form_hits(form))
        case Phrase():
            return _fixed(exact_phrase_hits(leaf, postings, budget.check))
        case _:
            forms = expand(leaf, postings)
            return _fixed(_united(forms, postings, view.scratch, budget)) if len(forms) else None


def _match_words(
    leaf: Term | Phrase, postings: Words[T], view: CollectionView, budget: Budget
) -> tuple[Ints, CountsAt] | None:
    """The documents of a term or a phrase of terms with their counts; None for none."""
    if isinstance(leaf, Phrase):
        return _fixed(phrase_hits(leaf, postings, view.scratch, budget.check))
    term = postings.find(leaf.stem)
    return None if term is None else (postings.docs(term), _counts_of_term(postings, term))


def _united(forms: Ints, postings: WordPostings, scratch: Scratch, budget: Budget) -> Hits:
    """The documents that hold any of the forms, ascending, and how often in sum."""
    if len(forms) == 1:
        return postings.hits_of_forms(forms)
    most = postings.form_sum(forms)
    if compiled.loops and most <= AT_ONCE:
        postings.add_forms(forms, scratch)
        return compiled.loops.taken_summed(most, scratch)
    if most <= AT_ONCE:
        docs, counts = postings.hits_of_forms(forms)
        return summed(docs, counts.astype(np.float32), scratch)
    frequencies = postings.form_frequencies(forms).cumsum(dtype=np.intp)
    # So many that they are laid over all documents, some forms at a time.
    bounds = (frequencies // AT_ONCE).searchsorted(np.arange(frequencies[-1] // AT_ONCE + 1))
    flags, sums = scratch.flags, scratch.sums
    try:
        for some in np.split(forms, bounds[1:]):
            budget.check()
            docs, counts = postings.hits_of_forms(some) if len(some) else NOTHING
            flags[docs] = True
            np.add.at(sums, docs, counts.astype(np.float32))
        found = flags.nonzero()[0]
        return found, sums.take(found)
    finally:  # where the budget is spent, too
        flags.fill(False)  # noqa: FBT003 - what it is filled with
        sums.fill(0)


def _counts_of_term(postings: Words[T], term: T) -> CountsAt:
    return lambda index: (
        postings.counts(term) if index is None else postings.counts_at(term, index)
    )


def _fixed(hits: Hits) -> tuple[Ints, CountsAt]:
    docs, counts = hits
    return docs, lambda index: counts if index is None else counts[index]


def expand(leaf: Pattern, postings: WordPostings) -> Ints:
    """Numbers of the forms that a prefix, a wildcard or a fuzzy word stands for, ascending."""
    words = postings.words
    if isinstance(leaf, Fuzzy):
        found = words.within(leaf.text, leaf.distance)
    else:
        start, end = words.starting_with(common_start(leaf))
        if isinstance(leaf, Prefix):
            found = np.arange(start, end)
        else:
            found = words.matching(wildcard_expression(leaf), start, end)
    # Capitals kept apart stand beside their word, which is what is spelled; nothing else among
    # the forms begins with a capital.
    first, last = words.capitals
    return found[(found < first) | (found >= last)] if first < last else found
