"""Odd prose, made of real: ways to damage a text, and what must hold of every extraction."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from searchsvc.cli.extract import statement_body
from searchsvc.documents import statement_documents
from searchsvc.extract import extract
from tests.extraction.articles import an_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from searchsvc.model import Article, Extraction, Span, Statement

MARKS: Final = "\"'“”„‟‘’‚‛«»‹›`´″「」＂"
STRANGE: Final = (
    "\x00\t\x0b\x0c\r\x1b\x85\xa0\xad\u0301\u0130\u017f\u01c5\u0660\u200b\u200d\u200e\u202e\u2028"
    "\u2029\u3000\ufeff\ufffd\ufffe\ud800\udfff\U0001f600\U000e0001ﬁßİıΣς中文한국어العربيةहिन्दी…—–-‐"
)
"""Controls, half surrogates, combining marks, directions, letters that change length by case."""

_LONGEST: Final = 700  # characters of a damaged text: many short ones find more than few long


def _window(chance: Random, text: str) -> str:
    start = chance.randrange(len(text) + 1)
    return text[start : start + chance.randrange(_LONGEST)]


def _cut_out(chance: Random, text: str) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:start] + text[end:]


def _words_shuffled(chance: Random, text: str) -> str:
    words = text.split(" ")
    chance.shuffle(words)
    return " ".join(words)


def _sentences_shuffled(chance: Random, text: str) -> str:
    sentences = text.split(". ")
    chance.shuffle(sentences)
    return ". ".join(sentences)


def _paragraphs_shuffled(chance: Random, text: str) -> str:
    paragraphs = text.split("\n\n")
    chance.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def _characters_shuffled(chance: Random, text: str) -> str:
    start = chance.randrange(len(text) + 1)
    some = list(text[start : start + 80])
    chance.shuffle(some)
    return text[:start] + "".join(some) + text[start + 80 :]


def _strange_inserted(chance: Random, text: str) -> str:
    return _inserted(chance, text, [chance.choice(STRANGE) for _ in range(8)])


def _anything_inserted(chance: Random, text: str) -> str:
    return _inserted(chance, text, [chr(chance.randrange(0x110000)) for _ in range(8)])


def _marks_inserted(chance: Random, text: str) -> str:
    return _inserted(chance, text, [chance.choice(MARKS) for _ in range(6)])


def _breaks_inserted(chance: Random, text: str) -> str:
    return _inserted(
        chance, text, [chance.choice(("\n", "\n\n", " \n \n", ": ")) for _ in range(4)]
    )


def _inserted(chance: Random, text: str, added: list[str]) -> str:
    for one in added:
        at = chance.randrange(len(text) + 1)
        text = text[:at] + one + text[at:]
    return text


def _marks_doubled(chance: Random, text: str) -> str:
    return "".join(c * 2 if c in MARKS and chance.random() < 0.5 else c for c in text)


def _marks_dropped(chance: Random, text: str) -> str:
    return "".join(c for c in text if c not in MARKS or chance.random() < 0.5)


def _marks_changed(chance: Random, text: str) -> str:
    return "".join(chance.choice(MARKS) if c in MARKS else c for c in text)


def _stops_dropped(chance: Random, text: str) -> str:
    return "".join(c for c in text if c not in ".,:;!?\n" or chance.random() < 0.3)


def _repeated(chance: Random, text: str) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:end] + text[start:end][:200] * chance.randrange(4) + text[end:]


def _case_changed(chance: Random, text: str) -> str:
    return chance.choice((str.upper, str.lower, str.title, str.swapcase))(text)


DAMAGES: Final[tuple[Callable[[Random, str], str], ...]] = (
    _window,
    _cut_out,
    _words_shuffled,
    _sentences_shuffled,
    _paragraphs_shuffled,
    _characters_shuffled,
    _strange_inserted,
    _anything_inserted,
    _marks_inserted,
    _breaks_inserted,
    _marks_doubled,
    _marks_dropped,
    _marks_changed,
    _stops_dropped,
    _repeated,
    _case_changed,
)


def damaged(chance: Random, text: str) -> str:
    """A stretch of `text`, damaged in one to four ways."""
    text = _window(chance, text)
    for damage in chance.choices(DAMAGES, k=chance.randint(1, 4)):
        text = damage(chance, text)[: 2 * _LONGEST]
    return text


def faults(text: str, *, twice: bool = True) -> tuple[str, ...]:
    """What does not hold of the extraction of `text` that must hold of every one.

    Read `twice`, it must give the same; half the time is saved otherwise.
    """
    article = an_article(text)
    extraction = extract(article)
    found = [*_faults_of_mentions(article, extraction)]
    for statement in extraction.statements:
        found += _faults_of_statement(article, statement)
    starts = [one.span for one in extraction.statements]
    if starts != sorted(starts):
        found.append("statements out of order")
    if twice and extract(article) != extraction:
        found.append("another reading the second time")
    documents = statement_documents(article, extraction)
    if any(one.body != one.span.of(article.body) for one in documents):
        found.append("text of a document is not that of its span")
    return tuple(found)


def _inside(span: Span, text: str) -> bool:
    return 0 <= span.start < span.end <= len(text)


def _faults_of_mentions(article: Article, extraction: Extraction) -> Iterator[str]:
    spans = [mention.span for mention in extraction.mentions]
    if not all(_inside(span, article.body) for span in spans):
        yield "a mention outside the text"
    if any(one.end > other.start and one != other for one, other in pairwise(spans)):
        yield "mentions that overlap"  # but for the two Koreas, which are two at one place


def _faults_of_statement(article: Article, statement: Statement) -> Iterator[str]:
    pieces, text = statement.pieces, article.body
    if not pieces or not all(_inside(piece, text) for piece in pieces):
        yield "a piece outside the text"
        return
    if any(one.end > other.start for one, other in pairwise(pieces)):
        yield "pieces that overlap"
    if (statement.span.start, statement.span.end) != (pieces[0].start, pieces[-1].end):
        yield "a span that is not that of its pieces"
    if any(not piece.of(text).strip() for piece in pieces):
        yield "a piece of nothing but space"
    if not 0 <= statement.confidence <= 1:
        yield "a confidence that is no share"
    yield from _faults_of_evidence(text, statement)
    json.dumps(statement_body(text, statement))


def _faults_of_evidence(text: str, statement: Statement) -> Iterator[str]:
    day = statement.said.span if statement.said else None
    for name, span in (("cue", statement.cue), ("source", statement.named_at), ("day", day)):
        if span is not None and not _inside(span, text):
            yield f"a {name} outside the text"
    for one in (statement.speaker, *statement.others):
        if one is not None and not one.name.strip():
            yield "a speaker without a name"
