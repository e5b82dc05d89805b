"""Flip single bits of a generation: `python -m tests.durability.flips --flips 1000`.

Each flip is one bit of one file, half of them anywhere in the bytes and half in any file, so that
small ones have their turn. Then everything is asked: searches, every document, pages, commands.
Each answer must be one that a sound generation gives, or a refusal that names the file; where an
earlier generation shares no damage, nothing may be refused. Generations stand alone, or after
one that shares nothing, or after one that shares most files.

Files above a size are not read when they are opened, but by who needs them; every other flip is
made where that size is 0, as it would be in a large archive.
"""

from __future__ import annotations

import dataclasses
import signal
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, cast

import click
from click.testing import CliRunner

from searchsvc.aliases import AliasFile
from searchsvc.cli import main as searchsvc
from searchsvc.engine.contract import SearchRequest
from searchsvc.engine.whoosh import manifest
from searchsvc.engine.whoosh.generations import CURRENT, read_current
from searchsvc.errors import IndexCorrupt
from searchsvc.model import Collection
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.durability.answers import ADDRESSES, QUESTIONS, settings_for, told, told_by_web
from tests.durability.archives import PEOPLE, Step, first_state, write_archive
from tests.durability.tables import table, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask.testing import FlaskClient

    from searchsvc.engine.contract import SearchEngine
    from searchsvc.settings import Settings

ARTICLES: Final = 90
HANGING_S: Final = 120
"""Asking everything takes a hundredth of this."""

COMMANDS_EVERY: Final = (16, 4)
"""After one in so many flips commands are asked as well; the latter of a register or a ledger."""

COMMANDS: Final = (
    ("status",),
    ("speakers", PEOPLE[0][0], "--json"),
    ("search", "treaty", "--json"),
)
PAGES: Final = ("/search?q=border", "/api/v1/suggest?q=ro", "/readyz", "/healthz")
DAMAGED_INDEX: Final = 4
"""What a command exits with; see `searchsvc.cli.command`."""


class Kept(StrEnum):
    """What is kept beside the generation that is damaged."""

    ALONE = "alone"
    EARLIER = "an earlier one"
    SHARING = "one that shares"


class Outcome(StrEnum):
    """What became of a flip."""

    HARMLESS = "harmless"
    """Every answer was right."""
    REPLACED = "replaced"
    """An earlier generation gave every answer, or every one from some moment on."""
    REFUSED = "refused"
    """What needs the file was refused by its name."""


class Hung(BaseException):
    """Something took longer than `HANGING_S`."""


