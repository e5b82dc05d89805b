"""Sources that are no persons: bodies with a name, and people who are not named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.attributing.names import plain
from searchsvc.extract.attributing.sources import REPORTS
from searchsvc.extract.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BODY_WORDS,
    BREAKS,
    CUES,
    DETERMINERS,
    DOCUMENTS,
    LINKS,
    NOT_NAMES,
    ONE_UNNAMED,
    OTHER_PRONOUNS,
    PLAIN_VERBS,
    SPOKES_ROLES,
    TITLES,
    UNNAMED,
    Form,
)
from searchsvc.model import Speaker, SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from searchsvc.extract.attributing.sources import Source
    from searchsvc.extract.prose.words import Word

_ARTICLES: Final = frozenset(
    "the a an its his her their our my your this that these those whose".split()
)
"""Words at the head of a source that its name does without."""
_COUNTING: Final = DETERMINERS - _ARTICLES
_NOBODY: Final = (
    OTHER_PRONOUNS
    | frozenset(
        "he she him her them us me whom whose nobody none no neither either much more less one "
        "all any each every many some few most nothing everything something anything today".split()
    )
) - {"people"}
"""Words that name nobody when they are all there is."""
_OPENERS: Final = frozenset("asked pressed speaking given according compared based".split())
_ENDS: Final = (
    BREAKS
    | AUXILIARIES
    | PLAIN_VERBS
    | frozenset(
        "who which whose whom by under over near familiar close also instead just still even then now".split()
    )
)
"""Words at which the noun phrase is over: figures / that were published."""
_AGENTS: Final = ("er", "or", "ist", "ian", "ant", "man", "woman", "men", "women", "ee")
"""Endings of those who act and speak, beside the words that the lexicon knows."""


_SPEAKING: Final = (
    UNNAMED
    | TITLES
    | BODY_WORDS
    | DOCUMENTS
    | frozenset(
        "side nation guard industry sector firm team message crew head one many some lot number majority "
        "dozens hundreds thousands handful pair couple audience public rest staff leadership delegation "
        "community paper newspaper poll transcript spokespeople clergy youth family crowd colleagues "
        "sign banner placard poster plaque billboard indictment complaint lawsuit affidavit ruling verdict "
        "villagers workers miners drivers nurses teachers survivors fishermen passengers guard shepherd "
        "relatives neighbours neighbors wife husband son daughter mother father parents".split()
    )
)
"""Heads of sources that can say something."""


_PROPER: Final = frozenset(
    "democrat democrats republican republicans americans tories labour".split()
)
"""Words for people that keep their capital."""
_PLAIN: Final = frozenset("state local federal national military city army port airport".split())
"""Words before a body that have their capital from the beginning of the sentence."""
KINDS: Final = frozenset(
    "newspaper daily weekly tabloid agency broadcaster magazine website band group company firm "
    "charity club channel carrier airline automaker retailer".split()
)
"""Nouns between an article and the name of a body: the newspaper / Fjordposten."""
_OFFICES: Final = frozenset("police government parliament ministry congress".split())
"""Bodies that are named by one word in small letters."""


_TIES: Final = (LINKS | {"by"}) - {"and", "&"}
_LOOSE_ENDS: Final = LINKS | ADVERBS


class Called(NamedTuple):
    """The words of a source that name it.

    Attributes:
        words: from the head noun group on, without an article.
        head: number in `words` of the head noun.
    """

    words: tuple[Word, ...]
    head: int

    @property
    def text(self) -> str:
        """The words as printed."""
        text = " ".join(word.text for word in self.words)
        for mark in ("'s", "’s", ",", "'", "’"):
            text = text.replace(" " + mark, mark)
        return text


def common_words(passages: Iterable[Sequence[Word]]) -> frozenset[str]:
    """The words that are printed in small letters somewhere in the article."""
    printed = {word.text for words in passages for word in words}
    return frozenset(text for text in printed if text[0].islower())


def impersonal(
    words: Sequence[Word], source: Source, countries: Mapping[int, str], common: frozenset[str]
) -> Speaker | None:
    """The body or the unnamed people at `source`; None where the words name nobody.

    `countries` gives a code by the end offset of its mention, `common` the words that the article
    also prints in small letters.
    """
    called = _called(words, source)
    if called is None:
        return None
    opens = called.words[0] is words[0]
    named = {countries[word.end] for word in called.words if word.end in countries}
    country = named.pop() if len(named) == 1 else None
    head = called.words[called.head]
    if _is_body(called, country, common, opens=opens):
        name = called.text
        office = called.words[0].lower in _PLAIN and not head.is_name_like
        if opens and (office or name in ("Police", "Government", "Ministry")):
            name = name[0].lower() + name[1:]
        return Speaker(name, SpeakerKind.BODY, country=country)
    name = called.text
    lowered = called.words[0].lower
    if (
        opens
        and lowered not in _PROPER
        and (lowered in _SPEAKING or lowered in common or lowered in _COUNTING)
    ):
        name = name[0].lower() + name[1:]
    role = plain(head.text) if plain(head.text) in SPOKES_ROLES else None
    return Speaker(name, SpeakerKind.UNNAMED, role, country)


def is_it(speaker: Speaker) -> bool:
    """Whether *it* can mean the speaker: a body or a document, not people."""
    return speaker.kind is SpeakerKind.BODY or _head_of(speaker) in BODY_WORDS | DOCUMENTS


def is_one(speaker: Speaker) -> bool:
    """Whether the speaker is one person without a name: a senior official."""
    head = _head_of(speaker)
    return head in ONE_UNNAMED or head in TITLES or head in ("guard", "shepherd")


def are_many(speaker: Speaker) -> bool:
    """Whether the speaker is several people without names: villagers."""
    head = _head_of(speaker)
    many = head in UNNAMED - ONE_UNNAMED or (head.endswith("s") and head not in DOCUMENTS)
    return speaker.kind is SpeakerKind.UNNAMED and many


def can_speak(speaker: Speaker) -> bool:
    """Whether the speaker is a person, a body or a document: officials; not: the decline."""
    if speaker.kind is not SpeakerKind.UNNAMED:
        return True
    head = _head_of(speaker)
    forms = {head, head.removesuffix("s"), head.removesuffix("ies") + "y"}
    return bool(forms & _SPEAKING) or any(form.endswith(_AGENTS) for form in forms)


def _head_of(speaker: Speaker) -> str:
    """The head noun of the name, small letters: official of "one official in Oslo"."""
    words = speaker.name.lower().split()
    return words[head_at(words)]


def head_at(words: Sequence[str]) -> int:
    """Number of the head noun: the last word before a preposition, or before *close to*."""
    at = next((at for at in range(1, len(words)) if words[at] in _TIES), len(words)) - 1
    return at - 1 if at and words[at] in ("close", "familiar") else at


def _called(words: Sequence[Word], source: Source) -> Called | None:
    """The noun group at `source`, or None where it names nobody."""
    first, end = source.first, source.last + 1
    while first < end and (words[first].lower in _ARTICLES or words[first].is_mark):
        first += 1
    kept = _without_kind(tuple(words[first:end]))
    if not kept or not any(_names(word) for word in kept):
        return None
    verbal = kept[0].lower in CUES and CUES[kept[0].lower].form is Form.ING
    if kept[0].lower in LINKS or (verbal and not CUES[kept[0].lower].nominal):
        return None  # proposing / the county
    head = head_at([word.lower for word in kept])
    return Called(kept, head) if _names(kept[head]) or kept[0].lower in _COUNTING else None


def _without_kind(kept: tuple[Word, ...]) -> tuple[Word, ...]:
    """The name of a body without what sort of body it is: news agency / Medpress."""
    for at in range(len(kept) - 1):
        if kept[at].lower in KINDS and not kept[at].is_name_like:
            named = kept[at + 1 :]
            return named if all(word.is_name_like for word in named) else kept
    return kept


def noun_group(words: Sequence[Word], source: Source) -> Source:
    """`source` up to where a clause or a verb begins: Bank of Japan / stepped."""
    end = _group_end(words, source.first, source.last + 1)
    return source._replace(last=end - 1) if source.first < end <= source.last else source


def _group_end(words: Sequence[Word], first: int, end: int) -> int:
    for index in range(first + 1, end):
        word, before = words[index], words[index - 1]
        near = word.lower in ("close", "familiar") and before.lower in UNNAMED | TITLES | {
            "people"
        }
        near = near or (word.lower == "by" and before.lower in REPORTS)
        if word.lower in _ENDS and not near and word.lower not in ("'s", "’s", "one"):
            end = index
            break
        if _is_verb(word, before):
            end = index
            break
    while end > first and (words[end - 1].lower in _LOOSE_ENDS or words[end - 1].is_mark):
        end -= 1
    return end


_OF: Final = frozenset(("'s", "’s"))
_PASTS: Final = frozenset(
    "sold broke upheld withdrew cut hit won lost built ran shut split fought overturned struck bought "
    "paid beat led put sent ran found".split()
)
"""Past tenses that follow the name of a body."""


def _is_verb(word: Word, before: Word) -> bool:
    """Whether a verb follows the noun before it: markets / reacted; not: the retired general."""
    if not word.text.islower() or before.lower in DETERMINERS | _OF or before.lower.endswith("ly"):
        return False
    if word.lower.endswith("ed") or word.lower in _PASTS:
        return before.is_name_like or before.lower.endswith("s") or before.lower in BODY_WORDS
    return (
        word.lower in CUES
        and CUES[word.lower].form in (Form.PRESENT, Form.PAST)
        and not (CUES[word.lower].nominal)
    )


def _names(word: Word) -> bool:
    """Whether the word can name somebody: no pronoun, number or mark."""
    return not (
        word.is_mark
        or word.lower in _NOBODY
        or word.lower in ADVERBS
        or word.text.replace(",", "").replace(".", "").isdigit()
        or (word.lower in NOT_NAMES and word.lower not in UNNAMED and not word.is_name_like)
        or word.lower in _OPENERS
    )


def _is_body(called: Called, country: str | None, common: frozenset[str], *, opens: bool) -> bool:
    """Whether the words are the name of an organisation, an office or a government."""
    head = called.words[called.head]
    if head.lower in UNNAMED or plain(head.text) in TITLES:
        return False
    if head.lower in _OFFICES and len(called.words) == 1:
        return True
    if called.words[0].lower in _COUNTING and country is None:
        return False
    if head.lower in BODY_WORDS and not head.is_name_like:
        return called.head > 0 and head.lower not in DOCUMENTS  # foreign / ministry
    if len(called.words) > 1 or not opens:
        return head.is_name_like
    return country is not None or not _is_common(head, common)


def _is_common(word: Word, common: frozenset[str]) -> bool:
    """Whether the first word of a sentence has its capital from there: Organizers."""
    if word.lower in common or word.lower in BODY_WORDS | _SPEAKING:
        return True
    return word.text.istitle() and word.lower.endswith("s") and word.lower[:-1] in common
