"""The examples of docs/client.md run as they are printed, against the sample archive."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from searchsvc.client import Client
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.unit.commands import invoke

DOCS = Path(__file__).parents[2] / "docs" / "client.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def transport(tmp_path_factory):
    index = tmp_path_factory.mktemp("sample") / "index"
    sample = Path(__file__).parents[2] / "searchsvc" / "sample"
    assert invoke("reindex", sample, "--index", index).exit_code == 0
    settings = load_settings(None, {}, {"index.path": index})
    engine = open_engine(settings)
    yield httpx.WSGITransport(create_app(engine, settings))
    engine.close()


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_runs(transport, monkeypatch, capsys, example):
    monkeypatch.setattr(httpx, "HTTPTransport", lambda: transport)
    exec(compile(example, str(DOCS), "exec"), {"Client": Client})
    if "print(" in example:
        assert capsys.readouterr().out.strip()