class Wrong(AssertionError):
    """What must not happen has happened."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sound:
    """What a generation answers while it is sound.

    Attributes:
        searches: to each of `QUESTIONS`.
        web: to each of `ADDRESSES`.
        documents: by collection and id.
        commands: to each of `COMMANDS`.
    """

    searches: tuple[str, ...]
    web: tuple[str, ...]
    documents: Mapping[tuple[Collection, str], object]
    commands: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Stand:
    """An index folder that is flipped in.

    Attributes:
        sound: what each generation answers, by name.
    """

    kept: Kept
    path: Path
    sound: Mapping[str, Sound]

    def files(self) -> list[Path]:
        """All files of the published generation, and what publishes it."""
        folder = self.path / read_current(self.path)
        return [
            self.path / CURRENT,
            *(file for file in sorted(folder.rglob("*")) if file.is_file()),
        ]


@dataclasses.dataclass(frozen=True, slots=True)
class Flip:
    """One bit of a file.

    Attributes:
        small: files up to this size are read whole when a generation is opened.
        commands: whether commands are asked as well, which are slow.
    """

    file: Path
    place: int
    bit: int
    small: int
    commands: bool


# Asking.


def _documents(engine: SearchEngine) -> dict[tuple[Collection, str], object]:
    found: dict[tuple[Collection, str], object] = {}
    for collection in Collection:
        asked = SearchRequest(collection, limit=100_000, documents=False)
        for name in engine.search(asked).ids:
            found[collection, name] = engine.fetch(collection, name)
    return found


def _command(arguments: Sequence[str], index: Path) -> tuple[int, str]:
    """What a command exits with and writes."""
    ran = CliRunner().invoke(searchsvc, [*arguments, "--index", str(index)])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise Wrong(f"{arguments[0]} ended in {ran.exception!r}") from ran.exception
    return ran.exit_code, ran.output


def _comparable(text: str) -> str:
    """What a command wrote, without its time."""
    return ",".join(part for part in text.split(",") if "took_ms" not in part)


def sound_answers(settings: Settings) -> Sound:
    """What the published generation answers."""
    engine = open_engine(settings)
    try:
        client = create_app(engine, settings, aliases=AliasFile()).test_client()
        return Sound(
            tuple(told(engine.search(question)) for question in QUESTIONS),
            tuple(told_by_web(client.get(address).get_json()) for address in ADDRESSES),
            _documents(engine),
            tuple(_comparable(_command(each, settings.index.path)[1]) for each in COMMANDS),
        )
    finally:
        engine.close()


class _Latest:
    """The engine that the application asks, another one for each flip: templates are slow to make."""

    engine: SearchEngine

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)


@cache
def _application() -> tuple[_Latest, FlaskClient]:
    latest = _Latest()
    app = create_app(cast("SearchEngine", latest), settings_for(Path()), aliases=AliasFile())
    return latest, app.test_client()


class _Asking:
    """Asks everything of an index of which a file is damaged, and holds the answers to be right."""

    def __init__(self, stand: Stand, made: Flip) -> None:
        self._stand = stand
        self._damaged = made.file.name
        self._by_commands = made.commands
        self.refused = 0

    def ask(self) -> Outcome:
        """What became of the flip. Raises Wrong."""
        settings = settings_for(self._stand.path)
        engine = open_engine(settings)
        try:
            self._searches(engine)
            self._fetches(engine)
            replaced = self._status(engine)
            self._web(engine)
        finally:
            engine.close()
        if self._by_commands:
            self._commands()
        if self.refused:
            return Outcome.REFUSED
        return Outcome.REPLACED if replaced else Outcome.HARMLESS

    def _searches(self, engine: SearchEngine) -> None:
        for number, question in enumerate(QUESTIONS):
            try:
                result = engine.search(question)
            except IndexCorrupt as error:
                self._refusal(error)
                continue
            if told(result) != self._stand.sound[result.generation].searches[number]:
                raise Wrong(f"search {number} is answered wrongly by {result.generation}")

    def _fetches(self, engine: SearchEngine) -> None:
        ids = {each for sound in self._stand.sound.values() for each in sound.documents}
        for collection, name in sorted(ids):
            try:
                found = engine.fetch(collection, name)
            except IndexCorrupt as error:
                self._refusal(error)
                continue
            right = [each.documents.get((collection, name)) for each in self._stand.sound.values()]
            if found not in right:
                raise Wrong(f"{collection} {name} is shown wrongly")

    def _status(self, engine: SearchEngine) -> bool:
        """Whether anything was refused, which is then told."""
        try:
            status = engine.status()
        except IndexCorrupt as error:
            self._refusal(error)
            return True
        if status.refused and self._damaged not in status.refused[0]:
            raise Wrong(f"{status.refused[0]!r} does not name {self._damaged}")
        if self.refused and not status.refused:
            raise Wrong("the status does not tell what was refused")
        return bool(status.refused)

    def _web(self, engine: SearchEngine) -> None:
        latest, client = _application()
        latest.engine = engine
        for number, address in enumerate(ADDRESSES):
            response = client.get(address)
            body = response.get_json(force=True)
            if response.status_code == 200:
                if told_by_web(body) not in [
                    each.web[number] for each in self._stand.sound.values()
                ]:
                    raise Wrong(f"{address} is answered wrongly")
            elif not (response.status_code == 503 and self.refused):
                raise Wrong(f"{address} gives {response.status_code}")
        for address in PAGES:
            response = client.get(address)
            if response.status_code not in (200, 503) or b"Traceback" in response.data:
                raise Wrong(f"{address} gives {response.status_code}")

    def _commands(self) -> None:
        for number, arguments in enumerate(COMMANDS):
            code, output = _command(arguments, self._stand.path)
            if code == DAMAGED_INDEX:
                named = self._damaged in output
                self.refused += arguments[0] != "status"
            else:
                right = [each.commands[number] for each in self._stand.sound.values()]
                named = code == 0 and (_comparable(output) in right or self._damaged in output)
            if not named:
                raise Wrong(f"{arguments[0]} exits with {code}: {output.strip()[:200]}")

    def _refusal(self, error: IndexCorrupt) -> None:
        self.refused += 1
        if Path(error.path).name != self._damaged:
            raise Wrong(f"{self._damaged} is damaged, refused is: {error}")


# Flipping.


def flip(file: Path, place: int, bit: int) -> None:
    """Turn that bit where it lies, for all who share the file; a second time turns it back."""
    with file.open("r+b", buffering=0) as stream:
        stream.seek(place)
        byte = stream.read(1)[0]
        stream.seek(place)
        stream.write(bytes([byte ^ 1 << bit]))


@contextmanager
def _no_longer_than(seconds: int) -> Iterator[None]:
    def hung(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def choose(stand: Stand, random: Random, number: int) -> Flip:
    """Where the next flip is made."""
    files = stand.files()
    sizes = [file.stat().st_size if number % 2 else 1 for file in files]
    (file,) = random.choices(
        [each for each in files if each.stat().st_size],
        [size for size, each in zip(sizes, files, strict=True) if each.stat().st_size],
    )
    small = (manifest.CHECKED_ON_OPENING_BYTES, 0)[number // 2 % 2]
    return Flip(
        file,
        random.randrange(file.stat().st_size),
        random.randrange(8),
        small,
        commands=not random.randrange(COMMANDS_EVERY[file.suffix == ".sqlite"]),
    )


def examine(stand: Stand, made: Flip) -> Outcome:
    """What becomes of a flip, which is turned back. Raises Wrong."""
    usual = manifest.CHECKED_ON_OPENING_BYTES
    manifest.CHECKED_ON_OPENING_BYTES = made.small  # type: ignore[misc]  # as if files were larger
    flip(made.file, made.place, made.bit)
    try:
        with _no_longer_than(HANGING_S):
            outcome = _Asking(stand, made).ask()
    except Hung as error:
        raise Wrong(f"no answer after {HANGING_S} s") from error
    finally:
        flip(made.file, made.place, made.bit)
        manifest.CHECKED_ON_OPENING_BYTES = usual  # type: ignore[misc]  # as it was
    if outcome is Outcome.REFUSED and stand.kept is Kept.EARLIER and not _alone(made.file):
        raise Wrong("something was refused that the earlier generation could have answered")
    return outcome


def _alone(file: Path) -> bool:
    """Whether nothing can take the place of a file: it is no part of what searches read."""
    return file.name == CURRENT or file.suffix == ".sqlite"


# The index folders.


def make_stand(folder: Path, kept: Kept) -> Stand:
    """An index folder of one, two or three generations below `folder`."""
    random = Random(kept.value)
    path = folder / kept.name.lower()
    settings = settings_for(path / "index", index__keep=3)
    states = [first_state(ARTICLES)]
    if kept is not Kept.ALONE:
        states.append(states[-1].after(Step.MUCH, random))
    if kept is Kept.SHARING:
        states.append(states[-1].after(Step.LITTLE, random))
    sound: dict[str, Sound] = {}
    for number, state in enumerate(states):
        write_archive(path / "archive", state)
        full = ["--full"] if number < 2 else []
        code, output = _command(
            ["reindex", str(path / "archive"), *full, "--set", "index.keep=3"], path / "index"
        )
        if code:
            raise Wrong(output)
        sound[read_current(path / "index")] = sound_answers(settings)
    return Stand(kept, path / "index", sound)


@click.command()
@click.option("--flips", default=1_000, show_default=True, help="Bits to flip.")
@click.option("--seed", default=1, show_default=True, help="Of the random choices.")
def command(flips: int, seed: int) -> None:
    """Flip single bits of published generations and ask everything."""
    random = Random(seed)
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        stands = [make_stand(Path(folder), kept) for kept in Kept]
        for number in range(flips):
            stand = stands[number % len(stands)]
            made = choose(stand, random, number)
            where = f"{stand.kept}, {made.file.name}, byte {made.place}, bit {made.bit}"
            try:
                counts[_kind(made.file), examine(stand, made)] += 1
            except Wrong as error:
                wrong.append(f"{where}: {error}")
    click.echo(summary(counts))
    sys.exit(verdict([("flips", flips), ("seed", seed), ("wrong", len(wrong))], wrong))


def summary(counts: Mapping[tuple[str, str], int]) -> str:
    """What became of the flips, by kind of file."""
    kinds = sorted({kind for kind, _ in counts})
    rows = [[kind, *(counts.get((kind, each), 0) for each in Outcome)] for kind in kinds]
    return table([["file", *(str(each) for each in Outcome)], *rows])


def _kind(file: Path) -> str:
    return file.suffix.removeprefix(".") or file.name


if __name__ == "__main__":
    command()
