"""Inputs of every form, and every way in which they can be wrong."""

from __future__ import annotations

import cProfile
import dataclasses
import gzip
import json
import os
import zipfile
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.corpus import Archive, InputFile
from searchsvc.errors import CorpusError
from searchsvc.model import Article, TitleOrigin
from searchsvc.settings import ColumnSettings, CorpusSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

STORY = "The envoy of Norland said on Friday that the talks had gone well."


def write(path: Path, data: str | bytes = STORY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def row(article_id: object = "a", text: object = STORY, **more: object) -> str:
    return json.dumps({"id": article_id, "title": "T", "text": text, **more}) + "\n"


def limited(mb: float = 0.001) -> Settings:
    return Settings(corpus=CorpusSettings(max_article_mb=mb))


def files_of(*patterns: Path | str, settings: Settings | None = None) -> list[InputFile]:
    archive = Archive([str(pattern) for pattern in patterns], settings or Settings())
    return [file for file in archive.files() if isinstance(file, InputFile)]


def read(
    *patterns: Path | str, settings: Settings | None = None
) -> tuple[list[Article], list[CorpusError]]:
    archive = Archive([str(pattern) for pattern in patterns], settings or Settings())
    articles, errors = [], []
    for file in archive.files():
        for item in [file] if isinstance(file, CorpusError) else archive.read(file):
            if isinstance(item, CorpusError):
                errors.append(item)
            else:
                articles.append(item)
    return articles, errors


def only_error(*patterns: Path | str, settings: Settings | None = None) -> CorpusError:
    articles, errors = read(*patterns, settings=settings)
    assert articles == []
    (error,) = errors
    assert error.reason
    return error


def test_every_form_is_read_in_a_stable_order(tmp_path: Path):
    page = f"<html><head><title>A page of news</title></head><body><p>{STORY}</p></body></html>"
    write(tmp_path / "b.txt")
    write(tmp_path / "a.html", page)
    write(tmp_path / "c.jsonl", row("c1") + row("c2"))
    write(tmp_path / "d.json", f"[{row('d1')},{row('d2')}]")
    write(tmp_path / "e.csv", f"id,title,text\ne1,T,{STORY}\n")
    write(tmp_path / "f.tsv", f"id\ttitle\ttext\nf1\tT\t{STORY}\n")
    write(tmp_path / "g.txt.gz", gzip.compress(STORY.encode()))
    write(tmp_path / "sub/h.ndjson.gz", gzip.compress(row("h1").encode()))
    write(tmp_path / "unknown", STORY)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("in/b.txt", STORY)
        archive.writestr("in/a.jsonl", row("z1"))
        archive.writestr("__MACOSX/in/._b.txt", b"\x00\x05")
    articles, errors = read(tmp_path)
    assert errors == []
    assert [(article.path, article.place) for article in articles] == [
        ("a.html", None),
        ("b.txt", None),
        ("c.jsonl", "line 1"),
        ("c.jsonl", "line 2"),
        ("d.json", "item 1"),
        ("d.json", "item 2"),
        ("e.csv", "line 2"),
        ("f.tsv", "line 2"),
        ("g.txt.gz", None),
        ("unknown", None),
        ("z.zip", "member in/a.jsonl, line 1"),
        ("z.zip", "member in/b.txt"),
        ("sub/h.ndjson.gz", "line 1"),
    ]
    assert all(article.body == STORY for article in articles)
    assert read(tmp_path)[0] == articles


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_text_is_read_in_every_unicode_form_with_every_line_end(
    tmp_path: Path, encoding: str, end: str
):
    lines = ("Norland envoy returns", "", "May 12, 2017 - 22:00 By Zoë Müller", "", STORY)
    write(tmp_path / "a.txt", end.join(lines).encode(encoding))
    ((article,), errors) = read(tmp_path)
    assert errors == []
    assert (article.title, article.byline, article.body) == (lines[0], "Zoë Müller", STORY)


def test_names_in_a_zip_lead_nowhere(tmp_path: Path):
    names = ["/etc/a.txt", "../../b.txt", "c\nd.txt", "C:\\e.txt"]
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in names:
            archive.writestr(name, STORY)
    before = sorted(tmp_path.rglob("*"))
    articles, errors = read(tmp_path)
    assert errors == []
    assert len({article.id for article in articles}) == len(names)
    assert not any("\n" in str(article.place) for article in articles)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_form_is_known_by_its_content_where_the_name_says_nothing(tmp_path: Path):
    write(tmp_path / "page", f"<!DOCTYPE html><title>News page</title><p>{STORY}</p>")
    write(tmp_path / "rows", row("r1"))
    write(tmp_path / "page.txt", f"<html><title>News page</title><p>{STORY}</p></html>")
    articles, errors = read(tmp_path)
    assert errors == []
    assert {(article.path, article.title) for article in articles} == {
        ("page", "News page"),
        ("page.txt", "News page"),
        ("rows", "T"),
    }


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("README.md", "# Read me", "documentation"),
        ("LICENSE", "Permission is granted.", "documentation"),
        ("readme.txt", "Read me.", "documentation"),
        ("a.pdf", b"%PDF-1.4", "convert"),
        ("a.tar.gz", b"\x1f\x8b", "unpack"),
        ("a.bin", bytes(range(256)), "binary"),
        ("a.txt", bytes(range(32)) * 9, "binary"),
        ("a.txt", b"", "empty"),
        ("a.jsonl", b"", "empty"),
        ("a.html", b"", "empty"),
        ("a.txt", b" \n\n ", "no text"),
        ("a.html", b"<html><body><nav>Home</nav></body></html>", "no article text"),
        ("a.xml", b"<?xml version='1.0'?><feed/>", "XML"),
        ("a.xml", b"<rss/>", "XML"),
        ("a.mhtml", b"MIME-Version: 1.0", "convert"),
        ("a.txt", b"A sentence. " * 200, "max_article_mb"),
        ("a.txt.gz", gzip.compress(b"A sentence. " * 200, mtime=0), "max_article_mb"),
        (
            "a.txt.gz",
            gzip.compress(Random(1).randbytes(500).hex().encode(), mtime=0)[:200],
            "ends too early",
        ),
        ("a.txt.gz", b"no gzip at all", "damaged"),
        ("a.jsonl.gz", gzip.compress(b" " * 17_000_000, mtime=0), "200 times"),
        ("a.zip", b"PK no zip", "zip"),
        ("a.json", b"{", "not JSON"),
        ("a.jsonl", b"[1]\n", "expected a JSON object"),
        ("a.jsonl", b'{"a": "b"}\n', "neither title nor text"),
        ("a.jsonl", b'{"title": "T", "text": " "}\n', "no text"),
        ("a.csv", b"a,b\n1,2\n", "neither title nor text"),
    ],
)
def test_what_is_no_article_is_a_reject_with_a_reason(
    tmp_path: Path, name: str, data: bytes, word: str
):
    path = write(tmp_path / name, data)
    error = only_error(tmp_path, settings=limited())
    assert word in error.reason
    assert error.path == str(path)


