"""What a command found, as one table, and what it exits with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SHOWN = 20


def table(rows: Sequence[Sequence[object]]) -> str:
    """Rows in aligned columns, the first of them as the head; numbers stand to the right."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = []
    for row, line in zip(rows, texts, strict=True):
        cells = [
            text.rjust(width) if isinstance(cell, int | float) else text.ljust(width)
            for cell, text, width in zip(row, line, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def verdict(facts: Sequence[tuple[str, object]], wrong: Sequence[str]) -> int:
    """Print the facts and what went wrong; the exit code: 0 where nothing did."""
    rows = [(name, f"{value:,}" if isinstance(value, int) else value) for name, value in facts]
    click.echo(table([("what", "figure"), *rows]))
    for each in wrong[:MOST_SHOWN]:
        click.echo(f"WRONG: {each}")
    if len(wrong) > MOST_SHOWN:
        click.echo(f"and {len(wrong) - MOST_SHOWN:,} more")
    return 1 if wrong else 0
