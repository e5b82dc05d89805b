"""No damage to a file goes unnoticed: the answer is right, or the file is named; nothing else."""

from __future__ import annotations

import dataclasses
import shutil
import struct
import zlib
from bisect import bisect_right
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.columnar.arrayfile import FORMAT_VERSION, ArrayFile
from searchsvc.columnar.segment import Segment
from searchsvc.engine.contract import FacetRequest, SearchRequest, Sort
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.generations import CURRENT
from searchsvc.engine.whoosh.manifest import (
    CHECKED_ON_OPENING_BYTES,
    MANIFEST,
    describe,
    read_manifest,
    write_manifest,
)
from searchsvc.errors import EngineError, IndexCorrupt, IndexIncompatible, IndexMissing
from searchsvc.fields import facet_fields
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.settings import SearchSettings
from tests.builders import article_document, statement_document
from tests.engine_contract.archive import made_up_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALL_BYTES_UP_TO = 8_192
"""Every byte of a file up to this size is altered; of larger ones, a sample."""
SAMPLE = 300
LARGE_SAMPLE = 25

Answers = tuple[object, ...]


def build(path: Path, seed: int, articles: int, *, fresh: bool, remove: tuple[str, ...] = ()):
    made = WhooshIndexWriter(path, 3).start_build(fresh=fresh)
    made.remove(remove)
    for article, statements in made_up_archive(Random(seed), articles):
        if fresh or article.id in remove:
            made.add(article, statements)
    made.sidecar("notes.txt").write_text(f"notes of {seed}")
    made.publish(rejects=seed, versions=(("extractor", "7"),))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three generations of a few articles; the latest has two segments, with deletions."""
    path: Path = tmp_path_factory.mktemp("sound") / "index"
    build(path, 1, 6, fresh=True)
    build(path, 2, 14, fresh=True)
    build(path, 3, 14, fresh=False, remove=("a1",))
    return path


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    """A copy of the latest, which shares no file with anything: nothing can take its place."""
    path = tmp_path / "index"
    shutil.copytree(sound, path)
    for earlier in ("gen-000001", "gen-000002"):
        shutil.rmtree(path / earlier)
    return path


@pytest.fixture(scope="module")
def right(sound: Path) -> Answers:
    return answers(sound)


def published(path: Path) -> Path:
    return path / (path / CURRENT).read_text().split()[0]


def files(path: Path) -> list[Path]:
    """All files that the latest generation is read from."""
    inside = (file for file in sorted(published(path).rglob("*")) if file.is_file())
    return [path / CURRENT, *inside]


def answers(path: Path) -> Answers:
    """The status, answers to some questions, and every document."""
    engine = WhooshEngine(path, SearchSettings())
    try:
        found: list[object] = [dataclasses.replace(engine.status(), previous=())]
        for collection in Collection:
            facets = tuple(FacetRequest(name) for name in facet_fields(collection))
            for text in ("", "border", '"the border"', "tr* -said", "exact:talks"):
                query = parse(text, collection).tree
                sort = Sort.RELEVANCE if text else Sort.NEWEST
                request = SearchRequest(collection, query, facets=facets, sort=sort, limit=100)
                found.append(engine.search(request)._replace(elapsed_s=0.0))
            everything = engine.search(SearchRequest(collection, limit=100, documents=False))
            found += [engine.fetch(collection, name) for name in everything.ids]
        return tuple(found)
    finally:
        engine.close()


def assert_right_or_refused(path: Path, damaged: Path, right: Answers) -> bool:
    """Whether it was refused, which must be by the name of what is damaged."""
    refusal: IndexCorrupt | IndexIncompatible
    try:
        found = answers(path)
    except (IndexCorrupt, IndexIncompatible) as error:
        refusal = error
    else:
        assert found == right
        return False
    named = {str(damaged)}
    if isinstance(refusal, IndexIncompatible) and damaged.name == MANIFEST:
        named.add(str(damaged.parent))
    assert refusal.path in named
    assert refusal.path in str(refusal)
    return True


def replace(file: Path, content: bytes) -> None:
    """Put another file in its place, because the old one may still be mapped."""
    file.unlink(missing_ok=True)
    file.write_bytes(content)


def flipped(content: bytes, rng: Random, most: int) -> Iterator[bytes]:
    """`content` with one bit of one byte turned: of each byte, or of a sample of `most`."""
    places = range(len(content))
    for place in places if len(content) <= ALL_BYTES_UP_TO else rng.sample(places, most):
        bit = 1 << rng.randrange(8)
        yield content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not a manifest: not JSON"),
        (b'{"format":', "is not a manifest: not JSON"),
        (b"\xff\xfe\x00", "is not a manifest: not JSON"),
        (b"[" * 100_000, "is not a manifest: not JSON"),
        (b"[1]", "is not a manifest: JSON, but no object"),
        (b"7", "is not a manifest: JSON, but no object"),
        (b"{}", "is not a manifest: it lacks `format`"),
    ],
)
def test_what_is_not_a_manifest_is_told_in_words(index: Path, content: bytes, told: str):
    file = published(index) / MANIFEST
    replace(file, content)
    with pytest.raises(IndexCorrupt) as refusal:
        read_manifest(file.parent)
    assert str(refusal.value).startswith(f"{file}: {told};")


def test_a_manifest_of_other_entries_is_told_in_words(index: Path):
    folder = published(index)
    manifest = read_manifest(folder)
    write_manifest(folder, dataclasses.replace(manifest, versions=("odd",)))  # type: ignore[arg-type]  # that is the damage
    with pytest.raises(IndexCorrupt, match="is not a manifest: it does not say what"):
        read_manifest(folder)


def test_the_answers_that_are_compared_hold_something(sound: Path, right: Answers):
    assert len({repr(answer) for answer in right}) > 20
    suffixes = {file.suffix for file in files(sound)}
    assert suffixes == {"", ".json", ".toc", ".arrays", ".stored", ".txt"}
    assert sum(file.suffix == ".arrays" for file in files(sound)) == 4
    assert answers(sound) == right


def test_a_flipped_bit_is_refused_by_the_name_of_the_file_or_changes_nothing(
    index: Path, right: Answers
):
    rng = Random(1)
    for file in files(index):
        content = file.read_bytes()
        refused = 0
        for altered in flipped(content, rng, SAMPLE):
            replace(file, altered)
            refused += assert_right_or_refused(index, file, right)
        # What may be altered without effect is white space.
        assert refused >= min(len(content), SAMPLE) * 0.8, file
        replace(file, content)
    assert answers(index) == right


def test_a_file_cut_short_or_lengthened_is_refused_by_its_name(index: Path, right: Answers):
    for file in files(index):
        content = file.read_bytes()
        lengths = {0, 1, 8, 63, 64, len(content) // 2, len(content) - 2}
        for length in sorted(length for length in lengths if length < len(content) - 1):
            replace(file, content[:length])
            assert assert_right_or_refused(index, file, right), (file, length)
        replace(file, content + b"x")
        assert assert_right_or_refused(index, file, right), file
        replace(file, content)


def test_a_missing_file_is_refused_by_its_name(index: Path, right: Answers):
    for file in files(index):
        content = file.read_bytes()
        file.unlink()
        if file.name == CURRENT:
            with pytest.raises(IndexMissing, match=str(index)):
                answers(index)
        else:
            assert assert_right_or_refused(index, file, right), file
        replace(file, content)


def test_a_file_of_another_generation_or_another_segment_is_refused(
    sound: Path, index: Path, right: Answers
):
    """Each file in the place of each other one that is of its kind."""
    everything = [file for file in sound.rglob("*") if file.is_file()]
    swaps = 0
    for file in files(index):
        content = file.read_bytes()
        others = {each.read_bytes() for each in everything if each.suffix == file.suffix}
        for other in others - {content}:
            replace(file, other)
            assert assert_right_or_refused(index, file, right), file
            swaps += 1
        replace(file, content)
    assert swaps > 20


def test_a_folder_in_the_place_of_another_generation_is_refused(sound: Path, index: Path):
    latest = published(index)
    shutil.rmtree(latest)
    shutil.copytree(sound / "gen-000001", latest)
    with pytest.raises(IndexCorrupt, match="is that of gen-000001") as caught:
        answers(index)
    assert caught.value.path == str(latest / MANIFEST)


def test_nothing_is_built_upon_damage(index: Path):
    rng = Random(2)
    for file in files(index):
        content = file.read_bytes()
        place = rng.randrange(len(content) - 1)
        replace(file, content[:place] + bytes([content[place] ^ 2]) + content[place + 1 :])
        with pytest.raises((IndexCorrupt, IndexIncompatible)):
            WhooshIndexWriter(index, 3).start_build(fresh=False)
        replace(file, content)
    WhooshIndexWriter(index, 3).start_build(fresh=False).abandon()


@pytest.mark.parametrize("name", ["ROLLED_BACK", "HOLDER", "LOCK"])
@pytest.mark.parametrize("content", [b"", b"gen-00000\xb3\n", b"gen-x", b"gen-000004\n"])
def test_what_only_builds_look_at_may_be_damaged(
    index: Path, right: Answers, name: str, content: bytes
):
    (index / name).write_bytes(content)
    assert answers(index) == right
    build(index, 4, 14, fresh=False, remove=("a2",))
    assert answers(index) != right


def test_an_array_file_of_another_version_is_refused_by_its_version(index: Path):
    folder = published(index)
    for file in sorted(folder.glob("*.arrays")):
        content = file.read_bytes()
        altered = bytearray(content)
        altered[8:12] = struct.pack("<I", FORMAT_VERSION + 1)
        altered[36:40] = struct.pack("<I", zlib.crc32(altered[:36]))
        replace(file, bytes(altered))
        manifest = read_manifest(folder)
        write_manifest(folder, dataclasses.replace(manifest, files=describe(folder, {})))
        with pytest.raises(IndexIncompatible, match=f"{FORMAT_VERSION + 1}.*reindex --full") as e:
            answers(index)
        assert e.value.path == str(file)
        replace(file, content)
        write_manifest(folder, manifest)
    answers(index)


# What is too large to be compared with its SHA-256 whenever it is opened.


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation whose array file and stored documents are above that size."""
    path: Path = tmp_path_factory.mktemp("large") / "index"
    rng = Random(5)
    made = WhooshIndexWriter(path, 1).start_build(fresh=True)
    words = [f"{rng.randrange(1 << 40):x}" for _ in range(5_000)]
    for number in range(2_000):
        body = " ".join(rng.choices(words, k=350))
        made.add(
            article_document(id=f"a{number:04}", body=body),
            [statement_document(article_id=f"a{number:04}")],
        )
    made.publish(rejects=0)
    return path


