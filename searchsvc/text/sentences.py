"""Text to sentences."""

from __future__ import annotations

import re
from typing import Final

from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

from searchsvc.model import Span

# Words that a full stop belongs to, lower case and without it. A sentence may still end with one
# of them where the next word can only begin a sentence; Punkt decides that by its capital.
ABBREVIATIONS: Final = frozenset(
    """
    adm al amb apr assn assoc asst atty aug ave bldg blvd brig bros capt cen cf ch cmdr co col comdr
    cong corp cpl dec dept det dir dist div dr e.g est exec feb fig fr fri ft gen gov govt hon i.e inc
    insp inst jan jr jul jun lt ltd maj mar messrs mfg min mlle mme mon mr mrs ms msgr mt n no nos nov
    oct op pfc pp pres prof pt pte pvt rep reps ret rev rt sat sec secy sen sens sept sep sgt sr st
    ste sun supt tel thu thur thurs treas tue tues u.k u.n u.s univ v vol vs wed yr s e w
    a.m p.m d.c a.k.a ala ariz ark calif colo conn del fla ga ill ind kan ky la md mich minn miss mo
    mont neb nev okla ore pa penn tenn tex vt va wash wis wyo
    """.split()
)
_PARAGRAPH: Final = re.compile(r"[^\n]+")


def sentences(text: str) -> tuple[Span, ...]:
    """Spans of the sentences of `text`, in order, without surrounding white space.

    A newline always ends a sentence.
    """
    return tuple(
        Span(paragraph.start() + start, paragraph.start() + end)
        for paragraph in _PARAGRAPH.finditer(text)
        for start, end in _TOKENIZER.span_tokenize(paragraph.group())
        if end > start
    )


def _build() -> PunktSentenceTokenizer:
    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)


_TOKENIZER: Final = _build()
