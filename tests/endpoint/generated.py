"""The corpora and queries of the benchmark as an archive that is served, and as addresses."""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from searchsvc import wiring
from searchsvc.countries import COUNTRIES
from searchsvc.model import ArticleDate, ArticleDocument, DateOrigin, TitleOrigin
from searchsvc.settings import load_settings
from tests.bench.corpora import corpus
from tests.bench.workload import read_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.corpora import Corpus
    from tests.bench.workload import Query, Record

_CODES = sorted(COUNTRIES)


def archive(work: Path, docs: int, *, own: bool = False) -> tuple[Corpus, Path]:
    """A corpus of the benchmark in `work`, and an index of it that can be served, made once.

    `own` passes over the shared tools that may make the corpus.
    """
    made = corpus(work, docs, 1, short=False, own=own)
    index = made.folder / "served" / "index"
    if not (index / "CURRENT").exists():
        index.parent.mkdir(exist_ok=True)
        publish(made, {"index.path": str(index), "index.keep": 1})
    return made, index


def publish(made: Corpus, overrides: Mapping[str, Any]) -> None:
    """Publish an index of the corpus, with all documents stored, where these settings have it."""
    build = wiring.open_writer(load_settings(overrides=overrides)).start_build(fresh=True)
    try:
        for article in read_corpus(made.raw):
            build.add(document_of(article), ())
        build.publish(rejects=0)
    finally:
        build.abandon()


def document_of(article: Record) -> ArticleDocument:
    """The document of an article, with the values as given."""
    return ArticleDocument(
        id=article["id"],
        path=f"made-up/{article['id']}.txt",
        source=article["source"],
        title=article["title"],
        title_origin=TitleOrigin.GIVEN,
        body=article["body"],
        captions=(),
        date=ArticleDate(dt.date.fromisoformat(article["date"]), None, DateOrigin.INPUT),
        byline=None,
        byline_email=None,
        agency=None,
        url=None,
        speakers=tuple(article["speakers"]),
        countries=tuple(dict.fromkeys(map(real, article["countries"]))),
        main_countries=(),
        kinds=(),
        mentions=(),
        statement_count=0,
    )


def real(code: str) -> str:
    """A code that there is, for one that may be made up: parameters take no others."""
    return code if code in COUNTRIES else _CODES[int(code, 36) % len(_CODES)]


def distinct(made: Corpus, each: int | None = None) -> list[tuple[str, str]]:
    """Class and parameters of the queries of a corpus, each once; so many of a class at most."""
    by_class: dict[str, dict[str, None]] = defaultdict(dict)
    for query in made.queries():
        by_class[query["class"]][parameters(query)] = None
    return [(kind, one) for kind, found in by_class.items() for one in list(found)[:each]]


def options(said: str | None) -> argparse.ArgumentParser:
    """What a program that measures over such an archive is told: how large it is, where it is kept.

    Args:
        said: what the program does.
    """
    parser = argparse.ArgumentParser(
        description=said, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--docs", type=int, default=100_000, help="articles")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir(), "searchsvc-bench"),
        help="corpora and indexes of the benchmark are kept here",
    )
    return parser


def parameters(query: Query) -> str:
    """The parameters of a search for what `query` asks, as they stand in an address.

    All facets of articles and ten hits, as where nothing else is said.
    """
    filters = query["filters"]
    asked = {"in": "articles", "q": _text(query), "speaker": filters.get("speaker", "")}
    asked["source"] = filters.get("source", "")
    asked["country"] = real(filters["country"]) if "country" in filters else ""
    asked["date.from"] = filters.get("date_from", "")
    asked["date.to"] = filters.get("date_to", "")
    return urlencode({name: value for name, value in asked.items() if value})


def _text(query: Query) -> str:
    words = query["words"]
    match query["op"]:
        case "all":
            return ""
        case "phrase":
            return f'"{" ".join(words)}"'
        case "prefix":
            return f"{words[0]}*"
        case "fuzzy":
            return f"{words[0]}~1"
        case "or":
            return " OR ".join(words)
    return " ".join(words)
