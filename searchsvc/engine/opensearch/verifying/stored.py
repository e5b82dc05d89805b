"""The stored documents of a generation's index, one article with its statements after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.opensearch.documents import layout
from searchsvc.engine.opensearch.documents.sources import received, sent
from searchsvc.errors import IndexCorrupt
from searchsvc.model import ArticleDocument, Collection, StatementDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.model import Document

_AT_ONCE: Final = 500
_REQUEST_S: Final = 120
_COMMON: Final = (
    layout.ID,
    layout.COLLECTION,
    layout.ARTICLE,
    layout.DAY,
    layout.MONTH,
    layout.YEAR,
    layout.MOMENT,
    layout.MARK,
)
"""Fields of both collections whose values can be read back."""


@dataclass(slots=True)
class Family:
    """An article and its statements, as they are stored."""

    article: ArticleDocument | None = None
    statements: list[StatementDocument] = field(default_factory=list)

    @property
    def documents(self) -> tuple[Document, ...]:
        """All of them."""
        own: tuple[Document, ...] = () if self.article is None else (self.article,)
        return (*own, *self.statements)


class StoredDocuments:
    """What is stored in an index that does not change."""

    def __init__(self, client: Client, index: str) -> None:
        """Nothing is asked for yet."""
        self._client = client
        self._index = index

    def families(self, tell: Callable[[str, str], None]) -> Iterator[Family]:
        """All documents that can be read, in the order of the ids of articles.

        Args:
            tell: is told of each document that is not as it should be: its id, and what is wrong.
        """
        family, current = Family(), None
        for hit in self._hits({"match_all": {}}, fields=_readable()):
            article_id = hit["sort"][0]
            if article_id != current and current is not None:
                yield family
                family = Family()
            current = article_id
            document = self._checked(hit, tell)
            if isinstance(document, ArticleDocument):
                family.article = document
            elif document is not None:
                family.statements.append(document)
        if current is not None:
            yield family

    def article_ids(self) -> Iterator[str]:
        """The ids of all articles, ascending."""
        query = {"term": {layout.COLLECTION: Collection.ARTICLES.value}}
        return (str(hit["sort"][0]) for hit in self._hits(query, stored=False))

    def some(self, collection: Collection, count: int, seed: int) -> list[Document]:
        """Some documents, the same ones for the same seed; those that cannot be read are left out."""
        body = {
            "size": count,
            "query": {
                "function_score": {
                    "query": {"term": {layout.COLLECTION: collection.value}},
                    "random_score": {"seed": seed, "field": layout.ID},
                    "boost_mode": "replace",
                }
            },
            "sort": ["_score", layout.ID],
        }
        found = self._ask(body)
        documents = []
        for hit in found["hits"]["hits"]:
            try:
                documents.append(self._received(collection, hit))
            except IndexCorrupt:  # told when it is read in its turn
                continue
        return documents

    def _checked(
        self, hit: Mapping[str, Any], tell: Callable[[str, str], None]
    ) -> Document | None:
        """The document of a hit, whose fields are compared with it."""
        name = str(hit["sort"][2])
        try:
            document = self._received(Collection(hit["sort"][1]), hit)
        except (IndexCorrupt, ValueError, KeyError, TypeError) as error:
            tell(name, f"is not what was stored ({error})")
            return None
        expected = _flat(sent(document).source)
        found = hit.get("fields", {})
        for field_name in _readable():
            want = expected.get(field_name, [])
            have = found.get(field_name, [])
            if set(want) != set(have):
                tell(name, f"has another {field_name} than follows from what is stored")
        return document

    def _received(self, collection: Collection, hit: Mapping[str, Any]) -> Document:
        document_id = str(hit["sort"][-1])
        return received(collection, document_id, hit["_source"], where=self._index)

    def _hits(
        self, query: Mapping[str, Any], *, stored: bool = True, fields: tuple[str, ...] = ()
    ) -> Iterator[dict[str, Any]]:
        """All hits by article, collection and id: an article comes before its statements."""
        body: dict[str, Any] = {
            "size": _AT_ONCE,
            "query": query,
            "sort": [layout.ARTICLE, layout.COLLECTION, layout.ID],
            "_source": stored,
            "docvalue_fields": list(fields),
        }
        while True:
            hits = self._ask(body)["hits"]["hits"]
            yield from hits
            if len(hits) < _AT_ONCE:
                return
            body["search_after"] = hits[-1]["sort"]

    def _ask(self, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return self._client.ask(
            "POST",
            f"/{self._index}/_search",
            body,
            params={"allow_partial_search_results": "false"},
            timeout_s=_REQUEST_S,
        )


def _readable() -> tuple[str, ...]:
    """Names of the fields whose values can be read back."""
    own = (
        name
        for collection in Collection
        for name in (
            *(layout.length(collection, each) for each, _ in layout.word_fields(collection)),
            *(layout.values(collection, each) for each in layout.value_fields(collection)),
        )
        if name not in _COMMON
    )
    return (*_COMMON, *own)


def _flat(source: Mapping[str, Any], start: str = "") -> dict[str, list[Any]]:
    """Values of all fields by their whole names."""
    found: dict[str, list[Any]] = {}
    for name, value in source.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{start}{name}.")
        else:
            found[start + name] = value if isinstance(value, list) else [value]
    return found
