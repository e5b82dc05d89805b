"""Every setting, by section: its type, its default, what it is for and what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit


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


class _Nodes:
    """Addresses of nodes, one at least. Passwords in them would stand in every message."""

    def admits(self, addresses: tuple[str, ...]) -> bool:
        return bool(addresses) and all(map(self._is_address, addresses))

    def __str__(self) -> str:
        return "addresses such as https://node1:9200, without a name and a password"

    def _is_address(self, text: str) -> bool:
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - fails where it is none
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in text


class _Prefix:
    """What names of indices may begin with, so that those of two archives are never mixed up."""

    _FIT: Final = re.compile(r"(?!.*-(files|shared|builds|gen-\d+)\Z)[a-z0-9][a-z0-9._-]{0,99}")

    def admits(self, text: str) -> bool:
        return self._FIT.fullmatch(text) is not None

    def __str__(self) -> str:
        return (
            "small letters a to z, digits, -, _ and ., a letter or digit first, 100 at most, and no"
            " -files, -shared, -builds or number of a generation at the end"
        )


_ON_OR_OFF: Final = _OneOf(("on", "off"))


_Allowed = _Between | _OneOf | _Nodes | _Prefix


def _setting(default: Any, comment: str, allowed: _Allowed | None = None) -> Any:  # noqa: ANN401 - one field of any setting type
    return field(default=default, metadata={"comment": comment, "allowed": allowed})


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Where the index lives."""

    engine: str = _setting(
        "whoosh",
        "search engine: whoosh (a folder here) or opensearch (a cluster, see below)",
        _OneOf(("whoosh", "opensearch")),
    )
    path: Path = _setting(Path("index"), "folder of the generations")  # noqa: RUF009 - a Path is immutable
    keep: int = _setting(2, "generations kept, the published one included", _Between(1, 100))
    processes: int = _setting(
        0,
        "processes that extract beside the one that reads; 0: one a processor, up to 4; 1: none",
        _Between(0, 64),
    )


@dataclass(frozen=True, slots=True)
class OpenSearchSettings:
    """The cluster, where `index.engine` is opensearch."""

    urls: tuple[str, ...] = _setting(
        ("http://127.0.0.1:9200",),
        "addresses of nodes; one that fails is left out for a while",
        _Nodes(),
    )
    prefix: str = _setting(
        "searchsvc",
        "what the names of all indices begin with; the alias of the published one",
        _Prefix(),
    )
    user: str = _setting("", "name for basic authentication; empty: none")
    password: str = _setting(
        "", "its password; from this file or the environment, not the command line"
    )
    api_key: str = _setting(
        "", "API key in place of a name; from this file or the environment as well"
    )
    ca: str = _setting("", "file of the certificate authority; empty: those of the system")
    verify: str = _setting("on", "check certificates of https addresses", _ON_OR_OFF)
    timeout_s: float = _setting(
        30.0, "seconds for which a node is waited for", _Between(0.1, 3600)
    )
    retry_s: float = _setting(
        15.0, "seconds for which a question is asked again where nodes are lost", _Between(0, 3600)
    )
    shards: int = _setting(1, "primary shards of a new index", _Between(1, 1024))
    replicas: int = _setting(1, "copies of each shard for serving, at most", _Between(0, 100))
    loading_replicas: int = _setting(
        0,
        "the same while an index is loaded; with 1 a build survives the loss of a node, and takes longer",
        _Between(0, 100),
    )
    segments: int = _setting(
        1,
        "segments that each shard of an index built afresh is merged to; 0: as they come",
        _Between(0, 1000),
    )
    senders: int = _setting(2, "bulk requests on their way at the same time", _Between(1, 64))
    bulk_mb: float = _setting(5.0, "size of a bulk request, in MB", _Between(0.01, 100))
    lease_s: float = _setting(
        60.0,
        "seconds after which a build that gives no sign of life has lost its lock",
        _Between(1, 86_400),
    )
    ready_s: float = _setting(
        600.0,
        "seconds for which shards of a new index, or room for a bulk, are waited for",
        _Between(1, 86_400),
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
    held_s: float = _setting(
        600.0,
        "seconds for which a generation that was replaced answers those who page through it",
        _Between(0, 86_400),
    )
    budget_ms: float = _setting(
        800.0,
        "milliseconds of a processor that a search may take, those of many counts together five times that; 0: any number",
        _Between(0, 3_600_000),
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
        0.25,
        "share of the most articles of the last 30 days that may be lost; 1: all",
        _Between(0, 1),
    )
    fewer_statements: float = _setting(
        0.25,
        "share of the most statements of the last 30 days that may be lost; 1: all",
        _Between(0, 1),
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
    exports: int = _setting(
        2,
        "of these, exports, which take as long as who reads them; below threads",
        _Between(1, 255),
    )
    name: str = _setting("searchsvc", "name of the archive, shown on every page")
    language: str = _setting(
        "auto",
        "language of the pages, such as en or ko; auto: what each reader's browser asks for",
    )
    feed_authority: str = _setting(
        "searchsvc.invalid,2026",
        "what ids in feeds begin with: a domain of yours, and a year in which it was (RFC 4151)",
    )
    trusted_proxies: int = _setting(
        0,
        "proxies in front that set X-Forwarded-For and -Proto; 0: nobody is believed",
        _Between(0, 9),
    )
    compress: str = _setting("on", "compress answers for clients that ask for it", _ON_OR_OFF)
    metrics: str = _setting("on", "answer /metrics, for Prometheus", _ON_OR_OFF)
    log: str = _setting(
        "off", "one line for every request: off, text or json", _OneOf(("off", "text", "json"))
    )
    log_queries: str = _setting("off", "write into it what is searched for", _ON_OR_OFF)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Who may ask the service by program, and how often."""

    origins: tuple[str, ...] = _setting(
        (), "web sites whose scripts may read the API, such as https://example.org; *: all"
    )
    secret: str = _setting(
        "", "what cursors are signed with, the same for all workers; empty: what all archives use"
    )
    limits: tuple[str, ...] = _setting(
        (), "requests allowed a key, or an address without one, such as 60 per minute"
    )
    limit_storage: str = _setting(
        "memory://", "where requests are counted; memory:// is each worker for itself"
    )
    keys_for: str = _setting(
        "nothing",
        "what needs a key: nothing, api (all but the pages) or everything",
        _OneOf(("nothing", "api", "everything")),
    )
    keys: Path = _setting(  # noqa: RUF009 - a Path is immutable
        Path("config/keys.json"), "file of the keys that `searchsvc keys` makes"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, by section."""

    index: IndexSettings = IndexSettings()
    opensearch: OpenSearchSettings = OpenSearchSettings()
    corpus: CorpusSettings = CorpusSettings()
    columns: ColumnSettings = ColumnSettings()
    watch: WatchSettings = WatchSettings()
    search: SearchSettings = SearchSettings()
    gate: GateSettings = GateSettings()
    server: ServerSettings = ServerSettings()
    api: ApiSettings = ApiSettings()