def test_a_page_nested_beyond_reason_is_a_reject(tmp_path: Path):
    write(tmp_path / "a.html", "<div>" * 100_000 + STORY)
    assert "nested" in only_error(tmp_path).reason


def test_a_broken_line_is_named_and_the_rest_of_the_file_is_read(tmp_path: Path):
    lines = [row(f"a{number}") for number in range(20)]
    lines[16] = lines[16][:-20] + "\n"
    write(tmp_path / "a.jsonl", "".join(lines))
    articles, (error,) = read(tmp_path)
    assert len(articles) == 19
    assert error.place == "line 17"


def test_a_truncated_gzip_gives_what_came_before_the_cut(tmp_path: Path):
    lines = "".join(row(f"a{number}", STORY + os.urandom(40).hex()) for number in range(2000))
    data = gzip.compress(lines.encode())
    write(tmp_path / "a.jsonl.gz", data[: len(data) // 2])
    articles, errors = read(tmp_path)
    assert articles
    assert "ends too early" in errors[-1].reason


@pytest.mark.parametrize("pattern", ["nowhere", "*.nothing", "nowhere/**/*.txt", "a\x00b"])
def test_an_input_that_matches_nothing_is_an_error(tmp_path: Path, pattern: str):
    only_error(tmp_path / pattern)


def test_globs_give_names_below_their_fixed_part(tmp_path: Path):
    for name in ("x/a.txt", "x/y/b.txt", "x/.hidden/c.txt", "x/d.csv"):
        write(tmp_path / name)
    names = [file.name for file in files_of(tmp_path / "x" / "**" / "*.txt")]
    assert names == ["a.txt", "y/b.txt"]
    assert [file.name for file in files_of(tmp_path / "*" / "*.txt")] == ["x/a.txt"]


def test_a_name_with_wildcards_in_it_is_taken_literally_if_it_exists(tmp_path: Path):
    write(tmp_path / "a[1].txt")
    assert [file.name for file in files_of(tmp_path / "a[1].txt")] == ["a[1].txt"]


def test_overlapping_inputs_give_each_file_once(tmp_path: Path):
    write(tmp_path / "a.txt")
    assert len(files_of(tmp_path, tmp_path / "a.txt", tmp_path / "*.txt")) == 1


def test_dot_files_are_left_out_by_rule(tmp_path: Path):
    write(tmp_path / ".hidden.txt")
    write(tmp_path / ".git/a.txt")
    assert read(tmp_path) == ([], [])


def test_symbolic_links_are_reported_and_not_followed(tmp_path: Path):
    write(tmp_path / "in/a.txt")
    outside = write(tmp_path / "out/b.txt")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/link.txt").symlink_to(outside)
    (tmp_path / "in/gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "in/self").symlink_to(tmp_path / "in/self")
    articles, errors = read(tmp_path / "in")
    assert [article.path for article in articles] == ["a.txt"]
    reasons = {Path(error.path).name: error.reason for error in errors}
    assert "its own place" in reasons["loop"]
    assert str(outside) in reasons["link.txt"]
    assert "nowhere" in reasons["gone.txt"]
    assert "nowhere" in reasons["self"]


def test_an_input_that_is_itself_a_link_is_followed(tmp_path: Path):
    write(tmp_path / "real/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [article.path for article in read(tmp_path / "link")[0]] == ["a.txt"]


def test_pipes_and_devices_are_never_opened(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert "regular" in only_error(tmp_path).reason
    assert "regular" in only_error(tmp_path / "pipe.txt").reason
    assert "regular" in only_error("/dev/zero").reason


def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(tmp_path: Path):
    path = write(tmp_path / "a.txt")
    archive = Archive([str(tmp_path)], Settings())
    (file,) = archive.files()
    assert isinstance(file, InputFile)
    path.unlink()
    os.mkfifo(path)
    (item,) = archive.read(file)
    assert isinstance(item, CorpusError)


def test_a_file_that_vanished_is_an_error(tmp_path: Path):
    path = write(tmp_path / "a.txt")
    archive = Archive([str(tmp_path)], Settings())
    (file,) = archive.files()
    assert isinstance(file, InputFile)
    path.unlink()
    (item,) = archive.read(file)
    assert isinstance(item, CorpusError)
    assert "no longer there" in item.reason


def test_what_may_not_be_read_is_an_error(tmp_path: Path):
    closed = [write(tmp_path / "a.txt"), write(tmp_path / "sub/b.txt").parent]
    for path in closed:
        path.chmod(0)
    try:
        if os.access(closed[0], os.R_OK):
            pytest.skip("runs as a user who may read everything")
        errors = read(tmp_path)[1]
    finally:
        for path in closed:
            path.chmod(0o700)
    assert [error.path for error in errors] == [str(path) for path in closed]
    assert all("permission" in error.reason for error in errors)


def test_names_that_cannot_be_printed_are_shown_and_told_apart(tmp_path: Path):
    for name in (b"a\nb.txt", b"\xff.txt", b"\xfe.txt"):
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:  # noqa: PTH123 - bytes
            file.write(STORY.encode())
    articles, errors = read(tmp_path)
    assert errors == []
    assert {article.path for article in articles} == {"a\\nb.txt", "\\xff.txt", "\\xfe.txt"}
    assert len({article.id for article in articles}) == 3


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_members_of_a_zip_fail_one_by_one(tmp_path: Path):
    zip_of(
        tmp_path / "a.zip",
        {
            "a.txt": STORY.encode(),
            "bomb.jsonl": b" " * 17_000_000,
            "inner.zip": b"PK",
            "large.txt": b"A sentence. " * 200,
            "read.md": b"# Read me",
            "rows.jsonl": row("r1").encode() + b"{\n",
            "t.txt.gz": gzip.compress(STORY.encode()),
        },
    )
    articles, errors = read(tmp_path, settings=limited())
    assert [article.place for article in articles] == [
        "member a.txt",
        "member rows.jsonl, line 1",
        "member t.txt.gz",
    ]
    assert [error.place for error in errors] == [
        "member bomb.jsonl",
        "member inner.zip",
        "member large.txt",
        "member read.md",
        "member rows.jsonl, line 2",
    ]


def test_an_encrypted_member_says_so(tmp_path: Path):
    path = zip_of(tmp_path / "a.zip", {"a.txt": STORY.encode()})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert "encrypted" in only_error(tmp_path).reason


def test_a_damaged_member_says_so(tmp_path: Path):
    path = zip_of(tmp_path / "a.zip", {"a.txt": os.urandom(100).hex().encode()})
    data = bytearray(path.read_bytes())
    data[50] ^= 0xFF
    path.write_bytes(bytes(data))
    only_error(tmp_path)


def test_an_id_that_came_before_is_an_error_that_names_both_places(tmp_path: Path):
    write(tmp_path / "a.jsonl", row("x") + row("y") + row("x"))
    write(tmp_path / "b.jsonl", row("y") + row("z"))
    articles, errors = read(tmp_path)
    assert [article.id for article in articles] == ["x", "y", "z"]
    assert [error.place for error in errors] == ["line 3", "line 1"]
    assert all(f"first seen in {tmp_path / 'a.jsonl'}" in error.reason for error in errors)


def test_reading_a_file_once_more_is_no_duplicate(tmp_path: Path):
    write(tmp_path / "a.jsonl", row("x") + row("y"))
    archive = Archive([str(tmp_path)], Settings())
    (file,) = archive.files()
    assert isinstance(file, InputFile)
    assert list(archive.read(file)) == list(archive.read(file))


def test_ids_survive_moving_the_archive(tmp_path: Path):
    for folder in ("here", "there/below"):
        write(tmp_path / folder / "2018/Äthiopien talks.txt")
        write(tmp_path / folder / "rows.jsonl", json.dumps({"title": "T", "text": STORY}))
    here = [article.id for article in read(tmp_path / "here")[0]]
    assert here == [article.id for article in read(tmp_path / "there/below")[0]]
    assert here[1].startswith("Athiopien-talks-")


@pytest.mark.parametrize("given_id", ["a b", "ä", "x" * 129, "..", "a/b", 7, "ok_~.-1", ""])
def test_ids_are_fit_for_an_address(tmp_path: Path, given_id: object):
    write(tmp_path / "a.jsonl", row(given_id))
    ((article,), errors) = read(tmp_path)
    assert errors == []
    assert 0 < len(article.id) <= 128
    assert set(article.id) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-"
    )
    assert (article.id == str(given_id)) == (given_id in (7, "ok_~.-1"))


def test_what_the_input_gives_wins_over_what_its_text_says(tmp_path: Path):
    text = f"T\n\n2018-11-14 By Ana Doe\n\nSEOUL (AP) -- {STORY}"
    write(
        tmp_path / "a.jsonl",
        row("a", text)
        + row("b", text, date="2019-01-02", byline="Jo Poe", agency="AFP", source="S"),
    )
    (first, second), _ = read(tmp_path)
    assert (first.byline, first.agency, first.source) == ("Ana Doe", "AP", "a")
    assert first.date is not None
    assert first.date.isoformat() == "2018-11-14"
    assert (second.byline, second.agency, second.source) == ("Jo Poe", "AFP", "S")
    assert second.date is not None
    assert second.date.isoformat() == "2019-01-02"
    assert first.body == second.body == STORY


def test_the_source_is_the_rows_else_the_setting_else_the_name_of_the_input(tmp_path: Path):
    write(tmp_path / "news/a.txt")
    write(tmp_path / "news/b.jsonl", row("b"))
    write(tmp_path / "news/c.jsonl", row("c", source="Own"))
    assert [a.source for a in read(tmp_path / "news")[0]] == ["news", "b", "Own"]
    assert read(tmp_path / "news/a.txt")[0][0].source == "news"
    set_by_hand = Settings(corpus=CorpusSettings(source="Set"))
    assert [a.source for a in read(tmp_path / "news", settings=set_by_hand)[0]] == [
        "Set",
        "Set",
        "Own",
    ]


def test_a_row_without_title_gets_one_from_its_text(tmp_path: Path):
    write(tmp_path / "a.jsonl", json.dumps({"text": f"{STORY} And more."}))
    ((article,), _) = read(tmp_path)
    assert (article.title, article.title_origin) == (STORY, TitleOrigin.FIRST_SENTENCE)


def test_the_fingerprint_changes_with_whatever_changes_the_articles(tmp_path: Path):
    path = write(tmp_path / "a.txt")
    plain = files_of(tmp_path)[0].fingerprint
    assert files_of(tmp_path)[0].fingerprint == plain
    others = {
        files_of(tmp_path, settings=changed)[0].fingerprint
        for changed in (
            limited(),
            Settings(corpus=CorpusSettings(source="S")),
            Settings(columns=ColumnSettings(title=("t",))),
        )
    }
    os.utime(path, ns=(0, 0))
    others.add(files_of(tmp_path)[0].fingerprint)
    write(path, STORY + " More.")
    os.utime(path, ns=(0, 0))
    others.add(files_of(tmp_path)[0].fingerprint)
    assert len(others | {plain}) == 6


def test_the_fingerprint_changes_with_the_furniture_of_the_folder(tmp_path: Path):
    def article(number: int, top: str) -> str:
        return (
            f"{top}\n\nTitle of article {'ABCD'[number]} here\n\nStory {'ABCD'[number]} was told."
        )

    for number in range(3):
        write(
            tmp_path / f"{number}.txt", article(number, f"Top line {'ABCD'[number]} of the page")
        )
    before = files_of(tmp_path)[0]
    for number in (1, 2):
        write(tmp_path / f"{number}.txt", article(number, "Top line A of the page"))
    after = files_of(tmp_path)[0]
    assert before.furniture == frozenset()
    assert after.furniture
    assert before.fingerprint != after.fingerprint
    assert [article.title[:7] for article in read(tmp_path)[0]] == ["Title o"] * 3


def test_furniture_is_known_inside_a_zip(tmp_path: Path):
    zip_of(
        tmp_path / "a.zip",
        {
            f"{letter}.txt": (
                f"The Example Online News\n\nArticle {letter} has a title\n\nStory {letter} was told."
            ).encode()
            for letter in "abc"
        },
    )
    assert [article.title for article in read(tmp_path)[0]] == [
        f"Article {letter} has a title" for letter in "abc"
    ]


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path):
    write(tmp_path / "a.jsonl", row("a") + "{broken\n" + row("b"))
    archive = Archive([str(tmp_path)], Settings())
    (file,) = archive.files()
    assert isinstance(file, InputFile)
    items = archive.read(file)
    assert isinstance(next(items), Article)
    assert isinstance(next(items), CorpusError)


def test_an_input_file_can_be_read_by_an_archive_of_its_own(tmp_path: Path):
    for letter in "abc":
        write(
            tmp_path / f"{letter}.txt",
            f"The Example Online News\n\nArticle {letter} is here\n\n{letter} {STORY}",
        )
    file = files_of(tmp_path)[0]
    (article,) = Archive([], Settings()).read(file)
    assert isinstance(article, Article)
    assert article.title == "Article a is here"
    assert dataclasses.replace(file) == file


NAMES = st.sampled_from(
    ["a.txt", "a.html", "a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt.gz", "a.zip", "a"]
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
@given(
    NAMES,
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    | st.text('{}[]",:a1<>/p \n', max_size=80).map(str.encode),
)
def test_any_file_gives_articles_or_rejects_and_never_nothing(
    tmp_path: Path, name: str, data: bytes
):
    folder = tmp_path / "fuzz"
    path = write(folder / name, data)
    articles, errors = read(folder)
    path.unlink()
    assert articles or errors or not data.strip() or name in {"a.csv", "a.tsv"}
    for article in articles:
        assert article.title
        assert article.body
        assert article.source
        article.body.encode()


# How far a file is read.


def positions(path: Path) -> list[int]:
    """`bytes_read` at each article of the only file."""
    archive = Archive([str(path)], Settings())
    (file,) = archive.files()
    assert isinstance(file, InputFile)
    return [archive.bytes_read for _ in archive.read(file)]


def lines_of(count: int) -> bytes:
    """Lines that hardly shrink when packed."""
    return "".join(row(number, os.urandom(2000).hex()) for number in range(count)).encode()


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_it_can_be_told_how_far_a_large_file_is_read(tmp_path, suffix):
    data = lines_of(400)
    path = write(tmp_path / f"big.{suffix}", gzip.compress(data) if "gz" in suffix else data)
    told = positions(path)
    size = path.stat().st_size
    true = [size * number // 400 for number in range(1, 401)]
    assert told == sorted(told)
    assert told[:40] == [0] * 40
    assert all(abs(each - at) < at / 2 for each, at in zip(told, true, strict=True) if each)
    assert 0.8 * size < told[-1] <= size


def test_of_a_small_file_nothing_is_told_before_its_end(tmp_path):
    assert positions(write(tmp_path / "small.jsonl", lines_of(20))) == [0] * 20


def test_of_a_zip_archive_the_members_are_counted(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in ("b", "a", "c"):
            packed.writestr(f"{name}.txt", f"{STORY} {name}" * 10)
    size = len(STORY) * 10 + 20
    assert positions(path) == [0, size, 2 * size]


def saved_page(characters: int, of: str = "A") -> str:
    """A page with a picture of so many characters in it."""
    picture = f'<img src="data:image/png;base64,{of * characters}">'
    return f"<html><body><h1>Talks</h1>{picture}{f'<p>{STORY}</p>' * 5}</body></html>"


def test_what_is_embedded_in_a_page_is_no_part_of_its_length(tmp_path: Path):
    page = saved_page(5000)
    write(tmp_path / "a.html", page)
    (article,), errors = read(tmp_path, settings=limited())
    assert errors == []
    assert page.startswith(STORY, article.body_offsets.to_raw(article.body.index(STORY)))


@pytest.mark.parametrize("page", [saved_page(5000, of="<"), saved_page(9000)])
def test_what_is_too_long_without_it_or_much_too_long_with_it_is_a_reject(
    tmp_path: Path, page: str
):
    write(tmp_path / "a.html", page)
    assert "max_article_mb" in only_error(tmp_path, settings=limited()).reason


def test_a_file_more_costs_the_listing_few_calls(tmp_path: Path):
    """There may be a million. They are counted and not timed: what is the same for all is not made for each."""
    calls = []
    for count in (50, 150):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number:03}.html").write_text("a page")
        calls.append(_calls_of(partial(files_of, folder)))
    assert calls[1] - calls[0] < 100 * 120


def _calls_of(task: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(task)
    return sum(entry.callcount for entry in profile.getstats())
