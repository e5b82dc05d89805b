"""What countries a statement speaks about: those named in it, and those it refers to.

References are read by rules of our own: "the two countries" are the pair that the sentence, or one
of the two before it, has established; "our country" is the speaker's; "the country" is the nearest
one named before. Where the text does not tell, nothing is guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.countries import BODIES
from searchsvc.model import MentionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from searchsvc.model import CountryMention, Span

_STATES: Final = r"countries|nations|neighbou?rs|sides"
_PARTNERS: Final = (
    rf"{_STATES}|governments|leaders|capitals|powers|superpowers|allies|rivals|peoples|"
    r"economies|militaries|armies|parliaments|presidents|heads\sof\s(?:state|government)|"
    r"(?:prime|foreign|defen[cs]e|finance)\sministers|partners|foes|enemies|adversaries"
)
_HOMES: Final = (
    r"country|nation|homeland|motherland|fatherland|native\sland|home\scountry|homeland|countrymen"
)
_KINDS: Final = (  # the West African nation, the oil-rich kingdom
    r"(?:[Ww]est|[Ee]ast|[Nn]orth|[Ss]outh|[Cc]entral|Western|Eastern|Northern|Southern|African|Asian|"
    r"European|American|Arab|Gulf|Balkan|Baltic|Nordic|Alpine|Caribbean|Latin|Pacific|Andean|Himalayan|"
    r"Muslim|[Cc]ommunist|Southeast|Northeast|Scandinavian|island|former|tiny|small|neighbou?ring|"
    r"oil-rich|landlocked|war-torn|nuclear-armed|reclusive|isolated|impoverished|poor)"
)
_COMMON: Final = (  # what only one's own country has, if the speaker says our or my
    r"government|parliament|people|citizens|troops|soldiers|army|armed\sforces|military|borders?|"
    r"soil|territory|economy|democracy|constitution|president|congress|sovereignty|"
    r"national\ssecurity|flag"
)
# Matches "the two Nordic neighbours", "our countries", "bilateral ties", "his own country", "that
# nation", "the bloc"; must not match "two countries", "the country club", "countries that agree".
_REFERENCE: Final = re.compile(
    rf"""\b(?:
    (?P<pair>(?:(?P<ours>[Oo]ur|[Mm]y)|[Tt]he|[Tt]heir|[Tt]hese|[Tt]hose|[Ii]ts|[Bb]oth(?:\sthe|\sour)?)
        \s(?:two|both)\s(?:[\w-]+\s){{0,2}}?(?:{_PARTNERS})\b
      | [Bb]oth\s(?:the\s|our\s|of\s(?:the|our|these|those)\s)?(?:{_PARTNERS})\b
      | [Tt]he\s(?:{_STATES})\b
      | (?P<own_pair>[Oo]ur\s(?:countries|nations|peoples|governments|(?:[\w-]+\s)?ties
        |(?:[\w-]+\s)?relationship|(?:[\w-]+\s)?relations))\b
      | [Bb]ilateral\s(?:ties|relations|relationship|trade|cooperation|co-operation|talks|links
        |agreements?|issues|exchanges|dialogue|summit|economic|military|defen[cs]e)\b)
  | (?P<own>(?:(?P<hers>[Hh]is|[Hh]er)|[Oo]ur|[Mm]y)\s(?:own\s|beloved\s|great\s)?(?:{_HOMES})\b
      | (?:[Oo]ur|[Mm]y)\s(?:own\s|national\s)?(?:{_COMMON})\b)
  | (?P<here>[Tt]his\s(?:great\s)?(?:country|nation)\b)
  | (?P<there>(?:[Tt]he|[Tt]hat)\s(?:country|nation)\b)
  | (?P<kenning>(?:[Tt]he|[Tt]hat)\s(?:(?:{_KINDS})\s){{1,3}}(?:country|nation|state|kingdom|republic)\b)
  | (?P<bloc>(?:[Tt]he|[Tt]his|[Oo]ur)\s(?:(?:\d\d|[a-z]+)-(?:nation|member|country|state)\s)?(?:bloc|alliance)\b)
  | (?P<peninsula>[Tt]he\s(?:divided\s)?peninsula\b)
    )""",
    re.VERBOSE,
)
_OPENING: Final = re.compile(  # what every reference begins with; quick to find
    r"[OoMmTtIiBbHh](?<!\w.)(?:ur|y|he|heir|hese|hose|his|hat|ts|oth|ilateral|is|er)(?=\s)"
)
_NO_REFERENCE: Final = re.compile(  # the country club, the countries that, the sides of a box
    r"[ \u00a0-](?:clubs?|music|singers?|songs?|house|estate|road|side|star|that|which|who|whose|"
    r"where|of|in which|involved|with)\b"
)
_JOINT: Final = re.compile(  # Oslo and Lima, Peru-Chile, Norway's talks with the Swedish
    r"(?:['’]s?)?(?:\s?[-–/]\s?|\s(?:[a-z]+\s)?(?:and|with)\s(?:the\s|its\s)?)"
)
_LONGEST_JOINT: Final = 30
_SENTENCES_BACK: Final = 2
_MENTIONS_BACK: Final = 30
_TWO: Final = 2
_NAMES: Final = (MentionKind.NAME, MentionKind.CAPITAL)
_FEWEST_OF_HOME: Final = 2
_SHARE_OF_HOME: Final = 0.6
_NAMED_AT_ONCE: Final = 4  # characters between "the two countries" and names that follow


@dataclass(frozen=True, slots=True)
class Named:
    """What an article names, and where its sentences begin.

    Attributes:
        body: the article.
        mentions: countries, bodies and regions in it, in order.
        sentences: offsets at which sentences begin, ascending.
        home: the country that the article is set in, or None.
        persons: gives offsets of the persons named in the sentence of a number, and the codes of
            their countries, in order; those whose country is not known are left out.
    """

    body: str
    mentions: Sequence[CountryMention]
    sentences: Sequence[int]
    home: str | None
    persons: Callable[[int], Sequence[tuple[int, str]]]


def about(named: Named, pieces: Iterable[Span], country: str | None) -> tuple[str, ...]:
    """Codes of what is spoken about in `pieces`, in order of first mention.

    `country` is the speaker's own, or None; it counts where the words refer to it ("our nation"),
    and never by itself. Of a speaker whose country is not known, "our country" is the one that the
    article is set in.
    """
    places: list[tuple[int, str]] = []
    for piece in pieces:
        first = bisect_left(named.mentions, piece.start, key=_start)
        for index in range(first, len(named.mentions)):
            mention = named.mentions[index]
            if mention.span.end > piece.end:
                break
            places.append((mention.span.start, mention.code))
        for match in _references(named.body, piece.start, piece.end):
            codes = _referred(named, match, country)
            places.extend((match.start(), code) for code in codes)
    ordered = sorted(places, key=_place)
    return tuple(dict.fromkeys(code for _, code in ordered))


def home(mentions: Sequence[CountryMention]) -> str | None:
    """The country that `mentions` are mostly of, as those of an article on its own country are."""
    counts = Counter(mention.code for mention in mentions if mention.code not in BODIES)
    for code, count in counts.most_common(1):
        if count >= _FEWEST_OF_HOME and count >= _SHARE_OF_HOME * counts.total():
            return code
    return None


def _start(mention: CountryMention) -> int:
    return mention.span.start


def _references(body: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The references in `body[start:end]`, in order and apart from each other."""
    for opening in _OPENING.finditer(body, start, end):
        if opening.start() >= start:
            match = _REFERENCE.match(body, opening.start(), end)
            if match is not None:
                yield match
                start = match.end()


