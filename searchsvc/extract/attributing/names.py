"""Names of persons as they are printed: runs of capitalised words, with their titles."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.countries import resolve
from searchsvc.extract.lexicon import (
    AUXILIARIES,
    BODY_WORDS,
    CUES,
    FAMILY_FIRST,
    FEMALE_NAMES,
    MALE_NAMES,
    NOT_NAMES,
    PARTICLES,
    PLACE_WORDS,
    PLAIN_VERBS,
    SUFFIXES,
    TITLES,
    UNNAMED,
    Form,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.extract.prose.words import Word

_KEPT: Final = 1 << 14  # answers about words and names that are remembered
LONGEST: Final = 5  # words of a name: Maria do Carmo Silva Neto
_ACRONYM_LENGTH: Final = 3  # GOP, CNN
_CODE_LENGTH: Final = 2  # KR is a country; Ki is not
_SHORTEST_FAMILY: Final = 3  # of a family name that nothing else shows to be one
LONGEST_PLAIN: Final = 3  # words of a name without particles: Debbie Wasserman Schultz
_LONGEST_RUN: Final = 14  # titles, offices and a name
_LAST_NAMES_AFTER_GIVEN: Final = frozenset("deal law price bay banks rice bell".split())
_LAST_NAMES_TOO: Final = frozenset("park day church hall lake steel king west north bush".split())


_VIETNAMESE: Final = frozenset("nguyen tran pham phan vo trinh bui ngo dinh dang".split())
_SHORTEST_HEADLINE: Final = 6  # words; a name alone is none
_HEADLINE_SHARE: Final = 0.5  # words with capitals
_THREE: Final = 3  # words of a Vietnamese name
_VIETNAMESE_GIVEN: Final = frozenset(("an", "my"))
_HONORIFICS: Final = frozenset("mr mrs ms miss dr sir dame lady lord".split())
_PLURAL_TITLES: Final = frozenset(
    "presidents ministers senators sens representatives reps governors govs generals professors "
    "ambassadors secretaries congressmen justices judges bishops doctors drs".split()
)
_ROLES_NO_NAMES: Final = TITLES - frozenset(
    "king prince pope bishop judge justice marshal singer coach elder star lord sergeant major "
    "cardinal constable deacon pastor nurse abbot farmer vicar pilot skipper chaplain composer plumber whip friend queen princess father sister".split()
)
_BEFORE_SENTENCES: Final = frozenset('. : ” " “'.split())
_GIVEN: Final = MALE_NAMES | FEMALE_NAMES
_NO_PART_OF_NAMES: Final = BODY_WORDS | PLACE_WORDS | UNNAMED
_NO_PART_OF_FULL_NAMES: Final = _NO_PART_OF_NAMES - _LAST_NAMES_TOO
_NO_PART_AFTER_GIVEN: Final = _NO_PART_OF_FULL_NAMES - _LAST_NAMES_AFTER_GIVEN


class Name(NamedTuple):
    """A name of a person, or what may be one.

    Attributes:
        first, last: numbers of its first and last word in the unit, titles left out.
        title_at: number of the first title word before it; `first` where there is none.
        parts: the words of the name: ("Vladimir", "Putin").
        titles: title words before it, small letters, no full stop: ("president",).
        sure: whether titles or the words themselves show that it is a person.
        suffix: what follows the name: "Jr.", "III", or "".
    """

    first: int
    last: int
    title_at: int
    parts: tuple[str, ...]
    titles: tuple[str, ...]
    sure: bool
    suffix: str = ""

    @property
    def is_family_first(self) -> bool:
        """Whether the family name stands first: Moon Jae-in, Xi Jinping."""
        return len(self.parts) > 1 and _is_family_first(self.parts)

    def without_first(self) -> Name:
        """The name without its first word, which was none of it."""
        return self._replace(
            first=self.first + 1, title_at=self.title_at + 1, parts=self.parts[1:]
        )

    @property
    def family(self) -> str:
        """The part that the person is called by later on."""
        return self.parts[0] if self.is_family_first else self.parts[-1]

    @property
    def given(self) -> str | None:
        """The first given name, or None where only a family name is printed."""
        if len(self.parts) == 1:
            return None
        return self.parts[1] if self.is_family_first else self.parts[0]


@lru_cache(maxsize=_KEPT)
def plain(word: str) -> str:
    """`word` in small letters without its full stop: `mr` for `Mr.`."""
    return word.lower().rstrip(".")


def names_in(words: Sequence[Word]) -> Iterator[Name]:
    """The names in `words`, in order."""
    index = 0
    while index < len(words):
        if not words[index].is_name_like:
            index += 1
            continue
        end = _run_end(words, index)
        if end > index:
            name = _read(words, index, end)
            if name is not None:
                yield name
        index = max(end, index + 1)


def _run_end(words: Sequence[Word], start: int) -> int:
    """End of the run of capitalised words that begins at `start`; `start` where none does."""
    if not _may_belong(words, start):
        return start
    end = start + 1
    while end < len(words) and end - start < _LONGEST_RUN:
        if words[end].quoted != words[start].quoted:
            break
        if _may_belong(words, end):
            end += 1
        elif (
            words[end].lower in PARTICLES and end + 1 < len(words) and _may_belong(words, end + 1)
        ):
            end += 2
        else:
            break
    return end


def _may_belong(words: Sequence[Word], index: int) -> bool:
    word = words[index]
    if not word.is_name_like:
        return False
    if word.lower in NOT_NAMES:
        if word.lower in _VIETNAMESE_GIVEN and index and _is_vietnamese(words, index):
            return True
        follows = index + 1 < len(words) and words[index + 1].text[0].isupper()
        return follows and word.lower in _GIVEN
    return True


def _is_vietnamese(words: Sequence[Word], last: int) -> bool:
    """Whether a Vietnamese name ends with word `last`: Trinh Hoai An."""
    return any(words[index].lower in _VIETNAMESE for index in range(max(0, last - 2), last))


def _read(words: Sequence[Word], start: int, end: int) -> Name | None:
    """The name in the run `words[start:end]`, or None."""
    while end - start > 1 and _opens(words, start):
        start += 1
    texts = [word.text for word in words[start:end]]
    suffix = ""
    while len(texts) > 1 and plain(texts[-1]) in SUFFIXES:
        suffix = texts.pop()
    if plain(texts[0]) in SUFFIXES:
        return None
    begin = _after_titles(texts)
    has_title = begin > 0
    if not has_title:
        begin = _first_given(texts)
        if start and words[start - 1].lower in TITLES:
            has_title = True
    if not has_title and start and words[start - 1].lower == "the" and not _is_given(texts[begin]):
        return None
    parts = _cut(texts[begin:], words)
    if (
        not parts
        or len(parts) > LONGEST
        or not _may_be_person(texts, begin, parts, has_title=has_title)
    ):
        return None
    title_at = _titles_start(words, start, start + begin)
    titles = tuple(plain(word.text) for word in words[title_at : start + begin])
    sure = has_title or _is_sure(parts)
    suffix = suffix if begin + len(parts) == len(texts) else ""
    last = start + begin + len(parts) - (0 if suffix else 1)
    return Name(start + begin, last, title_at, parts, titles, sure, suffix)


def _opens(words: Sequence[Word], start: int) -> bool:
    """Whether a verb begins the sentence before the name: Said / Berg, Was / Berg."""
    lowered = words[start].lower
    if start and words[start - 1].text not in _BEFORE_SENTENCES:
        return False
    cue = CUES.get(lowered)
    verb = cue is not None and cue.form is not Form.BASE
    return (verb or lowered in AUXILIARIES or lowered in PLAIN_VERBS) and not _is_given(lowered)


def _cut(texts: Sequence[str], words: Sequence[Word]) -> tuple[str, ...]:
    """The name at the head of a run; the rest of a long one is the verb of a headline."""
    verb = next((at for at in range(2, len(texts)) if _is_headline_verb(texts[at])), len(texts))
    texts = texts[:verb]
    if len(texts) <= LONGEST_PLAIN or any(text.lower() in PARTICLES for text in texts):
        return tuple(texts)
    if len(texts) < LONGEST and _is_given(texts[0]) and not _is_headline(words):
        return tuple(texts)
    with_initial = texts[1].endswith(".")
    return tuple(texts[: 3 if with_initial else 2])


def _is_headline_verb(text: str) -> bool:
    """Whether a verb of the present follows a name in a headline: Marine Duval / Backs."""
    cue = CUES.get(text.lower())
    return cue is not None and cue.form is Form.PRESENT and not _is_given(text)


def _is_headline(words: Sequence[Word]) -> bool:
    """Whether most words have capitals."""
    plain_words = [word for word in words if not word.is_mark]
    if len(plain_words) < _SHORTEST_HEADLINE:
        return False
    return sum(word.is_name_like for word in plain_words) > _HEADLINE_SHARE * len(plain_words)


def _after_titles(texts: Sequence[str]) -> int:
    """Number of the word after the last title that something follows; 0 without titles."""
    for index in range(len(texts) - 2, -1, -1):
        abbreviated = texts[index].endswith(".")
        named = index and not abbreviated and _is_given(texts[index - 1])
        if (plain(texts[index]) in TITLES or texts[index].lower() in _PLURAL_TITLES) and not named:
            return index + 1
    return 0


def _first_given(texts: Sequence[str]) -> int:
    """Number of the first given name that something follows; 0 without one."""
    for index, text in enumerate(texts[:-1]):
        if _is_given(text):
            return index
    for index, text in enumerate(texts[:-1]):
        if text.lower() in FAMILY_FIRST and _is_syllabic(texts[index + 1]):
            return index
    return 0


def _titles_start(words: Sequence[Word], run_start: int, name_start: int) -> int:
    """Number of the first title word before the name, in the run or in small letters before."""
    start = name_start
    while start > 0 and name_start - start < LONGEST:
        before = words[start - 1]
        is_title = plain(before.text) in TITLES or before.lower in ("vice", "prime", "first")
        if not is_title or (start <= run_start and before.text[0].isupper()):
            break
        start -= 1
    return start


def _may_be_person(
    texts: Sequence[str], begin: int, parts: tuple[str, ...], *, has_title: bool
) -> bool:
    """Whether `parts`, which begin at word `begin` of the run, can be a person: Mr. / Singer."""
    if begin and plain(texts[begin - 1]) in _HONORIFICS and len(parts) == 1:
        return parts[0].lower() not in _ROLES_NO_NAMES
    return _can_be_person(parts, has_title=has_title)


@lru_cache(maxsize=_KEPT)
def _can_be_person(parts: tuple[str, ...], *, has_title: bool) -> bool:
    lowered = [part.lower() for part in parts]
    rest = lowered if len(parts) == 1 or not _is_given(parts[0]) else lowered[1:]
    blocked = _NO_PART_OF_NAMES if len(parts) == 1 and not has_title else _NO_PART_OF_FULL_NAMES
    if blocked is _NO_PART_OF_FULL_NAMES and (has_title or _is_given(parts[0])):
        blocked = _NO_PART_AFTER_GIVEN
    if not blocked.isdisjoint(rest):
        return False
    if len(parts) > 1 and lowered[-1] in _ROLES_NO_NAMES:
        return False
    if (
        len(parts) > 1
        and not has_title
        and any(len(p) >= _ACRONYM_LENGTH and p.isupper() and p.isalpha() for p in parts)
    ):
        return all(part.isupper() for part in parts)
    if has_title or (len(parts) > 1 and _is_given(parts[0])):
        return not all(plain(part) in TITLES for part in parts)
    printed = len(parts[0]) > _CODE_LENGTH or parts[0].isupper()
    of_country = (
        printed and resolve(parts[0]) is not None and not (parts[1:] and _is_family_first(parts))
    )
    return (
        not of_country
        and resolve(" ".join(parts)) is None
        and (
            len(parts[-1]) >= _SHORTEST_FAMILY
            or _is_sure(parts)
            or (len(parts) > 1 and lowered[-1] in FAMILY_FIRST)
        )
    )


def _is_sure(parts: tuple[str, ...]) -> bool:
    return len(parts) > 1 and (_is_given(parts[0]) or _is_family_first(parts))


@lru_cache(maxsize=_KEPT)
def _is_given(word: str) -> bool:
    lowered = word.lower()
    return lowered in _GIVEN or _is_initials(word)


def _is_initials(word: str) -> bool:
    """Whether `word` is the initials of given names: J. and J.J.; not U.S."""
    return word.endswith(".") and word[0::2].isupper() and _INITIALS.fullmatch(word) is not None


_INITIALS: Final = re.compile(
    r"(?!(?:U\.[SKN]|D\.C|N\.[YJHCMD]|[SRLEW]\.[A-Z]|[AP]\.M)\.)(?:[A-Z]\.){1,3}"
)


def _is_syllabic(word: str) -> bool:
    """Whether `word` is a Korean or Taiwanese given name by its hyphen: Jae-in, Ing-wen."""
    head, hyphen, tail = word.partition("-")
    return bool(hyphen) and bool(head) and tail.isalpha() and tail.islower()


@lru_cache(maxsize=_KEPT)
def _is_family_first(parts: tuple[str, ...]) -> bool:
    if parts[0].lower() not in FAMILY_FIRST:
        return False
    if _is_syllabic(parts[1]) or (parts[0].lower() in _VIETNAMESE and len(parts) == _THREE):
        return True
    return not _is_given(parts[0]) and parts[-1].lower() not in FAMILY_FIRST and not parts[2:]
