"""Dumps: an archive written on one machine and read on another is the same archive."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from searchsvc.cli import main
from searchsvc.corpus import Archive
from searchsvc.dumping import dump_lines
from searchsvc.engine.contract import FacetRequest, SearchRequest, Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.errors import CorpusError
from searchsvc.fields import facet_fields
from searchsvc.model import Article, ArticleDocument, Collection, StatementDocument
from searchsvc.query import parse
from searchsvc.reindex import reindex
from searchsvc.settings import Settings

SAMPLE = Path(str(files("searchsvc"))) / "sample"
DESCRIBED = Path(__file__).resolve().parents[2] / "docs" / "dump.md"

ODD = (
    {
        "id": "undated",
        "title": "No date at all",
        "text": "“We will sign it,” said Rosa Quispe, spokeswoman of the Foreign Ministry.",
        "byline": "By Jun Okabe (okabe@wire.example)",
        "agency": "Andean Wire",
        "url": "https://wire.example/a?b=c&d=%20",
    },
    {
        "id": "given",
        "title": "Given names win",
        "text": "The harbour stays open, Halla Ragnars said on Tuesday in Reykjavik.",
        "date": "2016-05-12 22:01",
        "speakers": ["Bo-ra Namgung", "A; B"],
        "countries": ["Iceland", "Atlantis"],
    },
    {
        "id": "with~odd.characters_1",
        "title": "北京 <b>&amp; “quotes” \\ \u00a0\u200b e\u0301 🜚",
        "text": "TROY, Mich., May 3 (Wire) -- 「明日、港は開く」と大臣は語った。\n\nA tab\tand ﬁne "
        "“curly” text – with dashes, said Rosa Quispe.\n\n\n\nPhoto: The harbour of Callao.",
        "date": "2016-05",
        "source": "Steppe, Gazette; & Sons",
    },
    {"text": "No title here. “Nobody wants sanctions,” Jun Okabe said.", "date": "1987-02-03"},
)


def documents(engine, collection):
    """All documents of a collection, oldest first."""
    request = SearchRequest(collection=collection, sort=Sort.OLDEST)
    walk = engine.read(lambda reader: reader.walk(request))
    return [hit.document for hit in walk.hits]


def answers(engine):
    """Ids, totals and facets of some searches, scores included."""
    for text in ("sanctions", "said", "harbour OR 港", '"the border"', ""):
        for collection in Collection:
            facets = tuple(FacetRequest(field) for field in facet_fields(collection))
            tree = parse(text, collection).tree
            found = engine.search(SearchRequest(collection, tree, facets=facets, limit=50))
            yield found.total, found.articles, found.ids, found.facets
            yield [(hit.score, hit.document) for hit in found.hits]


def index_of(folder, *inputs):
    archive = Archive([str(path) for path in inputs], Settings())
    report = reindex(
        archive,
        WhooshIndexWriter(folder, 2),
        full=False,
        keep_others=False,
        progress=lambda _: None,
    )
    return report, WhooshEngine(folder, Settings().search)


def written(engine, path):
    """A dump of the engine's index."""
    path.write_bytes(b"".join(engine.read(lambda reader: dump_lines(reader, {"extractor": "1"}))))
    return path


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    odd = folder / "odd.jsonl"
    odd.write_text("".join(json.dumps(row) + "\n" for row in ODD), encoding="utf-8")
    return (SAMPLE, odd)


@pytest.fixture(scope="module")
def first(inputs, tmp_path_factory):
    _, engine = index_of(tmp_path_factory.mktemp("first"), *inputs)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def dump(first, tmp_path_factory):
    return written(first, tmp_path_factory.mktemp("dump") / "archive.ndjson")


@pytest.fixture(scope="module")
def second(dump, tmp_path_factory):
    report, engine = index_of(tmp_path_factory.mktemp("second"), dump)
    assert report.rejects == 0, report.first_rejects
    yield engine
    engine.close()


@pytest.mark.parametrize("collection", Collection)
def test_all_documents_are_the_same_to_the_last_member(first, second, collection):
    before, after = documents(first, collection), documents(second, collection)
    assert len(before) >= 70
    assert [each.id for each in after] == [each.id for each in before]
    for old, new in zip(before, after, strict=True):
        assert new == old


def test_all_answers_are_the_same(first, second):
    assert list(answers(second)) == list(answers(first))


def test_a_dump_of_what_was_read_from_a_dump_has_the_same_articles(dump, second, tmp_path):
    again = written(second, tmp_path / "again.ndjson")
    lines, before = again.read_bytes().splitlines(), dump.read_bytes().splitlines()
    assert lines[1:-1] == before[1:-1]


def test_the_same_generation_gives_the_same_bytes(first, dump, tmp_path):
    assert written(first, tmp_path / "again").read_bytes() == dump.read_bytes()


def test_a_packed_dump_of_any_name_is_read_as_well(dump, tmp_path):
    packed = tmp_path / "archive.gz"
    packed.write_bytes(gzip.compress(dump.read_bytes()))
    articles = read(packed)
    assert len(articles) == len(read(dump))
    assert all(isinstance(item, Article) for item in articles)


