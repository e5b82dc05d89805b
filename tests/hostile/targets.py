"""What is fuzzed: samples of what it reads, and a function that must survive any change of them."""

from __future__ import annotations

import atexit
import io
import json
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.articles import Unit, read_unit
from searchsvc.corpus.dates import read_date, read_date_line, read_time, split_date_line
from searchsvc.corpus.sources import Pulled
from searchsvc.engine.whoosh.manifest import CHECKSUM, _checksum, read_manifest
from searchsvc.errors import CorpusError, EngineError
from searchsvc.model import Collection
from searchsvc.query.parser import parse
from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.extraction.folders import SAMPLE
from tests.reference_engine import filled
from tests.unit.commands import invoke, write_articles
from tests.web.archive import made_up_articles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Target = tuple[Sequence[bytes], Callable[[bytes], object]]

_NAMES: Final = ("a.txt", "a.html", "a.jsonl", "a.json", "a.csv", "a.tsv", "a")
_QUERIES: Final = (
    b'speaker:"Ann Berg" AND (talks OR "border trade"~3) -title:copper', b"date:2017-05..2018",
    b"country:PE kind:direct said:2016 about:JP", b'"productive talks" NEAR harb* ~tariff^2',
    b"NOT (a AND (b OR NOT c)) US WHO S-400", b"(((((talks)))))", b"source:*", b'"unclosed',
)  # fmt: skip
_DATES: Final = (
    b"May 12, 2017 - 22:00 KST", b"12/05/2017", b"2017-05-12T22:00:01+09:00", b"20170512",
    b"Published: Fri, 12 May 2017 9.59 p.m. Updated 5 hours ago By Jo Doe", "2017년 11월 14일".encode(),
    b"May 12 22:00:00 KST 2017", b"Sept. 3rd, '16 | 3 min read", b"12-May-17",
)  # fmt: skip


def _readers() -> Target:
    samples = [path.read_bytes()[:8000] for path in sorted(SAMPLE.rglob("*")) if path.is_file()]
    settings = Settings()

    def read(data: bytes) -> None:
        unit = Unit("x", _NAMES[len(data) % len(_NAMES)], None, "s", frozenset())
        stream: io.BufferedReader = io.BufferedReader(Pulled(io.BytesIO(data).read))
        with suppress(CorpusError):
            for _ in read_unit(stream, unit, settings):
                pass

    return samples, read


def _dates() -> Target:
    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for function in (read_date, read_time, read_date_line, split_date_line):
            function(text)

    return _DATES, read


def _queries() -> Target:
    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")[:2000]
        for collection in Collection:
            parse(text, collection)

    return _QUERIES, read


@cache
def _small_index() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="searchsvc-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    invoke("reindex", write_articles(folder / "a.jsonl"), "--index", folder / "index")
    (generation,) = (folder / "index").glob("gen-*")
    return generation


def _manifest() -> Target:
    file = _small_index() / "manifest.json"
    sample = file.read_bytes()
    file.chmod(0o600)

    def read(data: bytes) -> None:
        for content in (data, *_vouched_for(data)):
            file.write_bytes(content)
            with suppress(EngineError):
                read_manifest(file.parent)
        file.write_bytes(sample)

    return (sample,), read


def _vouched_for(data: bytes) -> Iterator[bytes]:
    """A changed manifest with the checksum that it would have, to see what stands behind that."""
    with suppress(ValueError, RecursionError):
        manifest = json.loads(data)
        if isinstance(manifest, dict):
            manifest.pop(CHECKSUM, None)
            yield json.dumps({**manifest, CHECKSUM: _checksum(manifest)}).encode()


def _toc() -> Target:
    """Opening an index with another table of contents: refused, whatever it is."""
    table = min(_small_index().glob("*.toc"))
    sample = table.read_bytes()
    table.chmod(0o600)
    settings = Settings()
    index = _small_index().parent

    def read(data: bytes) -> None:
        from dataclasses import replace

        table.write_bytes(data)
        engine = open_engine(replace(settings, index=replace(settings.index, path=index)))
        try:
            with suppress(EngineError):
                engine.status()
                if data != sample:
                    raise AssertionError("an index with another table of contents was opened")
        finally:
            engine.close()
            table.write_bytes(sample)

    return (sample,), read


def _http() -> Target:
    client = create_app(filled(*made_up_articles(4)), Settings()).test_client()
    samples = (
        b"/search?q=talks&in=articles&size=5&page=2&sort=newest&speaker=Rosa+Quispe",
        b"/api/v1/search?q=talks&facets=speaker,country&facet.size.speaker=5&date.from=2016",
        b"/articles/a1", b"/similar?article=a1", b"/suggest?q=ra&field=speaker", b"/static/page.js",
        b"/api/v1/articles/a1", b"/search?q=%22a%20b%22&not.speaker=x&speaker.op=and&explain=on",
    )  # fmt: skip

    def read(data: bytes) -> None:
        path, _, query = data.decode("latin-1").partition("?")
        with client.get(
            "/", environ_overrides={"PATH_INFO": path, "QUERY_STRING": query}
        ) as response:
            if response.status_code >= 500:
                raise AssertionError(response.status)

    return samples, read


TARGETS: Final[dict[str, Callable[[], Target]]] = {
    "readers": _readers,
    "dates": _dates,
    "queries": _queries,
    "manifest": _manifest,
    "toc": _toc,
    "http": _http,
}
