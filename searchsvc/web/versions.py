"""How many articles of the archive have the story of one that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import FacetRequest, SearchRequest
from searchsvc.errors import QueryTooCostly
from searchsvc.model import ArticleDocument, Collection, Span
from searchsvc.query.tree import Or, Value
from searchsvc.web.answer import Linked
from searchsvc.web.parameters import SearchParameters, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from searchsvc.engine.contract import SearchResult
    from searchsvc.model import Document
    from searchsvc.web.links import Addresses

STORY: Final = "story"
_NOWHERE: Final = Span(0, 0)


def versions(
    documents: Iterable[Document],
    ask: Callable[[SearchRequest], SearchResult],
    addresses: Addresses,
) -> Mapping[str, Linked]:
    """The articles with the story of each of `documents`, by story; of those alone in theirs nothing.

    They are counted in the whole archive, whatever was searched for: the copies in other sources are
    what a reader wants to hear of who looks at one source. Nothing where counting takes more than is
    left of the budget: what was asked for is answered all the same.

    Args:
        documents: shown together; statements have no story.
        ask: answers one search.
        addresses: where links lead.
    """
    stories = {each.story: None for each in documents if isinstance(each, ArticleDocument)}
    known = [story for story in stories if story]
    if not known:
        return {}
    values = tuple(Value(STORY, story, _NOWHERE) for story in known)
    # In the query, as a facet leaves out what its own filter asks for.
    request = SearchRequest(
        Collection.ARTICLES,
        values[0] if len(values) == 1 else Or(values, _NOWHERE),
        facets=(FacetRequest(STORY, size=len(known)),),
        limit=0,
        documents=False,
    )
    try:
        (counts,) = ask(request).facets
    except QueryTooCostly:
        return {}
    return {
        bucket.value: Linked(bucket.count, addresses.to(_search(bucket.value)))
        for bucket in counts.buckets
        if bucket.count > 1
    }


def _search(story: str) -> SearchParameters:
    return SearchParameters(
        collection=Collection.ARTICLES, selections=(Selection(STORY, chosen=(story,)),)
    )
