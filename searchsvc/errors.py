"""Every exception that searchsvc raises on purpose.

One small tree. Each class says when it is raised and what the reader of the message can do;
the facts (path, line, position) are attributes, so that no caller has to parse a message.
Anything else that escapes is a bug and is let through unwrapped.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_ADVICE: Final = {
    errno.ENOSPC: "free some space and run it again",
    errno.EDQUOT: "free some space, or have the quota raised, and run it again",
    errno.EFBIG: "the limit on the size of a file is too low (ulimit -f)",
    errno.EMFILE: "raise the limit of open files (ulimit -n, LimitNOFILE=) and run it again",
    errno.ENFILE: "the machine has no file handle left; raise fs.file-max",
    errno.ENOMEM: "allow it more memory (ulimit -v, MemoryMax=), or set index.processes lower",
    errno.EACCES: "let the user that runs searchsvc read and write there",
    errno.EPERM: "let the user that runs searchsvc read and write there",
    errno.EROFS: "it is mounted read-only; mount it for writing, or set index.path elsewhere",
    errno.EIO: "the disk fails; look into the log of the kernel",
}


def advice(error: OSError) -> str:
    """What to do about what the operating system refuses, as the end of a message; or nothing."""
    what = _ADVICE.get(error.errno or 0)
    return "" if what is None else f"; {what}"


_EXHAUSTED: Final = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT)


def is_exhausted(error: BaseException) -> bool:
    """Whether an error is no article's fault and no bug, but the machine's: the run must end."""
    if isinstance(error, OSError):
        return error.errno in _EXHAUSTED
    return isinstance(error, (EngineError, MemoryError))


class SearchsvcError(Exception):
    """Base of all errors below; `str()` of it is fit to show to an operator."""


class ConfigError(SearchsvcError):
    """A setting is unknown, of the wrong type or out of range.

    Attributes:
        where: the file, environment variable or option that holds the value.
        key: the setting, such as `server.port`.
    """

    def __init__(self, message: str, *, where: str, key: str | None = None) -> None:
        """Build the message `where: key: message`."""
        self.where = where
        self.key = key
        super().__init__(": ".join(part for part in (where, key, message) if part))


class CorpusError(SearchsvcError):
    """An article, or a whole input file, cannot be read; the run goes on without it.

    Attributes:
        path: the input file, as the operator named or would name it.
        place: where inside the file (`line 17`, `member a/b.txt`), or None for the whole file.
        reason: what is wrong and, where known, how to fix it.
        article_id: where what is wrong is that another article has this id, else None.
    """

    def __init__(
        self,
        path: Path | str,
        reason: str,
        *,
        place: str | None = None,
        article_id: str | None = None,
    ) -> None:
        """Build the message `path, place: reason`."""
        self.path = str(path)
        self.place = place
        self.article_id = article_id
        self.reason = reason
        where = self.path if place is None else f"{self.path}, {place}"
        super().__init__(f"{where}: {reason}")


class EngineError(SearchsvcError):
    """Base of what an engine may raise through the seam."""


class EngineUnavailable(EngineError):
    """The engine cannot answer or write now (a lock is held, a disk is full); try again later."""


class ProcessLost(EngineUnavailable):
    """A process that worked for this one was killed; what it had done already is kept."""


class ClusterUnreachable(EngineUnavailable):
    """No node of the cluster that holds the index answers; start it, or mend the way to it.

    Attributes:
        where: an address of it, with the prefix of the indices.
    """

    def __init__(self, where: str, reason: str) -> None:
        """Name the cluster, what is wrong and what to look at."""
        self.where = where
        super().__init__(f"{where}: {reason}; see opensearch.urls, and whether the nodes run")


class IndexMissing(EngineError):
    """There is no published generation, or none before it; run `searchsvc reindex`."""

    def __init__(
        self, path: Path | str, missing: str = "no index has been published here"
    ) -> None:
        """Name the index folder, what is missing and the command that fills it."""
        self.path = str(path)
        super().__init__(f"{path}: {missing}; run `searchsvc reindex PATH`")


class CurrentMissing(IndexMissing):
    """Generations are there, but what names the published one is lost; roll back, or reindex."""

    def __init__(self, path: Path | str) -> None:
        """Name the index folder, what is lost, and what keeps the generations that are there."""
        self.path = str(path)
        EngineError.__init__(
            self,
            f"{path}: CURRENT, which names the published generation, is missing; run `searchsvc"
            " rollback`, which publishes the latest sound one that is there, or `searchsvc reindex"
            " PATH`, which begins anew",
        )


class GenerationMissing(IndexMissing):
    """There is an index, but not the generation wanted: none before, none held back, none so named."""

    def __init__(self, path: Path | str, missing: str) -> None:
        """Name the index folder, what is missing and the command that lists what there is."""
        self.path = str(path)
        EngineError.__init__(self, f"{path}: {missing}; `searchsvc status` lists what there is")


class IndexIncompatible(EngineError):
    """The generation was written in a format or schema that this version does not read.

    Attributes:
        found: what the index says it is.
        expected: what this version reads.
    """

    def __init__(self, path: Path | str, *, found: object, expected: object) -> None:
        """Name both versions and the way out, a full reindex."""
        self.path = str(path)
        self.found = found
        self.expected = expected
        super().__init__(
            f"{path}: index format {found!r} cannot be read by this version (it reads "
            f"{expected!r}); run `searchsvc reindex --full PATH`"
        )


class IndexCorrupt(EngineError):
    """A file of the generation is missing, cut short or altered; roll back or reindex.

    Attributes:
        path: the damaged file.
        reason: what is wrong with it.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        """Name the file, what is wrong with it and the two ways out."""
        self.path = str(path)
        self.reason = reason
        super().__init__(
            f"{path}: {reason}; run `searchsvc rollback`, or `searchsvc reindex --full PATH`"
        )


