"""What is called what in the cluster: everything of one archive begins with its prefix.

PREFIX                       alias of the published generation's index
PREFIX-gen-000042            the index of a generation, complete or in the making
PREFIX-files-gen-000042      the files that were published with it, see `publishing.files`
PREFIX-shared-gen-000042     what the shards of a build that is shared hand each other
PREFIX-builds                who builds, what is held back, what is known of shared builds
"""

from __future__ import annotations

import re
from typing import Final

_GENERATION: Final = re.compile(r"gen-(\d{6,})")  # gen-000042; not gen-42


def alias_of(prefix: str) -> str:
    """The alias of what is published."""
    return prefix


def index_of(prefix: str, generation: str) -> str:
    """The index of a generation."""
    return f"{prefix}-{generation}"


def files_of(prefix: str, generation: str) -> str:
    """The index of a generation's files."""
    return f"{prefix}-files-{generation}"


def shared_of(prefix: str, generation: str) -> str:
    """The index of what the shards of a build hand each other."""
    return f"{prefix}-shared-{generation}"


def all_of(prefix: str, generation: str) -> tuple[str, ...]:
    """All indices of a generation; `gen-*` for those of all."""
    makers = (index_of, files_of, shared_of)
    return tuple(make(prefix, generation) for make in makers)


def builds_of(prefix: str) -> str:
    """The index of what builds note."""
    return f"{prefix}-builds"


def generation_of(prefix: str, index: str) -> str | None:
    """The generation that an index belongs to, see `all_of`; None for any other index."""
    for start in (f"{prefix}-files-", f"{prefix}-shared-", f"{prefix}-"):
        name = index.removeprefix(start)
        if name != index and is_generation(name):
            return name
    return None


def is_generation(name: str) -> bool:
    """Whether a generation may be called so."""
    return _GENERATION.fullmatch(name) is not None


def number_of(generation: str) -> int:
    """42 of `gen-000042`: they ascend in time."""
    return int(generation.removeprefix("gen-"))


def name_of(number: int) -> str:
    """`gen-000042` of 42."""
    return f"gen-{number:06d}"
