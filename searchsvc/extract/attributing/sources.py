"""Who stands before or after a cue: the stretch of words that names the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    CUES,
    DAYS,
    DETERMINERS,
    LINKS,
    OTHER_PRONOUNS,
    PLACE_WORDS,
    PLAIN_VERBS,
    PREPOSITIONS,
    TITLES,
    UNNAMED,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.prose.words import Word

_PRONOUNS: Final = OTHER_PRONOUNS | {"he", "she"}
_COMMA_OR_BRACKET: Final = frozenset((",", "--", "—", "–", ")"))
_OPENERS: Final = {")": "("}
_LONGEST_PHRASE: Final = 14  # words of a noun phrase
_LONGEST_ASIDE: Final = 30  # words between the commas of an apposition
_BE: Final = frozenset("is was are were be been being".split())


_COUNTING: Final = frozenset("one some many most several both these those this that".split())
_LY_NOUNS: Final = frozenset("family ally rally assembly monopoly supply".split())
_LONGEST_DESCRIPTION: Final = 5  # small words before a name
_PAPERS: Final = frozenset(
    "statement letter email e-mail memo message tweet post report release speech interview video ad "
    "retort response reply appeal op-ed column note press-release".split()
)
_ISSUES: Final = frozenset(
    "released issued sent put posted gave made delivered wrote published issues releases gives sends "
    "writes releasing issuing sending posting read fired".split()
)
_HABITS: Final = frozenset("continues continued likes liked used".split())
_NOT_SUBJECTS: Final = frozenset(
    "asked pressed speaking compared based and but so yet still also then however meanwhile even instead".split()
)


_NEAR: Final = frozenset(("close", "familiar"))  # an official close to Berg
REPORTS: Final = frozenset("study report survey poll analysis review investigation".split())
"""Papers that are called by who wrote them: a study by a school."""
_SIGNS: Final = frozenset("sign banner placard poster plaque billboard".split())
_SEATS: Final = frozenset("embassy consulate court".split())  # they stand in a town
_TIMES: Final = frozenset("last earlier later next here there today yesterday now".split())
_NO_ASIDE: Final = frozenset("he she they it we i you and but".split())
_FINITE: Final = frozenset(
    "is was are were has had will would can could should did does do".split()
)
_BEFORE_CLAUSES: Final = BREAKS | {"and", "but", ";"}
_NO_ROLES: Final = PREPOSITIONS | BREAKS | AUXILIARIES
_NO_LAST_WORDS: Final = (
    _NO_ROLES | PLAIN_VERBS | DETERMINERS | frozenset(("and", "or", "to", "not", "'s", "’s"))
)
_LINKS_AND_POSSESSIVES: Final = LINKS | {"'s", "’s"}
_NOT_WITHIN: Final = (_PRONOUNS - DETERMINERS - {"people"}) | (AUXILIARIES - {"'s"})
_OPENS_PHRASE: Final = DETERMINERS | UNNAMED | TITLES | {"former"}
_NOT_COUNTED: Final = BREAKS | AUXILIARIES | PLAIN_VERBS | PREPOSITIONS | ADVERBS | _PRONOUNS
_NO_DESCRIPTIONS: Final = _NOT_COUNTED | DAYS
_ENDS_PHRASE: Final = BREAKS | AUXILIARIES | PLAIN_VERBS | DAYS
_BEFORE_DETERMINERS: Final = DETERMINERS | {"of", "for", "at"}
_NO_SUBJECTS: Final = BREAKS | PREPOSITIONS | _NOT_SUBJECTS


class Source(NamedTuple):
    """A stretch of words that names a source.

    Attributes:
        first, last: numbers of its first and last word; an apposition is left out.
        through: number of the last word before the cue, apposition included.
    """

    first: int
    last: int
    through: int


def verb_start(words: Sequence[Word], cue: int) -> int:
    """Number of the first word of the verb that ends with `cue`: `has` of "has also said"."""
    start = cue
    while start > 0:
        step = _verb_step(words, start - 1)
        if not step:
            break
        start -= min(step, start)
    while start < cue and words[start].lower in ("'s", "’s") and not _is_contraction(words, start):
        start += 1
    return start


def _verb_step(words: Sequence[Word], before: int) -> int:
    """How many words up to `before` belong to the verb that follows them."""
    word = words[before]
    if word.lower in AUXILIARIES or word.lower in ADVERBS:
        return 1
    if word.lower.endswith("ly") and word.text.islower():
        return 1
    if word.lower == "to" and before:
        catenative = words[before - 1].lower
        return 3 if catenative == "on" else 2 if catenative in _HABITS else 0
    return 0


def _is_contraction(words: Sequence[Word], index: int) -> bool:
    return index > 0 and words[index - 1].lower in _PRONOUNS


def before_verb(words: Sequence[Word], verb: int) -> Source | None:
    """The source right before word `verb`, over an apposition or a relative clause if need be."""
    end = verb - 1
    if end < 0:
        return None
    if words[end].text in _COMMA_OR_BRACKET:
        return _over_aside(words, end)
    first = _phrase_start(words, end)
    if first is None:
        return None
    return Source(first, end, end)


def phrase_before(words: Sequence[Word], end: int) -> Source | None:
    """The noun phrase that ends with word `end`, or None."""
    first = _phrase_start(words, end)
    return Source(first, end, end) if first is not None else None


def antecedent(words: Sequence[Word], relative: int) -> Source | None:
    """The phrase that the relative pronoun at word `relative` stands for: Berg / , / who."""
    end = relative - 1
    if end > 0 and words[end].text == ",":
        end -= 1
    first = _phrase_start(words, end) if end >= 0 else None
    if first is None:
        return None
    named = first - 2  # the last word before an aside: Petrova / , a lawyer in Oslo, who
    if named >= 0 and words[first - 1].text == "," and words[named].is_name_like:
        is_aside = words[first].lower in DETERMINERS or words[first].text.isdigit()
        before = _phrase_start(words, named) if is_aside else None
        if before is not None:
            return Source(before, named, end)
    return Source(first, end, end)


def issuer(words: Sequence[Word], source: Source) -> Source:
    """Who gave out the paper at `source`: Berg / released a statement, a statement from / Berg."""
    if words[source.last].lower not in _PAPERS:
        return source
    after = source.last + 1
    if words[source.last].lower == "statement":
        if source.last - 1 > source.first and words[source.last - 1].lower in ("'s", "’s"):
            return Source(source.first, source.last - 2, source.last - 2)
        if after < len(words) and words[after].lower == "from":
            return after_verb(words, after + 1) or source
    verb = source.first - 1
    if verb > 0 and words[verb].lower in ("out", "up"):
        verb -= 1
    if verb < 1 or words[verb].lower not in _ISSUES:
        return source
    return before_verb(words, verb_start(words, verb)) or source


def _over_aside(words: Sequence[Word], close: int) -> Source | None:
    """The phrase before an aside that ends with word `close`."""
    opener = _OPENERS.get(words[close].text, words[close].text)
    nearest: Source | None = None
    for index in range(close - 1, max(0, close - _LONGEST_ASIDE), -1):
        if words[index].quoted != words[close].quoted:
            break
        if words[index].text != opener or not _is_aside(words, index + 1, close):
            continue
        first = _phrase_start(words, index - 1)
        if first is None or not _can_be_subject(words, first, index):
            continue
        source = Source(first, index - 1, close)
        if _begins_sentence(words, first):
            return source
        nearest = nearest or source
    return nearest


def _can_be_subject(words: Sequence[Word], first: int, end: int) -> bool:
    """Whether `words[first:end]` names anybody: no age, no time, no town."""
    last = words[end - 1]
    if last.text.isdigit() or last.lower in DAYS or words[first].lower in _TIMES:
        return False
    return not (first > 0 and last.lower in PLACE_WORDS)


def _begins_sentence(words: Sequence[Word], first: int) -> bool:
    """Whether a clause begins with word `first`, so that the phrase there is its subject."""
    return first == 0 or words[first - 1].lower in _BEFORE_CLAUSES


def _is_aside(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether `words[start:end]` is an apposition or relative clause rather than a clause."""
    first = words[start]
    if not first.text[0].isalnum() or first.lower in _NO_ASIDE:
        return False
    if first.lower in ("who", "which", "whose"):
        return True
    return not any(words[index].lower in _FINITE for index in range(start, end))


