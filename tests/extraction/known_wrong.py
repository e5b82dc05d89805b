"""Writes `wrong.toml` anew: the names of all cases that the extractor reads wrongly.

python -m tests.extraction.known_wrong            write it, print the share right by form
python -m tests.extraction.known_wrong --show     print each wrong case as well
python -m tests.extraction.known_wrong --dry-run  leave the file as it is
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from tests.extraction.judged import ONLY_SOME, WRONG, Case, cases, forms, is_right, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HEAD = """\
# Names of cases that are read wrongly, by form. Written by `python -m tests.extraction.known_wrong`.
# A case that is named here must fail its test; one that is mended must be removed.
"""


def written(wrong: dict[str, list[Case]]) -> str:
    """The file that names the cases of `wrong`."""
    lines = [HEAD]
    for form, found in wrong.items():
        names = "".join(
            f"    {json.dumps(case.name, ensure_ascii=False)},\n"
            for case in sorted(found, key=lambda case: case.name)
        )
        lines.append(f"{form} = [\n{names}]\n" if found else f"{form} = []\n")
    return "\n".join(lines)


def shown(case: Case) -> str:
    """The case with what it expects and what is found instead."""
    found = reading(case)
    rows = [
        *(f"  - {row}" for row in case.statements if row not in found),
        *(f"  + {row}" for row in found if row not in case.statements),
    ]
    return "\n".join([case.id, f"  {case.text!r}", *rows])


def sorts(case: Case) -> Iterator[str]:
    """What is wrong with the reading of `case`, in a few words."""
    found = list(reading(case))
    for row in case.statements:
        near = max(found, key=lambda other: _shared(row, other), default=None)
        if near is None or not _shared(row, near):
            yield "missed"
            continue
        found.remove(near)
        if near["said"] != row["said"]:
            yield "cut otherwise"
        if near.get("speaker") is None and "speaker" in row:
            yield "no speaker"
        elif near.get("speaker") != row.get("speaker"):
            yield "another speaker"
        elif near.get("source") != row.get("source"):
            yield "another sort of source"
        yield from (f"{key} otherwise" for key in ("kind", *ONLY_SOME) if _differs(key, row, near))
    yield from ("false" for _ in found)


def _shared(row: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Share of the words of both that both have."""
    one, two = set(row["said"].split()), set(other["said"].split())
    return len(one & two) / len(one | two)


def _differs(key: str, row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return key in row and row[key] != other.get(key)


@click.command()
@click.option("--show", is_flag=True, help="print each wrong case with what is found instead")
@click.option("--why", is_flag=True, help="count what is wrong with the wrong ones")
@click.option("--dry-run", is_flag=True, help="leave the file as it is")
@click.option("--form", "only", multiple=True, help="only these forms; leaves the file as it is")
def main(*, show: bool, why: bool, dry_run: bool, only: tuple[str, ...]) -> None:
    """Write wrong.toml anew and print the share read rightly by form."""
    wrong = {}
    for form in only or forms():
        every = cases(form)
        wrong[form] = [case for case in every if not is_right(case)]
        right = len(every) - len(wrong[form])
        click.echo(f"{form:22}{right:5} of {len(every)} right")
        if show:
            click.echo("\n".join(map(shown, wrong[form])))
        if why:
            counted = Counter(sort for case in wrong[form] for sort in sorts(case))
            click.echo("   " + ", ".join(f"{sort} {n}" for sort, n in counted.most_common()))
    if not (dry_run or only):
        WRONG.write_text(written(wrong), "utf-8")


if __name__ == "__main__":
    main()
