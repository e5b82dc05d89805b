"""Indexes kept as files: those of this format go on giving their answers, others are refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from searchsvc.columnar import arrayfile
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter, manifest
from searchsvc.engine.whoosh.generations import read_current
from searchsvc.errors import IndexIncompatible
from searchsvc.settings import SearchSettings
from tests.builders import article_document
from tests.engine_contract.frozen_questions import answers

FROZEN = Path(__file__).parent / "frozen"
FORMATS = sorted(FROZEN.glob("format-*"))
CURRENT_FORMAT = FROZEN / f"format-{manifest.FORMAT_VERSION}"
LARGEST = 100_000
"""Bytes of a frozen index."""

WHAT_TO_DO = f"""
Indexes that are out there can no longer be opened, or give other answers. If that is not wanted,
undo the change. If it is, raise FORMAT_VERSION in searchsvc/engine/whoosh/manifest.py (and that in
searchsvc/columnar/arrayfile.py where array files changed; other versions, such as that of the
analyzer, where these are what changed), so that old indexes are refused by their version and users
are told to run `searchsvc reindex --full`. Then run `python -m tests.regenerate_frozen_index`,
read in `git diff` what changed in the answers, say it in CHANGELOG.md, and commit all of that
together. {FROZEN.name}/ keeps the indexes of earlier formats, which must stay refused.
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return copy_of(CURRENT_FORMAT, tmp_path)


def copy_of(frozen: Path, folder: Path) -> Path:
    path = folder / "index"
    shutil.copytree(frozen / "index", path)
    return path


def versions_of(frozen: Path) -> dict[str, str]:
    """The versions that the manifest and the array files of a frozen index say they have."""
    folder = frozen / "index" / read_current(frozen / "index")
    stated = json.loads((folder / manifest.MANIFEST).read_text("utf-8"))
    found = {name: stated[name] for name in manifest.current_versions()}
    array_files = {int.from_bytes(file.read_bytes()[8:12], "little")
                   for file in folder.glob("*.arrays")}  # fmt: skip
    return found | {"array file": ", ".join(map(str, sorted(array_files)))}


def test_the_versions_are_those_of_the_frozen_index():
    assert CURRENT_FORMAT.is_dir(), WHAT_TO_DO
    now = manifest.current_versions() | {"array file": str(arrayfile.FORMAT_VERSION)}
    assert versions_of(CURRENT_FORMAT) == now, WHAT_TO_DO


def test_the_frozen_index_gives_the_answers_that_it_gave(index: Path):
    expected = json.loads((CURRENT_FORMAT / "answers.json").read_text("utf-8"))
    engine = WhooshEngine(index, SearchSettings())
    found = answers(engine)
    engine.close()
    assert found["counts"] == expected["counts"]
    assert found["documents"] == expected["documents"], WHAT_TO_DO
    assert list(found["questions"]) == list(expected["questions"]), WHAT_TO_DO
    for name, answer in expected["questions"].items():
        assert answer_of(found, name) == answer_of(expected, name), WHAT_TO_DO + name
        scores = [score for _, score in answer["hits"]]
        own = [score for _, score in found["questions"][name]["hits"]]
        assert own == pytest.approx(scores, rel=2e-3), WHAT_TO_DO + name


def answer_of(answers: dict[str, dict[str, dict[str, object]]], name: str) -> object:
    """An answer without its scores, which are compared by themselves."""
    answer = answers["questions"][name]
    hits = answer["hits"]
    assert isinstance(hits, list)
    return answer | {"hits": [document_id for document_id, _ in hits]}


def test_the_frozen_index_can_be_built_upon(index: Path):
    build = WhooshIndexWriter(index, 1).start_build(fresh=False)
    assert not build.fresh
    before = json.loads((CURRENT_FORMAT / "answers.json").read_text("utf-8"))["counts"]
    build.add(article_document(id="new"), ())
    assert build.publish(rejects=0).articles == before["articles"] + 1


def test_the_frozen_index_is_worth_keeping():
    folder = CURRENT_FORMAT / "index" / read_current(CURRENT_FORMAT / "index")
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < LARGEST
    for collection in ("articles", "statements"):
        assert len(list(folder.glob(f"{collection}_*.arrays"))) > 1


@pytest.mark.parametrize("frozen", FORMATS, ids=lambda path: path.name)
def test_an_index_of_another_format_is_refused_by_its_version(frozen: Path, tmp_path: Path):
    if frozen == CURRENT_FORMAT:
        # Whatever the format, an index that says it is another one is.
        path = copy_of(frozen, tmp_path)
        file = path / read_current(path) / manifest.MANIFEST
        stated = json.loads(file.read_text("utf-8")) | {"format": "1"}
        del stated["checksum"]
        sealed = hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
        file.write_text(json.dumps(stated | {"checksum": sealed}))
    else:
        path = copy_of(frozen, tmp_path)
    engine = WhooshEngine(path, SearchSettings())
    with pytest.raises(IndexIncompatible, match="reindex --full"):
        engine.status()
    engine.close()
