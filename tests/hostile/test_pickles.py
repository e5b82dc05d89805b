"""No pickle is loaded that somebody could have planted."""

from __future__ import annotations

import ast
import json
import pickle
from contextlib import closing, suppress
from pathlib import Path

import pytest

import searchsvc
from searchsvc.errors import EngineError
from searchsvc.reindex.records import DamagedRecordError, decode
from searchsvc.settings import load_settings
from searchsvc.wiring import open_engine
from tests.unit.commands import invoke, write_articles

PACKAGE = Path(searchsvc.__file__).parent


class Payload:
    """Makes a file where it is unpickled."""

    def __init__(self, made: Path) -> None:
        self.made = made

    def __reduce__(self):
        return Path.touch, (self.made,)


@pytest.fixture
def generation(tmp_path):
    """The only generation of a small index."""
    invoke("reindex", write_articles(tmp_path / "a.jsonl"), "--index", tmp_path / "index")
    (folder,) = (tmp_path / "index").glob("gen-*")
    return folder


def opened(index):
    return closing(open_engine(load_settings(overrides={"index.path": index})))


@pytest.mark.parametrize("padding", [0, 2 << 20], ids=["small", "large"])
def test_a_manipulated_table_of_contents_is_refused_before_it_is_unpickled(
    generation, tmp_path, padding
):
    made = tmp_path / "made"
    tables = sorted(generation.glob("*.toc"))
    assert tables
    for table in tables:
        table.chmod(0o600)
        table.write_bytes(pickle.dumps(Payload(made)) + b" " * padding)
    with pytest.raises(EngineError), opened(generation.parent) as engine:
        engine.status()
    for command in (("verify", "--full"), ("search", "talks"), ("rollback",)):
        assert invoke(*command, "--index", generation.parent).exit_code != 0
    invoke("reindex", tmp_path / "a.jsonl", "--index", generation.parent)
    assert not made.exists()


def test_a_table_of_the_same_size_is_refused_as_well(generation, tmp_path):
    made = tmp_path / "made"
    for table in generation.glob("*.toc"):
        size = table.stat().st_size
        payload = pickle.dumps(Payload(made))
        assert len(payload) <= size
        table.chmod(0o600)
        table.write_bytes(payload.ljust(size, b" "))
    with pytest.raises(EngineError), opened(generation.parent) as engine:
        engine.status()
    assert not made.exists()


def test_a_table_that_no_manifest_lists_is_never_read(generation, tmp_path):
    made = tmp_path / "made"
    for name in ("_articles_2.toc", "_articles_99.toc", "_statements_2.toc", "_MAIN_1.toc"):
        (generation / name).write_bytes(pickle.dumps(Payload(made)))
    with opened(generation.parent) as engine:
        assert engine.status().articles
    invoke("verify", "--full", "--index", generation.parent)
    invoke("reindex", tmp_path / "a.jsonl", "--full", "--index", generation.parent)
    assert not made.exists()


def test_a_manifest_that_lists_no_table_lets_none_be_read(generation, tmp_path):
    """Its checksum is of no secret: who may write here is trusted, but an accident is not."""
    made = tmp_path / "made"
    manifest = generation / "manifest.json"
    data = json.loads(manifest.read_bytes())
    data["files"] = {name: r for name, r in data["files"].items() if not name.endswith(".toc")}
    manifest.chmod(0o600)
    manifest.write_text(json.dumps(data))
    for table in generation.glob("*.toc"):
        table.chmod(0o600)
        table.write_bytes(pickle.dumps(Payload(made)))
    with pytest.raises(EngineError), opened(generation.parent) as engine:
        engine.status()
    assert not made.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"cos\nsystem\n(S'true'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"csearchsvc.model\n__builtins__\n.",
        b"csearchsvc.model\nArticle.__init__.__globals__\n.",
        b"\x8c\x0fsearchsvc.model\x94\x8c\x08Path.cwd\x93.",
        b"\x80\x05N.",
        b"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x80\x05\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x80\x05Nr\xff\xff\xff\xff.",
        b"(" * 100_000,
    ],
)
def test_a_planted_record_of_a_spool_runs_nothing(data):
    with suppress(DamagedRecordError):
        assert decode(data) is None


def test_a_planted_record_with_a_payload_is_damaged(tmp_path):
    made = tmp_path / "made"
    with pytest.raises(DamagedRecordError):
        decode(pickle.dumps((1, Payload(made))))
    assert not made.exists()


def test_nothing_else_in_the_package_unpickles_or_evaluates():
    allowed = {PACKAGE / "reindex" / "records.py"}
    modules = {"pickle", "marshal", "shelve", "dill", "joblib", "ctypes.pythonapi"}
    calls = {"eval", "exec", "compile", "__import__", "load_module", "fromfile"}
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id]
            if path not in allowed and (modules | calls) & set(names):
                found.append((path.name, names))
            if isinstance(node, ast.keyword) and node.arg in {"allow_pickle", "shell"}:
                found.append((path.name, [node.arg]))
    assert found == []
