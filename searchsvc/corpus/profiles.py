"""The first pass over a folder: which lines recur at the edges of its texts."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.decoding import decode
from searchsvc.corpus.forms import Form, form_by_content, form_by_name, is_packed
from searchsvc.corpus.furniture import PROFILED_FILES, FurnitureProfile
from searchsvc.corpus.sources import READ_ERRORS, open_regular
from searchsvc.corpus.unpacking import open_gzip, open_member
from searchsvc.errors import CorpusError

if TYPE_CHECKING:
    import io
    import zipfile
    from collections.abc import Iterable, Sequence

    from searchsvc.corpus.unpacking import Allowance
    from searchsvc.corpus.walk import Found

# An article is a few kilobytes; of a larger text nobody needs to know the edges.
_LARGEST_BYTES: Final = 262_144


def profile_files(files: Iterable[Found]) -> frozenset[str]:
    """Keys of the lines that recur in plain text files of one folder; unreadable ones are skipped."""
    profile = FurnitureProfile()
    for file in files:
        if _may_be_text(file.name) and file.status.st_size <= _LARGEST_BYTES:
            try:
                with open_regular(file.path, file.closed_root) as stream:
                    size = file.status.st_size
                    packed = is_packed(file.name)
                    _add(profile, open_gzip(stream, "", size) if packed else stream, file.name)
            except (CorpusError, *READ_ERRORS):
                continue  # reported when the file is read
    return profile.lines()


def profile_members(
    archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], allowance: Allowance
) -> frozenset[str]:
    """The same for the members of one folder of a zip archive."""
    profile = FurnitureProfile()
    for member in itertools.islice(members, PROFILED_FILES):
        if _may_be_text(member.filename) and not is_packed(member.filename):
            try:
                with open_member(archive, member, "", allowance) as stream:
                    _add(profile, stream, member.filename)
            except (CorpusError, *READ_ERRORS):
                continue  # reported when the member is read
    return profile.lines()


def _may_be_text(name: str) -> bool:
    return form_by_name(name) in (Form.TEXT, None)


def _add(profile: FurnitureProfile, stream: io.BufferedReader, name: str) -> None:
    data = stream.read(_LARGEST_BYTES + 1)
    if len(data) <= _LARGEST_BYTES and form_by_content(name, data) is Form.TEXT:
        profile.add(decode(data))
