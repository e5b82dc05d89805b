"""Whoosh pickles these classes by path into every index: moving one makes old indexes unreadable."""

from __future__ import annotations

import pickletools
from typing import TYPE_CHECKING

from searchsvc.engine.whoosh import WhooshIndexWriter
from tests.builders import article_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PINNED = {
    "searchsvc.engine.whoosh.analysis TermAnalyzer",
    "searchsvc.engine.whoosh.analysis WordField",
}
"""To change it, raise `FORMAT_VERSION` in `searchsvc.engine.whoosh.manifest` as well."""


def test_only_the_pinned_classes_of_ours_are_in_an_index(tmp_path: Path):
    build = WhooshIndexWriter(tmp_path, 1).start_build(fresh=True)
    build.add(article_document(), ())
    generation = tmp_path / build.publish(rejects=0).generation
    named = {name for toc in generation.glob("*.toc") for name in _class_paths(toc.read_bytes())}
    assert {name for name in named if not name.startswith(("whoosh.", "copyreg"))} == PINNED


def _class_paths(content: bytes) -> Iterator[str]:
    """Classes named by the pickles (protocol 2) that `content` holds."""
    start = content.find(b"\x80\x02")
    while start >= 0:
        for opcode, argument, _ in pickletools.genops(content[start:]):
            if opcode.name == "GLOBAL":
                yield str(argument)
            if opcode.name == "STOP":
                break
        start = content.find(b"\x80\x02", start + 1)
