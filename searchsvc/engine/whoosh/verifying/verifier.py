"""The seam's `IndexVerifier` over an index folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchsvc.engine.verification import Pace, VerifyReport
from searchsvc.engine.whoosh.manifest import MANIFEST
from searchsvc.engine.whoosh.verifying.files import (
    check_content,
    check_current,
    check_directories,
    check_manifest,
    check_names_and_sizes,
    chosen,
    read_on_opening,
)
from searchsvc.engine.whoosh.verifying.problems import problems_of
from searchsvc.engine.whoosh.verifying.reading import Amounts, FullLook
from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from searchsvc.engine.verification import Contents, Finding, VerifyProgress
    from searchsvc.settings import SearchSettings


class WhooshIndexVerifier:
    """`IndexVerifier` over an index folder; takes no lock, and changes nothing."""

    def __init__(self, path: Path, settings: SearchSettings) -> None:
        """Look at the index in `path`, which is searched with `settings`."""
        self._path = path
        self._settings = settings

    def verify(
        self,
        *,
        generation: str | None = None,
        full: bool = False,
        tell: Callable[[VerifyProgress], None] = lambda _: None,
        sidecars: Callable[[Contents], Iterable[Finding]] | None = None,
    ) -> VerifyReport:
        """See the contract. Where `CURRENT` is damaged, the latest generation is looked at."""
        pace = Pace(tell)
        name, current = chosen(self._path, generation)
        folder = self._path / name
        found = problems_of(self._path, name, published=name == current)
        check_current(self._path, found)
        manifest = check_manifest(folder, found)
        files = size_bytes = 0
        amounts = Amounts()
        if manifest is not None:
            files, size_bytes = len(manifest.files), manifest.size_bytes
            names = check_names_and_sizes(folder, manifest, found)
            if not full:
                small = read_on_opening(manifest, names)
                check_content(folder, manifest, small, found, pace)
                check_directories(folder, names - small, found)
            else:
                sound = check_content(folder, manifest, names, found, pace)
                look = FullLook(folder, manifest, found, pace, self._settings)
                amounts = look.take(sound, sidecars)
        if len(found) and manifest is not None and not (folder / MANIFEST).is_file():
            raise EngineUnavailable(
                f"{folder}: was dropped by a run that published while it was looked at; look again"
            )
        return VerifyReport(
            generation=name,
            published=None if current is None else name == current,
            full=full,
            problems=found.listed(),
            files=files,
            size_bytes=size_bytes,
            articles=amounts.articles,
            statements=amounts.statements,
            questions=amounts.questions,
            elapsed_s=pace.elapsed_s,
        )
