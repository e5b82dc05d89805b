"""Sidecars: files of the caller that go from generation to generation at the cost of what changes.

A build hands out private copies, in a folder of its own (`WORKING`). Completed, a generation keeps
each of them in `SIDECARS`, in one of two ways:

NAME                     the file itself; what did not change is the parent's, linked
NAME.base                what the file was some generations ago, linked from the parent, and
NAME.000001.patch        what has changed since: the parent's patches, linked, and one of this
NAME.000004.patch        generation's own, in the order of their numbers

Only databases (`.sqlite`) from `PATCHED_FROM_BYTES` on are kept in the second way: they change in a
few places, and nobody reads them but programs. A patch is, in little-endian numbers,

    offset  size  what
    0       8     MAGIC
    8       4     format version, FORMAT_VERSION
    12      4     bytes of a block, BLOCK
    16      8     size of the whole file in bytes
    24      8     n, how many blocks follow
    32      8 n   their numbers, ascending: block k begins at byte k * BLOCK of the file
    ...           their contents, the last one of the file filled up with zeros

A file is put together from its base by laying each patch over it, in turn, and cutting it, or
filling it up with zeros, to the size that the patch names. Checksums are those of the manifest.

Each patch is more than twice as large as the next one, since one that is not is taken into it. So
there are few of them, and a block is written some ten times before the patches together exceed a
quarter of the file, which is then kept as itself again. SQLite's own log beside a database would do
much the same, but any reader that may write would move its pages into the linked base.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from searchsvc.engine.whoosh.generations import SIDECARS, link
from searchsvc.engine.whoosh.manifest import FileRecord, compare, read_manifest
from searchsvc.errors import IndexCorrupt, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WORKING: Final = "working"
"""Folder, inside a build, of the files that `IndexBuild.sidecar` hands out."""

PATCHED_SUFFIX: Final = ".sqlite"

PATCHED_FROM_BYTES: Final = 1 << 16

MAGIC: Final = b"SVCPATCH"
FORMAT_VERSION: Final = 1
BLOCK: Final = 256
"""Bytes; a row that enters a database's page changes some hundred of its 4,096."""

RATIO: Final = 2
LARGEST_SHARE: Final = 4
"""Patches of more than one part in so many of the file give way to the file itself."""

_HEADER: Final = struct.Struct("<8sIIQQ")
_PATCH: Final = re.compile(r"(.+)\.(\d{6,})\.patch")  # ledger.sqlite.000004.patch
_BASE: Final = ".base"
_READ_BYTES: Final = 1 << 20
_COMPARED_BLOCKS: Final = 1 << 14

Numbers = npt.NDArray[np.uint64]
Blocks = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Patch:
    """An opened patch.

    Attributes:
        size: of the whole file, in bytes.
        numbers: of its blocks, ascending.
        blocks: uint8[n, BLOCK], their contents.
    """

    path: Path
    size: int
    numbers: Numbers
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Stored:
    """How a generation keeps one sidecar.

    Attributes:
        name: of the sidecar.
        first: the file itself, or its base.
        patches: in their order; none where `first` is the file itself.
    """

    name: str
    first: Path
    patches: tuple[Path, ...] = ()

    @property
    def next_number(self) -> int:
        """That of the next patch."""
        found = _PATCH.fullmatch(self.patches[-1].name) if self.patches else None
        return int(found[2]) + 1 if found else 1

    @property
    def files(self) -> tuple[Path, ...]:
        """All files."""
        return (self.first, *self.patches)


@contextmanager
def reading(generation: Path, name: str, *, check: bool = True) -> Iterator[Path]:
    """A file to read with the content of sidecar `name`; gone afterwards where it had to be made.

    It is made among the system's temporary files, at some 0.5 GB a second. Where the generation has
    no such sidecar, the path that it would have.

    Args:
        generation: its folder.
        name: of the sidecar.
        check: compare what lies there as it is with what was written; what is made always is.

    Raises:
        IndexCorrupt, IndexIncompatible: the generation is damaged.
    """
    found = stored_in(generation).get(name)
    if found is None or not found.patches:
        path = generation / SIDECARS / name
        if check and found is not None:
            compare(path, _record_of(path, generation, read_manifest(generation).files))
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="searchsvc-") as folder:
        copy = Path(folder) / name
        _assemble(found, generation, read_manifest(generation).files, copy)
        yield copy


