"""One process of a guided run: atheris looks for inputs of a target that reach new code.

It imports nothing of searchsvc before atheris watches imports, which is why `fuzz` starts it as
a process of its own. libFuzzer ends its process for inputs that hang or take all memory; `fuzz`
counts that as a crash and starts another one.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import sys
import time
from pathlib import Path
from typing import Final

import atheris

from tests.hostile.crashes import COUNTED, PIECES, crash_of

_SLOW: Final = 10.0
_STUCK: Final = 120
_MEMORY: Final = 2048
_LONGEST: Final = 20_000


def guided(name: str, folder: Path, *, seconds: float) -> None:
    """Give inputs to a target for so many seconds of processor time; never comes back.

    Args:
        name: of the target.
        folder: with all of `crashes.FOLDERS`, and `counted`, eight bytes with the number of inputs,
            little-endian, that hold when the process dies.
        seconds: of processor time of this process.
    """
    with atheris.instrument_imports(include=["searchsvc"]):
        from tests.hostile.targets import TARGETS

        samples, read = TARGETS[name]()
    for sample in samples:
        (folder / "samples" / hashlib.sha256(sample).hexdigest()[:16]).write_bytes(sample)
    pieces = folder / "pieces"
    pieces.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES))
    with (folder / COUNTED).open("r+b") as file:
        counted = mmap.mmap(file.fileno(), 8)

    def one(data: bytes) -> None:
        began = time.process_time()
        crash = crash_of(read, data)
        now = time.process_time()
        counted[:] = (int.from_bytes(counted[:], "little") + 1).to_bytes(8, "little")
        if not crash and now - began > _SLOW:
            crash = f"more than {_SLOW:g} seconds of processor time"
        if crash:
            _write_crash(folder, data, crash)
        if now > seconds:
            os._exit(0)

    options = (
        f"-timeout={_STUCK}",
        f"-rss_limit_mb={_MEMORY}",
        f"-max_len={_LONGEST}",
        "-len_control=20",
        f"-dict={pieces}",
        f"-artifact_prefix={folder / 'died'}/",
    )
    read_first = [str(folder / kept) for kept in ("corpus", "samples", "crashes")]
    atheris.Setup([sys.argv[0], *options, *read_first], one)
    atheris.Fuzz()


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


def _write_crash(folder: Path, data: bytes, crash: str) -> None:
    """Keep the shortest input of each kind, and how often it was met."""
    name = hashlib.sha256(crash.encode()).hexdigest()[:16]
    kept, said = folder / "crashes" / name, folder / "said" / name
    times = int(said.read_text().split(maxsplit=1)[0]) if said.exists() else 0
    said.write_text(f"{times + 1} times {crash}\n")
    if not kept.exists() or len(data) < kept.stat().st_size:
        kept.write_bytes(data)


if __name__ == "__main__":
    guided(sys.argv[1], Path(sys.argv[2]), seconds=float(sys.argv[3]))
