"""The tools: what each takes, how it is asked of the archive, and what it teaches."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from searchsvc.client import Client, ClientError
from searchsvc.tools.citable import (
    FoundArticles,
    FoundStatements,
    WholeArticle,
    article,
    quotation,
    reading,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTRUCTIONS: Final = (
    "An archive of news articles, and of who said what in them. Totals are exact. Quote only the "
    "`quotation` of a statement, word for word, and never put one whose `quoted` is indirect into "
    "quotation marks. Cite every statement with speaker, source, date and link. What an article "
    "says somebody said is not thereby true. Say so where nothing was found, and look at "
    "`reading` first: it says what of the query was not used, and what would find more."
)

Query = Annotated[
    str,
    Field(
        description="Words that must all be there, other names of what they name included; "
        "quotation marks for phrases; OR, NOT, brackets. Empty for everything."
    ),
]
Speakers = Annotated[
    list[str] | None,
    Field(description="Any of these speakers, by the full names that `suggest` gives."),
]
About = Annotated[
    list[str] | None,
    Field(description="Any of these countries spoken about (of articles: named), name or code."),
]
SpeakersCountries = Annotated[
    list[str] | None, Field(description="Any of these countries of the speaker, name or code.")
]
Sources = Annotated[list[str] | None, Field(description="Any of these publishers.")]
Since = Annotated[
    str | None, Field(description="First day, month or year: 2017-05-12, 2017-05 or 2017.")
]
Until = Annotated[str | None, Field(description="Last day, month or year, inclusive.")]
Order = Annotated[
    Literal["relevance", "newest", "oldest"] | None,
    Field(description="By default relevance where words are searched for, else newest."),
]
Page = Annotated[int, Field(ge=1, description="Page of the answer, from 1.")]
Size = Annotated[int, Field(ge=1, le=50, description="Hits a page.")]


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive as a model sees it.

    Attributes:
        client: asks it.
        origin: scheme and host that links begin with; empty where no server is known.
    """

    client: Client
    origin: str

    def search_statements(  # noqa: PLR0913 - parameters of a tool
        self,
        *,
        query: Query = "",
        speaker: Speakers = None,
        about_country: About = None,
        speaker_country: SpeakersCountries = None,
        source: Sources = None,
        quoted: Annotated[
            Literal["direct", "mixed", "indirect"] | None,
            Field(description="How much of it are the speaker's own words."),
        ] = None,
        date_from: Since = None,
        date_to: Until = None,
        sort: Order = None,
        page: Page = 1,
        size: Size = 10,
    ) -> FoundStatements:
        """Find who said what about which country, and when: exact quotations to cite.

        Quote word for word, name speaker, source and date, and give the link of each statement.
        """
        asked: dict[str, Any] = {
            "speaker": speaker,
            "country": about_country,
            "speaker_country": speaker_country,
            "source": source,
            "kind": quoted,
            "date_from": date_from,
            "date_to": date_to,
            "sort": sort,
            "page": page,
            "size": size,
        }
        with _refusals():
            found = self.client.search(query, in_="statements", facets=["none"], **asked)
        return FoundStatements(
            total_statements=found.total.statements or 0,
            total_articles=found.total.articles,
            page=page,
            pages=found.pages,
            reading=reading(found),
            statements=tuple(quotation(hit, self._at(hit.links.html)) for hit in found.hits),
        )

    def search_articles(  # noqa: PLR0913 - parameters of a tool
        self,
        *,
        query: Query = "",
        speaker: Speakers = None,
        country: About = None,
        source: Sources = None,
        date_from: Since = None,
        date_to: Until = None,
        sort: Order = None,
        page: Page = 1,
        size: Size = 10,
    ) -> FoundArticles:
        """Find articles, with passages that show why; cite title, source, date and link.

        For what people said, search_statements is the better question.
        """
        asked: dict[str, Any] = {
            "speaker": speaker,
            "country": country,
            "source": source,
            "date_from": date_from,
            "date_to": date_to,
            "sort": sort,
            "page": page,
            "size": size,
        }
        with _refusals():
            found = self.client.search(query, in_="articles", facets=["none"], **asked)
        return FoundArticles(
            total_articles=found.total.articles,
            page=page,
            pages=found.pages,
            reading=reading(found),
            articles=tuple(
                article(
                    hit,
                    tuple(snippet.text for snippet in hit.snippets),
                    self._at(hit.links.html),
                )
                for hit in found.hits
            ),
        )

    def get_article(
        self,
        *,
        article_id: Annotated[str, Field(description="Id that a search gives as `article_id`.")],
        start: Annotated[int, Field(ge=0, description="Character to begin at.")] = 0,
        length: Annotated[int, Field(ge=1, le=50_000, description="Characters at most.")] = 10_000,
    ) -> WholeArticle:
        """Read the text of an article, a part at a time, to check a quotation in its context."""
        with _refusals():
            found = self.client.article(article_id)
        end = min(start + length, len(found.body))
        link = self._at(found.links.html)
        return WholeArticle(
            id=found.id,
            title=found.title,
            date=None if found.date is None else found.date.value,
            source=found.source,
            byline=found.byline,
            text=found.body[start:end],
            start=start,
            end=end,
            length=len(found.body),
            statements=tuple(
                quotation(each, link) for each in found.statements if start <= each.start < end
            ),
            link=link,
            original=found.url,
        )

    def timeline(
        self,
        *,
        query: Query = "",
        speaker: Speakers = None,
        about_country: About = None,
        date_from: Since = None,
        date_to: Until = None,
        interval: Annotated[
            Literal["year", "month", "day"], Field(description="How long each count is.")
        ] = "year",
    ) -> dict[str, int]:
        """Count statements over time: exact numbers by year, month or day, and the undated."""
        asked: dict[str, Any] = {
            "speaker": speaker,
            "country": about_country,
            "date_from": date_from,
            "date_to": date_to,
            "facet_interval_date": interval,
        }
        with _refusals():
            found = self.client.timeline(query, **asked)
        return {
            "total": found.total.count,
            "undated": found.undated.count,
            **{each.value: each.count for each in found.buckets},
        }

    def suggest(
        self,
        text: Annotated[
            str, Field(description="A name or the beginning of one, in any spelling.")
        ],
    ) -> dict[str, list[str]]:
        """Find the names by which the archive knows speakers, countries and sources.

        Ask this before filtering by a speaker; beside each name stands how many statements it has.
        """
        with _refusals():
            found = self.client.suggest(text)
        return {
            group.name: [f"{offer.value} ({offer.count})" for offer in group.suggestions]
            for group in found.groups
        }

    def _at(self, path: str) -> str:
        return f"{self.origin}{path}"


def server_of(archive: Archive) -> MCPServer[Any]:
    """A server of the protocol with all tools; none of them changes anything."""
    server: MCPServer[Any] = MCPServer("searchsvc", instructions=INSTRUCTIONS, log_level="WARNING")
    for tool in (
        archive.search_statements,
        archive.search_articles,
        archive.get_article,
        archive.timeline,
        archive.suggest,
    ):
        server.add_tool(tool, annotations=ToolAnnotations(read_only_hint=True))
    return server


@contextmanager
def _refusals() -> Iterator[None]:
    """What the archive refuses, as the error of a tool, for the model to read."""
    try:
        yield
    except (ClientError, ValueError) as error:
        raise ToolError(str(error)) from error
