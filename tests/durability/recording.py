"""What a process does to the files below a folder, as the kernel sees it.

`strace` follows the process and all that it starts, so that what SQLite and NumPy write is seen like
everything else. Writes through shared memory would not be; `disks.Disk.differences` finds out
whether anything was missed, since the replayed folder must equal the real one byte for byte.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

STRACE: Final = shutil.which("strace") or "strace"

_CALLS: Final = (
    "open openat creat write pwrite64 writev pwritev lseek truncate ftruncate fallocate fsync"
    " fdatasync rename renameat renameat2 link linkat unlink unlinkat rmdir mkdir mkdirat symlink"
    " symlinkat copy_file_range sendfile"
).split()
_LINE: Final = re.compile(r"(\d+) +(\w+)\((.*)\)\s+= (-?\d+)(?:<([^>]*)>)?")
_BROKEN_OFF: Final = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>$")
_RESUMED: Final = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)$")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_OPENED: Final = re.compile(r"(\d+|AT_FDCWD)<([^>]*)>")
_GONE: Final = " (deleted)"


@dataclass(frozen=True, slots=True)
class Made:
    """A file or a folder came to be, if it was not there."""

    path: str
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Sized:
    """A file got so many bytes; what was beyond is gone, what was not there is zero."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes were written at an offset; None stands for the end."""

    path: str
    offset: int | None
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Copied:
    """The kernel copied bytes from the start of one file to an offset of another."""

    path: str
    offset: int
    source: str
    source_offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Linked:
    """A file got one name more."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file or folder got another name; what had that name before is gone."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A name is gone."""

    path: str


@dataclass(frozen=True, slots=True)
class Synced:
    """A file or a folder was flushed to the disk."""

    path: str


Event = Made | Sized | Written | Copied | Linked | Renamed | Removed | Synced


class RecordingError(Exception):
    """Something was done to the folder that this module does not understand."""