class GenerationGone(EngineError):
    """The generation asked for by name is not kept any more, or is damaged; ask without it.

    Attributes:
        generation: its name.
    """

    def __init__(self, path: Path | str, generation: str) -> None:
        """Name the index folder, the generation and the way out."""
        self.path = str(path)
        self.generation = generation
        super().__init__(
            f"{path}: generation {generation!r} cannot be asked any more; ask the published one,"
            " from the first hit on"
        )


class QueryTooCostly(EngineError):
    """A request took more time than one may (`search.budget_ms`); it has to ask for less.

    Attributes:
        budget_ms: what one may take.
        searches: 1 where one search took too much; where all of a request did together, how many
            times the budget they may take.
    """

    def __init__(self, budget_ms: float, *, searches: int = 1) -> None:
        """Name the budget and what to simplify."""
        self.budget_ms = budget_ms
        self.searches = searches
        simpler = "use fewer words, and fewer that begin with * or ? or are searched fuzzily"
        super().__init__(
            f"the query takes more than the {budget_ms:g} ms that one may (search.budget_ms);"
            f" {simpler}"
            if searches == 1
            else f"the searches of this request take more than the {budget_ms * searches:g} ms that"
            f" they may together ({searches} times search.budget_ms); ask for fewer values, or"
            f" {simpler}"
        )


class HeldBack(EngineError):
    """A new generation is complete, but its gate found reasons not to publish it.

    Attributes:
        generation: its name.
        reasons: what the gate found, one sentence each.
    """

    def __init__(self, generation: str, reasons: tuple[str, ...]) -> None:
        """Name the reasons and what can be done."""
        self.generation = generation
        self.reasons = reasons
        super().__init__(
            f"{generation} is complete but not published: {'; '.join(reasons)}. Publish it all the"
            " same with `searchsvc publish`, or mend the cause and reindex"
        )


def out_of_memory(where: str) -> EngineUnavailable:
    """What to raise where the memory ran out."""
    return EngineUnavailable(
        f"{where}: the memory ran out{advice(OSError(errno.ENOMEM, ''))} and run it again"
    )


def unreadable(path: Path | str, error: OSError) -> IndexCorrupt | EngineUnavailable:
    """What to raise where a file of a generation cannot be read: it is damaged, or we lack means."""
    if is_exhausted(error):
        return EngineUnavailable(f"{path}: cannot be read now ({error.strerror}){advice(error)}")
    return IndexCorrupt(path, f"cannot be read ({error.strerror})")
