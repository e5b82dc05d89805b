"""Typed settings and the one function that loads them.

Precedence: defaults below < TOML file < environment < command line. The environment variable of
`server.port` is `SEARCHSVC_SERVER_PORT`. Unknown keys, wrong types and values out of range are
errors. Relative paths count from the working directory. Lists are written with commas where the
value is a plain text (`--set corpus.inputs=news,archive`).
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_origin, get_type_hints

from searchsvc.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENV_PREFIX: Final = "SEARCHSVC_"
TEST_PREFIX: Final = "SEARCHSVC_TEST_"
"""Variables of the test suite; no setting may start like them."""
CONFIG_ENV: Final = "SEARCHSVC_CONFIG"
"""Names the TOML file where the command line does not."""
CONFIG_FILE: Final = Path("config/searchsvc.toml")
"""Looked for in the working directory where nothing names a file."""


@dataclass(frozen=True, slots=True)
class _Between:
    low: float
    high: float

    def admits(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class _OneOf:
    choices: tuple[str, ...]

    def admits(self, value: str) -> bool:
        return value in self.choices

    def __str__(self) -> str:
        return "one of " + ", ".join(self.choices)


def _setting(default: Any, comment: str, allowed: _Between | _OneOf | None = None) -> Any:  # noqa: ANN401 - one field of any setting type
    return field(default=default, metadata={"comment": comment, "allowed": allowed})


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Where the index lives."""

    engine: str = _setting("whoosh", "search engine: whoosh", _OneOf(("whoosh",)))
    path: Path = _setting(Path("index"), "folder of the generations")  # noqa: RUF009 - a Path is immutable
    keep: int = _setting(2, "generations kept, the published one included", _Between(1, 100))
    processes: int = _setting(
        0,
        "processes that extract beside the one that reads; 0: one a processor, up to 4; 1: none",
        _Between(0, 64),
    )


@dataclass(frozen=True, slots=True)
class CorpusSettings:
    """What is read, and how."""

    inputs: tuple[str, ...] = _setting(
        (), "files, folders or globs that `reindex` reads when none are named"
    )
    source: str = _setting(
        "", "source of articles that do not name theirs; empty: the input's own name"
    )
    persons: Path = _setting(  # noqa: RUF009 - a Path is immutable
        Path("config/persons.toml"), "alias file: whose names belong together, and whose do not"
    )
    max_article_mb: float = _setting(2.0, "largest article read, in MB", _Between(0.001, 1024))


