"""Folders: links that lead out or round, devices, pipes, sockets, names that are no text."""

from __future__ import annotations

import os
import socket
import stat
from typing import TYPE_CHECKING, Final

from tests.hostile.cases import MB, STORY, Case

if TYPE_CHECKING:
    from pathlib import Path

_DEEP: Final = 1500


def _links(folder: Path, size: int) -> None:
    del size
    (folder / "a.txt").write_text(STORY)
    (folder / "round").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "root").symlink_to("/")
    (folder / "gone.txt").symlink_to("/nowhere")
    (folder / "zero.txt").symlink_to("/dev/zero")


def _pipe(folder: Path, size: int) -> None:
    del size
    os.mkfifo(folder / "a.txt")


def _socket(folder: Path, size: int) -> None:
    del size
    here = os.open(folder, os.O_RDONLY)
    try:  # the address of a socket may have 107 bytes, which a temporary folder's name may exceed
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"/proc/self/fd/{here}/a.txt")
    finally:
        os.close(here)


def _device(folder: Path, size: int) -> None:
    """`/dev/zero` by another name; a pipe where only root may make one."""
    try:
        os.mknod(folder / "a.txt", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        _pipe(folder, size)


def _names(folder: Path, size: int) -> None:
    del size
    for name in (
        b"a\nb.txt",
        b"\xff\xfe.txt",
        b"\x1b[31m.txt",
        b"-rf.txt",
        "\u202etxt.a".encode(),
    ):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123 - bytes
            file.write(STORY.encode())


def _holes(folder: Path, size: int) -> None:
    with (folder / "a.jsonl").open("w") as file:
        file.write("{" * 5000)
        file.truncate(size)


def _deep(folder: Path, size: int) -> None:
    """Folders deeper within each other than a path may be long."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(min(size // 10, _DEEP)):
        os.mkdir("abcdef", dir_fd=here)
        inner = os.open("abcdef", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


FOLDERS: Final = (
    Case("links out, round, to nothing", _links, 1, "link"),
    Case("named pipe", _pipe, 0, "regular"),
    Case("socket", _socket, 0, "regular"),
    Case("device", _device, 0, "regular"),
    Case("names that are no text", _names, 5),
    Case("file of holes", _holes, 0, "holes", None, 2000 * MB, 1_000_000 * MB),
    Case("folders without end", _deep, 0, "too long"),
)
