"""Where what was said begins and ends around a cue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.extract.attributing.sources import before_verb
from searchsvc.extract.finding.loose import is_title
from searchsvc.extract.lexicon import (
    ADVERBS,
    AUXILIARIES,
    CUES,
    DAYS,
    DETERMINERS,
    PLAIN_VERBS,
    PREPOSITIONS,
    WITH_OCCASION,
    WITH_RECEIVER,
    CueClass,
    Form,
)
from searchsvc.extract.prose.words import DASHES, QUOTATION_MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.finding.cues import CueAt
    from searchsvc.extract.prose.words import Word

_ENDS: Final = frozenset((".", "!", "?", ";"))
CLAUSE_WORDS: Final = frozenset("that if whether how why what when where who".split())
_SUBJECTS: Final = frozenset("he she it they we i you there his her their its my our".split())
_JOINTS: Final = frozenset("and but while though although whereas yet".split())
_OUT: Final = frozenset("point points pointed pointing spell spells spelled spelling read".split())
_OCCASIONS: Final = frozenset("in at before during after via".split())
_RELATIVES: Final = frozenset(("who", "which", "whom"))
_OPENS_ADVERBIAL: Final = PREPOSITIONS | {"when", "while"}
_MARKS_BEFORE: Final = QUOTATION_MARKS | {","}
_CUTS: Final = frozenset((";", "according"))
_TRAILING: Final = DASHES | frozenset((",", ".", ";", ":"))
_MAYBE_ADVERBIAL: Final = (
    ADVERBS
    | DAYS
    | frozenset(
        "on out late early morning afternoon evening night week month year this last".split()
    )
)
"""Whatever `over_adverbs` may step over begins with one of these."""
_LONGEST_OCCASION: Final = 10  # words between the cue and *that*
_PERIODS: Final = frozenset("week month year spring summer fall autumn winter morning".split())
_CONTENT_WORDS: Final = 3  # words that are content whatever they are
_BARE: Final = PREPOSITIONS - {"to"}
_CIRCUMSTANCES: Final = frozenset("by before after during at near within until".split())
_OBJECTS: Final = frozenset("it this that him her them us me so everything nothing what".split())
TIED: Final = frozenset(("for", "with", "on", "of", "about", "against"))
_PRONOUN_PHRASE: Final = 3  # words of: it for March
_LONGEST_SUBJECT: Final = 4  # words of a clause among which its verb is looked for
LONGEST_PHRASE: Final = 16  # words of a receiver or an adverbial


def complement(words: Sequence[Word], found: CueAt) -> int | None:
    """Number of the word with which what was said begins after the cue, or None."""
    index = over_adverbs(words, found.at + 1)
    kind = found.cue.kind
    if kind is CueClass.ADDRESS:
        return _over_phrase(words, index, found)
    occasion = _over_occasion(words, index) if kind is CueClass.SPEECH else None
    if occasion is not None:
        return occasion
    if kind is CueClass.SPEECH and _is_adverbial(words, index, found):
        return _over_phrase(words, index + 1, found)
    return _at_content(words, index, found)


def _over_occasion(words: Sequence[Word], index: int) -> int | None:
    """Number of the word after *that* which follows an occasion: objected / in Oslo that."""
    if index >= len(words) or words[index].lower not in _OCCASIONS:
        return None
    for here in range(index + 1, min(index + _LONGEST_OCCASION, len(words) - 1)):
        if words[here].is_mark or words[here].quoted:
            return None
        if words[here].lower == "that":
            return here + 1
    return None


def _at_content(words: Sequence[Word], index: int, found: CueAt) -> int | None:
    """`index` or the word after a comma, colon or *that* there; None where nothing follows."""
    if index >= len(words) or words[index].text in _ENDS or words[index].text == ")":
        return None
    word = words[index]
    if word.lower == "that" or word.text == ":":
        return index + 1 if index + 1 < len(words) else None
    if word.text == "," or word.text in DASHES:
        return _after_comma(words, index, found)
    return index


def _after_comma(words: Sequence[Word], index: int, found: CueAt) -> int | None:
    """What follows the comma after a cue: a quotation, or a clause after an adverbial."""
    following = index + 1
    if following >= len(words):
        return None
    if words[index].text in DASHES:
        return _after_dashes(words, index, found)
    if words[following].text in QUOTATION_MARKS and found.cue.kind is not CueClass.STANCE:
        return following
    if words[following].lower in _OPENS_ADVERBIAL and words[index].text == ",":
        for end in range(following + 1, min(following + LONGEST_PHRASE, len(words) - 1)):
            if words[end].text in QUOTATION_MARKS or words[end].text in _ENDS:
                break
            if words[end].text == ",":
                return _at_content(words, end + 1, found)
    return None


def _after_dashes(words: Sequence[Word], index: int, found: CueAt) -> int | None:
    """What follows an insertion between dashes: said - on Twitter - that."""
    for end in range(index + 1, min(index + LONGEST_PHRASE, len(words) - 1)):
        if words[end].text in DASHES:
            return _at_content(words, end + 1, found)
    return None


def over_adverbs(words: Sequence[Word], index: int) -> int:
    """Number of the first word from `index` on that is no adverb or day."""
    while index < len(words):
        lowered = words[index].lower
        if lowered not in _MAYBE_ADVERBIAL:
            break
        on_day = lowered == "on" and index + 1 < len(words) and words[index + 1].lower in DAYS
        if on_day:
            index += 2
        elif (
            (lowered == "out" and words[index - 1].lower in _OUT)
            or (lowered in ("late", "early") and _is_time_after(words, index + 1))
            or lowered in ADVERBS
            or lowered in DAYS
            or _is_time(words, index)
        ):
            index += 1
        elif _is_period(words, index):
            index += 2
        else:
            break
    return index


def _is_time_after(words: Sequence[Word], index: int) -> bool:
    """Whether a day follows `late`: late Tuesday, late on Tuesday."""
    return any(word.lower in DAYS for word in words[index : index + 2])


def _is_time(words: Sequence[Word], index: int) -> bool:
    """Whether the word is the rest of a time: the `night` of "Tuesday night"."""
    lowered = words[index].lower
    if lowered in ("morning", "afternoon", "evening", "night") and words[index - 1].lower in DAYS:
        return True
    return lowered in ("week", "month", "year") and words[index - 1].lower in ("last", "this")


def _is_period(words: Sequence[Word], index: int) -> bool:
    """Whether a period of time begins: this week, last month."""
    return (
        words[index].lower in ("this", "last")
        and index + 1 < len(words)
        and words[index + 1].lower in _PERIODS
    )


def _is_adverbial(words: Sequence[Word], index: int, found: CueAt) -> bool:
    """Whether a phrase that is no content begins after the cue: said / in an interview."""
    if index >= len(words):
        return False
    if words[index].lower == "to":
        return found.cue.lemma in WITH_RECEIVER
    return found.cue.lemma in WITH_OCCASION and words[index].lower in PREPOSITIONS


def _over_phrase(words: Sequence[Word], index: int, found: CueAt) -> int | None:
    """Where content begins after the receiver or adverbial that begins at `index`."""
    limit = min(index + LONGEST_PHRASE, len(words))
    for here in range(index, limit):
        word = words[here]
        if word.text in QUOTATION_MARKS and not _opens_title(words, here):
            return here
        if word.quoted:
            continue
        if word.text in _ENDS:
            return None
        if word.lower == "that" or word.text in (",", ":") or word.text in DASHES:
            return _at_content(words, here, found)
        if here > index and (word.lower in CLAUSE_WORDS or _starts_clause(words, here, found)):
            return here
    return _after_short_receiver(words, index, found)


def _after_short_receiver(words: Sequence[Word], index: int, found: CueAt) -> int | None:
    """Where a bare clause begins after a receiver of a word or two: told the crew / reserves fell."""
    start = index + 1 + (index < len(words) and words[index].lower in DETERMINERS)
    rest = words[start : start + _LONGEST_SUBJECT]
    if found.cue.kind is not CueClass.ADDRESS or start >= len(words):
        return None
    if words[start].is_mark or words[start].lower in PREPOSITIONS | AUXILIARIES:
        return None
    at = next((n for n, word in enumerate(rest) if word.lower in AUXILIARIES), 0)
    return start if at and not any(word.is_mark for word in rest[:at]) else None


def _opens_title(words: Sequence[Word], mark: int) -> bool:
    """Whether the mark opens or closes a title: told "Good Morning Oslo"."""
    begin = mark + 1
    if begin >= len(words) or not words[begin].quoted:
        return True
    end = begin
    while end < len(words) and words[end].quoted:
        end += 1
    return end - begin < LONGEST_PHRASE and is_title(words[begin:end])


def _starts_clause(words: Sequence[Word], here: int, found: CueAt) -> bool:
    """Whether a clause without *that* begins here: told reporters / he would."""
    word, before = words[here], words[here - 1]
    if before.is_mark or before.lower in PREPOSITIONS or before.lower in DETERMINERS:
        return False
    if word.lower == "to" and found.cue.kind is CueClass.ADDRESS:
        return True
    if word.lower in DAYS:
        return False
    if before.lower in ("and", "or"):
        return False
    if word.lower in _SUBJECTS or word.lower in DETERMINERS:
        return before.lower not in ("'s", "’s")
    return word.text[0].isupper() and before.text[0].islower() and before.lower not in ("'s", "’s")


def is_mere_phrase(words: Sequence[Word]) -> bool:
    """Whether the words are no content by themselves: at once, it down, this, in tone."""
    plain = [word for word in words if not word.is_mark]
    if any(word.quoted for word in words) or len(plain) >= _CONTENT_WORDS:
        return False
    first = plain[0].lower if plain else ""
    if len(plain) <= 1:
        return True
    return first in _BARE or first in _OBJECTS


def is_no_content(words: Sequence[Word], start: int, end: int, found: CueAt) -> bool:
    """Whether what follows the cue only tells where, by whom or how: testified / before a panel."""
    if is_mere_phrase(words[start:end]) or _is_unspoken(words, start):
        return True
    if _is_deed(words, start, found):
        return True
    if any(word.quoted for word in words[start:end]) or found.cue.kind is not CueClass.SPEECH:
        return False
    first = words[start].lower
    if found.cue.lemma == "read":  # books, law, the papers
        return words[start - 1].lower != "that"
    return first in _CIRCUMSTANCES or (first == "to" and found.cue.lemma == "continue")


def _is_deed(words: Sequence[Word], start: int, found: CueAt) -> bool:
    """Whether the verb tells a deed by the words after it: called / a taxi and, learned / to."""
    first, *after = [word.lower for word in words[start : start + 3]] + ["", ""]
    lemma = found.cue.lemma
    if lemma == "call":
        simple = first in DETERMINERS and after[1] in _AFTER_CALLED
        if first in ("off", "up", "back") or _is_rung_up(words, start):
            return True
        return simple and not words[start + 1].quoted
    if lemma == "learn":
        return first == "to"
    return (first in DETERMINERS and (lemma, after[0]) in _DEEDS) or first == "goodbye"


def _is_rung_up(words: Sequence[Word], start: int) -> bool:
    """Whether somebody is telephoned: called / Petrova on Friday to congratulate her."""
    after = start
    while after < len(words) and words[after].is_name_like and not words[after].quoted:
        after += 1
    if after == start and words[start].lower in _CALLABLE:
        after += 1
    if after == start or any(word.quoted for word in words[start:]):
        return False
    return after == len(words) or words[after].lower in _AFTER_RUNG_UP


_CALLABLE: Final = frozenset("him her them me us you".split())
_AFTER_RUNG_UP: Final = DAYS | frozenset(
    "to on at after before from earlier this last again . ,".split()
)
_AFTER_CALLED: Final = (_BARE - {"of", "as"}) | {"", "and", ".", ","}
_DEEDS: Final = frozenset(
    (verb, noun)
    for verb, nouns in (("answer", "door phone telephone bell"), ("expect", "child baby"))
    for noun in nouns.split()
)
"""What is answered or expected without a word: answered the / door."""


def _is_unspoken(words: Sequence[Word], start: int) -> bool:
    """Whether the words are about the source only: asked not / to be named; asked / for since."""
    texts = [word.lower for word in words[start : start + 3]]
    if texts[:2] == ["to", "be"] and texts[-1] in ("named", "identified", "quoted"):
        return True
    if texts[0] in _OBJECTS and len(texts) > 1 and texts[1] in PREPOSITIONS:
        return start + _PRONOUN_PHRASE >= len(words) or words[start + 3].is_mark
    return texts[0] in TIED and len(texts) > 1 and texts[1] in PREPOSITIONS


def content_end(words: Sequence[Word], start: int, later: Sequence[CueAt], found: CueAt) -> int:
    """Number of the word after the last one of what was said from `start` on.

    Ends before a later cue that takes over: a participle (", adding"), a verb of the same subject
    (", and urged"), another subject after a comma (", but Petrova said"), an attribution at the
    end (", the ministry said"), or *according to*.
    """
    end = len(words)
    for cue in later:
        cut = _takes_over(words, start, cue, found)
        if cut is not None:
            end = cut
            break
    for index in range(start, end):
        word = words[index]
        if word.lower not in _CUTS or word.quoted:
            continue
        if word.lower == ";" or _is_according(words, index):
            end = index
            break
    before = words[max(0, found.verb - 3) : found.verb]
    if not _RELATIVES.isdisjoint([word.lower for word in before]):
        end = _relative_end(words, start, end)
    while end > start and words[end - 1].text in _TRAILING:
        end -= 1
    return end


def _relative_end(words: Sequence[Word], start: int, end: int) -> int:
    """Number of the comma at which the main clause goes on: who said so / , left the room."""
    for index in range(start + 1, end - 1):
        if words[index].text == "," and not words[index].quoted:
            after = words[index + 1].lower
            if (
                after in CUES
                or after in AUXILIARIES
                or after in PLAIN_VERBS
                or after.endswith("ed")
            ):
                return index
    return end


def _is_according(words: Sequence[Word], index: int) -> bool:
    return (
        words[index].lower == "according"
        and index + 1 < len(words)
        and words[index + 1].lower == "to"
    )


def _takes_over(words: Sequence[Word], start: int, cue: CueAt, found: CueAt) -> int | None:
    """Where the content before a later cue ends, or None where it includes that cue."""
    if cue.verb <= start:
        return None
    if cue.cue.form is Form.ING:
        return _comma_before(words, cue.at)
    goes_on = words[cue.verb - 1].lower in ("and", "but", "then", ",")
    if goes_on and (cue.cue.form is found.cue.form or cue.verb < cue.at):
        return _comma_before(words, cue.verb)
    source = before_verb(words, cue.verb)
    if source is None or source.first <= start:
        return None
    before = words[source.first - 1]
    if before.lower in _JOINTS and words[source.first - 2].text in _MARKS_BEFORE:
        return source.first - 2
    if before.text in _MARKS_BEFORE and _closes(words, cue):
        return source.first - 1
    return None


def _comma_before(words: Sequence[Word], index: int) -> int | None:
    """Number of the comma or joint that stands at most three words before `index`."""
    for here in range(index - 1, max(index - 4, 0), -1):
        if words[here].text == "," or words[here].text in DASHES:
            return here
    if words[index - 1].lower in ("and", "but"):
        return index - 1
    return None


def _closes(words: Sequence[Word], cue: CueAt) -> bool:
    """Whether nothing that could have been said follows the cue."""
    return complement(words, cue) is None
