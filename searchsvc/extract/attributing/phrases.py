"""The noun phrases of a sentence that may name a source, and what sort of words they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.impersonal import noun_group
from searchsvc.extract.attributing.names import plain
from searchsvc.extract.attributing.sources import Source, after_verb
from searchsvc.extract.lexicon import (
    AUXILIARIES,
    BODY_WORDS,
    BREAKS,
    CUES,
    DAYS,
    DETERMINERS,
    DOCUMENTS,
    OTHER_PRONOUNS,
    PLAIN_VERBS,
    PREPOSITIONS,
    TITLES,
    UNNAMED,
)
from searchsvc.extract.prose.words import QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from searchsvc.extract.prose.words import Word

FINITE: Final = AUXILIARIES | PLAIN_VERBS
"""Small verbs by which a clause is known."""
_FAR: Final = 60  # words looked at on either side of the cue
_RELATIVE: Final = frozenset(("who", "which", "that"))
_SINGLE: Final = frozenset("he she they it who which that i we you".split())
_NUMBERED: Final = frozenset("some many others most few both all".split())
_NO_PHRASE: Final = FINITE | BREAKS | PREPOSITIONS | {"and", "or", "but", ","}
_SMALL: Final = (
    PREPOSITIONS
    | BREAKS
    | DETERMINERS
    | frozenset("and or but to that not who which as than".split())
)
_HEADS: Final = (UNNAMED | BODY_WORDS | DOCUMENTS | TITLES) - frozenset(CUES)
_BEFORE_SUBJECT: Final = BREAKS | frozenset("and but that or than when while".split())
_SUBJECTS: Final = frozenset("who he she they it i we".split())
_TIMES: Final = DAYS | frozenset(
    "week weeks month months year years day days night morning evening afternoon time times weekend "
    "decade decades moment hour hours noon today yesterday".split()
)
_SORTS: Final = (
    ("people", UNNAMED),
    ("paper", DOCUMENTS),
    ("body", BODY_WORDS),
)
_NEAR: Final = frozenset(("close", "familiar"))
_SHORTEST_PLURAL: Final = 4  # letters
_ENDINGS: Final = ("ing", "ed", "ly", "s")


def phrases(words: Sequence[Word], cue: tuple[int, int], told: bytearray) -> Iterator[Source]:
    """The noun phrases near a cue, in order.

    `cue` are the numbers of its first and last word; words where `told` is not 0 belong to what was
    said, and to no phrase. So do those that are quoted, unless the cue is.
    """
    first, last = cue
    at, end = max(0, first - _FAR), min(len(words), last + _FAR)
    while at < end:
        source = None
        if not (told[at] or words[at].quoted != words[first].quoted or first <= at <= last):
            source = _phrase_at(words, at)
        if source is None:
            at += 1
            continue
        until = min(source.last, first - 1) if at < first else source.last
        while until > at and told[until]:
            until -= 1
        yield Source(at, until, until)
        at = until + 1


def _phrase_at(words: Sequence[Word], at: int) -> Source | None:
    """The noun phrase that begins at word `at`, or None."""
    word = words[at]
    lowered = word.lower
    if lowered in _SINGLE or (
        lowered == "this" and (at + 1 == len(words) or is_verb(words[at + 1]))
    ):
        return Source(at, at, at)
    if word.is_mark or lowered in _NO_PHRASE:
        return None
    if at and words[at - 1].lower == "to" and lowered not in DETERMINERS and word.text.islower():
        return None  # to / boycott the vote
    source = after_verb(words, at)
    if source is None:
        stands = lowered in _HEADS or lowered in _NUMBERED or _is_plural(lowered)
        return Source(at, at, at) if stands else None
    return _without_clause(words, noun_group(words, source))


def _is_plural(lowered: str) -> bool:
    """Whether the word looks like a noun in the plural: protesters; not: boss, virus, says."""
    return (
        len(lowered) >= _SHORTEST_PLURAL
        and lowered.endswith("s")
        and not lowered.endswith(("ss", "us", "'s"))
        and lowered not in CUES
    )


def _without_clause(words: Sequence[Word], group: Source) -> Source:
    """`group` up to a relative pronoun or a participle: voters / waiting."""
    for index in range(group.first + 1, group.last + 1):
        word, before = words[index], words[index - 1]
        participle = word.lower.endswith("ing") and word.text.islower()
        if word.lower in _RELATIVE or (
            participle and (before.is_name_like or before.lower.endswith("s"))
        ):
            return Source(group.first, index - 1, index - 1)
    if group.last > group.first and words[group.last].lower in _NEAR:
        return Source(group.first, group.last - 1, group.last - 1)
    return group


def is_verb(word: Word) -> bool:
    """Whether the word is likely a finite verb by itself."""
    return word.lower in FINITE or (word.lower in CUES and not CUES[word.lower].nominal)


def is_time(word: Word) -> bool:
    """Whether a phrase that ends with `word` tells a time: this / week; not: The New York / Times."""
    return word.lower in DAYS or (word.lower in _TIMES and not word.is_name_like)


def sort_of(words: Sequence[Word], source: Source, names: Collection[int]) -> str:
    """What sort of words `source` is; `names` are the numbers of the last words of names."""
    first, last = words[source.first], words[source.last]
    if source.first == source.last and (first.lower in _SINGLE or first.lower in OTHER_PRONOUNS):
        lowered = first.lower
        return "he" if lowered == "she" else "we" if lowered in ("i", "you") else lowered
    if source.last in names:
        return "person" if source.last > source.first else "family"
    head = last
    for index in range(source.first + 1, source.last):
        if words[index].lower in PREPOSITIONS:
            head = words[index - 1]
            break
    if head.text[0].isdigit() or head.lower in _TIMES:
        return "time"
    for sort, members in _SORTS:
        if head.lower in members:
            return sort
    if plain(head.text) in TITLES:
        return "title"
    if head.is_name_like:
        return "Name"
    return "things" if head.lower.endswith("s") else "thing"


def beside(word: Word) -> str:
    """What a word beside a phrase is: itself where it is small, else its sort."""
    lowered = word.lower
    if word.is_mark:
        return '"' if word.text in QUOTATION_MARKS else word.text
    if lowered in _SMALL:
        return lowered
    if lowered in AUXILIARIES:
        return "aux"
    if lowered in DAYS:
        return "day"
    if word.is_name_like:
        return "Name"
    if lowered in CUES and not CUES[lowered].nominal:
        return "cue" + CUES[lowered].form.value
    if lowered in PLAIN_VERBS:
        return "verb"
    return next((ending for ending in _ENDINGS if lowered.endswith(ending)), "x")


def leads(words: Sequence[Word], sources: Sequence[Source], number: int) -> bool:
    """Whether a clause may begin with phrase `number`, which explains none before it."""
    first = sources[number].first
    before = words[first - 1] if first else None
    if before is not None and before.lower not in _BEFORE_SUBJECT and not before.is_mark:
        return words[first].lower in _SUBJECTS
    explains = (
        number > 0
        and before is not None
        and before.text == ","
        and sources[number - 1].last == first - 2
        and words[first].lower in DETERMINERS  # Berg / , a lawyer
    )
    return not explains and sort_of(words, sources[number], ()) != "time"
