"""The engine by brute force leaves nothing behind, whether or not anybody closes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.builders import article_document
from tests.reference_engine import filled

ROOT = Path(__file__).parents[2]
NEVER_CLOSED = """
import os, sys, tempfile
tempfile.tempdir = sys.argv[1]
from tests.builders import article_document
from tests.reference_engine import filled
kept = filled((article_document(), ()))
assert os.listdir(sys.argv[1])
child = os.fork()
if not child:
    del kept
    os._exit(0)
os.waitpid(child, 0)
assert os.listdir(sys.argv[1])
"""


def test_its_folder_goes_with_the_process(tmp_path: Path):
    subprocess.run([sys.executable, "-c", NEVER_CLOSED, str(tmp_path)], cwd=ROOT, check=True)
    assert list(tmp_path.iterdir()) == []


def test_its_folder_goes_when_it_is_used_no_more(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    engine = filled((article_document(), ()))
    assert len(list(tmp_path.iterdir())) == 1
    del engine
    assert list(tmp_path.iterdir()) == []
