"""What counts as a crash of a fuzzed target, the bytes that readers trip over, where guided runs keep."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

PIECES: Final = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b"'", b"\\", b"{", b"}", b"[", b"]",
    b"<", b">", b"</", b"<!--", b"<p>", b"<script>", b"&lt;", b"&#x110000;", b"\r", b"\n", b"\t",
    b",", b";", b"(", b")", b"*", b"~", b"^", b":", b"-", b"2017-02-30", b"99999999999999999999",
    b"-1", b"1e999", b"NaN", b"null", b"true", b"..", b"/", b"%00", b"%2e", b"\\ud800",
    "\u202e".encode(), "\u0301".encode(), "\U0001f600".encode(), "İ".encode(), b"\x1b[31m",
)  # fmt: skip
COUNTED: Final = "counted"
# Inputs that reach something new; those that each run begins with; those that raised, tried again by
# the next run; what they raised; and those that ended a process, not tried again.
FOLDERS: Final = ("corpus", "samples", "crashes", "said", "died")


def crash_of(read: Callable[[bytes], object], data: bytes) -> str:
    """What a target raised at an input and where, in one line; empty if it survived."""
    try:
        read(data)
    except Exception as error:  # noqa: BLE001 - whatever is raised is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {str(error)[:100]} at {last.filename}:{last.lineno}"
    return ""
