"""What may be meant, by looking at every name and word of every document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from searchsvc.documents import facet_values, field_texts, has_field
from searchsvc.engine.suggestions import Spelling, Suggestion
from searchsvc.fields import BY_NAME, Words, default_fields
from searchsvc.guessing import (
    SPACE,
    cost_of,
    label_of,
    likelihood,
    most_edits,
    name_begun,
    words_of,
    worth_guessing,
)
from searchsvc.model import Span
from searchsvc.query.tree import Term
from searchsvc.text.analysis import stem_of
from tests.reference_matching import analyse_once, collection_of, edits, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchsvc.model import Collection, Document

COUNTRIES = ("country", "speaker_country")


def suggested_values(
    text: str, field: str, everything: Iterable[Document], found: Iterable[Document]
) -> list[Suggestion]:
    """Values of a facet field among all documents, counted over those found without its choice."""
    counts = Counter(value for document in found for value in facet_values(document, field))
    suggestions = []
    for value in {value for document in everything for value in facet_values(document, field)}:
        name, label = name_begun(field, value, words_of(text)), label_of(field, value)
        if name is not None:
            via = None if name == label else name
            suggestions.append(Suggestion(value, label, counts[value], via))
    return suggestions


def suggested_words(
    text: str, everything: Iterable[Document], found: Sequence[Document]
) -> list[Suggestion]:
    """Words of the stemmed default fields, one of each stem, counted over what was found."""
    typed = words_of(text)
    if len(typed) != 1:
        return []
    forms: Counter[str] = Counter()
    for document in everything:
        for name, _ in default_fields(collection_of(document)):
            if BY_NAME[name].words is Words.STEMMED:
                words = (word for text in field_texts(document, name) for word in words_of(text))
                forms.update({word for word in words if word.startswith(typed[0])})
    chosen: dict[str, str] = {}
    for word in sorted(forms, key=lambda each: (-forms[each], each)):
        chosen.setdefault(stem_of(word), word)
    suggestions = []
    for stem, word in chosen.items():
        term = Term(stem, word, None, exact=False, span=Span(0, 0))
        suggestions.append(Suggestion(word, word, sum(matches(term, each) for each in found)))
    return suggestions


def best(suggestions: Sequence[Suggestion], size: int) -> tuple[Suggestion, ...]:
    """The first ones, only with hits if any has some."""
    some = [each for each in suggestions if each.count] or suggestions
    return tuple(sorted(some, key=lambda each: (-each.count, each.label, each.value))[:size])


def spellings_among(
    documents: Sequence[Document], collection: Collection, word: str, field: str | None
) -> tuple[Spelling, ...]:
    """All guesses at a word, the likeliest first."""
    typed = words_of(word)
    whole = "".join(typed)
    if not worth_guessing(whole):
        return ()
    names = [name for name, _ in default_fields(collection)] if field is None else [field]
    names += ["speaker", "source", *COUNTRIES] if field is None else []
    texts = [
        [words_of(text) for name in dict.fromkeys(names) for text in _texts(document, name)]
        for document in documents
    ]
    vocabulary = {each for lists in texts for words in lists for each in words if each.isalpha()}
    guesses: dict[tuple[str, ...], float] = {}
    torn = len(typed) > 1
    for each in vocabulary:
        far = 1 if torn else most_edits(whole)
        if worth_guessing(each) and (torn or each != whole) and edits(whole, each) <= far:
            guesses[(each,)] = cost_of(whole, each) + SPACE * (len(typed) - 1)
    for at in () if torn else range(2, len(whole) - 1):
        pair = whole[:at], whole[at:]
        if set(pair) <= vocabulary:
            guesses[pair] = SPACE
    stemmed = [_stemmed(document, names) for document in documents]
    found = []
    for words, cost in guesses.items():
        wanted = tuple(map(stem_of, words)), words
        if count := sum(_holds(wanted, each) for each in stemmed):
            found.append(Spelling(" ".join(words), count, cost))
    found.sort(key=lambda each: (-likelihood(each.count, each.cost), each.text))
    if field is not None and BY_NAME[field].words is not Words.STEMMED:
        return tuple(found)
    return tuple(_by_stem(found, set() if torn else {stem_of(whole)}))


def _by_stem(found: Iterable[Spelling], stems: set[str]) -> Iterator[Spelling]:
    """The first of each stem that is not in `stems`."""
    for each in found:
        if stem_of(each.text) not in stems:
            stems.add(stem_of(each.text))
            yield each


def _texts(document: Document, name: str) -> Iterable[str]:
    if name in COUNTRIES:
        return [label_of(name, value) for value in facet_values(document, name)]
    return field_texts(document, name)


def _stemmed(document: Document, names: Iterable[str]) -> list[tuple[bool, list[str]]]:
    """The words of each text, and whether they are stems."""
    lists = []
    for name in dict.fromkeys(names):
        if has_field(collection_of(document), name):
            exact = BY_NAME[name].words is not Words.STEMMED
            for text in _texts(document, name):
                tokens = analyse_once(text)
                lists.append((exact, [each.folded if exact else each.stem for each in tokens]))
    return lists


def _holds(
    wanted: tuple[tuple[str, ...], tuple[str, ...]], lists: list[tuple[bool, list[str]]]
) -> bool:
    """Whether stems stand side by side, or folded words in a field that is not stemmed."""
    for exact, words in lists:
        searched = list(wanted[exact])
        width = len(searched)
        if any(words[at : at + width] == searched for at in range(len(words))):
            return True
    return False
