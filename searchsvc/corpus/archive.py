"""The archive: input files in a stable order, and the articles or rejects of each."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from searchsvc.corpus import furniture, walk
from searchsvc.corpus.articles import Unit, read_unit
from searchsvc.corpus.dumped import check_dump, is_dump
from searchsvc.corpus.forms import DUMP_HEAD, Form, Unreadable, form_by_name, is_packed
from searchsvc.corpus.met import MetIds
from searchsvc.corpus.profiles import profile_files, profile_members
from searchsvc.corpus.sources import (
    READ_AHEAD,
    READ_ERRORS,
    explain,
    open_regular,
    shown,
)
from searchsvc.corpus.unpacking import Allowance, open_gzip, open_member, open_zip, overlapping
from searchsvc.errors import CorpusError
from searchsvc.model import Article

if TYPE_CHECKING:
    import io
    import zipfile
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from searchsvc.corpus.walk import Found
    from searchsvc.settings import Settings

READER_VERSION: Final = 3
"""Raise it whenever the same file would give other articles than before."""

_MOST_REJECTS: Final = 1000
"""Of one file, unless it holds more articles than that: each costs disk and somebody's time."""

_TANGLED: Final = (
    "its data runs into that of another member, as in a bomb or a damaged archive; pack it again"
)
_SPENT: Final = (
    "unpacks to more altogether than archives of articles do; what follows in it was not read. "
    "If it really holds articles, unpack it first"
)
_ROW_FORMS: Final = (Form.JSON, Form.JSON_LINES, Form.TABLE, Form.ZIP)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of the archive, not yet read.

    Attributes:
        path: where it is.
        root: the input folder it was found under.
        name: the path below `root`, `/` separated, without line breaks or undecodable bytes.
        fingerprint: changes whenever reading the file again could give other articles.
        size_bytes: as it was found.
        furniture: keys of the lines that recur at the edges of the files of its folder.
        is_named: whether the operator named it; it may then be a symbolic link.
    """

    path: Path
    root: Path
    name: str
    fingerprint: str
    size_bytes: int = 0
    furniture: frozenset[str] = frozenset()
    is_named: bool = False


class Archive:
    """Articles below files, folders and globs.

    The source of an article is the one it names, else `corpus.source` of the settings, else the
    name of the input folder; for a file of several articles that lies in the input folder
    itself, the file's name without its suffixes.
    """

    def __init__(self, patterns: Sequence[str], settings: Settings) -> None:
        """Read below `patterns`; nothing is opened yet."""
        self._patterns = tuple(patterns)
        self._settings = settings
        self._index = os.path.abspath(settings.index.path) + os.sep  # noqa: PTH100 - resolves no links
        # As each fingerprint holds them: there may be a million, and the settings are the same.
        self._read_as = (
            f"{dataclasses.astuple(settings.columns)!r}, {settings.corpus.max_article_mb!r}"
        )
        self._root_names: dict[Path, str] = {}
        self._met = MetIds()
        self._bytes_read = 0

    def files(self) -> Iterator[InputFile | CorpusError]:
        """The input files in a stable order, and what is not one; the index is left out."""
        self._root_names.clear()
        walked = itertools.filterfalse(_Inside(self._index), walk.walk(self._patterns))
        for _, group in itertools.groupby(walked, key=_Folders()):
            # The first files of a folder are looked through before any of it is read.
            first = list(itertools.islice(group, furniture.PROFILED_FILES))
            recurring = profile_files(file for file in first if not isinstance(file, CorpusError))
            for found in itertools.chain(first, group):
                yield found if isinstance(found, CorpusError) else self._input(found, recurring)

    @property
    def bytes_read(self) -> int:
        """About how much of the file being read lies behind, in bytes on disk.

        It is never told too early that all is done; and 0 as long as buffers that read ahead
        would make it a guess.
        """
        return self._bytes_read

    def covers(self, path: Path) -> bool:
        """Whether `path` would be among `files`, were it there."""
        return walk.covers(self._patterns, path)

    def read(self, file: InputFile) -> Iterator[Article | CorpusError]:
        """The articles of one file, in its order, and what in it is none.

        An identifier that another article of this archive has had is an error; reading the same
        file once more is not.
        """
        path = shown(file.path)
        reading = self._met.begin(path)
        articles = rejects = 0
        for item in self._read(file):
            if isinstance(item, Article):
                first = self._met.first(item.id, reading)
                if first is None:
                    articles += 1
                    yield item
                    continue
                yield _duplicate(item, path, first)
            else:
                yield item
            rejects += 1
            if rejects >= max(_MOST_REJECTS, articles):
                yield CorpusError(
                    path,
                    f"given up after {rejects:,} rejects and {articles:,} articles; check its "
                    "form, its encoding, its ids and [columns]",
                )
                return

    def _input(self, found: Found, recurring: frozenset[str]) -> InputFile | CorpusError:
        form = form_by_name(found.name)
        if isinstance(form, Unreadable):
            return CorpusError(shown(found.path), form.reason)
        if form not in (Form.TEXT, None):
            recurring = frozenset()
        status = found.status
        facts = (
            f"({READER_VERSION}, {status.st_size}, {status.st_mtime_ns}, "
            f"{self._source(found.path, found.root)!r}, {self._read_as}, "
            f"{furniture.fingerprint(recurring)!r})"
        )
        return InputFile(
            path=found.path,
            root=found.root,
            name=found.name,
            fingerprint=hashlib.blake2b(facts.encode(), digest_size=16).hexdigest(),
            size_bytes=status.st_size,
            furniture=recurring,
            is_named=found.is_named,
        )

    def _source(self, path: Path, root: Path) -> str:
        """The source of articles that do not name theirs; never empty."""
        if self._settings.corpus.source:
            return self._settings.corpus.source
        if form_by_name(path.name) in _ROW_FORMS and path.parent == root:
            return shown(path.name).partition(".")[0]
        name = self._root_names.get(root)
        if name is None:
            name = self._root_names[root] = shown(root.resolve().name) or "archive"
        return name

    def _read(self, file: InputFile) -> Iterator[Article | CorpusError]:
        self._bytes_read = 0
        path = shown(file.path)
        unit = Unit(path, file.name, None, self._source(file.path, file.root), file.furniture)
        try:
            with open_regular(file.path, None if file.is_named else file.root) as stream:
                if form_by_name(file.name) is Form.ZIP:
                    yield from self._read_zip(stream, unit)
                else:
                    for item in read_unit(_opened(stream, file, path), unit, self._settings):
                        self._bytes_read = _behind(stream.tell())
                        yield item
        except CorpusError as error:
            yield error
        except READ_ERRORS as error:
            yield CorpusError(path, explain(error))

    def _read_zip(self, stream: IO[bytes], unit: Unit) -> Iterator[Article | CorpusError]:
        allowance = Allowance(os.fstat(stream.fileno()).st_size)
        with open_zip(stream, unit.path) as archive:
            tangled = overlapping(archive.infolist())
            members = sorted(
                (item for item in archive.infolist() if not _is_left_out(item)),
                key=lambda item: (_folder_of(item), item.filename),
            )
            if not members:
                yield CorpusError(unit.path, "a zip archive without a file in it")
            for _, group in itertools.groupby(members, key=_folder_of):
                of_folder = list(group)
                sound = [item for item in of_folder if item.header_offset not in tangled]
                recurring = profile_members(archive, sound, allowance)
                for member in of_folder:
                    name = shown(member.filename)
                    inner = dataclasses.replace(unit, member=name, furniture=recurring)
                    if member.header_offset in tangled:
                        yield CorpusError(unit.path, _TANGLED, place=inner.place(None))
                    else:
                        yield from self._read_member(archive, member, inner, allowance)
                    self._bytes_read += member.compress_size
                    if allowance.is_spent:
                        yield CorpusError(unit.path, _SPENT)
                        return

    def _read_member(
        self,
        archive: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        unit: Unit,
        allowance: Allowance,
    ) -> Iterator[Article | CorpusError]:
        try:
            with open_member(archive, member, unit.path, allowance) as stream:
                if is_packed(member.filename):
                    unpacked = open_gzip(stream, unit.path, member.file_size, allowance)
                    yield from read_unit(unpacked, unit, self._settings)
                else:
                    yield from read_unit(stream, unit, self._settings)
        except CorpusError as error:
            yield CorpusError(unit.path, error.reason, place=unit.place(error.place))
        except READ_ERRORS as error:
            yield CorpusError(unit.path, explain(error), place=unit.place(None))


def _opened(stream: io.BufferedReader, file: InputFile, path: str) -> io.BufferedReader:
    """What `stream` holds, unpacked where it is packed; a dump is looked through before.

    A dump is taken whole or not at all, so its last line must be seen before its first article.

    Raises:
        CorpusError: it is a dump, and not as it was written.
    """
    packed = file.path.stat().st_size if is_packed(file.name) else None
    source = stream if packed is None else open_gzip(stream, path, packed)
    if not is_dump(source.peek(len(DUMP_HEAD))):
        return source
    check_dump(source, path)
    stream.seek(0)
    return stream if packed is None else open_gzip(stream, path, packed)


class _Folders:
    """Names the folder of what `walk` finds; an error belongs to the folder it comes up in."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def __call__(self, found: Found | CorpusError) -> Path | None:
        if not isinstance(found, CorpusError):
            self._folder = found.folder
        return self._folder


