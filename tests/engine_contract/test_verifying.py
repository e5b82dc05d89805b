"""Damage of any kind is found by a look at the files, named, and never trips who looks."""

from __future__ import annotations

import dataclasses
import shutil
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from searchsvc.columnar.arrayfile import ArrayFile
from searchsvc.engine.problems import LISTED
from searchsvc.engine.sampling import QUESTIONS
from searchsvc.engine.verification import Contents, Finding, Step, VerifyProgress
from searchsvc.engine.whoosh import WhooshIndexWriter
from searchsvc.engine.whoosh.codec import ArraySegment, read_segments, write_toc
from searchsvc.engine.whoosh.generations import CURRENT, SIDECARS, set_held
from searchsvc.engine.whoosh.manifest import MANIFEST, read_manifest, write_manifest
from searchsvc.engine.whoosh.schema import SCHEMAS
from searchsvc.engine.whoosh.verifying import WhooshIndexVerifier
from searchsvc.errors import EngineUnavailable, IndexMissing
from searchsvc.model import Collection
from searchsvc.settings import SearchSettings
from tests.engine_contract.sound_archive import (
    alter_arrays,
    alter_stored,
    publish,
    sound_archive,
    vouch,
)

if TYPE_CHECKING:
    from pathlib import Path

FLIPS_PER_FILE = 3
CHANGED_NUMBERS = 30


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two generations of a few articles; the latest has several segments, with deletions."""
    path: Path = tmp_path_factory.mktemp("sound") / "index"
    random = Random(1)
    pairs = sound_archive(random, range(40))
    publish(path, pairs)
    publish(path, sound_archive(random, range(40, 44)), fresh=False, remove=("a1", "a7"))
    return path


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    """A copy that shares no file with anything."""
    shutil.copytree(sound, tmp_path / "index")
    return tmp_path / "index"


def look(path, *, full=True, **options):
    return WhooshIndexVerifier(path, SearchSettings()).verify(full=full, **options)


def latest(path):
    return path / "gen-000002"


def large_segment(path, collection):
    """The larger array file of a collection."""
    files = latest(path).glob(f"{collection}_*.arrays")
    return max(files, key=lambda file: ArrayFile(file).about["documents"])


def told(report):
    return [str(problem) for problem in report.problems]


def replace(file, content):
    file.unlink(missing_ok=True)
    file.write_bytes(content)


# Sound ones.


def test_a_sound_index_of_several_segments_with_deletions_is_found_sound(sound: Path):
    segments = read_segments(latest(sound), "articles", SCHEMAS[Collection.ARTICLES])
    assert len(segments) > 1
    assert any(segment.deleted_count() for segment in segments)
    report = look(sound)
    assert told(report) == []
    assert report.sound
    assert (report.generation, report.published, report.full) == ("gen-000002", True, True)
    assert report.articles == 42
    assert report.statements > 20
    assert report.questions == 2 * QUESTIONS
    assert look(sound, full=False).sound


def test_a_generation_that_is_not_published_and_an_empty_one_are_found_sound(sound, tmp_path):
    report = look(sound, generation="gen-000001")
    assert report.sound
    assert not report.published
    assert report.articles == 40
    publish(tmp_path / "empty", [])
    assert look(tmp_path / "empty").sound
    assert look(tmp_path / "empty").questions == 0


def test_an_index_without_stored_documents_is_compared_as_far_as_it_goes(tmp_path):
    publish(tmp_path, sound_archive(Random(2), range(5)), stored=False)
    report = look(tmp_path)
    assert told(report) == []
    assert report.articles == report.questions == 0


def test_nothing_is_written_and_no_lock_is_taken(index: Path):
    before = {file: file.stat() for file in index.rglob("*")}
    assert look(index).sound
    after = {file: file.stat() for file in index.rglob("*")}
    assert {file: (one.st_mtime_ns, one.st_size) for file, one in before.items()} == {
        file: (one.st_mtime_ns, one.st_size) for file, one in after.items()
    }


def test_steps_are_told_in_their_order_and_end_where_they_said(sound: Path):
    events: list[VerifyProgress] = []
    look(sound, tell=events.append)
    assert list(dict.fromkeys(event.step for event in events)) == [
        Step.CHECKSUMS,
        Step.POSTINGS,
        Step.DOCUMENTS,
    ]
    assert all(event.done <= event.total for event in events)


def test_nothing_published_and_no_such_generation_are_refused(sound: Path, tmp_path: Path):
    with pytest.raises(IndexMissing):
        look(tmp_path / "nothing")
    with pytest.raises(IndexMissing, match=r"no generation gen-000007 .*gen-000002, gen-000001"):
        look(sound, generation="gen-000007")


# Files.


def files_of(path):
    inside = (file for file in sorted(latest(path).rglob("*")) if file.is_file())
    return [path / CURRENT, *inside]


def test_a_flipped_bit_anywhere_is_found_and_the_file_is_named(index: Path):
    random = Random(3)
    suffixes = set()
    for file in files_of(index):
        content = file.read_bytes()
        suffixes.add(file.suffix)
        for _ in range(FLIPS_PER_FILE):
            place = random.randrange(len(content))
            bit = 1 << random.randrange(8)
            replace(file, content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
            report = look(index)
            assert str(file) in {problem.path for problem in report.problems}, (file, place, bit)
            assert all(problem.remedy for problem in report.problems)
        replace(file, content)
    assert suffixes == {"", ".json", ".toc", ".arrays", ".stored", ".txt"}
    assert look(index).sound


def test_a_flipped_bit_is_told_with_the_array_or_the_document_that_it_is_in(index: Path):
    file = large_segment(index, "articles")
    content = file.read_bytes()
    offset = ArrayFile(file)._entries["body.place"][2]
    replace(file, content[:offset] + bytes([content[offset] ^ 4]) + content[offset + 1 :])
    assert any(f"{file}: array body.place: " in each for each in told(look(index)))
    replace(file, content)
    stored = file.with_suffix(".stored")
    content = stored.read_bytes()
    replace(stored, bytes([content[0] ^ 4]) + content[1:])
    first = ArrayFile(file)["id.text"].tobytes().split(b"\n")[0].decode()
    assert any(f"{stored}: document {first}: " in each for each in told(look(index)))


@pytest.mark.parametrize("options", [{"full": False}, {"full": True}])
def test_files_cut_short_missing_and_strange_are_all_listed_at_once(index: Path, options):
    cut, gone = sorted(latest(index).glob("*.arrays"))[:2]
    replace(cut, cut.read_bytes()[:-1])
    gone.unlink()
    strange = latest(index) / SIDECARS / "what.tmp"
    strange.write_text("x")
    report = look(index, **options)
    named = {problem.path: problem for problem in report.problems}
    assert {str(cut), str(gone), str(strange)} <= named.keys()
    assert named[str(strange)].remedy == "take it out of the folder"


def test_a_damaged_current_is_told_and_the_latest_generation_looked_at(index: Path):
    (index / CURRENT).write_text("gen-000002 00000000\n")
    report = look(index)
    assert report.generation == "gen-000002"
    assert not report.published
    assert [problem.path for problem in report.problems] == [str(index / CURRENT)]
    assert report.problems[0].remedy.startswith("run `searchsvc rollback`, which writes it again")
    assert WhooshIndexWriter(index, keep=5).rollback().generation == "gen-000002"
    assert look(index).published


def ruin(file: Path, random: Random) -> None:
    """Do something to a file that no file system should."""
    content = file.read_bytes()
    file.unlink()
    match random.randrange(5):
        case 0:
            file.write_bytes(content[: len(content) // 2])
        case 1:
            file.write_bytes(random.randbytes(len(content)))
        case 2:
            file.mkdir()
        case 3:
            file.symlink_to(file)


def test_several_ruined_files_are_each_named_and_trip_nothing(index: Path):
    random = Random(7)
    for _ in range(8):
        shutil.copytree(latest(index), index / "kept")
        ruined = random.sample(files_of(index)[1:], 3)
        for file in ruined:
            ruin(file, random)
        named = {problem.path for problem in look(index).problems}
        if latest(index) / MANIFEST not in ruined:
            assert {str(file) for file in ruined} <= named
        assert named & {str(file) for file in ruined}
        shutil.rmtree(latest(index))
        (index / "kept").rename(latest(index))
    shutil.rmtree(latest(index))
    assert told(look(index))[0].startswith(f"{latest(index) / MANIFEST}: cannot be read")


def test_a_generation_that_is_held_back_is_not_the_latest(index: Path):
    shutil.copytree(latest(index), index / "gen-000003")
    (index / CURRENT).write_text("?")
    assert look(index).generation == "gen-000003"
    set_held(index, "gen-000003", ["too few"])
    assert look(index).generation == "gen-000002"


def test_a_damaged_manifest_and_one_of_another_version_are_told(index: Path):
    file = latest(index) / MANIFEST
    manifest = read_manifest(latest(index))
    write_manifest(latest(index), dataclasses.replace(manifest, format="0"))
    assert "describes format 0" in told(look(index))[0]
    file.write_text("{}")
    assert told(look(index))[0].startswith(f"{file}: ")


def test_the_way_out_is_the_generation_before_unless_that_shares_the_damaged_file(index: Path):
    toc = next(iter(sorted(latest(index).glob("*.toc"))))
    replace(toc, toc.read_bytes() + b"x")
    assert "rollback" in look(index).problems[0].remedy
    shared = latest(index) / "sidecars" / "notes.txt"
    replace(shared, b"other")
    twin = index / "gen-000001" / "sidecars" / "notes.txt"
    twin.unlink()
    twin.hardlink_to(shared)
    remedies = {problem.path: problem.remedy for problem in look(index).problems}
    assert remedies[str(shared)] == "run `searchsvc reindex --full PATH`"


def test_of_many_alike_the_first_are_listed_and_the_others_counted(index: Path):
    file = large_segment(index, "articles")

    def lengthen(arrays):
        arrays["body.length"] = arrays["body.length"] + 1

    alter_arrays(file, lengthen)
    report = look(index)
    alike = [each for each in told(report) if "document" in each and "has length" in each]
    assert len(alike) == LISTED
    assert any("more like these: lengths of body" in each for each in told(report))


# What only looking at the content can find: every checksum is right.


def swap_posting_lists(arrays):
    """Two terms of the body of equally many documents and occurrences change places."""
    at = arrays["body.posting_at"].astype(int)
    place_at = arrays["body.place_at"].astype(int)
    kinds: dict[tuple[object, ...], list[tuple[int, np.ndarray, np.ndarray]]] = {}
    for term in range(len(at) - 1):
        start, end = at[term], at[term + 1]
        width, gap_at = arrays["body.gap_width"][term], int(arrays["body.gap_at"][term])
        gaps = arrays[f"body.gap{width}"][gap_at : gap_at + end - start]
        places = arrays["body.place"][place_at[term] : place_at[term + 1]]
        one_form = arrays["body.code_at"][term] == arrays["body.code_at"][term + 1]
        kind = (width, end - start, len(places), arrays["body.place_bits"][term], bool(one_form))
        for other, other_gaps, other_places in kinds.get(kind, []):
            if one_form and gaps.tolist() != other_gaps.tolist() and end - start == len(places):
                for one, two in ((gaps, other_gaps), (places, other_places)):
                    one[:], two[:] = two.copy(), one.copy()
                return term, other
        kinds.setdefault(kind, []).append((term, gaps, places))
    raise AssertionError("no two terms are alike")


def set_at(name, index, value):
    def change(arrays):
        arrays[name][index] = value

    return change


def set_stored(**values):
    return lambda plain: plain.update(values)


def other_value(name):
    """The first document with values gets another one as its first."""

    def change(arrays):
        column, size = arrays[f"{name}.column"], len(arrays[f"{name}.term.at"]) - 1
        doc = int(np.flatnonzero(column[:, 0] < size)[0])
        column[doc, 0] = (column[doc, 0] + 1) % size

    return change


def add(name, index, more):
    def change(arrays):
        arrays[name][index] += more

    return change


def swap(name, one, two):
    def change(arrays):
        arrays[name][[one, two]] = arrays[name][[two, one]]

    return change


def drop(name):
    return lambda arrays: arrays.pop(name)


ARRAY_DAMAGE = {
    "a posting list swapped": ("articles", swap_posting_lists, "field body: is indexed with"),
    "a column's value": ("articles", other_value("speaker"), "field speaker: is indexed with"),
    "a statement's act": ("statements", other_value("act"), "field act: is indexed with"),
    "a document twice": ("articles", set_at("body.gap1", 1, 0), "field body: "),
    "beyond the documents": ("articles", set_at("source.gap1", -1, 200), "lead beyond"),
    "a count": ("articles", set_at("body.count", 0, 0x22), "field body: place_at"),
    "a place": ("articles", add("body.place", 0, 1), "field body: "),
    "a length": ("articles", add("title.length", 0, 1), "field title: "),
    "a form": ("articles", add("body.code", 0, 1), "field body: "),
    "a form's documents": ("articles", add("body.form_count", 0, 1), "form_count gives"),
    "the order of ids": ("articles", swap("id.order", 0, 1), "array id.rank"),
    "a day": ("articles", add("day", -1, 1), "field date: stands at day"),
    "a minute": ("statements", add("minute", -1, 1), "field date: stands at day"),
    "a fingerprint": ("articles", add("mark", 3, 1), "another fingerprint"),
    "a term": ("articles", set_at("body.term.text", 0, ord("z")), "the table of terms has"),
    "no UTF-8": ("articles", set_at("body.term.text", 0, 0xFF), "not UTF-8"),
    "a missing array": ("articles", drop("source.rest"), "lacks array source.rest"),
    "no ids": ("articles", drop("id.text"), "lacks array id.text"),
    "a number of no value": ("statements", set_at("kind.column", (0, 0), 200), "field kind: "),
    "where documents lie": ("statements", add("stored.at", 1, 1), "document "),
}


@pytest.mark.parametrize("case", ARRAY_DAMAGE)
def test_arrays_changed_with_right_checksums_are_found_by_a_full_look_alone(
    index: Path, case: str
):
    collection, change, expected = ARRAY_DAMAGE[case]
    file = large_segment(index, collection)
    alter_arrays(file, change)
    assert look(index, full=False).sound
    found = told(look(index))
    assert any(expected in each for each in found), found
    assert {str(file), str(file.with_suffix(".stored"))} & {
        problem.path for problem in look(index).problems
    }


OTHER_DATE = {"day": "1999-01-01", "time": None, "origin": "input"}
STORED_DAMAGE = {
    "a body": ("articles", "a3", set_stored(body="Something else."), "field body: is indexed"),
    "a speaker": ("articles", "a3", set_stored(speakers=["Zoe"]), "field speaker: is indexed"),
    "a count": ("articles", "a3", set_stored(statement_count=9), "9 by its stored document"),
    "a mention": (
        "articles",
        "a3",
        set_stored(mentions=[{"span": [0, 9999], "code": "PE", "kind": "name"}]),
        "names a country",
    ),
    "another document": ("articles", "a3", set_stored(id="a999"), "is document a999"),
    "no document": ("articles", "a3", lambda plain: plain.pop("title"), "not a stored document"),
    "a span": ("statements", None, set_stored(span=[3, 9]), "is not what its article says"),
    "a span outside": ("statements", None, set_stored(span=[3, 9999]), "stands at 3 to 9999"),
    "pieces": ("statements", None, set_stored(pieces=[[5, 4]]), "pieces"),
    "a cue": ("statements", None, set_stored(cue=[0, 2]), "has a cue that"),
    "a name": ("statements", None, set_stored(named_as="X"), "has a source that"),
    "an article": ("statements", None, set_stored(article_id="a888"), "article a888, not indexed"),
    "a title": ("statements", None, set_stored(title="Another"), "has another title"),
    "a date": ("statements", None, set_stored(date=OTHER_DATE), "has another date"),
}


@pytest.mark.parametrize("case", STORED_DAMAGE)
def test_stored_documents_changed_with_right_checksums_are_found(index: Path, case: str):
    collection, document_id, change, expected = STORED_DAMAGE[case]
    file = large_segment(index, collection).with_suffix(".stored")
    ids = ArrayFile(file.with_suffix(".arrays"))["id.text"].tobytes().decode().split("\n")
    alter_stored(file, document_id or next(each for each in ids if each > "a2"), change)
    assert look(index, full=False).sound
    found = told(look(index))
    assert any(expected in each for each in found), found


def test_deletions_that_do_not_fit_the_manifest_are_found(index: Path):
    folder = latest(index)
    schema = SCHEMAS[Collection.ARTICLES]
    changed = [
        ArraySegment(each.segment_id(), each.documents, deleted=each.deleted_mask() ^ (at == 0))
        for at, each in enumerate(read_segments(folder, "articles", schema))
    ]
    write_toc(folder, "articles", schema, changed)
    vouch(folder)
    found = told(look(index))
    assert any("articles, and the manifest says 42" in each for each in found), found
    assert any("not indexed" in each for each in found), found


def test_a_document_that_came_back_beside_its_successor_is_found(tmp_path: Path):
    pairs = sound_archive(Random(4), range(30))
    publish(tmp_path, pairs)
    publish(tmp_path, pairs[:2], fresh=False, remove=("a0", "a1"))
    assert look(tmp_path).sound
    for collection in Collection:
        listed = read_segments(latest(tmp_path), collection.value, SCHEMAS[collection])
        alive = [ArraySegment(each.segment_id(), each.documents) for each in listed]
        write_toc(latest(tmp_path), collection.value, SCHEMAS[collection], alive)
    vouch(latest(tmp_path))
    found = told(look(tmp_path))
    assert any("document a0: is in two segments" in each for each in found), found
    assert any("32 articles, and the manifest says 30" in each for each in found), found


def test_a_generation_that_is_dropped_while_it_is_looked_at_is_not_called_damaged(index: Path):
    def drop(progress: VerifyProgress) -> None:
        if progress.step is Step.CHECKSUMS:
            shutil.rmtree(latest(index), ignore_errors=True)

    with pytest.raises(EngineUnavailable, match="dropped by a run"):
        look(index, tell=drop)


def test_a_segment_that_is_not_listed_is_found(index: Path):
    folder = latest(index)
    schema = SCHEMAS[Collection.STATEMENTS]
    kept = read_segments(folder, "statements", schema)[1:]
    write_toc(folder, "statements", schema, kept)
    vouch(folder)
    found = told(look(index))
    assert any("belongs to no segment" in each for each in found), found


PADDED = ("place", "count", "mark.at", "stored.at")


def test_any_number_changed_with_right_checksums_is_found_and_trips_nothing(index: Path):
    random = Random(5)
    tried = 0
    for _ in range(CHANGED_NUMBERS):
        file = large_segment(index, random.choice(("articles", "statements")))
        content = file.read_bytes()
        arrays = ArrayFile(file)
        name = random.choice([each for each in arrays.names() if arrays[each].size])
        array = arrays[name]
        at = tuple(random.randrange(size) for size in array.shape)
        limits = np.iinfo(array.dtype)
        value = random.choice((0, 1, int(limits.max), random.randint(0, int(limits.max))))
        if value == int(array[at]):
            continue
        manifest = (latest(index) / MANIFEST).read_bytes()
        alter_arrays(file, set_at(name, at, value))
        found = look(index).problems
        # Of the last byte of what is packed by bits, some stand for nothing.
        assert found or name.endswith(PADDED[:2]), (file, name, at, value)
        tried += 1
        replace(file, content)
        replace(latest(index) / MANIFEST, manifest)
    assert tried > CHANGED_NUMBERS / 2
    assert look(index).sound


# What the caller published beside it.


def test_sidecars_are_asked_about_with_the_ids_of_all_articles_and_what_they_find_is_told(index):
    ids: list[str] = []

    def check(contents: Contents):
        assert contents.article_ids is not None
        ids.extend(contents.article_ids())
        yield Finding(str(contents.sidecar("notes.txt")), "says nothing", where="line 1")

    report = look(index, sidecars=check)
    numbers = sorted({*range(44)} - {1, 7})
    assert ids == sorted(f"a{number}" for number in numbers)
    assert told(report) == [f"{latest(index) / SIDECARS / 'notes.txt'}: line 1: says nothing"]


def test_where_articles_cannot_be_read_no_ids_are_given(index: Path):
    file = large_segment(index, "articles")
    replace(file, file.read_bytes()[:-1])
    given = []

    def check(contents: Contents):
        given.append(contents.article_ids)
        return ()

    assert not look(index, sidecars=check).sound
    assert given == [None]