@dataclass(frozen=True, slots=True)
class ColumnSettings:
    """Which columns of JSONL and CSV inputs hold what: names tried in order, the first present wins."""

    id: tuple[str, ...] = _setting(("id",), "identifier, unique in the archive")
    title: tuple[str, ...] = _setting(("title", "headline"), "title")
    text: tuple[str, ...] = _setting(("text", "body", "content"), "the article's text")
    date: tuple[str, ...] = _setting(("date", "published"), "day, or day and time of publication")
    time: tuple[str, ...] = _setting(("time",), "time of day, where it has a column of its own")
    source: tuple[str, ...] = _setting(("source", "publisher"), "source")
    url: tuple[str, ...] = _setting(("url", "link"), "address of the original")
    byline: tuple[str, ...] = _setting(("byline", "author"), "author")
    agency: tuple[str, ...] = _setting(("agency",), "wire agency credited")
    dateline: tuple[str, ...] = _setting(("dateline",), "place that the story was sent from")
    speakers: tuple[str, ...] = _setting(
        ("speakers",), "speakers; these win over what is extracted"
    )
    countries: tuple[str, ...] = _setting(
        ("countries",), "countries; these win over what is extracted"
    )


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How results are ordered and cut."""

    size: int = _setting(10, "hits a page", _Between(1, 100))
    facet_size: int = _setting(10, "values shown per facet", _Between(1, 1000))
    aliases: Path = _setting(  # noqa: RUF009 - a Path is immutable
        Path("config/aliases.toml"), "file of names: what else is called what, besides our own"
    )
    bm25_k1: float = _setting(
        1.2, "BM25F: how soon more occurrences stop counting", _Between(0, 10)
    )
    bm25_b: float = _setting(0.5, "BM25F: how much long texts are held back", _Between(0, 1))
    stop_word_weight: float = _setting(
        0.25, "what words like “the” count beside others, 1 being as much", _Between(0, 1)
    )
    fresh_half_life: float = _setting(
        30.0,
        "days by which what newer ones are ahead in the order `fresh` halves",
        _Between(0.1, 100_000),
    )
    few_hits: int = _setting(
        5, "below this many hits it is said what would find more", _Between(1, 100)
    )
    repairs: int = _setting(
        24, "changes that are counted for it, each by a short search; 0: none", _Between(0, 200)
    )
    reordered: int = _setting(
        100, "how many of the best hits are put into a finer order; 0: none", _Between(0, 1000)
    )
    adjacent_weight: float = _setting(
        0.4, "what two query words side by side count beside the rarer of them", _Between(0, 10)
    )
    lift: float = _setting(
        0.8,
        "second stage: how far a hit is lifted towards better hits that are like it",
        _Between(0, 1),
    )
    lower: float = _setting(
        0.19,
        "second stage: how far a hit is lowered towards worse hits that are like it",
        _Between(0, 1),
    )
    short_query: int = _setting(
        6, "up to how many words, stop words aside, a query has no second stage", _Between(0, 1000)
    )
    feedback: float = _setting(
        0.3, "second stage: what being like the best hits adds, of the best score", _Between(0, 10)
    )


@dataclass(frozen=True, slots=True)
class GateSettings:
    """What must hold before a new generation takes the place of the published one."""

    fewer_articles: float = _setting(
        0.25, "share of the articles that an update may lose; 1: all", _Between(0, 1)
    )
    fewer_statements: float = _setting(
        0.25, "share of the statements that an update may lose; 1: all", _Between(0, 1)
    )
    most_rejects: float = _setting(
        0.5, "share of rejects in what was read, at most; 1: any", _Between(0, 1)
    )
    compare_from: int = _setting(
        100, "articles from which these shares are looked at", _Between(0, 1_000_000_000)
    )
    least_articles: int = _setting(
        0, "articles that there must be at least", _Between(0, 1_000_000_000)
    )
    golden: Path = _setting(  # noqa: RUF009 - a Path is immutable
        Path("config/golden.toml"), "file of searches whose answers must be as it says"
    )


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """When `reindex --watch` begins a run."""

    quiet_s: float = _setting(
        2.0, "seconds without a change before what has changed is read", _Between(0.1, 3600)
    )
    delay_s: float = _setting(
        60.0, "seconds after which it is read although changes go on", _Between(0.1, 86_400)
    )
    rescan_s: float = _setting(
        3600.0,
        "seconds after which everything is looked through though no change was told",
        _Between(1, 604_800),
    )
    poll_s: float = _setting(
        0.0,
        "seconds between looks at inputs on network disks, whose changes nobody tells; 0: none",
        _Between(0, 86_400),
    )


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The web server."""

    host: str = _setting("127.0.0.1", "address to listen on; 0.0.0.0 for every interface")
    port: int = _setting(8765, "port to listen on", _Between(0, 65535))
    threads: int = _setting(4, "requests answered at the same time", _Between(1, 256))
    name: str = _setting("searchsvc", "name of the archive, shown on every page")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, by section."""

    index: IndexSettings = IndexSettings()
    corpus: CorpusSettings = CorpusSettings()
    columns: ColumnSettings = ColumnSettings()
    watch: WatchSettings = WatchSettings()
    search: SearchSettings = SearchSettings()
    gate: GateSettings = GateSettings()
    server: ServerSettings = ServerSettings()


def find_config(environ: Mapping[str, str]) -> Path | None:
    """The TOML file to read where the command line names none, or None.

    The one that the environment names (whether or not it exists), else `CONFIG_FILE` in the
    working directory if there is one.
    """
    named = environ.get(CONFIG_ENV)
    if named:
        return Path(named)
    return CONFIG_FILE if CONFIG_FILE.is_file() else None


def load_settings(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """All settings, checked.

    Args:
        file: TOML file; None for none. `find_config` finds the usual one.
        environ: the environment; None for an empty one.
        overrides: by dotted key (`server.port`), as typed on the command line.

    Raises:
        ConfigError: a key is unknown, a value has the wrong type or is out of range, or the file
            cannot be read.
    """
    settings = Settings()
    if file is not None:
        settings = _from_file(settings, file)
    settings = _from_environ(settings, environ or {})
    for key, value in (overrides or {}).items():
        settings = _replace(settings, key, value, where="command line")
    return settings


def setting_keys() -> dict[str, str]:
    """Every dotted key and its comment, in order."""
    return {
        f"{section.name}.{item.name}": item.metadata["comment"]
        for section in dataclasses.fields(Settings)
        for item in dataclasses.fields(getattr(Settings(), section.name))
    }


def _from_file(settings: Settings, file: Path) -> Settings:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(file)) from error
    for section, items in table.items():
        if not isinstance(items, dict):
            raise ConfigError("expected a [section] of settings", where=str(file), key=section)
        for name, value in items.items():
            settings = _replace(settings, f"{section}.{name}", value, where=str(file))
    return settings


def _from_environ(settings: Settings, environ: Mapping[str, str]) -> Settings:
    keys = {ENV_PREFIX + key.replace(".", "_").upper(): key for key in setting_keys()}
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or name == CONFIG_ENV or name.startswith(TEST_PREFIX):
            continue
        if name not in keys:
            raise ConfigError(_unknown(name, keys), where="environment", key=name)
        settings = _replace(settings, keys[name], value, where=f"environment: {name}")
    return settings


def _replace(settings: Settings, key: str, value: object, *, where: str) -> Settings:
    known = setting_keys()
    if key not in known:
        raise ConfigError(_unknown(key, known), where=where, key=key)
    section_name, name = key.split(".")
    section = getattr(settings, section_name)
    item = next(item for item in dataclasses.fields(section) if item.name == name)
    wanted = get_type_hints(type(section))[name]
    try:
        typed = _convert(value, wanted)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"expected {_type_name(wanted)}, not {value!r}", where=where, key=key
        ) from error
    allowed = item.metadata["allowed"]
    if allowed is not None and not allowed.admits(typed):
        raise ConfigError(f"expected {allowed}, not {value!r}", where=where, key=key)
    section = dataclasses.replace(section, **{name: typed})
    return dataclasses.replace(settings, **{section_name: section})


def _convert(value: object, wanted: Any) -> object:  # noqa: ANN401 - a type expression
    if get_origin(wanted) is tuple:
        return _to_texts(value)
    if wanted in (int, float):
        return _to_number(value, wanted)
    if not isinstance(value, (str, Path)) or (wanted is Path and not str(value)):
        raise TypeError  # an empty path would be the working directory
    return wanted(value)


def _to_texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise TypeError


def _to_number(value: object, wanted: type[int | float]) -> int | float:
    """`value` as the type wanted; a fraction is never cut off, and true is not 1."""
    if isinstance(value, bool) or (wanted is int and isinstance(value, float)):
        raise TypeError
    if isinstance(value, (int, float, str)):
        return wanted(value)
    raise TypeError


def _type_name(wanted: Any) -> str:  # noqa: ANN401 - a type expression
    if get_origin(wanted) is tuple:
        return "a list of texts"
    return {int: "a whole number", float: "a number", str: "text", Path: "a path"}[wanted]


def _unknown(key: str, known: Mapping[str, str]) -> str:
    from rapidfuzz import process  # noqa: PLC0415 - only needed to word an error

    near = process.extractOne(key, list(known), score_cutoff=60)
    return "unknown setting" + (f"; did you mean {near[0]}?" if near else "")
