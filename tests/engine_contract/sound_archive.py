"""A made-up archive whose statements are cut out of their articles, and what damages an index of it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from searchsvc.columnar.arrayfile import ArrayFile, ArrayFileWriter
from searchsvc.columnar.segment import Segment
from searchsvc.columnar.stored import pack, unpack
from searchsvc.engine.whoosh import WhooshIndexWriter
from searchsvc.engine.whoosh.manifest import describe, read_manifest, write_manifest
from searchsvc.model import Act, CountryMention, MentionKind, Span, SpeakerKind, StatementKind
from tests.builders import article_document, date, speaker, statement_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    import numpy as np

    from searchsvc.model import ArticleDocument, StatementDocument

SAYINGS = (
    "the borders will stay open to trade",
    "WHO experts in the US talked of talks",
    "traders trade and trading goes on, on the border",
    "sanctions on Türkiye cost $5 or 10,000",
    "the minister's colour is quiet, not quite quieter",
)
NAMES = ("Rosa Quispe", "Ana Lima", "Ana María Núñez", "Lima Foundation")
COUNTRIES = ("PE", "BO", "US", "TR")


def sound_archive(
    random: Random, numbers: range
) -> list[tuple[ArticleDocument, list[StatementDocument]]]:
    """Articles a0, a1, ... and their statements, each of them words of its article."""
    return [_pair(random, f"a{number}") for number in numbers]


def _pair(random: Random, name: str) -> tuple[ArticleDocument, list[StatementDocument]]:
    when = random.choice((None, date("2017-05-12"), date("2017-05-12T22:00"), date("2016-01-31")))
    shared = {
        "title": random.choice(("Talks on borders", "US and WHO meet", "Colours")),
        "date": when,
        "source": random.choice(("Andean Courier", "Border Times")),
        "byline": random.choice((None, *NAMES)),
        "agency": None,
        "url": None,
    }
    file = "".join(random.choices("bcdfghk", k=6))  # a word that no other article has
    body, statements = f"Nobody expected it, and it is told in {file}. ", []
    count = random.choice((0, 1, 2, 3))
    for number in range(1, count + 1):
        saying, who = random.choice(SAYINGS), random.choice(NAMES)
        start = len(body) + 1
        body += f"“{saying},” said {who}. "
        cue, named = body.rindex("said"), body.rindex(who)
        kind = random.choice(tuple(StatementKind))
        statements.append(
            statement_document(
                id=f"{name}:{number}",
                article_id=name,
                body=saying,
                span=Span(start, start + len(saying)),
                pieces=(Span(start, start + len(saying)),),
                cue=Span(cue, cue + 4),
                named_at=Span(named, named + len(who)),
                named_as=who,
                kind=kind,
                act=random.choice(tuple(Act)),
                speaker=speaker(name=who, kind=random.choice(tuple(SpeakerKind))),
                others=(speaker(name="Bo Berg"),) if random.random() < 0.2 else (),
                countries=_some(random, COUNTRIES),
                **shared,
            )
        )
    article = article_document(
        id=name,
        body=body.strip(),
        captions=tuple(random.choice(SAYINGS) for _ in range(random.choice((0, 0, 1, 2)))),
        speakers=_some(random, NAMES),
        countries=_some(random, COUNTRIES),
        kinds=tuple(dict.fromkeys(each.kind for each in statements)),
        mentions=(CountryMention(Span(0, 6), "PE", MentionKind.NAME),),
        statement_count=count,
        **shared,
    )
    return article, statements


def _some(random: Random, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(random.sample(values, random.choice((0, 1, 1, 2, 4))))


def publish(path, pairs, *, fresh=True, remove=(), stored=True):
    """Publish these articles in place of those removed."""
    build = WhooshIndexWriter(path, 3, stored=stored).start_build(fresh=fresh)
    build.remove(remove)
    for article, statements in pairs:
        build.add(article, statements)
    build.sidecar("notes.txt").write_text("notes")
    return build.publish(rejects=0)


def vouch(folder: Path) -> None:
    """Have the manifest vouch for the files as they are now."""
    manifest = read_manifest(folder)
    write_manifest(folder, dataclasses.replace(manifest, files=describe(folder, {})))


def alter_arrays(file: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    """Rewrite an array file with its arrays changed and all checksums right."""
    opened = ArrayFile(file)
    about = dict(opened.about)
    arrays = {name: opened[name].copy() for name in opened.names()}
    change(arrays)
    file.unlink()
    with ArrayFileWriter(file, about) as writer:
        for name, array in arrays.items():
            writer.add(name, array)
    vouch(file.parent)


def alter_stored(file: Path, document_id: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite a file of stored documents with one changed and all checksums right."""
    segment = Segment(file.parent, file.stem)
    stored = []
    for doc in range(segment.count):
        text = segment.stored(doc)
        if segment.ids[doc] == document_id:
            plain = json.loads(text)
            change(plain)
            text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
        stored.append(pack(text))
    assert all(map(unpack, stored))
    arrays = file.with_suffix(".arrays")
    file.unlink()
    file.write_bytes(b"".join(stored))

    def move(own: dict[str, np.ndarray]) -> None:
        at = own["stored.at"].astype("u4")
        at[1:] = [sum(map(len, stored[: doc + 1])) for doc in range(segment.count)]
        own["stored.at"] = at

    alter_arrays(arrays, move)
