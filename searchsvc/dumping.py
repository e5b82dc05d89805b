"""An index as one plain file that another machine can read: `docs/dump.md` describes the format.

`corpus.dumped` reads it. Of a generation, all articles stand in it with everything that was read
of them and all that was extracted, in the order of their dates.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from searchsvc.corpus.dumped import DIGEST_BYTES, DUMP_FORMAT
from searchsvc.documents import dump
from searchsvc.engine.contract import SearchRequest, Sort
from searchsvc.errors import IndexCorrupt
from searchsvc.model import ArticleDocument, Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from searchsvc.engine.contract import Reader


def dump_lines(
    reader: Reader,
    versions: Mapping[str, str],
    *,
    written: Callable[[int], None] = lambda _: None,
) -> Iterator[bytes]:
    """The lines of a dump, each with its line break.

    Args:
        reader: of the generation.
        versions: of what made it, by name.
        written: is told the number of articles behind, after each.

    Raises:
        IndexCorrupt: a statement that an article says it has is not there.
        EngineError: the generation cannot be read.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    articles = statements = 0
    walk = reader.walk(SearchRequest(collection=Collection.ARTICLES, sort=Sort.OLDEST))
    said = reader.search(SearchRequest(collection=Collection.STATEMENTS, limit=0)).total
    header = _line(
        {
            "searchsvc_dump": DUMP_FORMAT,
            "generation": reader.generation,
            "built_at": reader.built_at.isoformat(),
            "articles": walk.total,
            "statements": said,
            "versions": dict(versions),
        }
    )
    digest.update(header)
    yield header
    for hit in walk.hits:
        if not isinstance(hit.document, ArticleDocument):
            continue
        line = _article_line(reader, hit.document)
        digest.update(line)
        yield line
        articles += 1
        statements += hit.document.statement_count
        written(articles)
    yield _line(
        {"end": {"articles": articles, "statements": statements, "blake2b": digest.hexdigest()}}
    )


def _article_line(reader: Reader, article: ArticleDocument) -> bytes:
    said = ",".join(
        _statement(reader, f"{article.id}:{number}")
        for number in range(1, article.statement_count + 1)
    )
    return f'{{"article":{dump(article)},"statements":[{said}]}}\n'.encode()


def _statement(reader: Reader, statement_id: str) -> str:
    document = reader.fetch(Collection.STATEMENTS, statement_id)
    if document is None:
        raise IndexCorrupt(reader.generation, f"the statement {statement_id} is not there")
    return dump(document)


def _line(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
