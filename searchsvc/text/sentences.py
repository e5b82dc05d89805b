"""Text to sentences: NLTK's Punkt with parameters of our own, which need no data files."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from nltk.tokenize.punkt import PunktLanguageVars, PunktParameters, PunktSentenceTokenizer

from searchsvc.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# Lower case and without the last full stop. These stand before a name: never the end.
TITLES: Final = frozenset(
    """
    adm amb asst atty brig capt cdr cmdr col comdr cpl dr fr gen gov hon insp lt maj messrs mlle mme
    mr mrs ms msgr mt mx pfc pres prof pte pvt rep reps rev sec secy sen sens sgt st ste supt
    """.split()
)
# These may end a sentence: they do where a word follows that hardly stands elsewhere in capitals.
ABBREVIATIONS: Final = frozenset(
    """
    al apr assn assoc aug ave bldg blvd bros cen cf ch co comm cong corp dec dept det dir dist div
    est exec feb fri ft govt inc intl jan jr jul jun ltd mar mfg min mon natl no nos nov oct
    plc pp pt ret sept sep sr tel thu thur thurs treas tue tues univ v vol vs wed yr
    ph.d
    ala ariz ark calif colo conn del fla ga ind kan ky md mich minn mo mont neb nev okla pa penn
    tenn tex vt va wis wyo
    """.split()
)
# Words that open sentences and are otherwise written small.
OPENERS: Final = frozenset(
    """
    a about after again all also although an and another any are around as at back because before
    both but by can despite did do does during each earlier even every few following for from had
    has have he her here his how however i if in instead is it its last later many meanwhile more
    moreover most my neither next no nobody none nor not nothing now of on once one only or other
    others our people several she should since so some still such that the their then there these
    they this those though three through thus to today two under unlike until was we were what when
    where whether which while who why will with without yet you your
    """.split()
)
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")  # u.s and p.m; not u.s. and not no
_OPENING: Final = "“‘\"'(["  # Punkt leaves these on the word after them
_PARAGRAPH: Final = re.compile(r"[^\n]+")
_CLOSERS = "[\"'’”»)\\]]*"  # .” and ?) but not .“
# "Stop!" he said: a small letter goes on with the sentence. Not: He stopped. then …
_UNFINISHED: Final = re.compile(
    rf"(?:[?!…]|\.\.|\. \.){_CLOSERS}$|\.[\"'’”»)\]]+$|(?:[^\W\d_]\.){{2}}$"
)
_GOES_ON: Final = re.compile(r"[(\[\"'“‘—–-]*\s*[^\W\d_A-Z]")
# Monday, Jan., Eastern, Seoul time; not Officials
_OF_TIME = (
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
    r"|Eastern|Central|Pacific|Mountain|Greenwich|Local|Today|Tomorrow|(?:[^\W\d_]+ ){1,2}time\b)"
)
_CLOCK = (
    r"(?<!\bthe )(?<!\ba )(?<!\ban )\b\d{1,2}(?::\d\d)? [ap]\.m\."  # 6:30 p.m.; not the 6 p.m.
)
# at 6 p.m. Officials; not at 6 p.m. Monday, at 6 p.m. EST, and not the 6 p.m. News
_CLOCK_END: Final = re.compile(rf"{_CLOCK} +(?=[A-Z][a-z])(?!{_OF_TIME})")
_MARK: Final = re.compile(r"[.?!…]")
_WORD_BEFORE: Final = re.compile(
    r"(?<![^\s“‘\"'(\[—])(?:[A-Za-z-]+|\d[\d,]*)\Z"
)  # of said. and “No. and 2010.; not of U.S.
_NEXT_AFTER: Final = re.compile(
    r"[\"'’”»)\]]*(?=\s+[“‘\"'(]?([^\W_]))"
)  # the ” of .” The and .” “The
_NAME_AFTER: Final = re.compile(r"\s+[^\W_\d]")
_PLAIN_LAST: Final = re.compile(
    r"[^.?!…]*[.?!]{0,2}[\"'’”»)\]]*\Z"
)  # said.” and etc.?; not .“ and U.S.
_LONGEST_WORD: Final = 40
_SHORT: Final = ABBREVIATIONS | TITLES | frozenset("abcdefghijklmnopqrstuvwxyz")
_TAIL: Final = 12
"""How many characters of a sentence decide whether it is unfinished."""


def sentences(text: str) -> tuple[Span, ...]:
    """Spans of the sentences of `text`, in order, without surrounding white space.

    A newline always ends a sentence. Every character that is not white space is in one.
    """
    return tuple(
        span
        for paragraph in _PARAGRAPH.finditer(text)
        for span in _joined(text, _pieces(paragraph.group(), paragraph.start()))
    )


def _pieces(paragraph: str, offset: int) -> Iterator[Span]:
    """What Punkt takes for sentences and what a time ends, without the white space around them."""
    ends = _plain_ends(paragraph)
    if ends is None:
        ends = [end for _, end in _TOKENIZER.span_tokenize(paragraph)]
        if ".m." in paragraph:
            ends = sorted({*ends, *(match.end() for match in _CLOCK_END.finditer(paragraph))})
    for start, end in pairwise((0, *ends)):
        piece = paragraph[start:end]
        left = len(piece) - len(piece.lstrip())
        if stripped := piece.strip():
            yield Span(offset + start + left, offset + start + left + len(stripped))


def _plain_ends(paragraph: str) -> list[int] | None:
    """Where its sentences end, where that is so clear that Punkt need not be asked; else None.

    Clear is a single mark after a word that is no abbreviation, which for Punkt ends a sentence
    whatever follows, one after a number and before a capital, the full stop of a title before a
    letter, which ends none, and a mark within a word.
    """
    ends = []
    last = len(paragraph)  # where the last word begins, if no space is after it
    if not paragraph[-1].isspace():
        last -= len(paragraph.rsplit(maxsplit=1)[-1])
    if not _PLAIN_LAST.match(paragraph, last):
        return None
    for mark in _MARK.finditer(paragraph, 0, last):
        at = mark.start()
        if paragraph[at + 1].isalnum():  # the first of U.S., and that of 1.5
            continue
        word = _WORD_BEFORE.search(paragraph, max(0, at - _LONGEST_WORD), at)
        after = _NEXT_AFTER.match(paragraph, at + 1)
        if word is None or after is None or mark[0] == "…":
            return None
        if word[0][-1].isdigit() and not after[1].isupper():
            return None
        lower = word[0].lower()
        if mark[0] == "." and lower.rpartition("-")[2] in _SHORT:  # Sen., then-Sen.
            if lower not in TITLES or not _NAME_AFTER.match(paragraph, at + 1):
                return None
        else:
            ends.append(after.end())
    return [*ends, len(paragraph)]


def _joined(text: str, pieces: Iterator[Span]) -> Iterator[Span]:
    """`pieces`, those put together that a small letter shows to be one sentence."""
    held: Span | None = None
    for piece in pieces:
        if held is None:
            held = piece
        elif _one_sentence(text, held, piece):
            held = Span(held.start, piece.end)
        else:
            yield held
            held = piece
    if held is not None:
        yield held


def _one_sentence(text: str, first: Span, second: Span) -> bool:
    tail = text[max(first.start, first.end - _TAIL) : first.end]
    head = text[second.start : min(second.end, second.start + _TAIL)]
    opening = _GOES_ON.match(head)
    small = opening is not None and opening.group()[-1].islower()
    return small and _UNFINISHED.search(tail) is not None


class _NewsVars(PunktLanguageVars):  # type: ignore[misc]  # NLTK is untyped
    """Punkt's patterns, compiled by `re`.

    NLTK compiles them to stop with an error after five seconds of wall-clock time, and so to fail
    on a long text or a busy machine. They need no such guard: none of them backtracks.
    """

    __slots__ = ()
    re_boundary_realignment = re.compile(r"[\"')\]}’”»]+(?:\s+|(?=--)|$)")

    def period_context_re(self) -> re.Pattern[str]:
        return _PERIOD_CONTEXT

    def _word_tokenizer_re(self) -> re.Pattern[str]:
        return _PUNKT_WORD


class _Abbreviations(set[str]):
    """The listed words, and all that are single letters with full stops between."""

    def __contains__(self, word: object) -> bool:
        bare = str(word).lstrip(_OPENING)
        return super().__contains__(bare) or _DOTTED.fullmatch(bare) is not None


def _build() -> PunktSentenceTokenizer:
    parameters = PunktParameters()
    parameters.abbrev_types = _Abbreviations(ABBREVIATIONS | TITLES)
    parameters.collocations = {(title, opener) for title in TITLES for opener in OPENERS}
    for opener in OPENERS:
        parameters.ortho_context[opener] = _SEEN_SMALL
    return PunktSentenceTokenizer(parameters, lang_vars=_NewsVars())


_SEEN_SMALL: Final = 1 << 5  # Punkt's flag for "seen in small letters inside a sentence"
_PLAIN_VARS: Final = PunktLanguageVars()
# The word after a full stop without the ? or ! at its end, which Punkt would take for the stop's:
# in “Mr. Lee?” it is the second mark that ends the sentence.
_NEXT_WORD: Final = (r"(?P<next_tok>\S+)", r"(?P<next_tok>[^\s?!]+|\S)")
_PERIOD_CONTEXT: Final = re.compile(
    _PLAIN_VARS.period_context_re().pattern.replace(*_NEXT_WORD), re.VERBOSE
)
_PUNKT_WORD: Final = re.compile(_PLAIN_VARS._word_tokenizer_re().pattern, re.VERBOSE)  # noqa: SLF001 - NLTK has no public name for it
_TOKENIZER: Final = _build()
