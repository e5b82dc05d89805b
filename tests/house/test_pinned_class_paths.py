"""Whoosh pickles these classes by path into every index: moving one makes old indexes unreadable."""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING

from searchsvc.engine.whoosh import WhooshIndexWriter
from searchsvc.engine.whoosh.codec import ArraySegment
from tests.builders import article_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PINNED = {
    "searchsvc.engine.whoosh.analysis TermAnalyzer",
    "searchsvc.engine.whoosh.analysis WordField",
    "searchsvc.engine.whoosh.codec ArraySegment",
}
"""To change it, raise `FORMAT_VERSION` in `searchsvc.engine.whoosh.manifest` as well."""

STARTS = (b"\x80\x02", bytes((0x80, pickle.HIGHEST_PROTOCOL)))
"""Whoosh pickles a schema in protocol 2, and after it the segments in the highest there is."""


def test_only_the_pinned_classes_of_ours_are_in_an_index(tmp_path: Path):
    build = WhooshIndexWriter(tmp_path, 1).start_build(fresh=True)
    build.add(article_document(), ())
    generation = tmp_path / build.publish(rejects=0).generation
    assert _ours(generation) == PINNED


def test_a_listed_segment_keeps_its_attributes():
    assert set(vars(ArraySegment("articles_x", 1))) == {
        "indexname",
        "segid",
        "compound",
        "documents",
        "deleted",
    }


def _ours(folder: Path) -> set[str]:
    contents = [toc.read_bytes() for toc in folder.glob("*.toc")]
    named = {name for content in contents for name in _class_paths(content)}
    return {name for name in named if name.startswith("searchsvc.")}


def _class_paths(content: bytes) -> Iterator[str]:
    """Classes named by the two pickles that `content` holds."""
    file = io.BytesIO(content)
    for start in STARTS:
        file.seek(content.index(start, file.tell()))
        recorder = _Recorder(file)
        recorder.load()
        yield from recorder.named


class _Recorder(pickle.Unpickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.named: set[str] = set()

    def find_class(self, module: str, name: str) -> object:
        self.named.add(f"{module} {name}")
        return super().find_class(module, name)