def lend(parent: Path, records: Mapping[str, FileRecord], build: Path) -> None:
    """Put private copies of all sidecars of generation `parent` into `build`.

    Args:
        parent: a generation.
        records: those of its manifest, with which everything read is compared.
        build: the folder of a build.

    Raises:
        IndexCorrupt: a file is not what was written.
    """
    for name, stored in stored_in(parent).items():
        _assemble(stored, parent, records, build / WORKING / name)


def keep(parent: Path | None, build: Path) -> None:
    """Turn the private copies in `build` into what its generation keeps.

    Args:
        parent: the generation that they were lent from, or None.
        build: the folder of the build.
    """
    folder = build / SIDECARS
    folder.mkdir()
    before = {} if parent is None else stored_in(parent)
    for working in sorted((build / WORKING).iterdir()):
        _keep(working, before.get(working.name), folder)
    shutil.rmtree(build / WORKING)


def stored_in(generation: Path) -> dict[str, Stored]:
    """How `generation` keeps its sidecars, by name."""
    files = sorted((generation / SIDECARS).glob("*"))
    patches: dict[str, list[tuple[int, Path]]] = {}
    for file in files:
        if found := _PATCH.fullmatch(file.name):
            patches.setdefault(found[1], []).append((int(found[2]), file))
    stored = {}
    for file in files:
        name = file.name.removesuffix(_BASE)
        if file.name != name:
            chain = tuple(path for _, path in sorted(patches.get(name, ())))
            stored[name] = Stored(name, file, chain)
        elif not _PATCH.fullmatch(file.name):
            stored[name] = Stored(name, file)
    return stored


# Putting together.


def _assemble(
    stored: Stored, generation: Path, records: Mapping[str, FileRecord], target: Path
) -> None:
    """Write the whole content of a sidecar to `target`."""
    _copy(stored.first, _record_of(stored.first, generation, records), target)
    for path in stored.patches:
        compare(path, _record_of(path, generation, records))
        _lay_over(open_patch(path), target)


def _lay_over(patch: Patch, file: Path) -> None:
    with file.open("r+b") as stream:
        for first, run in _runs(patch.numbers):
            stream.seek(first * BLOCK)
            stream.write(patch.blocks[run].tobytes())
        stream.truncate(patch.size)


def _record_of(path: Path, generation: Path, records: Mapping[str, FileRecord]) -> FileRecord:
    record = records.get(path.relative_to(generation).as_posix())
    if record is None:
        raise IndexCorrupt(path, "is none of the generation's files")
    return record


def _copy(file: Path, record: FileRecord, target: Path) -> None:
    """Copy `file`, comparing what is copied with `record`."""
    digest = hashlib.sha256()
    size = 0
    with target.open("wb") as copy:
        for piece in _pieces(file):
            digest.update(piece)
            copy.write(piece)
            size += len(piece)
    if FileRecord(size, digest.hexdigest()) != record:
        raise IndexCorrupt(file, "does not have the content that was written")


def _pieces(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as source:
            while piece := source.read(_READ_BYTES):
                yield piece
    except OSError as error:
        raise unreadable(file, error) from error


def open_patch(path: Path) -> Patch:
    """The patch at `path`, mapped.

    Raises:
        IndexCorrupt: it is none, or cut short.
    """
    try:
        content = np.memmap(path, np.uint8, "r")
        magic, version, block, size, count = _HEADER.unpack(content[: _HEADER.size].tobytes())
        numbers = content[_HEADER.size :][: 8 * count].view("<u8")
        blocks = content[_HEADER.size + 8 * count :].reshape(count, BLOCK)
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, struct.error) as error:
        raise IndexCorrupt(path, f"is not a patch ({error})") from error
    if (magic, version, block) != (MAGIC, FORMAT_VERSION, BLOCK):
        raise IndexCorrupt(path, "is not a patch that this version reads")
    return Patch(path, size, numbers, blocks)


