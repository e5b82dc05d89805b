"""The folder, on this machine, of what a build keeps beside the cluster.

LOCK       locked while a build is under way in it
PLACE      what tells this folder from all others, see `lease`
working/   the files that `IndexBuild.sidecar` hands out; swept by the next build
scratch/   those that `IndexBuild.scratch` hands out; swept by a publication
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from searchsvc.errors import EngineUnavailable, advice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK: Final = "LOCK"
_HOLDER: Final = "HOLDER"
_WORKING: Final = "working"
_SCRATCH: Final = "scratch"


class Workplace:
    """The folder, locked."""

    def __init__(self, folder: Path) -> None:
        """Lock it; the kernel unlocks it when this process dies.

        Raises:
            EngineUnavailable: another process of this machine works there, or it cannot be written.
        """
        self.folder = folder
        self._lock = FileLock(folder / _LOCK, thread_local=False)
        with reporting_writes(folder):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=0)
            except Timeout as error:
                raise EngineUnavailable(
                    f"{folder}: another build is under way ({_holder(folder)}); wait until it is"
                    " done"
                ) from error
            (folder / _HOLDER).write_text(f"process {os.getpid()} of this machine\n")

    def working(self, name: str) -> Path:
        """Where a file of the build stands."""
        return self._inside(_WORKING, name)

    def made(self) -> list[Path]:
        """The files of the build."""
        folder = self.folder / _WORKING
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def scratch(self, name: str) -> Path:
        """Where a file stands that the next build may want."""
        return self._inside(_SCRATCH, name)

    def clear(self) -> None:
        """Delete the files of a build."""
        shutil.rmtree(self.folder / _WORKING, ignore_errors=True)

    def drop_scratch(self) -> tuple[str, ...]:
        """Delete what builds keep for the next one, and tell its name."""
        if not (self.folder / _SCRATCH).exists():
            return ()
        shutil.rmtree(self.folder / _SCRATCH)
        return (_SCRATCH,)

    def leave(self) -> None:
        """Unlock it. Safe to call twice."""
        with suppress(OSError):  # it holds something
            (self.folder / _SCRATCH).rmdir()
        self._lock.release()

    def _inside(self, folder: str, name: str) -> Path:
        with reporting_writes(self.folder):
            (self.folder / folder).mkdir(exist_ok=True)
        return self.folder / folder / name


@contextmanager
def reporting_writes(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside into EngineUnavailable."""
    try:
        yield
    except OSError as error:
        raise EngineUnavailable(
            f"{path}: cannot be written ({error.strerror or error}){advice(error)}"
        ) from error


def _holder(folder: Path) -> str:
    try:
        return (folder / _HOLDER).read_text(errors="replace").strip() or "holder unknown"
    except OSError:
        return "holder unknown"
