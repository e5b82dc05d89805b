"""What the examples of operations were answered over the sample archive, as it was recorded.

The recording is package data, written by `python -m tests.regenerate_examples`: an object of
operations, each an object of its examples by their titles. What differs from one run to the next
(times, names of generations, cursors) stands there as `VOLATILE` says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

FILE: Final = "examples.json"
CURSOR: Final = "CURSOR"
GENERATION: Final = "gen-000017"
VOLATILE: Final[Mapping[str, Any]] = {
    "took_ms": 4.2,
    "generation": GENERATION,
    "built_at": "2026-05-12T08:00:00+00:00",
    "next_cursor": CURSOR,
    "request_id": "9f86d081884c7d659a2feaa0",
    "size_bytes": 900_000,
}
"""Members whose values are never the same, and what is written in their place unless null."""

_ROOM: Final = 84
"""Characters of a line, where what it holds can be broken."""
_LONGEST: Final = 240
"""Characters of a text that is shown whole."""
_FIRST_OBJECTS: Final = 1
_FIRST_LINES: Final = 2
"""Objects shown where each is but a line."""
_FIRST_VALUES: Final = 4
_MOST_LINES: Final = 14


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer.

    Attributes:
        media: its media type, without parameters.
        headers: those that tell something of the answer.
        body: what was read from JSON, or else text.
    """

    media: str
    headers: Mapping[str, str]
    body: Any

    @property
    def length(self) -> int:
        """Characters of it, written as JSON."""
        return len(json.dumps(self.body, ensure_ascii=False))


def recording() -> Traversable:
    """The file of all recorded answers."""
    return resources.files(__package__) / FILE


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Mapping[str, Recorded]]:
    told = json.loads(recording().read_text(encoding="utf-8"))
    return {
        operation: {title: Recorded(**each) for title, each in examples.items()}
        for operation, examples in told.items()
    }


def recorded(operation: str, title: str) -> Recorded | None:
    """The answer to the example of `operation` that is called `title`; None if there is none yet."""
    return _all().get(operation, {}).get(title)


def shortened(answer: Recorded) -> str:
    """An answer as it is shown: of lists the first, of long texts the beginning.

    What is left out is told in its place, so that the text is no JSON any more.
    """
    if isinstance(answer.body, str):
        lines = answer.body.splitlines()
        told = [_cut(line) for line in lines[:_MOST_LINES]]
        more = len(lines) - len(told)
        return "\n".join([*told, f"… {more} more lines"] if more else told)
    return "\n".join(_written(answer.body, 0))


def _written(value: Any, depth: int) -> Iterator[str]:  # noqa: ANN401 - anything that JSON holds
    """The lines of `value`; the first is not indented, for it may stand behind a name."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value and not _fits(value, depth):
        yield "{"
        for place, (name, each) in enumerate(value.items(), start=1):
            lines = list(_written(each, depth + 1))
            lines[-1] += "," if place < len(value) else ""
            yield f"{inner}{json.dumps(name)}: {lines[0]}"
            yield from lines[1:]
        yield f"{outer}}}"
    elif isinstance(value, list) and value and not _fits(value, depth):
        most = _FIRST_VALUES
        if isinstance(value[0], dict | list):
            most = _FIRST_LINES if _fits(value[0], depth + 1) else _FIRST_OBJECTS
        shown, more = value[:most], len(value) - most
        yield "["
        for place, each in enumerate(shown, start=1):
            lines = list(_written(each, depth + 1))
            lines[-1] += "," if place < len(shown) or more > 0 else ""
            yield f"{inner}{lines[0]}"
            yield from lines[1:]
        if more > 0:
            yield f"{inner}… {more} more"
        yield f"{outer}]"
    else:
        yield json.dumps(_cut(value) if isinstance(value, str) else value, ensure_ascii=False)


def _fits(value: Any, depth: int) -> bool:  # noqa: ANN401 - an object or a list
    """Whether it stands on one line; lists of objects and of lists never do."""
    if isinstance(value, list) and isinstance(value[0], dict | list) and len(value) > 1:
        return False
    return 2 * depth + len(json.dumps(value, ensure_ascii=False)) <= _ROOM


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
