"""Where the research corpora and the scorer lie, beside the checkout and never part of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SHARED: Final = ROOT.parent / "shared"
POLNEAR: Final = SHARED / "corpora" / "polnear" / "train.jsonl.gz"
REUTERS: Final = SHARED / "corpora" / "reuters21578" / "docs.jsonl.gz"
SCORER: Final = SHARED / "eval" / "score_statements.py"
SAMPLE: Final = ROOT / "searchsvc" / "sample"
