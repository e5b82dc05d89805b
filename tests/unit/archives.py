"""An archive that is a table: input name → fingerprint and what reading it yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchsvc.corpus import InputFile
from tests.builders import article

if TYPE_CHECKING:
    from searchsvc.errors import CorpusError
    from searchsvc.model import Article

ROOT = Path("/archive")


@dataclass
class FakeArchive:
    """Stands in for `corpus.Archive`; counts what is read.

    Attributes:
        inputs: in the order of the archive; a callable in the place of an item is called, so
            that it can raise.
        problems: what the list of inputs holds beside inputs.
        covered: names of inputs that this archive would have found, were they there.
    """

    inputs: dict[str, tuple[str, tuple[Any, ...]]]
    problems: tuple[CorpusError, ...] = ()
    covered: frozenset[str] = frozenset()
    read_names: list[str] = field(default_factory=list)
    bytes_read: int = 0

    def files(self):
        yield from self.problems
        for name, (fingerprint, _) in self.inputs.items():
            yield InputFile(path=ROOT / name, root=ROOT, name=name, fingerprint=fingerprint)

    def read(self, file):
        self.read_names.append(file.name)
        for item in self.inputs[file.name][1]:
            yield item() if callable(item) else item

    def covers(self, path):
        name = path.relative_to(ROOT).as_posix()
        return name in self.covered or name in self.inputs


def archive(*, problems=(), covered=(), **inputs) -> Any:
    """`archive(a=(1, {"x": "text"}))`: input `a` with fingerprint 1 and article `x`.

    Items may also be given as a tuple of articles, errors and callables.
    """
    table = {}
    for name, (fingerprint, items) in inputs.items():
        if isinstance(items, dict):
            items = tuple(piece(key, text, path=name) for key, text in items.items())  # noqa: PLW2901 - one form from here on
        table[name] = (str(fingerprint), tuple(items))
    return FakeArchive(table, tuple(problems), frozenset(covered))


def piece(article_id: str, text: Any = "Nothing was said.", **changes: Any) -> Article:
    """A short article; one without a text makes extraction fail."""
    return article(id=article_id, title=f"About {article_id}", body=text, **changes)
