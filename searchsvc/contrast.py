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
from typing import TYPE_CHECKING, Final

from searchsvc.text import analyse
from searchsvc.text.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    one, other = _occurrences(a, forms), _occurrences(b, forms)
    n_a, n_b = one.total(), other.total()
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


def _occurrences(texts: Iterable[str], forms: defaultdict[str, Counter[str]]) -> Counter[str]:
    """How often each term occurs in `texts`; its forms are added to `forms`."""
    distinct = {" ".join(text.split()).casefold(): text for text in texts}
    counted: Counter[str] = Counter()
    for text in distinct.values():
        for term, form in _words(text):
            counted[term] += 1
            forms[term][form] += 1
    return counted


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Term and form of each word that may tell."""
    for token in analyse(text):
        if token.cased is not None:
            yield token.cased, token.cased
        elif len(token.folded) > 1 and token.folded not in STOP_WORDS:
            yield token.stem, token.folded


def _most_frequent(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))
