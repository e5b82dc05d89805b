"""Bombs: archives that are small until somebody unpacks them."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from tests.hostile.cases import MB, STORY, Case, of_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BLOCK: Final = b" " * 65536


def _squeezed(size: int) -> bytes:
    """A gzip file of so many spaces, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(_BLOCK) for _ in range(size // len(_BLOCK))]
    return b"".join(parts) + packer.flush()


def _gzip_bomb(folder: Path, size: int) -> None:
    (folder / "a.jsonl.gz").write_bytes(_squeezed(size))


def _empty_pieces(folder: Path, size: int) -> None:
    piece = gzip.compress(b"", mtime=0)
    (folder / "a.txt.gz").write_bytes(piece * (size // len(piece)))


def _endless_header(folder: Path, size: int) -> None:
    (folder / "a.txt.gz").write_bytes(b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + b"a" * size)


def _zeros_behind(folder: Path, size: int) -> None:
    with (folder / "a.txt.gz").open("wb") as file:
        file.write(gzip.compress(STORY.encode(), mtime=0))
        file.truncate(size)


def _zip_bomb(folder: Path, size: int) -> None:
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a.jsonl", "w", force_zip64=True) as member:
            for _ in range(size // len(_BLOCK)):
                member.write(_BLOCK)
        archive.writestr("b.txt", STORY)


def _gzip_in_zip(folder: Path, size: int) -> None:
    """Each layer within bounds of its own, and the inner one's size a lie."""
    data = zip_bytes({"a.jsonl.gz": _squeezed(size)})
    (folder / "a.zip").write_bytes(with_sizes(data, unpacked=0xFFFFFFF0))


def _many_members(folder: Path, size: int) -> None:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for number in range(size // 100):
            archive.writestr(f"{number}.txt", "")


def _overlapping(folder: Path, size: int) -> None:
    """One stretch of packed spaces, which every entry of the table of contents names."""
    data = b"\n" * 15 * MB
    one = zip_bytes({"a.jsonl": data})
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    count = min(size // (end - start), 60_000)
    table = one[start:end] * count
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(table), start, 0)
    (folder / "a.zip").write_bytes(one[:start] + table + tail)


def _nested(folder: Path, size: int) -> None:
    data = zip_bytes({"a.txt": STORY.encode()})
    for _ in range(min(size // 1000, 1000)):
        data = zip_bytes({"inner.zip": data})
    (folder / "a.zip").write_bytes(data)


def _huge_table(folder: Path, size: int) -> None:
    """A table of contents that would not fit into memory."""
    entry = bytearray(zip_bytes({"a": b""}))
    start, end = entry.index(b"PK\x01\x02"), entry.index(b"PK\x05\x06")
    one = bytes(entry[start:end])
    block = one * 1000
    with (folder / "a.zip").open("wb") as file:
        file.write(entry[:start])
        for _ in range(size // len(block) + 1):
            file.write(block)
        length = file.tell() - start
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, length, start, 0))


def zip_bytes(members: dict[str, bytes]) -> bytes:
    """A zip archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def with_sizes(data: bytes, *, packed: int | None = None, unpacked: int | None = None) -> bytes:
    """`data`, an archive of one member, with other sizes in its table of contents."""
    changed = bytearray(data)
    start = changed.index(b"PK\x01\x02")
    for offset, value in ((20, packed), (24, unpacked)):
        if value is not None:
            struct.pack_into("<L", changed, start + offset, value)
    return bytes(changed)


def _one_member(**sizes: int) -> Callable[[Path, int], None]:
    data = zip_bytes({"a.txt": STORY.encode()})
    return of_bytes("a.zip", with_sizes(data, **sizes))


def _tar(folder: Path, size: int) -> None:
    del size
    with tarfile.open(folder / "a.tar", "w") as archive:
        for name, kind in (
            ("/etc/a.txt", tarfile.REGTYPE),
            ("../b.txt", tarfile.REGTYPE),
            ("link.txt", tarfile.SYMTYPE),
            ("hard.txt", tarfile.LNKTYPE),
            ("zero.txt", tarfile.CHRTYPE),
            ("pipe.txt", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    (folder / "b").write_bytes((folder / "a.tar").read_bytes())


def _names(folder: Path, size: int) -> None:
    del size
    names = ("/etc/a.txt", "../../b.txt", "c\nd.txt", "\x1b[31m.txt", "C:\\e.txt", "\u202etxt.a")
    members = {name: json.dumps({"title": "T", "text": STORY}).encode() for name in names}
    (folder / "a.zip").write_bytes(zip_bytes(members))


PACKED: Final = (
    Case("gzip bomb", _gzip_bomb, 0, "200 times", small=17 * MB, big=1000 * MB),
    Case("gzip of empty pieces", _empty_pieces, 0, "empty pieces", small=MB, big=100 * MB),
    Case("gzip with an endless name", _endless_header, 0, "too early", big=100 * MB),
    Case("gzip, zeros behind it", _zeros_behind, 1, small=MB, big=1000 * MB),
    Case("xz bomb", of_bytes("a.txt.xz", lzma.compress(b" " * MB)), 0, "unpack"),
    Case("zip, one huge member", _zip_bomb, 1, "200 times", "a.jsonl", 17 * MB, 2000 * MB),
    Case("gzip bomb in a zip", _gzip_in_zip, 0, "200 times", "a.jsonl.gz", 270 * MB, 1000 * MB),
    Case("zip, many empty members", _many_members, 0, "given up", None, 2000 * 100, 30 * MB),
    Case("zip, members within each other", _overlapping, 0, "another member", "a.jsonl", big=MB),
    Case("zips within zips", _nested, 0, "inside another", "inner.zip"),
    Case("zip, huge table of contents", _huge_table, 0, "contents", None, 33 * MB, 1000 * MB),
    Case("zip, packed size too large", _one_member(packed=MB), 1),
    Case("zip, packed size too small", _one_member(packed=3), 0, "zip", "a.txt"),
    Case("zip, size too small", _one_member(unpacked=3), 0, "zip", "a.txt"),
    Case("zip, size too large", _one_member(unpacked=0xFFFFFF), 1),
    Case("zip, names that lead elsewhere", _names, 6),
    Case("tar with links, devices, paths", _tar, 0, "unpack"),
)