def large_file(path: Path, suffix: str) -> Path:
    (file,) = published(path).glob(f"articles_*{suffix}")
    assert file.stat().st_size > CHECKED_ON_OPENING_BYTES
    return file


def test_a_flipped_bit_of_a_large_array_file_is_noticed_on_opening(large: Path):
    file = large_file(large, ".arrays")
    content = file.read_bytes()
    entries = ArrayFile(file)._entries
    bounds = [place for _, _, offset, extent, _ in entries.values() if extent
              for place in (offset, offset + extent - 1)]  # fmt: skip
    rng = Random(6)
    places = [*rng.sample(range(len(content)), LARGE_SAMPLE), *rng.sample(bounds, LARGE_SAMPLE)]
    for place in places:
        bit = 1 << rng.randrange(8)
        replace(file, content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
        engine = WhooshEngine(large, SearchSettings())
        with pytest.raises((IndexCorrupt, IndexIncompatible), match=file.name):
            engine.search(SearchRequest())
        engine.close()
    replace(file, content)


def test_a_large_array_file_in_the_place_of_another_is_refused(large: Path):
    """As long and as sound as the one that it replaces."""
    file = large_file(large, ".arrays")
    content = file.read_bytes()
    elsewhere = file.with_name(f"articles_{'0' * 16}.arrays")
    file.rename(elsewhere)
    with pytest.raises(IndexCorrupt, match="under another name"):
        ArrayFile(elsewhere)
    elsewhere.unlink()
    replace(file, content)


def test_reading_an_altered_document_is_refused_and_the_others_are_right(large: Path):
    file = large_file(large, ".stored")
    content = file.read_bytes()
    segment = Segment(file.parent, file.stem)
    at = segment.stored_at.tolist()
    right = [segment.stored(doc) for doc in range(segment.count)]
    rng = Random(7)
    refused = 0
    # All bits of some documents, then some of all of them.
    places = [place for doc in range(2) for place in range(at[doc], at[doc + 1])]
    places += rng.sample(range(len(content)), SAMPLE)
    with file.open("r+b", buffering=0) as stream:
        for place in places:
            doc = bisect_right(at, place) - 1
            stream.seek(place)
            stream.write(bytes([content[place] ^ 1 << rng.randrange(8)]))
            try:
                assert segment.stored(doc) == right[doc]
            except IndexCorrupt as error:
                assert error.path == str(file)  # noqa: PT017 - either is right
                refused += 1
            beside = (doc + 1) % segment.count
            assert segment.stored(beside) == right[beside]
            stream.seek(place)
            stream.write(content[place : place + 1])
    assert refused == len(places)
    assert file.read_bytes() == content


def test_a_stored_document_in_the_place_of_another_is_refused(large: Path):
    file = large_file(large, ".stored")
    content = file.read_bytes()
    segment = Segment(file.parent, file.stem)
    at = segment.stored_at.tolist()
    sizes: dict[int, int] = {}
    for doc in range(segment.count):
        one = sizes.setdefault(at[doc + 1] - at[doc], doc)
        if one != doc:
            break
    else:
        pytest.fail("no two documents are stored in as many bytes")
    swapped = bytearray(content)
    swapped[at[one] : at[one + 1]] = content[at[doc] : at[doc + 1]]
    swapped[at[doc] : at[doc + 1]] = content[at[one] : at[one + 1]]
    replace(file, bytes(swapped))
    engine = WhooshEngine(large, SearchSettings())
    for wrong in (one, doc):
        with pytest.raises(IndexCorrupt, match=f"another document for {segment.ids[wrong]}") as e:
            engine.fetch(Collection.ARTICLES, segment.ids[wrong])
        assert e.value.path == str(file)
    assert engine.search(SearchRequest(documents=False)).total == segment.count
    with pytest.raises(EngineError):
        engine.search(SearchRequest(limit=segment.count))
    engine.close()
    replace(file, content)


def test_missing_and_shortened_stored_documents_are_refused(large: Path):
    file = large_file(large, ".stored")
    content = file.read_bytes()
    for altered in (None, content[:-1], b""):
        file.unlink(missing_ok=True)
        if altered is not None:
            file.write_bytes(altered)
        engine = WhooshEngine(large, SearchSettings())
        with pytest.raises(IndexCorrupt, match=file.name):
            engine.search(SearchRequest())
        engine.close()
    replace(file, content)