def _phrase_start(words: Sequence[Word], end: int) -> int | None:
    """Number of the first word of the noun phrase that ends with word `end`, or None."""
    last = words[end]
    if last.lower in _PRONOUNS:
        return end
    if last.is_mark or last.lower in _NO_LAST_WORDS:
        return None
    start = end
    lowest = max(0, end - _LONGEST_PHRASE)
    while start > lowest and _belongs(words, start - 1, end):
        start -= 1
    while start < end and words[start].lower in _LINKS_AND_POSSESSIVES:
        start += 1
    return start


def _belongs(words: Sequence[Word], index: int, end: int) -> bool:
    """Whether word `index` goes with the words after it, up to `end`, as one noun phrase."""
    word, following = words[index], words[index + 1]
    if word.quoted != words[end].quoted or word.lower in BREAKS or word.lower in PLAIN_VERBS:
        return False
    if word.is_mark:
        return word.text == "&" or (
            word.text in ("'", "’") and words[index - 1].lower.endswith("s")
        )
    if word.lower in _NOT_WITHIN:
        return False
    if (
        following.lower in DETERMINERS
        and word.lower not in LINKS
        and word.lower not in DETERMINERS
    ):
        return False
    if word.lower in LINKS or word.lower == "or":
        joins = following.text[0].isupper() and words[index - 1].text[0].isupper()
        return joins if word.lower in ("and", "or") else _links(words, index)
    if word.lower in PREPOSITIONS:
        if index and _ties(words[index - 1], word):
            return True
        between = word.text[0].isupper() and following.is_name_like
        return between and index > 0 and words[index - 1].is_name_like  # Lanterns Without Borders
    return not (word.lower in CUES and not CUES[word.lower].nominal)