def _referred(named: Named, match: re.Match[str], country: str | None) -> tuple[str, ...]:
    """What the words of `match` refer to; nothing where the text does not tell."""
    spoken_of = country or named.home
    own = () if spoken_of is None else (spoken_of,)
    match match.lastgroup:
        case "own":
            return own if match["hers"] is None or country is not None else ()
        case "here":
            return own or _nearest(named, match.start())
        case "bloc":
            return _bloc(named, match.start())
        case "peninsula":
            return _peninsula(named, match.start())
        case "kenning":
            return _nearest(named, match.start())
    if _NO_REFERENCE.match(named.body, match.end()):
        return ()
    if match["there"] is not None:
        return _nearest(named, match.start(), country) or own
    return _pair(named, match, country)


def _sentence(named: Named, at: int, back: int) -> int:
    """Where the sentence `back` sentences before the one at `at` begins."""
    number = bisect_right(named.sentences, at) - 1
    return named.sentences[max(0, number - back)] if number >= 0 else 0


def _before(named: Named, at: int, back: int) -> list[CountryMention]:
    """The mentions before `at`, from the beginning of that sentence on, at most 30."""
    end = bisect_left(named.mentions, at, key=_start)
    begin = bisect_left(named.mentions, _sentence(named, at, back), key=_start)
    return list(named.mentions[max(begin, end - _MENTIONS_BACK) : end])


