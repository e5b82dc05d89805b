"""What somebody could put among the articles to stop, fill or trick whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORY: Final = "The envoy of Norland said on Friday that the talks had gone well."
MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to read.

    Attributes:
        name: for people.
        plant: puts it into a folder, of about so many bytes.
        articles: how many articles it gives.
        rejected: stands in the reason of a reject; empty where nothing is rejected.
        place: stands in the place of that reject, where it has one.
        small, big: bytes, for the suite and for the command.
    """

    name: str
    plant: Callable[[Path, int], None]
    articles: int = 0
    rejected: str = ""
    place: str | None = None
    small: int = 100_000
    big: int = 2 * MB


def repeated(name: str, before: str, unit: str, after: str = "") -> Callable[[Path, int], None]:
    """Plants a file that begins and ends so, one text again and again between."""

    def plant(folder: Path, size: int) -> None:
        block = unit * max(1, 65536 // len(unit))
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            file.write(before)
            for _ in range(max(1, size // len(block.encode()))):
                file.write(block)
            file.write(after)

    return plant


def of_bytes(name: str, data: bytes) -> Callable[[Path, int], None]:
    """Plants a file with this content, whatever the size asked for."""

    def plant(folder: Path, size: int) -> None:
        del size
        (folder / name).write_bytes(data)

    return plant
