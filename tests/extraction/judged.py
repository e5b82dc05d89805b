"""Cases by hand: a text and what a demanding reader takes to be its statements.

The files of `cases/` hold one hard form each. A case has

    name         unique in its file.
    text         the body of an article; paragraphs are separated by a blank line.
    title        optional, the title of the article.
    statements   said: the pieces, joined by " | "; kind: direct, mixed or indirect; speaker: the
                 canonical name, left out where there is none; source: what sort of speaker,
                 "person" unless given; and where the case is about them, act, others (names, in any
                 order), about (codes) and day (2017-05-12), compared only where they stand.

`wrong.toml` names, by form, the cases that the extractor is known to read wrongly.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from searchsvc.extract import extract
from tests.extraction.articles import an_article

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchsvc.model import Statement

FOLDER: Final = Path(__file__).parent / "cases"
WRONG: Final = Path(__file__).parent / "wrong.toml"
ALWAYS: Final = ("said", "kind", "speaker", "source")
ONLY_SOME: Final = ("act", "others", "about", "day")  # what only some cases speak of


@dataclass(frozen=True, slots=True)
class Case:
    """A text and its statements."""

    form: str
    name: str
    text: str
    title: str
    statements: tuple[Mapping[str, Any], ...]

    @property
    def id(self) -> str:
        return f"{self.form}: {self.name}"


def forms() -> tuple[str, ...]:
    """The hard forms, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def cases(form: str) -> tuple[Case, ...]:
    """The cases of `form`, as they stand in its file."""
    rows = tomllib.loads((FOLDER / f"{form}.toml").read_text("utf-8"))["case"]
    return tuple(
        Case(
            form,
            row["name"],
            row["text"],
            row.get("title", "An article"),
            tuple(map(_with_source, row["statements"])),
        )
        for row in rows
    )


def known_wrong() -> dict[str, tuple[str, ...]]:
    """Names of the cases known to be read wrongly, by form."""
    return {form: tuple(names) for form, names in tomllib.loads(WRONG.read_text("utf-8")).items()}


def reading(case: Case) -> tuple[dict[str, Any], ...]:
    """The statements that are found in the text of `case`, in the form of the cases.

    What only some cases speak of is there where the expected statement in the same place has it.
    """
    rows = []
    for number, found in enumerate(extract(an_article(case.text, title=case.title)).statements):
        wanted = case.statements[number] if number < len(case.statements) else {}
        row = _row(case.text, found)
        rows.append({key: row[key] for key in row if key in ALWAYS or key in wanted})
    return tuple(rows)


def is_right(case: Case) -> bool:
    """Whether exactly the statements of the case are found."""
    return reading(case) == case.statements


def _row(text: str, found: Statement) -> dict[str, Any]:
    row: dict[str, Any] = {
        "said": " | ".join(piece.of(text) for piece in found.pieces),
        "kind": found.kind.value,
    }
    if found.speaker is not None:
        row |= {"speaker": found.speaker.name, "source": found.speaker.kind.value}
    day = found.said and found.said.day.isoformat()
    others = sorted(one.name for one in found.others)
    return row | {"act": found.act.value, "others": others, "about": [*found.about], "day": day}


def _with_source(row: Mapping[str, Any]) -> Mapping[str, Any]:
    sources = {"source": "person", **row} if "speaker" in row else {**row}
    return sources | ({"others": sorted(row["others"])} if "others" in row else {})