def _links(words: Sequence[Word], index: int) -> bool:
    """Whether the preposition at `index` ties a role to what follows: spokesman for."""
    if index == 0:
        return False
    before = words[index - 1]
    if before.is_mark or before.lower in _NO_ROLES:
        return False
    if words[index].lower in ("of", "for"):
        return before.lower not in CUES or CUES[before.lower].nominal
    if before.lower in _NEAR:
        return index > 1 and (
            words[index - 2].lower in UNNAMED or words[index - 2].lower in TITLES
        )
    if before.lower in _SIGNS:
        return words[index].lower in ("on", "in", "at")
    return before.lower in UNNAMED or before.lower in TITLES or before.lower in _SEATS


def after_verb(words: Sequence[Word], index: int) -> Source | None:
    """The source that begins at word `index`, right after a cue: said / Ivo Berg, a ..."""
    if index >= len(words) or words[index].quoted or words[index].is_mark:
        return None
    first = words[index]
    people = first.lower == "people" and words[min(index + 1, len(words) - 1)].lower in _NEAR
    if first.lower in _PRONOUNS and not people and not _counts(words, index):
        return Source(index, index, index)
    known = first.text[0].isupper() or first.lower in _OPENS_PHRASE
    if not known and not _describes(words, index):
        return None
    if first.lower in DAYS:
        return None
    end = index
    while end + 1 < len(words) and end - index < _LONGEST_PHRASE and _continues(words, end + 1):
        end += 1
    return Source(index, end, end)


def _describes(words: Sequence[Word], index: int) -> bool:
    """Whether small words lead to a name or a person: conservative activist / Ivo Berg."""
    for here in range(index, min(index + _LONGEST_DESCRIPTION, len(words))):
        word = words[here]
        if word.quoted or not word.text[0].isalpha() or word.lower in _NO_DESCRIPTIONS:
            return False
        if here > index and (word.is_name_like or word.lower in UNNAMED or word.lower in TITLES):
            return True
        if word.lower.endswith(("ly", "ing")) or word.lower in ("and", "or", "not"):
            return False
    return False


def _counts(words: Sequence[Word], index: int) -> bool:
    """Whether the pronoun belongs to a noun after it: one / official; not: one / who."""
    if words[index].lower not in _COUNTING or index + 1 >= len(words):
        return False
    after = words[index + 1]
    return after.text[0].isalpha() and after.lower not in _NOT_COUNTED and after.lower not in CUES


def _continues(words: Sequence[Word], index: int) -> bool:
    """Whether word `index` still belongs to the phrase that it follows."""
    word, before = words[index], words[index - 1]
    if word.lower in ("'s", "’s"):
        return not word.quoted and before.lower not in _PRONOUNS
    if word.quoted or word.is_mark or word.lower in _ENDS_PHRASE:
        return word.text == "&"
    if word.lower in ("of", "for") or _ties(before, word):
        return True
    if word.lower in DETERMINERS:
        return words[index - 1].lower in _BEFORE_DETERMINERS
    if word.lower in ("and", "or"):
        return index + 1 < len(words) and words[index + 1].text[0].isupper()
    if word.lower == "at":
        return index + 1 < len(words) and words[index + 1].text[0].isupper()
    return (
        word.lower not in PREPOSITIONS
        and word.lower not in _PRONOUNS
        and not _is_adverb(words, index)
    )


def _ties(before: Word, word: Word) -> bool:
    """Whether the preposition goes with the word before: familiar / with; a study / by."""
    if before.lower in _NEAR:
        return word.lower in ("with", "to")
    return word.lower == "by" and before.lower in REPORTS


def _is_adverb(words: Sequence[Word], index: int) -> bool:
    """Whether the word ends a phrase by its -ly: she / quickly; not Kelly, ally or the newly."""
    word = words[index]
    if not word.lower.endswith("ly") or word.is_name_like or word.lower in _LY_NOUNS:
        return False
    return words[index - 1].lower not in DETERMINERS


def is_passive(words: Sequence[Word], start: int, cue: int) -> bool:
    """Whether a form of *be* stands in the verb before `cue`."""
    return any(words[index].lower in _BE for index in range(start, cue))


def main_subject(words: Sequence[Word], end: int) -> Source | None:
    """The first phrase before word `end` that can be the subject of the sentence."""
    for index in range(end):
        word = words[index]
        if word.quoted or word.is_mark or not _begins_clause(words, index):
            continue
        source = after_verb(words, index)
        if source is None or source.last >= end:
            continue
        if _can_be_subject(words, index, source.last + 1):
            return source
    return None


def _begins_clause(words: Sequence[Word], index: int) -> bool:
    """Whether a subject can begin at word `index`: at the start, after a comma or a joint."""
    word = words[index]
    if word.lower in _NO_SUBJECTS or word.lower.endswith(("ing", "ly")):
        return False
    joined = index == 0 or words[index - 1].text == "," or words[index - 1].lower in ("and", "but")
    return joined and (word.text[0].isupper() or word.lower in ("he", "she", "they", "the"))