# Keeping.


def _keep(working: Path, before: Stored | None, folder: Path) -> None:
    """Keep the private copy `working`, of what was `before`, in `folder`."""
    if before is None:
        working.rename(folder / working.name)
        return
    size = working.stat().st_size
    chain = [open_patch(path) for path in before.patches]
    size_before = chain[-1].size if chain else before.first.stat().st_size
    changed = _changed(working, before.first, chain, known_bytes=min(size, size_before))
    if not len(changed) and size == size_before:
        for file in before.files:
            link(file, folder / file.name)
        return
    while chain and len(chain[-1].numbers) <= RATIO * len(changed):
        changed = np.union1d(changed, chain.pop().numbers)
    changed = changed[changed < _count(size)]
    patched = len(changed) + sum(len(patch.numbers) for patch in chain)
    patchable = working.suffix == PATCHED_SUFFIX and size >= PATCHED_FROM_BYTES
    if not patchable or LARGEST_SHARE * patched > _count(size):
        working.rename(folder / working.name)
        return
    _write_patch(folder / f"{working.name}.{before.next_number:06d}.patch", working, changed)
    link(before.first, folder / (working.name + _BASE))
    for patch in chain:
        link(patch.path, folder / patch.path.name)


def _changed(working: Path, first: Path, chain: Sequence[Patch], *, known_bytes: int) -> Numbers:
    """Numbers of the blocks of `working` that are not as `first` with `chain` laid over it.

    Those that begin after `known_bytes` were not there before.
    """
    known, end = _count(known_bytes), _count(working.stat().st_size)
    found = [np.arange(0, dtype=np.uint64)]
    with working.open("rb") as new, first.open("rb") as old:
        for start in range(0, known, _COMPARED_BLOCKS):
            count = min(_COMPARED_BLOCKS, known - start)
            here, there = _next_blocks(new, count), _next_blocks(old, count)
            for patch in chain:
                some = slice(*np.searchsorted(patch.numbers, (start, start + count)).tolist())
                there[patch.numbers[some].astype(np.intp) - start] = patch.blocks[some]
            differ = (here.view(np.uint64) != there.view(np.uint64)).any(axis=1)
            found.append(np.flatnonzero(differ).astype(np.uint64) + np.uint64(start))
    found.append(np.arange(known, end, dtype=np.uint64))
    return np.concatenate(found)


def _next_blocks(stream: BinaryIO, count: int) -> Blocks:
    """The next `count` blocks; what the file has no bytes for is zero."""
    content = bytearray(count * BLOCK)
    stream.readinto(content)  # type: ignore[attr-defined]  # a buffered reader has it
    return np.frombuffer(content, np.uint8).reshape(count, BLOCK)


def _write_patch(path: Path, working: Path, numbers: Numbers) -> None:
    """Write blocks `numbers` of `working` as a patch; the caller makes it durable."""
    size = working.stat().st_size
    with path.open("wb") as patch, working.open("rb") as stream:
        patch.write(_HEADER.pack(MAGIC, FORMAT_VERSION, BLOCK, size, len(numbers)))
        patch.write(numbers.astype("<u8").tobytes())
        for first, run in _runs(numbers):
            stream.seek(first * BLOCK)
            count = (run.stop - run.start) * BLOCK
            patch.write(stream.read(count).ljust(count, b"\0"))


def _runs(numbers: Numbers) -> Iterator[tuple[int, slice]]:
    """Numbers that follow each other: the first of them, and where they stand."""
    breaks = (np.flatnonzero(np.diff(numbers) != 1) + 1).tolist()
    for start, stop in pairwise([0, *breaks, len(numbers)]):
        if start < stop:
            yield int(numbers[start]), slice(start, stop)


def _count(size: int) -> int:
    """How many blocks a file of `size` bytes has."""
    return -(-size // BLOCK)
