"""Articles to extract from."""

from __future__ import annotations

from searchsvc.model import Article, OffsetMap, TitleOrigin


def an_article(body: str, *, title: str = "An article", captions: tuple[str, ...] = ()) -> Article:
    """An article of `body`, all else defaulted."""
    return Article(
        id="a1",
        path="a1.txt",
        place=None,
        source="test",
        title=title,
        title_origin=TitleOrigin.GIVEN,
        body=body,
        body_offsets=OffsetMap((0,), (0,)),
        captions=captions,
    )