def read(path):
    """What an archive makes of a file."""
    archive = Archive([str(path)], Settings())
    files = [file for file in archive.files() if not isinstance(file, CorpusError)]
    assert files
    return [item for file in files for item in archive.read(file)]


def refusal(path):
    """Why nothing of a file is read."""
    (item,) = read(path)
    assert isinstance(item, CorpusError)
    return item.reason


def test_a_dump_that_was_cut_anywhere_is_refused_whole(dump, tmp_path):
    data = dump.read_bytes()
    lines = data.splitlines(keepends=True)
    cut = tmp_path / "cut.ndjson"
    ends = (
        len(lines[0]),
        len(lines[0]) + 5,
        len(data) // 2,
        len(data) - len(lines[-1]),
        len(data) - 1,
    )
    for end in ends:
        cut.write_bytes(data[:end])
        assert "cut" in refusal(cut)


def test_a_dump_with_another_byte_or_line_is_refused_whole(dump, tmp_path):
    lines = dump.read_bytes().splitlines(keepends=True)
    changed = tmp_path / "changed.ndjson"
    for others in (
        [lines[0], lines[1].replace(b"said", b"sayd"), *lines[2:]],
        [lines[0], *lines[2:]],
        [lines[0], lines[2], lines[1], *lines[3:]],
        [lines[0], lines[1], *lines[1:]],
        [*lines, lines[-1]],
    ):
        changed.write_bytes(b"".join(others))
        assert "digest" in refusal(changed) or "cut" in refusal(changed)


def test_a_dump_of_another_format_is_refused(dump, tmp_path):
    later = tmp_path / "later.ndjson"
    later.write_bytes(dump.read_bytes().replace(b'"searchsvc_dump":1', b'"searchsvc_dump":2', 1))
    assert "format 2" in refusal(later)


def sealed(path, *articles):
    """A dump of these members, whatever they are, that was never changed."""
    lines = [{"searchsvc_dump": 1}, *({"article": each, "statements": []} for each in articles)]
    data = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
    digest = hashlib.blake2b(data, digest_size=32).hexdigest()
    end = {"end": {"articles": len(articles), "statements": 0, "blake2b": digest}}
    path.write_bytes(data + json.dumps(end, separators=(",", ":")).encode() + b"\n")
    return path


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", "../../etc"),
        ("id", ""),
        ("body", ""),
        ("body", 5),
        ("title", "half \ud800"),
        ("captions", "one"),
        ("captions", [1]),
        ("date", {"day": "2016-13-01", "time": None, "origin": "input"}),
        ("date", "2016-01-01"),
        ("url", "javascript:alert(1)"),
        ("title_origin", "guessed"),
        ("given_speakers", None),
    ],
)
def test_an_article_that_no_dump_holds_is_a_reject_of_its_own(dump, tmp_path, member, value):
    good = json.loads(dump.read_bytes().splitlines()[1])["article"]
    forged = sealed(tmp_path / "forged.ndjson", {**good, member: value}, good)
    reject, article = read(forged)
    assert isinstance(reject, CorpusError)
    assert reject.place == "line 2"
    assert isinstance(article, Article)
    assert article.id == good["id"]


def test_an_article_without_a_member_is_a_reject(dump, tmp_path):
    good = json.loads(dump.read_bytes().splitlines()[1])["article"]
    for member in ("id", "body", "date", "given_countries"):
        short = {name: value for name, value in good.items() if name != member}
        (reject,) = read(sealed(tmp_path / "short.ndjson", short))
        assert isinstance(reject, CorpusError)
        assert member in reject.reason


def test_the_command_writes_what_reindex_reads(tmp_path, inputs):
    run = CliRunner().invoke
    here, there = ["--index", str(tmp_path / "here")], ["--index", str(tmp_path / "there")]
    assert run(main, [*here, "reindex", str(inputs[1])]).exit_code == 0
    target = tmp_path / "archive.ndjson.gz"
    done = run(main, [*here, "dump", str(target)])
    assert done.exit_code == 0, done.output
    assert run(main, [*there, "reindex", "--strict", str(target)]).exit_code == 0
    plain = run(main, [*here, "dump", "-"])
    assert gzip.decompress(target.read_bytes()) == plain.stdout_bytes
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [target.name]


def test_without_an_index_there_is_no_dump_and_no_file(tmp_path):
    done = CliRunner().invoke(
        main, ["--index", str(tmp_path / "none"), "dump", str(tmp_path / "x")]
    )
    assert done.exit_code == 3
    assert not (tmp_path / "x").exists()


def test_every_member_is_described():
    text = DESCRIBED.read_text(encoding="utf-8")
    article, _, statement = text.partition("| member of a statement |")
    for kind, described in ((ArticleDocument, article), (StatementDocument, statement)):
        for field in dataclasses.fields(kind):
            assert f"`{field.name}`" in described, field.name
