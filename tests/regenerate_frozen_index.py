"""`python -m tests.regenerate_frozen_index` builds anew the frozen index of the current format.

Run it only where `tests/engine_contract/test_frozen_format.py` says so; `git diff` then shows
which answers change. Indexes of earlier formats stay as they are.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.engine.whoosh.generations import CURRENT, read_current
from searchsvc.settings import SearchSettings
from tests.engine_contract.archive import made_up_archive
from tests.engine_contract.frozen_questions import answers
from tests.engine_contract.test_frozen_format import CURRENT_FORMAT
from tests.reference_engine import ReferenceEngine
from tests.tee import Tee

if TYPE_CHECKING:
    from searchsvc.model import ArticleDocument, StatementDocument

SEED = 2021
ARTICLES = 11
FIRST = 10
REMOVED = ("a1",)


def main() -> None:
    """Write the index and its answers, which are checked against the reference engine's."""
    shutil.rmtree(CURRENT_FORMAT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        reference = ReferenceEngine()
        _build(Tee(WhooshIndexWriter(path, 1), reference))
        engine = WhooshEngine(path, SearchSettings())
        found = answers(engine)
        if found["documents"] != answers(reference)["documents"]:
            raise SystemExit("the documents are not those of the reference engine")
        for name, answer in answers(reference)["questions"].items():
            own = found["questions"][name]
            if _counts(own) != _counts(answer):
                raise SystemExit(f"{name}: {own} is not the answer of the reference, {answer}")
        reference.close()
        engine.close()
        _keep(path)
    parts = [f'"{part}": {_one_a_line(answers)}' for part, answers in found.items()]
    content = "{\n" + ",\n".join(parts) + "\n}\n"
    (CURRENT_FORMAT / "answers.json").write_text(content, "utf-8")


def _one_a_line(answers: dict[str, object]) -> str:
    lines = [
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(answer, ensure_ascii=False)}"
        for name, answer in answers.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"


def _counts(answer: dict[str, object]) -> list[object]:
    hits = answer["hits"]
    assert isinstance(hits, list)
    return [answer["total"], answer["articles"], answer["facets"], {name for name, _ in hits}]


def _build(writer: Tee) -> None:
    """Publish in two steps, so that there are two segments, and deletions in the first."""
    pairs = [_complete(*pair) for pair in made_up_archive(Random(SEED), ARTICLES)]
    for some, removed in ((pairs[:FIRST], ()), (pairs[FIRST:], REMOVED)):
        build = writer.start_build(fresh=not removed)
        build.remove(removed)
        for article, statements in some:
            build.add(article, statements)
        build.sidecar("notes.txt").write_text("invented\n", "utf-8")
        build.publish(rejects=2, versions=(("extractor", "1"),))


def _complete(
    article: ArticleDocument, statements: list[StatementDocument]
) -> tuple[ArticleDocument, list[StatementDocument]]:
    """With the fields that a made-up archive leaves empty."""
    url = f"https://courier.example/{article.id}"
    agency = "Andean Wire" if statements else None
    return (
        replace(article, agency=agency, url=url, byline_email="newsroom@courier.example"),
        [replace(each, agency=agency, url=url, byline=article.byline) for each in statements],
    )


def _keep(path: Path) -> None:
    name = read_current(path)
    kept = CURRENT_FORMAT / "index"
    shutil.copytree(path / name, kept / name)
    shutil.copyfile(path / CURRENT, kept / CURRENT)


if __name__ == "__main__":
    main()
