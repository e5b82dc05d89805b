"""What no linter checks: sizes, names, the map, and that the project speaks only of itself."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "searchsvc"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
DRAWERS = re.compile(
    r"(?:^|_)(?:utils?|helpers?|common|misc|base|manager|handler|processor)(?:_|$)"
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_and_says_what_it_is_for(path: Path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_function_is_longer_than_a_screen(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (
        n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    too_long = [
        f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


def test_no_file_holds_both_sides_of_a_merge():
    command = ["git", "grep", "-lIE", "^(<{7} |>{7} )"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.stdout.split() == []


def test_compiled_loops_are_made_again_when_any_part_of_them_changes():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (module,) = tomllib.loads(text)["tool"]["setuptools"]["ext-modules"]
    parts = [_name(path) for path in sorted(PACKAGE.rglob("*.pxi"))]
    assert module["depends"] == parts


def test_no_module_is_named_like_a_drawer():
    assert [_name(p) for p in MODULES if DRAWERS.search(p.stem)] == []


def test_every_room_is_on_the_map_and_every_path_on_the_map_exists():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {
        path.rstrip("/")
        for path in re.findall(r"`((?:searchsvc|index|config|tests)/[^`]*)`", text)
    }
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    rooms = {
        _name(path).removesuffix("/__init__.py")
        for pattern in ("*.py", "*/__init__.py")
        for path in PACKAGE.glob(pattern)
    }
    plumbing = {"searchsvc", "searchsvc/__main__.py", "searchsvc/engine"}
    assert sorted(rooms - plumbing - named) == []


def test_every_room_in_a_room_is_on_the_map():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    inner = {path.parent for path in PACKAGE.glob("*/*/**/__init__.py")}
    assert inner
    assert [
        _name(room)
        for room in sorted(inner)
        if f"`{_name(room)}/`" not in text and f"`{room.name}/`" not in text
    ] == []


def test_index_and_config_hold_no_code():
    tracked = _tracked("index", "config")
    assert [name for name in tracked if name.endswith((".py", ".pyc"))] == []
    assert sorted(name for name in tracked if name.startswith("index/")) == [
        "index/.gitignore",
        "index/README.md",
    ]


def test_only_the_chosen_names_stand_at_the_top():
    folders = {name.split("/")[0] for name in _tracked() if "/" in name}
    assert folders <= {"searchsvc", "index", "tests", "config", ".ci", "docs"}


def _tracked(*paths: str) -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked cannot be told")
    listing = subprocess.run(
        ["git", "ls-files", *paths], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return listing.stdout.splitlines()