class _Inside:
    """Tells whether what `walk` finds lies in a folder: in the index, which may lie among articles."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._last: tuple[Path | None, bool] = None, False

    def __call__(self, found: Found | CorpusError) -> bool:
        if isinstance(found, CorpusError):
            return self._holds(found.path)
        if found.folder is not self._last[0]:
            self._last = found.folder, self._holds(found.path)
        return self._last[1]

    def _holds(self, path: Path | str) -> bool:
        return os.path.abspath(path).startswith(self._folder)  # noqa: PTH100 - resolves no links


def _duplicate(article: Article, path: str, first: str) -> CorpusError:
    return CorpusError(
        path,
        f"duplicate id {article.id!r}, first seen in {first}; give one of them another id",
        place=article.place,
        article_id=article.id,
    )


def _behind(position: int) -> int:
    """How much of a file is done with for sure when it has been taken from disk to `position`."""
    return position - READ_AHEAD if position >= 4 * READ_AHEAD else 0


def _is_left_out(member: zipfile.ZipInfo) -> bool:
    # ".." begins with a dot and hides nothing; no name of a member is ever taken for a path.
    parts = (part for part in member.filename.split("/") if part not in (".", ".."))
    return member.is_dir() or any(map(walk.is_left_out, parts))


def _folder_of(member: zipfile.ZipInfo) -> str:
    return member.filename.rpartition("/")[0]
