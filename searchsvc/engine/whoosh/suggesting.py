"""Suggest request → values of facets and words that begin as was typed, with their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.columnar.searching.docsets import intersect
from searchsvc.documents import has_field
from searchsvc.engine.suggestions import TERMS, Suggestion
from searchsvc.engine.whoosh.execute import counted_over, filtered
from searchsvc.engine.whoosh.leaves import match_leaf
from searchsvc.engine.whoosh.matching import Matcher
from searchsvc.engine.whoosh.schema import stem_space
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.guessing import label_of, name_begun, words_of
from searchsvc.model import Span
from searchsvc.query.tree import Term
from searchsvc.text.analysis import stem_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.suggestions import SuggestRequest
    from searchsvc.engine.whoosh.view import CollectionView

NOWHERE = Span(0, 0)


def suggest(
    request: SuggestRequest, view: CollectionView
) -> tuple[tuple[str, tuple[Suggestion, ...]], ...]:
    """The suggestions of each field that a request asks for."""
    search = request.search
    typed = words_of(request.text)
    matched = Matcher(view).match(search.query)
    found = []
    for field in request.fields:
        suggestions: Sequence[Suggestion] = ()
        if field == TERMS:
            if len(typed) == 1:
                docs = filtered(search, matched, view)
                suggestions = _words(typed[0], docs, view)
        elif has_field(view.collection, field):
            docs = counted_over(field, search, matched, filtered(search, matched, view), view)
            suggestions = _values(field, typed, docs, view)
        some = [each for each in suggestions if each.count] or suggestions
        ordered = sorted(some, key=lambda each: (-each.count, each.label, each.value))
        found.append((field, tuple(ordered[: request.size])))
    return tuple(found)


def _values(
    field: str, typed: Sequence[str], docs: Ints | None, view: CollectionView
) -> list[Suggestion]:
    table = view.facet_table(field)
    counted = view.value_counts(table, docs, [table.fields[field]])
    found = []
    for number, value in enumerate(table.listed(field)):
        name = name_begun(field, value, typed)
        if name is not None:
            label = label_of(field, value)
            count = counted.of(table.fields[field], number)
            found.append(Suggestion(value, label, count, None if name == label else name))
    return found


def _words(start: str, docs: Ints | None, view: CollectionView) -> list[Suggestion]:
    forms: dict[str, int] = {}
    for name, _ in default_fields(view.collection):
        if BY_NAME[name].words is Words.STEMMED:
            for _, postings in view.words(stem_space(name)):
                low, high = postings.words.starting_with(start)
                for form, word in enumerate(postings.words.listed(low, high), low):
                    forms[word] = forms.get(word, 0) + postings.form_frequency(form)
    chosen: dict[str, str] = {}
    for word in sorted(forms, key=lambda each: (-forms[each], each)):
        chosen.setdefault(stem_of(word), word)
    found = []
    for stem, word in chosen.items():
        term = Term(stem, word, None, exact=False, span=NOWHERE)
        matched = match_leaf(term, view).docs
        count = len(matched if docs is None else intersect(matched, docs, view.scratch))
        found.append(Suggestion(word, word, count))
    return found
