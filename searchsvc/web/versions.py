"""How many articles of the archive have the story of one that is shown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from searchsvc.engine.contract import FieldFilter, SearchRequest
from searchsvc.model import ArticleDocument, Collection
from searchsvc.web.answer import Linked
from searchsvc.web.parameters import SearchParameters, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from searchsvc.model import Document
    from searchsvc.web.links import Addresses

STORY: Final = "story"


def versions(
    documents: Iterable[Document],
    total: Callable[[SearchRequest], int | None],
    addresses: Addresses,
) -> Mapping[str, Linked]:
    """The articles with the story of each of `documents`, by story; of those alone in theirs nothing.

    They are counted in the whole archive, whatever was searched for: the copies in other sources are
    what a reader wants to hear of who looks at one source.

    Args:
        documents: shown together, each once; statements have no story.
        total: how many documents a search finds; None where it was not answered.
        addresses: where links lead.
    """
    shown = Counter(
        each.story for each in documents if isinstance(each, ArticleDocument) and each.story
    )
    if not shown or total(_having(*shown)) == shown.total():  # mostly: no other has any of them
        counts: Mapping[str, int | None] = shown
    else:
        counts = {story: total(_having(story)) for story in shown}
    return {
        story: Linked(count, addresses.to(_search(story)))
        for story, count in counts.items()
        if count is not None and count > 1
    }


def _having(*stories: str) -> SearchRequest:
    return SearchRequest(
        Collection.ARTICLES,
        filters=(FieldFilter(STORY, any_of=stories),),
        limit=0,
        documents=False,
    )


def _search(story: str) -> SearchParameters:
    return SearchParameters(
        collection=Collection.ARTICLES, selections=(Selection(STORY, chosen=(story,)),)
    )