def _nearest(named: Named, at: int, country: str | None = None) -> tuple[str, ...]:
    """The country named last before `at`, the nearest sentence first.

    Names and "his country", which is `country`, come before all else; then `country`; then what
    only an adjective or a house names.
    """
    others: tuple[str, ...] = ()
    for back in range(_SENTENCES_BACK + 1):
        seen = [mention for mention in _before(named, at, back) if mention.code not in BODIES]
        spans = Counter(mention.span for mention in seen)
        single = [mention for mention in seen if spans[mention.span] == 1]
        names = [mention for mention in single if mention.kind in _NAMES]
        if country is not None and back == 0:
            own = _own_at(named, at)
            if own is not None and not (names and names[-1].span.start > own):
                return (country,)
        if names:
            return (names[-1].code,)
        others = others or tuple(mention.code for mention in single[-1:])
    return others if country is None else (country,)


def _own_at(named: Named, at: int) -> int | None:
    """Where the sentence up to `at` last says "his country", or None."""
    found = _references(named.body, _sentence(named, at, 0), at)
    places = [match.start() for match in found if match.lastgroup == "own"]
    return places[-1] if places else None


def _pair(named: Named, match: re.Match[str], country: str | None) -> tuple[str, ...]:
    """The two that the sentence, or one of the two before it, has established."""
    at = match.start()
    after = bisect_left(named.mentions, match.end(), key=_start)
    if after < len(named.mentions):
        next_at = named.mentions[after].span.start
        if next_at <= match.end() + _NAMED_AT_ONCE and named.body[match.end()] in ",:(–—-":
            return ()
    own = country if match["ours"] is not None or match["own_pair"] is not None else None
    only: tuple[str, ...] = ()
    for back in range(_SENTENCES_BACK + 1):
        seen = _before(named, at, back)
        codes = _codes(named, seen, at, back)
        if own is not None:
            others = [code for code in codes if code != own]
            if others:
                return own, others[0]
            continue
        joint = _last_joint(named.body, seen)
        if joint:
            return joint
        if len(codes) >= _TWO:
            return _two(codes, country)
        only = tuple(codes)
    if country is not None and only and country not in only:
        return country, only[0]
    return ()


def _codes(named: Named, seen: Sequence[CountryMention], at: int, back: int) -> list[str]:
    """What the sentences up to `at` name and whose persons they name, the latest first."""
    places = [(mention.span.start, mention.code) for mention in seen]
    number = bisect_right(named.sentences, at) - 1
    for sentence in range(max(0, number - back), number + 1):
        places += [(start, code) for start, code in named.persons(sentence) if start < at]
    return list(dict.fromkeys(code for _, code in sorted(places, key=_place, reverse=True)))


def _place(place: tuple[int, str]) -> int:
    return place[0]


def _last_joint(body: str, seen: Sequence[CountryMention]) -> tuple[str, ...]:
    """The last two that are named in one breath, as "Oslo and Lima" are; empty if none are."""
    for one, other in _neighbours(seen):
        start, end = one.span.end, other.span.start
        if one.span == other.span:
            return one.code, other.code
        if (
            one.code != other.code
            and end - start <= _LONGEST_JOINT
            and (_JOINT.fullmatch(body, start, end))
        ):
            return one.code, other.code
    return ()


def _neighbours(seen: Sequence[CountryMention]) -> Iterator[tuple[CountryMention, CountryMention]]:
    """Each mention with the next, the last ones first."""
    for index in range(len(seen) - 1, 0, -1):
        yield seen[index - 1], seen[index]


def _two(codes: Sequence[str], country: str | None) -> tuple[str, ...]:
    """Of codes, the latest first: the speaker's own and the latest other, else the latest two."""
    if country in codes and country is not None:
        return country, next(code for code in codes if code != country)
    return codes[1], codes[0]


def _bloc(named: Named, at: int) -> tuple[str, ...]:
    """The body named last before `at`."""
    seen = _before(named, at, _SENTENCES_BACK)
    bodies = [mention.code for mention in seen if mention.code in BODIES]
    return tuple(bodies[-1:])


def _peninsula(named: Named, at: int) -> tuple[str, ...]:
    """Both states of the peninsula named last before `at`: they share the mention."""
    end = bisect_left(named.mentions, at, key=_start)
    for one, other in _neighbours(named.mentions[max(0, end - _MENTIONS_BACK) : end]):
        if one.span == other.span and one.span.of(named.body).lower().endswith("peninsula"):
            return one.code, other.code
    return ()
