"""Which words set one lot of texts apart from another: log-odds ratio with an informative prior.

Of a word w with y_a, y_b occurrences among the n_a, n_b of both sides, under a Dirichlet prior of
A words in which w has the share that it has in both sides together, p = (y_a + y_b) / (n_a + n_b):

    odds_a = (y_a + A p) / (n_a + A - y_a - A p)        and likewise odds_b
    delta  = ln odds_a - ln odds_b
    z      = delta / sqrt(1 / (y_a + A p) + 1 / (y_b + A p))

The prior draws rare words towards no difference, and z towards 0 what the texts hardly bear out.

Source: Monroe, Colaresi and Quinn, Fightin' Words: Lexical Feature Selection and Evaluation for
Identifying the Content of Political Conflict, Political Analysis 16 (4), 2008: the model with an
informative Dirichlet prior, the z-scores of its log-odds ratios, and their approximate variance.
That the prior has the shares of both sides together, and its size, is our choice.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from searchsvc.text import Sieve
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_KEPT: Final = 2000
"""Characters of a text whose words are kept in mind: some hundred bytes each."""

_Word = tuple[str, str]
"""A term, and the form that stands in the text, folded."""

PRIOR: Final = 1000.0
"""Words that the prior is worth."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One word, as both sides use it.

    Attributes:
        term: its stem, or capitals that are a word of their own.
        text: the form in which it is most frequent, folded.
        a, b: occurrences on each side.
        z: above 0 where the first side has more of it than is to be expected, below for the other.
    """

    term: str
    text: str
    a: int
    b: int
    z: float


def contrasts(a: Iterable[str], b: Iterable[str]) -> tuple[Contrast, ...]:
    """The words of two lots of texts, those of the first side first, by z; ties by term.

    Texts that are equal but for white space and capitals count once on each side: copies of one
    report are no emphasis. Stop words, single letters and single digits are left out. With the
    sides changed over, every z has the other sign.
    """
    written = [_occurrences(texts) for texts in (a, b)]
    n_a, n_b = (side.total() for side in written)
    one, other = (_by_term(side) for side in written)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (term, form), count in (written[0] + written[1]).items():
        forms[term][form] = count
    if len(forms) < 2 or not n_a or not n_b:  # noqa: PLR2004 - one word is all there is to choose
        return ()
    found = []
    for term, counted in forms.items():
        y_a, y_b = one[term], other[term]
        prior = PRIOR * (y_a + y_b) / (n_a + n_b)
        rest = PRIOR - prior
        delta = math.log((y_a + prior) / (n_a - y_a + rest)) - math.log(
            (y_b + prior) / (n_b - y_b + rest)
        )
        z = delta / math.sqrt(1 / (y_a + prior) + 1 / (y_b + prior))
        found.append(Contrast(term, _most_frequent(counted), y_a, y_b, z))
    return tuple(sorted(found, key=lambda each: (-each.z, each.term)))


def _occurrences(texts: Iterable[str]) -> Counter[_Word]:
    """How often each form of each term occurs in `texts`."""
    distinct = {" ".join(text.split()).casefold(): text for text in texts}
    return Counter(
        chain.from_iterable(
            _kept(text) if len(text) <= _LONGEST_KEPT else _words(text)
            for text in distinct.values()
        )
    )


@lru_cache(maxsize=1 << 14)
def _kept(text: str) -> tuple[_Word, ...]:
    """As `_words`; sides are compared again and again: swapped, narrowed, with others."""
    return tuple(_words(text))


def _words(text: str) -> Iterator[_Word]:
    """Term and form of each word that may tell."""
    return (word for _, _, word in _SIEVE.found(text))


def _by_term(written: Counter[_Word]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for (term, _), count in written.items():
        counted[term] += count
    return counted


def _telling(folded: str, stem: str, cased: str | None) -> _Word | None:
    """Term and form of a token, if it may tell."""
    if cased is not None:
        return cased, cased
    return (stem, folded) if len(folded) > 1 and folded not in STOP_WORDS else None


_SIEVE: Final = Sieve(_telling)


def _most_frequent(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))
