"""What an index answers: a fixed set of questions, each answer in a form that can be compared."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from searchsvc import wiring
from searchsvc.aliases import AliasFile
from searchsvc.corpus import Archive
from searchsvc.engine.contract import DateFilter, FacetRequest, SearchRequest, Sort
from searchsvc.fields import facet_fields
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.reindex import reindex
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from tests.durability.archives import COUNTRIES, PEOPLE, WORDS, write_archive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from searchsvc.engine.contract import SearchEngine, SearchResult
    from searchsvc.settings import Settings
    from tests.durability.archives import State

TEXTS: Final = (
    "",
    WORDS[0],
    f"{WORDS[1]} OR {WORDS[2]}",
    f'"needs a {WORDS[3]}"',
    f"{WORDS[4]} -{WORDS[5]}",
    f'speaker:"{PEOPLE[0][0]}"',
    COUNTRIES[0],
    f"{WORDS[6][:3]}*",
)

ADDRESSES: Final = (
    "/api/v1/search?in=articles&size=100&sort=oldest",
    "/api/v1/search?size=100&sort=newest",
    f"/api/v1/search?in=articles&q={WORDS[0]}&sort=newest",
    "/api/v1/search?q=needs&size=100&sort=oldest",
)
"""Asked of the server; each finds enough for an answer without repairs."""


def questions() -> tuple[SearchRequest, ...]:
    """All that is asked of an engine: every collection, order, facet, and documents as stored."""
    asked = []
    for collection in Collection:
        facets = tuple(FacetRequest(name, size=100) for name in facet_fields(collection))
        for number, text in enumerate(TEXTS):
            asked.append(
                SearchRequest(
                    collection=collection,
                    query=parse(text, collection).tree,
                    facets=facets if number % 2 == 0 else (),
                    sort=(Sort.NEWEST, Sort.OLDEST, Sort.RELEVANCE)[number % 3],
                    limit=(10, 1000)[number % 2],
                )
            )
    asked.append(replace(asked[0], dates=DateFilter(undated=True), limit=1))
    return tuple(asked)


QUESTIONS: Final = questions()


@dataclass(frozen=True, slots=True)
class Answers:
    """What one state of the archive answers.

    Attributes:
        engine: to each of `QUESTIONS`, see `told`.
        web: to each of `ADDRESSES`, see `told_by_web`.
        articles: how many there are.
    """

    engine: tuple[str, ...]
    web: tuple[str, ...]
    articles: int


def told(result: SearchResult) -> str:
    """All that `result` says but its generation, its time and its scores, as numbers and a sum.

    Scores are left out since the order of the additions may differ; what they order is not.
    """
    documents = [hit.document for hit in result.hits]
    facts = result.total, result.articles, result.ids, documents, result.facets
    return f"{result.total} of {result.articles} articles, {_sum(repr(facts))}"


def told_by_web(body: Mapping[str, Any]) -> str:
    """All that a JSON answer says but its generation, its time, its scores and where it goes on.

    A cursor names all that the order of its hits follows from, the alias file among it, which the
    build to compare with does without.
    """
    left = {
        key: value
        for key, value in body.items()
        if key not in ("index", "took_ms", "next_cursor", "links")
    }
    left["links"] = {to: link for to, link in body["links"].items() if to not in ("next", "prev")}
    for hit in left.get("hits", ()):
        hit.pop("score", None)
    return f"{body['total']}, {_sum(json.dumps(left, sort_keys=True))}"


def ask(engine: SearchEngine) -> tuple[str, tuple[str, ...]]:
    """The generation that answers, and what it says to each of `QUESTIONS`.

    Raises:
        AssertionError: one generation was followed by another meanwhile.
    """
    results = [engine.search(question) for question in QUESTIONS]
    names = {result.generation for result in results}
    assert len(names) == 1, names
    return names.pop(), tuple(told(result) for result in results)


def settings_for(index: Path, **changes: object) -> Settings:
    """Settings with that index folder."""
    keys = {key.replace("__", "."): value for key, value in changes.items()}
    return load_settings(overrides={"index.path": index, **keys})


class Oracle:
    """Knows what an undisturbed full build of each state answers."""

    def __init__(self, archive: Path, scratch: Path) -> None:
        """Build in `scratch`, which is emptied before each use, from `archive`."""
        self._archive = archive
        self._scratch = scratch
        self._known: dict[int, Answers] = {}

    def answers(self, state: State) -> Answers:
        """What `state` answers; the archive holds it afterwards where that was not known yet."""
        if state.number not in self._known:
            write_archive(self._archive, state)
            self._known[state.number] = self._build()
        return self._known[state.number]

    def _build(self) -> Answers:
        settings = settings_for(self._scratch)
        report = reindex(
            Archive([str(self._archive)], settings),
            wiring.open_writer(settings),
            full=True,
            keep_others=False,
            progress=lambda _: None,
        )
        engine = wiring.open_engine(settings)
        try:
            _, said = ask(engine)
            client = create_app(engine, settings, aliases=AliasFile()).test_client()
            web = tuple(told_by_web(client.get(address).get_json()) for address in ADDRESSES)
        finally:
            engine.close()
        return Answers(said, web, report.articles)


def _sum(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
