"""Words that count for less in a score, because they stand in any text whatever it is about."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Final


def _read() -> frozenset[str]:
    text = (resources.files(__package__) / "stop_words.toml").read_text("utf-8")
    return frozenset(word for words in tomllib.loads(text).values() for word in words.split())


STOP_WORDS: Final = _read()
"""Folded words; `stop_words.toml` has them by class and says where they come from."""