def unable() -> str | None:
    """Why nothing can be recorded here; None where it can."""
    try:
        tried = subprocess.run(
            [STRACE, "--seccomp-bpf", "--follow-forks", f"--output={os.devnull}", "true"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return "strace is not installed, so nothing can be recorded: apt-get install strace"
    return (
        f"strace may not follow processes here: {tried.stderr.strip()}"
        if tried.returncode
        else None
    )


def record(command: Sequence[str], folder: Path, trace: Path, *, kill_at_sync: int = 0) -> int:
    """Run `command` and write what it does into `trace`; its exit code.

    Args:
        command: whatever it does to files below `folder` it must do by absolute paths.
        folder: where it works.
        trace: for strace's report, see `events`.
        kill_at_sync: kill the process when it flushes a file for so many times; 0 for never.
    """
    # A process whose calls are picked out beforehand, which is fast, cannot be killed at one.
    how = (
        [f"--inject=fsync:signal=KILL:when={kill_at_sync}"] if kill_at_sync else ["--seccomp-bpf"]
    )
    ran = subprocess.run(
        [
            STRACE,
            *(
                "--follow-forks",
                "--decode-fds=path",
                "-xx",
                "--string-limit=1000000000",
            ),
            *("--signal=none", f"--trace={','.join(_CALLS)}", *how, f"--output={trace}"),
            *command,
        ],
        cwd=folder.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return ran.returncode


def events(trace: Path, folder: Path) -> Iterator[Event]:
    """What was done below `folder`, in the order in which it was done; paths are relative to it.

    Raises:
        RecordingError: a call is not understood.
    """
    reader = _Reader(str(folder) + "/")
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii") as lines:
        for each in lines:
            line = each.rstrip("\n")
            if match := _BROKEN_OFF.match(line):
                begun[match[1]] = match[2]
                continue
            if match := _RESUMED.match(line):
                line = f"{match[1]} {begun.pop(match[1], '')}{match[2]}"
            if (match := _LINE.match(line)) and not match[4].startswith("-"):
                yield from reader.read(match)


class _Reader:
    """Knows where each open file stands, which `write` does not say."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._at: dict[tuple[str, str], int] = {}
        self._appending: set[tuple[str, str]] = set()

    def read(self, match: re.Match[str]) -> Iterator[Event]:
        process, call, arguments, result, opened = match.groups()
        number = int(result)
        if call in ("open", "openat", "creat"):
            path = self._inside(_plain(opened or ""))
            if path is not None:
                yield from self._open(path, arguments, (process, result))
        elif call in ("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "truncate"):
            yield from self._by_name(call, arguments)
        elif call in ("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"):
            yield from self._by_names(call, arguments)
        else:
            descriptor, path = self._descriptor(arguments)
            if path is not None:
                yield from self._by_descriptor(
                    call, arguments, (process, descriptor), path, number
                )

    def _open(self, path: str, arguments: str, key: tuple[str, str]) -> Iterator[Event]:
        self._at[key] = 0
        self._appending.discard(key)
        if "O_APPEND" in arguments:
            self._appending.add(key)
        if "O_TMPFILE" in arguments:
            return
        if "O_CREAT" in arguments:
            yield Made(path)
        if "O_TRUNC" in arguments:
            yield Sized(path, 0)

    def _by_name(self, call: str, arguments: str) -> Iterator[Event]:
        path = self._named(arguments)[0]
        if path is None:
            return
        if call.startswith("mkdir"):
            yield Made(path, folder=True)
        elif call == "truncate":
            yield Sized(path, int(arguments.rpartition(", ")[2]))
        else:
            yield Removed(path)

    def _by_names(self, call: str, arguments: str) -> Iterator[Event]:
        path, target = self._named(arguments)
        if path is None and target is None:
            return
        if path is None or target is None or call.startswith("symlink") or "EXCHANGE" in arguments:
            raise RecordingError(f"{call}({_plain(arguments)})")
        if call.startswith("link"):
            yield Linked(path, target)
        else:
            yield Renamed(path, target)

    def _by_descriptor(
        self, call: str, arguments: str, key: tuple[str, str], path: str, number: int
    ) -> Iterator[Event]:
        if call == "lseek":
            self._at[key] = number
        elif call in ("fsync", "fdatasync"):
            yield Synced(path)
        elif call == "ftruncate":
            yield Sized(path, int(arguments.rpartition(", ")[2]))
        elif call in ("pwrite64", "pwritev"):
            offset = int(arguments.rpartition(", ")[2])
            yield Written(path, offset, _data(arguments)[:number])
        elif call in ("write", "writev"):
            offset = self._at.get(key, 0)
            self._at[key] = offset + number
            at = None if key in self._appending else offset
            yield Written(path, at, _data(arguments)[:number])
        elif call == "sendfile":
            yield from self._sent(arguments, key, path, number)
        else:
            raise RecordingError(f"{call}({_plain(arguments)[:200]})")

    def _sent(
        self, arguments: str, key: tuple[str, str], path: str, number: int
    ) -> Iterator[Event]:
        source = self._inside(_plain(_OPENED.findall(arguments)[1][1]))
        if source is None:
            raise RecordingError(f"sendfile from outside: {_plain(arguments)}")
        if not number:
            return
        started = re.search(r"\[(\d+)\]", arguments)
        if started is None:
            raise RecordingError(f"sendfile from where the file stands: {_plain(arguments)}")
        offset = self._at.get(key, 0)
        self._at[key] = offset + number
        yield Copied(path, offset, source, int(started[1]), number)

    def _descriptor(self, arguments: str) -> tuple[str, str | None]:
        match = _OPENED.match(arguments)
        return ("", None) if match is None else (match[1], self._inside(_plain(match[2])))

    def _named(self, arguments: str) -> list[str | None]:
        """Paths of a call, each by itself or below an open folder, that lie inside; two at least."""
        found: list[str | None] = []
        below = ""
        for part in arguments.split(", "):
            if match := _OPENED.match(part):
                below = _plain(match[2])
            elif match := _TEXT.match(part):
                name = bytes.fromhex(match[1].replace("\\x", ""))
                found.append(self._inside(os.path.join(below, os.fsdecode(name))))  # noqa: PTH118 - keeps names that are no text
        return [*found, None][:2]

    def _inside(self, path: str) -> str | None:
        """`path` relative to the folder; None where it lies elsewhere or has no name any more."""
        if not path.startswith(self._prefix) or path.endswith(_GONE):
            return "" if path + "/" == self._prefix else None
        return path.removeprefix(self._prefix).rstrip("/")


def _data(arguments: str) -> bytes:
    return b"".join(bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(arguments))


def _plain(text: str) -> str:
    """`text` with what is written in hexadecimal as letters."""
    return re.sub(
        r"(?:\\x[0-9a-f]{2})+",
        lambda found: os.fsdecode(bytes.fromhex(found[0].replace("\\x", ""))),
        text,
    )
