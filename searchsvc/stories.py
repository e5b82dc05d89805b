"""Which articles are the same story: a report, its copies, and its versions a few words apart.

A story is told by the words with which an article begins. Of every run of five words among its first
sixty, letters and digits alone and in one case, four digests are taken, and the least of each of the
four over all runs, together, are what the story is named by. The least digests of two articles are one
as often as their runs are, and all four must be: of articles that begin alike but for one word half
have one story, of those that begin alike but for ten hardly any.

It follows from one text alone: no other article has to be known, no name changes when another
article is added, and what is the same story is so for each of the articles. `docs/stories.md` tells how
well that does on news, and the command that measures it.

Source: Broder, On the resemblance and containment of documents, 1997: shingles, and least digests as
an estimate of resemblance.
"""

from __future__ import annotations

import base64
import re
from hashlib import blake2b
from typing import Final

RUN: Final = 5
"""Words of a run."""
MOST_WORDS: Final = 60
"""Words from the start that are looked at: copies are cut from the end, and mostly after these."""
FEWEST_WORDS: Final = 20
"""Shorter texts have no story: there is too little to tell a copy from the same form filled in anew."""
DIGESTS: Final = 4
"""With fewer, more copies are found, and more of the same form filled in anew."""
_BYTES: Final = 8

_WORD: Final = re.compile(r"[^\W_]+")


def story_of(body: str) -> str | None:
    """The story of an article with this body: thirteen of `[a-z2-7]`, the same on every machine.

    None where the body has fewer than `FEWEST_WORDS` words.
    """
    words = []
    for found in _WORD.finditer(body):
        words.append(found[0].casefold())
        if len(words) == MOST_WORDS:
            break
    if len(words) < FEWEST_WORDS:
        return None
    runs = (" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    digests = [blake2b(run.encode(), digest_size=DIGESTS * _BYTES).digest() for run in runs]
    least = b"".join(
        min(digest[at : at + _BYTES] for digest in digests)
        for at in range(0, DIGESTS * _BYTES, _BYTES)
    )
    name = blake2b(least, digest_size=_BYTES).digest()
    # No sign, which queries would take for “without” and spreadsheets for a formula.
    return base64.b32encode(name).rstrip(b"=").decode().lower()
