"""Extraction of JSON lines by the working tree, beside their gold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from searchsvc.cli.extract import read_line, statement_body
from searchsvc.extract import extract
from tests.extraction.pairing import judge, lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from tests.extraction.pairing import Judged, Row


def statements(row: Row, *, calibrated: bool = True) -> list[Row]:
    """The statements of an article, as `searchsvc extract` writes them."""
    article = read_line(json.dumps(row).encode())
    found = extract(article, calibrated=calibrated).statements
    return [statement_body(article.body, one) for one in found]


def judged_articles(
    scorer: ModuleType, gold: Path, *, every: int = 1, calibrated: bool = True
) -> Iterator[tuple[Row, list[Judged], list[Row]]]:
    """Each article of `gold` with its statements as found and judged, and the gold missed."""
    for number, row in enumerate(lines(gold)):
        if number % every == 0:
            judged, missed = judge(scorer, row, statements(row, calibrated=calibrated))
            yield row, judged, missed
