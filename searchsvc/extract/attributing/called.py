"""What the words of a source hold: a name, a given name alone, the name before a colon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.impersonal import KINDS
from searchsvc.extract.attributing.names import names_in, plain
from searchsvc.extract.finding.drafts import Rule
from searchsvc.extract.finding.loose import SPEAKING
from searchsvc.extract.lexicon import (
    BODY_WORDS,
    DETERMINERS,
    FEMALE_NAMES,
    LINKS,
    MALE_NAMES,
    PLACE_WORDS,
    TITLES,
)
from searchsvc.model import Span, Speaker, SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.attributing.names import Name
    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.finding.find import Found
    from searchsvc.extract.prose.words import Word

_AND: Final = frozenset(("and", "&"))
_SELF: Final = frozenset(("himself", "herself"))
_TIES: Final = LINKS | {"by"}


def without_self(words: Sequence[Word], source: Source) -> Source:
    """`source` without the pronoun of "Berg himself"; *he* for "he himself"."""
    if words[source.last].lower not in _SELF:
        return source
    if source.last > source.first:
        return source._replace(last=source.last - 1)
    if source.first and words[source.first - 1].lower in ("he", "she"):
        return source._replace(first=source.first - 1, last=source.first - 1)
    return source


def of_transcript(words: Sequence[Word], found: Found) -> Speaker | None:
    """Whoever speaks in a transcript, where the article does not name them otherwise."""
    if found.rule is not Rule.LABEL or found.source is None:
        return None
    label = [word.lower for word in words[found.source.first : found.source.last + 1]]
    shouted = words[found.source.last].text.isupper() or label[0] in DETERMINERS
    if shouted and label[-1] in SPEAKING:
        called = " ".join(label[1:] if label[0] in DETERMINERS else label)
        body = label[-1] in BODY_WORDS
        return Speaker(called, SpeakerKind.BODY if body else SpeakerKind.UNNAMED)
    name = name_at(words, found.source)
    if name is None or not all(part.isupper() for part in name.parts):
        return None
    return Speaker(" ".join(name.parts).title(), SpeakerKind.PERSON)


def by_given_name(words: Sequence[Word], source: Source) -> Speaker | None:
    """Somebody of whom the article tells only the given name."""
    word = words[source.first]
    if source.first != source.last or not word.is_name_like:
        return None
    known = (
        word.lower in MALE_NAMES or word.lower in FEMALE_NAMES
    ) and word.lower not in PLACE_WORDS
    return Speaker(word.text, SpeakerKind.PERSON) if known else None


def stretch(words: Sequence[Word], source: Source) -> Span:
    return Span(words[source.first].start, words[source.last].end)


def name_at(words: Sequence[Word], source: Source) -> Name | None:
    """The name that the source ends with, unless it only says whose spokesman it is."""
    inside = words[source.first : source.last + 1]
    linked = False
    for name in names_in(inside):
        before = inside[: name.title_at]
        joined = bool(before) and before[-1].lower in _AND
        linked = bool(before) and (linked if joined else before[-1].lower in _TIES)
        ends = name.last == len(inside) - 1 or inside[name.last + 1].lower in ("and", "&", "of")
        kind = (
            bool(before) and before[-1].lower in KINDS and not name.sure
        )  # the band Salt Harbour
        if ends and not linked and not kind and not _is_title(name):
            return name
    return None


def _is_title(name: Name) -> bool:
    """Whether the name is but a title of the one that follows: President / and General Berg."""
    return len(name.parts) == 1 and not name.sure and plain(name.parts[0]) in TITLES


def head_of(words: Sequence[Word], source: Source) -> int:
    """Number of the head word: the last before a linking preposition."""
    for index in range(source.first + 1, source.last + 1):
        if words[index].lower in LINKS:
            return index - 1
    return source.last
