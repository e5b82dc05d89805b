"""Countries, bodies and regions in a text: by name, demonym, capital and house."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.countries import BODIES, COUNTRIES, TRAPS
from searchsvc.extract.lexicon import GIVEN_NAMES
from searchsvc.model import CountryMention, MentionKind, Span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

_LETTERS: Final = re.compile(r"[^\W\d_]+")  # the S of S-400; not 400
_CAPITAL: Final = "A-ZÀ-ÖØ-Þ"
_LEAD: Final = re.compile(rf"[^{_CAPITAL}]+(?=[{_CAPITAL}])")  # the "inter-" of inter-Korean
_WORD_BEFORE: Final = re.compile(r"([\w.’'-]+)[ \u00a0]\Z")  # "Michael "; not "Michael, "
_WORD_AFTER: Final = re.compile(r"[ \u00a0-]([\w.’'-]*\w)")  # " Post"; not ", Post"
_NAME_GOES_ON: Final = re.compile(r"-|[ \u00a0](?:of\b|[^\W\d_a-z])")  # the North / Sea; not: said
_CLOSE: Final = 32  # characters looked at on either side; longer than any word of the trap lists
_PLURAL_IN_S: Final = frozenset("nitboarkdegc")  # Koreans, Iraqis, Turks; not Chineses, Irishs
_SHORTEST_CAPITALISED: Final = 4  # names this long are also found in headlines set in capitals


class _Entry(NamedTuple):
    """A phrase of the tables and what it stands for.

    Attributes:
        phrase: as looked for.
        codes: what it stands for.
        kind: how.
        base: the phrase of the table that it is a form of; traps and readings go by it.
        lead: its small letters before the first capital: `two ` of "two Koreas".
        events: words behind it that make it a meeting.
    """

    phrase: str
    codes: tuple[str, ...]
    kind: MentionKind
    base: str
    lead: str = ""
    events: tuple[str, ...] = ()


class _Index(NamedTuple):
    """All phrases by the first run of letters in them that has a capital, longest first.

    Attributes:
        entries: the phrases.
        capitals: finds words with a capital first letter.
        any_words: finds these, and words in small letters that phrases begin with.
        small: those words.
    """

    entries: dict[str, tuple[_Entry, ...]]
    capitals: re.Pattern[str]
    any_words: re.Pattern[str]
    small: tuple[str, ...]


def find_countries(text: str, *, day: dt.date | None = None) -> tuple[CountryMention, ...]:
    """Mentions of countries, bodies and regions in `text`, in order.

    A stretch that stands for several countries ("the two Koreas") gives one mention of each.

    `day` is that of the article. Names of former states always mean these, and a state that has
    but changed its name (Zaire, Burma, Swaziland) keeps one code. What a later state has taken
    over goes by the day: Moscow, the Kremlin and Russians are the Soviet Union's until the end of
    1991, Prague and Czechs are Czechoslovakia's until the end of 1992, and so on, as `eras` in
    `traps.toml` has it. Without a day the text alone decides, as far as `readings` there tell how,
    and else today's state is meant.
    """
    index = _index()
    readings = _Readings(text, day)
    mentions: list[CountryMention] = []
    covered = 0
    pattern = index.capitals
    if any(word in text for word in index.small):
        pattern = index.any_words
    get = index.entries.get
    for word in pattern.finditer(text):
        entries = get(word.group())
        if entries is None:
            continue
        start = word.start()
        if start < covered or (start and text[start - 1].isalpha()):
            continue
        entry = _longest(text, start, entries)
        if entry is None:
            continue
        span = Span(start - len(entry.lead), start - len(entry.lead) + len(entry.phrase))
        if span.start < covered:
            continue
        covered = span.end
        codes = readings.codes(entry)
        if codes and not _is_trapped(text, span, entry):
            mentions.extend(CountryMention(span, code, entry.kind) for code in codes)
    return tuple(mentions)


class _Readings:
    """What ambiguous words stand for in one text; every word is decided once."""

    def __init__(self, text: str, day: dt.date | None) -> None:
        self._text = text
        self._day = day
        self._decided: dict[str, tuple[str, ...]] = {}

    def codes(self, entry: _Entry) -> tuple[str, ...]:
        """The codes that `entry` stands for in this text; none where it is no country."""
        word = entry.base
        if word in TRAPS.readings or word in TRAPS.elliptic or word in TRAPS.eras:
            if word not in self._decided:
                self._decided[word] = self._of_the_day(word, self._decide(entry))
            return self._decided[word]
        return entry.codes

    def _decide(self, entry: _Entry) -> tuple[str, ...]:
        elliptic = TRAPS.elliptic.get(entry.base)
        if elliptic is not None:
            return elliptic.codes if any(sign in self._text for sign in elliptic.signs) else ()
        reading = TRAPS.readings.get(entry.base)
        if reading is None:
            return entry.codes
        best: str | None = reading.default
        most = 0
        for code, signs in reading.signs:
            count = sum(self._text.count(sign) for sign in signs)
            if count > most or (count == most and code == reading.default):
                best, most = code, count
        return () if best is None else (best,)

    def _of_the_day(self, word: str, codes: tuple[str, ...]) -> tuple[str, ...]:
        """`codes`, or the state that the word meant on the day of the article."""
        if self._day is None or not codes:
            return codes
        for era in TRAPS.eras.get(word, ()):
            if era.first <= self._day < era.end:
                return (era.code,)
        return codes


def _longest(text: str, start: int, entries: tuple[_Entry, ...]) -> _Entry | None:
    """The longest phrase of `entries` whose first capital is at `start`, whole words only."""
    for entry in entries:
        begin = start - len(entry.lead)
        if (
            begin >= 0
            and text.startswith(entry.phrase, begin)
            and _may_end(text, begin, entry.phrase)
            and not (entry.lead and begin and text[begin - 1].isalnum())
        ):
            return entry
    return None


def _may_end(text: str, start: int, phrase: str) -> bool:
    """Whether `phrase`, found at `start`, ends there and not in the midst of a longer name."""
    end = start + len(phrase)
    if phrase in TRAPS.elliptic and _NAME_GOES_ON.match(text, end):
        return False
    return end == len(text) or not text[end].isalnum() or phrase.endswith("-")


def _is_trapped(text: str, span: Span, entry: _Entry) -> bool:
    """Whether the words around make `span` something other than a country."""
    before = _WORD_BEFORE.search(text, max(0, span.start - _CLOSE), span.start)
    after = _WORD_AFTER.match(text, span.end, span.end + _CLOSE)
    left = before.group(1) if before else ""
    right = after.group(1).removesuffix("'s").removesuffix("’s") if after else ""
    return (
        (text[span.start - 1 : span.start] == "<" and text[span.end : span.end + 1] == ">")
        or right in entry.events
        or (right in TRAPS.money and (left[-1:].isdigit() or left in TRAPS.amounts))
        or _has_neighbour(text, span, entry.phrase, right)
        or _is_person(entry.phrase, left, right)
        or (entry.kind is MentionKind.DEMONYM and _is_language(left, right, ends=after is None))
        or (entry.kind in (MentionKind.CAPITAL, MentionKind.NAME) and _is_town(text, span.end))
        or (entry.phrase == "US" and _is_shouted(left, right))
    )


def _has_neighbour(text: str, span: Span, phrase: str, right: str) -> bool:
    neighbours = TRAPS.neighbours.get(phrase) or TRAPS.neighbours.get(span.of(text))
    if neighbours is None:
        return False
    return right in neighbours.after or any(
        _stands_before(text, span.start, word) for word in neighbours.before
    )


def _stands_before(text: str, start: int, word: str) -> bool:
    """Whether `word` is what comes right before `start`, after a space or its own hyphen."""
    spaced = word if word.endswith("-") else word + " "
    begin = start - len(spaced)
    return (
        begin >= 0
        and text.startswith(spaced, begin)
        and (not begin or not text[begin - 1].isalnum())
    )


def _is_person(phrase: str, left: str, right: str) -> bool:
    if phrase in TRAPS.surnames and left in GIVEN_NAMES:
        return True
    return (
        phrase in TRAPS.forenames
        and right[:1].isupper()
        and right not in TRAPS.offices
        and right not in _index().entries
    )


def _is_language(left: str, right: str, *, ends: bool) -> bool:
    """Whether a demonym names a language; `ends` where no word follows it directly."""
    if right in TRAPS.languages.after:
        return True
    return left in TRAPS.languages.before and ends


def _is_town(text: str, end: int) -> bool:
    """Whether a state of the United States follows: Paris, Texas."""
    return text.startswith(", ", end) and text.startswith(TRAPS.states, end + 2)


def _is_shouted(left: str, right: str) -> bool:
    """Whether the words on both sides are capitals, so that US may well be "us"."""
    words = [word for word in (left, right) if word.isalpha()]
    return bool(words) and all(word.isupper() and len(word) > 1 for word in words)


@lru_cache(maxsize=1)
def _index() -> _Index:
    found: dict[str, list[_Entry]] = {}
    seen: set[str] = set()
    for entry in _entries():
        lead = _LEAD.match(entry.phrase)
        word = _LETTERS.match(entry.phrase, lead.end() if lead else 0)
        if word and entry.phrase not in seen:
            seen.add(entry.phrase)
            led = entry._replace(lead=lead.group()) if lead else entry
            found.setdefault(word.group(), []).append(led)
    small = tuple(word for word in found if word[0].islower())
    capitals = rf"[{_CAPITAL}][^\W\d_]*"
    return _Index(
        entries={
            word: tuple(sorted(entries, key=lambda entry: -len(entry.phrase)))
            for word, entries in found.items()
        },
        capitals=re.compile(capitals),
        any_words=re.compile("|".join((capitals, *(rf"\b{word}\b" for word in small)))),
        small=small,
    )


def _entries() -> Iterator[_Entry]:
    """Every phrase that is looked for; of equal phrases the first counts."""
    for phrase in TRAPS.names:
        yield _Entry(phrase, (), MentionKind.NAME, phrase)
    for phrase, codes in TRAPS.groups.items():
        yield _Entry(phrase, codes, MentionKind.NAME, phrase)
    for phrase, elliptic in TRAPS.elliptic.items():
        yield _Entry(phrase, elliptic.codes, MentionKind.NAME, phrase)
    for country in (*COUNTRIES.values(), *BODIES.values()):
        hidden = set(country.unsearched)
        tiers = (
            (MentionKind.NAME, (country.name, *country.names)),
            (MentionKind.DEMONYM, country.demonyms),
            (MentionKind.CAPITAL, country.capitals),
            (MentionKind.HOUSE, country.houses),
        )
        for kind, phrases in tiers:
            for phrase in phrases:
                if phrase not in hidden:
                    entry = _Entry(phrase, (country.code,), kind, phrase, events=country.events)
                    yield from _cases(entry)


def _cases(entry: _Entry) -> Iterator[_Entry]:
    """The entry as written, its plural, and as a headline in capitals has it."""
    yield entry
    if entry.kind is MentionKind.DEMONYM and entry.phrase[-1] in _PLURAL_IN_S:
        yield entry._replace(phrase=entry.phrase + "s")
    capitals = entry.phrase.upper()
    is_name = entry.kind in (MentionKind.NAME, MentionKind.DEMONYM)
    if is_name and len(capitals) >= _SHORTEST_CAPITALISED and capitals.isascii():
        yield entry._replace(phrase=capitals)
