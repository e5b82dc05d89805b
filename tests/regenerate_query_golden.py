"""`python -m tests.regenerate_query_golden` rewrites what the golden queries are read as.

The queries themselves stay; `git diff` then shows what would change for users. Run it only where
the change is wanted, and add queries to the file by hand, with an empty `canonical`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from searchsvc.model import Collection
from searchsvc.query import parse
from tests.unit.test_query_golden import GOLDEN, PATH

if TYPE_CHECKING:
    from typing import Any


def regenerated(row: dict[str, Any]) -> dict[str, Any]:
    """`row` as its query is read now."""
    reading = parse(row["query"], Collection(row.get("collection", "articles"))).reading
    noted = {
        "repaired": [[token.text, token.reason] for token in reading.repaired],
        "ignored": [[token.text, token.reason] for token in reading.ignored],
    }
    asked = {key: row[key] for key in ("query", "collection") if key in row}
    return (
        asked | {"canonical": reading.canonical} | {key: noted[key] for key in noted if noted[key]}
    )


def main() -> None:
    """Write the file anew, one query a line."""
    lists = []
    for name, rows in GOLDEN.items():
        lines = [json.dumps(regenerated(row), ensure_ascii=False) for row in rows]
        listed = ",\n    ".join(lines)
        lists.append(f'  "{name}": [\n    {listed}\n  ]')
    PATH.write_text("{\n" + ",\n".join(lists) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
