"""A made-up archive as large as wanted, and the index of it without reading any of it.

A million articles take more than an hour to extract. What an increment costs depends on what
stands in the index, the ledger and the register, not on how that came there: so the documents are
made beside the rows that are written, and the three are filled through what a run fills them with.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any, Final

from searchsvc import wiring
from searchsvc.corpus import Archive
from searchsvc.documents import article_document, statement_documents
from searchsvc.errors import CorpusError
from searchsvc.identities import IDENTITIES_FILE, NO_ALIASES, Register, sightings_of
from searchsvc.model import (
    Article,
    ArticleDate,
    DateOrigin,
    Extraction,
    OffsetMap,
    Span,
    Speaker,
    SpeakerKind,
    Statement,
    StatementKind,
    TitleOrigin,
)
from searchsvc.reindex.ledger import LEDGER_FILE, Ledger, digest
from searchsvc.reindex.run import REJECTS_FILE, VERSIONS
from tests.durability.archives import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from searchsvc.settings import Settings

FIRST_NAMES: Final = (
    "Rosa Jorge Ilse Tomas Nadia Oyuun Henrik Pavel Mirela Anton Leila Kofi Bruna Stellan Yusra"
    " Dario Agnes Viktor Selma Ravi Noor Emil Petra Ciro Hanne Luka Amina Bo Tessa Igor"
).split()
SYLLABLES: Final = (
    "ka ro ven dal mir tos bel qui nor sta lem fur gon zar pel hau tri mon sek vor".split()
)
COUNTRIES: Final = (
    ("Bolivia", "BO"),
    ("Kenya", "KE"),
    ("Japan", "JP"),
    ("Turkey", "TR"),
    ("Brazil", "BR"),
    ("Poland", "PL"),
    ("Vietnam", "VN"),
)
ROLES: Final = ("trade minister", "spokesman", "mayor", "governor", "ambassador")
PERSONS: Final = 30_000
SURNAMES: Final = 4_000
WORDS: Final = 30_000
YEARS: Final = 10
PER_FILE: Final = 10_000
FILE_TIME_NS: Final = 1_500_000_000_000_000_000


def _invented(count: int, longest: int, seed: str) -> tuple[str, ...]:
    random = Random(seed)
    return tuple(
        "".join(random.choices(SYLLABLES, k=random.randint(1, longest))) for _ in range(count)
    )


_WORDS: Final = _invented(WORDS, 4, "words")
_WEIGHTS: Final = tuple(accumulate(1 / (rank + 3) for rank in range(WORDS)))
_SURNAMES: Final = tuple(name.capitalize() for name in _invented(SURNAMES, 4, "names"))


@dataclass(frozen=True, slots=True)
class Made:
    """An article as a row of JSON lines, as it is read, and what would be extracted from it."""

    row: dict[str, Any]
    article: Article
    extraction: Extraction


def made(number: int, version: int = 0) -> Made:
    """Article `number` of the archive in that version: one statement, some 30 words."""
    random = Random(number * 1_000 + version)
    words = random.choices(_WORDS, cum_weights=_WEIGHTS, k=34)
    person = int(PERSONS * random.random() ** 2)
    name = f"{FIRST_NAMES[person % len(FIRST_NAMES)]} {_SURNAMES[person % SURNAMES]}"
    country, code = COUNTRIES[person % len(COUNTRIES)]
    role = ROLES[person % len(ROLES)]
    said = f"The {' '.join(words[:6])} is ready"
    lead = " ".join(words[6:28]).capitalize()
    body = f"{lead}.\n\n“{said},” said {name}, {role} of {country}."
    day = dt.date(2010, 1, 1) + dt.timedelta(random.randrange(365 * YEARS))
    row = {
        "id": f"n{number:07}",
        "title": " ".join(words[28:]).capitalize(),
        "text": body,
        "date": day.isoformat(),
        "source": SOURCES[number % len(SOURCES)],
    }
    article = Article(
        id=row["id"],
        path=_name(number // PER_FILE),
        place=f"line {number % PER_FILE + 1}",
        source=row["source"],
        title=row["title"],
        title_origin=TitleOrigin.GIVEN,
        body=body,
        body_offsets=OffsetMap((0,), (0,)),
        date=ArticleDate(day, None, DateOrigin.INPUT),
    )
    start = body.index("“") + 1
    end = start + len(said)
    span = Span(start, end)
    statement = Statement(
        span=span,
        pieces=(span,),
        kind=StatementKind.DIRECT,
        cue=Span(end + 3, end + 7),
        named_at=Span(end + 8, end + 8 + len(name)),
        speaker=Speaker(name, SpeakerKind.PERSON, role, code),
        about=(),
        confidence=0.9,
        rule="made up",
        verb="say",
    )
    return Made(row, article, Extraction((statement,), (), (code,), (code,)))


def write_rows(folder: Path, first: int, end: int, *, name: str, version: int = 0) -> None:
    """Write articles `first` to `end`, exclusive, as one file in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    with file.open("w", encoding="utf-8") as lines:
        for number in range(first, end):
            lines.write(json.dumps(made(number, version).row, ensure_ascii=False) + "\n")


def write_large_archive(folder: Path, articles: int) -> None:
    """Write the first `articles` articles, `PER_FILE` to a file."""
    for number, first in enumerate(range(0, articles, PER_FILE)):
        write_rows(folder, first, min(first + PER_FILE, articles), name=_name(number))


def publish_unread(archive: Path, settings: Settings, articles: int) -> None:
    """Publish an index of the archive that `write_large_archive` wrote, as a run would."""
    build = wiring.open_writer(settings).start_build(fresh=True)
    versions = {**VERSIONS, "alias file": NO_ALIASES.checksum}
    try:
        with (
            closing(Ledger(build.sidecar(LEDGER_FILE), versions)) as ledger,
            closing(Register(build.sidecar(IDENTITIES_FILE))) as register,
        ):
            inputs = _listed(archive, settings, ledger)
            for number in range(articles):
                each = made(number)
                owner = inputs[number // PER_FILE]
                ledger.claim(each.article, digest(each.article), owner=owner)
                register.note(each.article.id, sightings_of(each.article, each.extraction))
                build.add(
                    article_document(each.article, each.extraction),
                    statement_documents(each.article, each.extraction),
                )
            ledger.finish()
            register.finish()
        _name_as_printed(build.sidecar(IDENTITIES_FILE))
        build.sidecar(REJECTS_FILE).write_bytes(b"")
        build.publish(rejects=0)
    finally:
        build.abandon()


def _listed(archive: Path, settings: Settings, ledger: Ledger) -> list[int]:
    """The numbers of the files of the archive in the ledger, in their order."""
    for file in Archive([str(archive)], settings).files():
        assert not isinstance(file, CorpusError)
        ledger.list_input(file, size_bytes=file.path.stat().st_size)
    ledger.settle()
    found = []
    for file in Archive([str(archive)], settings).files():
        assert not isinstance(file, CorpusError)
        listed = ledger.next_pending(file)
        assert listed is not None
        found.append(listed.id)
    return found


def _name_as_printed(register: Path) -> None:
    """Settle everybody at once; to compare them all would take an hour."""
    with closing(sqlite3.connect(register)) as db, db:
        db.execute("UPDATE people SET shown = name, wanted = name, reason = 'as printed'")


def _name(file: int) -> str:
    return f"part-{file:05}.jsonl"
