"""Writes `wrong.toml` anew: the names of all cases that the extractor reads wrongly.

python -m tests.extraction.known_wrong            write it, print the share right by form
python -m tests.extraction.known_wrong --show     print each wrong case as well
python -m tests.extraction.known_wrong --dry-run  leave the file as it is
"""

from __future__ import annotations

import json

import click

from tests.extraction.judged import WRONG, Case, cases, forms, is_right, reading

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


@click.command()
@click.option("--show", is_flag=True, help="print each wrong case with what is found instead")
@click.option("--dry-run", is_flag=True, help="leave the file as it is")
@click.option("--form", "only", multiple=True, help="only these forms; leaves the file as it is")
def main(*, show: bool, dry_run: bool, only: tuple[str, ...]) -> None:
    """Write wrong.toml anew and print the share read rightly by form."""
    wrong = {}
    for form in only or forms():
        every = cases(form)
        wrong[form] = [case for case in every if not is_right(case)]
        right = len(every) - len(wrong[form])
        click.echo(f"{form:22}{right:5} of {len(every)} right")
        if show:
            click.echo("\n".join(map(shown, wrong[form])))
    if not (dry_run or only):
        WRONG.write_text(written(wrong), "utf-8")


if __name__ == "__main__":
    main()
