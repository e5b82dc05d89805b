"""What may be asked, as arguments.

Made by `python -m tests.regenerate_client` from the schemas of the server.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypedDict

Values = str | Sequence[str]
"""One value or several."""

Bound = str | dt.date
"""A day, a month (2024-05) or a year."""


class Searching(TypedDict, total=False):
    """Parameters of a search.

    Attributes:
        date_from: First day, month or year, inclusive: 2024-05-12, 2024-05 or 2024.
        date_to: Last day, month or year, inclusive.
        date: (none): undated documents, alone or besides those between the bounds.
        size: Hits in one answer; by default 10 (setting search.size).
        speaker: Who said it, by name as facets and hits give it. Repeat for any of several; (none)
            for documents without.
        not_speaker: Leave out documents with this speaker.
        speaker_op: and: documents must have all values of speaker; or: any of them.
        country: Country spoken about (of articles: named), by code or name: KR, South Korea.
            Repeat for any of several; (none) for documents without.
        not_country: Leave out documents with this country.
        country_op: and: documents must have all values of country; or: any of them.
        speaker_country: Country of the speaker, by code or name. Of statements only. Repeat for
            any of several; (none) for documents without.
        not_speaker_country: Leave out documents with this speaker_country.
        speaker_country_op: and: documents must have all values of speaker_country; or: any of
            them.
        source: Publisher or collection. Repeat for any of several; (none) for documents without.
        not_source: Leave out documents with this source.
        source_op: and: documents must have all values of source; or: any of them.
        kind: How much of it is quoted: direct (all), mixed, indirect (nothing). Repeat for any of
            several; (none) for documents without.
        not_kind: Leave out documents with this kind.
        kind_op: and: documents must have all values of kind; or: any of them.
        act: What the speaker does by it. Of statements only. Repeat for any of several; (none) for
            documents without.
        not_act: Leave out documents with this act.
        act_op: and: documents must have all values of act; or: any of them.
        article: Id of an article: its statements. Of statements only. Repeat for any of several;
            (none) for documents without.
        not_article: Leave out documents with this article.
        article_op: and: documents must have all values of article; or: any of them.
        story: Story, as articles give it: the article and its copies. Of articles only. Repeat for
            any of several; (none) for documents without.
        not_story: Leave out documents with this story.
        story_op: and: documents must have all values of story; or: any of them.
        match: Whether all of the words that stand side by side must be there, or any will do. What
            is no word (dates, whole values, what is left out) holds either way.
        expand: on: other names of what q names are looked for as well, DPRK for North Korea; off:
            only what is typed.
        expand_not: A name in q to be looked for only as typed.
        sort: Order of the hits: fresh is relevance, newer first among the about equally relevant.
            By default relevance where words are searched for, else newest.
        explain: on: each hit says why it has its score, where the order is by relevance; of a
            query of more than fifty words the first hits of an answer alone.
        facets: Facets to count, set apart by commas or repeated; none for none. By default all but
            article and story.
        facet_az: Facets whose values are listed from A to Z, set apart by commas or repeated; by
            default all by count, largest first. Which are shown goes by count either way: see
            `facet.size`.
        facet_interval_date: Width of the buckets of the facet date; by default chosen by the span
            of the dates.
        page: Page, from 1. Pages of hits reach the first 100,000; cursors lead to all of them.
        facet_size_speaker: Values shown of the facet speaker; by default 10 (setting
            search.facet_size).
        facet_size_country: Values shown of the facet country; by default 10 (setting
            search.facet_size).
        facet_size_speaker_country: Values shown of the facet speaker_country; by default 10
            (setting search.facet_size).
        facet_size_source: Values shown of the facet source; by default 10 (setting
            search.facet_size).
        facet_size_kind: Values shown of the facet kind; by default 10 (setting search.facet_size).
        facet_size_act: Values shown of the facet act; by default 10 (setting search.facet_size).
        facet_size_article: Values shown of the facet article; by default 10 (setting
            search.facet_size).
        facet_size_story: Values shown of the facet story; by default 10 (setting
            search.facet_size).
    """

    date_from: Bound
    date_to: Bound
    date: Literal["(none)"]
    size: int
    speaker: Values
    not_speaker: Values
    speaker_op: Literal["or", "and"]
    country: Values
    not_country: Values
    country_op: Literal["or", "and"]
    speaker_country: Values
    not_speaker_country: Values
    speaker_country_op: Literal["or", "and"]
    source: Values
    not_source: Values
    source_op: Literal["or", "and"]
    kind: Values
    not_kind: Values
    kind_op: Literal["or", "and"]
    act: Values
    not_act: Values
    act_op: Literal["or", "and"]
    article: Values
    not_article: Values
    article_op: Literal["or", "and"]
    story: Values
    not_story: Values
    story_op: Literal["or", "and"]
    match: Literal["all", "any"]
    expand: bool
    expand_not: Values
    sort: Literal["relevance", "fresh", "newest", "oldest"]
    explain: bool
    facets: Values
    facet_az: Values
    facet_interval_date: Literal["year", "month", "day"]
    page: int
    facet_size_speaker: int
    facet_size_country: int
    facet_size_speaker_country: int
    facet_size_source: int
    facet_size_kind: int
    facet_size_act: int
    facet_size_article: int
    facet_size_story: int


class Suggesting(Searching, total=False):
    """Parameters of a search, in which suggestions are counted, and those of suggestions.

    Attributes:
        within: The query in force, if there is one besides what is being typed.
        field: What to suggest, set apart by commas or repeated; terms are words. By default all.
        limit: Suggestions of each field.
    """

    within: str
    field: Values
    limit: int


class Likeness(TypedDict, total=False):
    """Parameters of a request for more like something.

    Attributes:
        date_from: First day, month or year, inclusive: 2024-05-12, 2024-05 or 2024.
        date_to: Last day, month or year, inclusive.
        date: (none): undated documents, alone or besides those between the bounds.
        size: Hits in one answer.
        speaker: Who said it, by name as facets and hits give it. Repeat for any of several; (none)
            for documents without.
        not_speaker: Leave out documents with this speaker.
        speaker_op: and: documents must have all values of speaker; or: any of them.
        country: Country spoken about (of articles: named), by code or name: KR, South Korea.
            Repeat for any of several; (none) for documents without.
        not_country: Leave out documents with this country.
        country_op: and: documents must have all values of country; or: any of them.
        speaker_country: Country of the speaker, by code or name. Of statements only. Repeat for
            any of several; (none) for documents without.
        not_speaker_country: Leave out documents with this speaker_country.
        speaker_country_op: and: documents must have all values of speaker_country; or: any of
            them.
        source: Publisher or collection. Repeat for any of several; (none) for documents without.
        not_source: Leave out documents with this source.
        source_op: and: documents must have all values of source; or: any of them.
        kind: How much of it is quoted: direct (all), mixed, indirect (nothing). Repeat for any of
            several; (none) for documents without.
        not_kind: Leave out documents with this kind.
        kind_op: and: documents must have all values of kind; or: any of them.
        act: What the speaker does by it. Of statements only. Repeat for any of several; (none) for
            documents without.
        not_act: Leave out documents with this act.
        act_op: and: documents must have all values of act; or: any of them.
        story: Story, as articles give it: the article and its copies. Of articles only. Repeat for
            any of several; (none) for documents without.
        not_story: Leave out documents with this story.
        story_op: and: documents must have all values of story; or: any of them.
        article: Id of an article: articles like it.
        statement: Id of a statement: statements like it.
        text: Any text: documents like it. A text that no address can hold is sent by POST.
    """

    date_from: Bound
    date_to: Bound
    date: Literal["(none)"]
    size: int
    speaker: Values
    not_speaker: Values
    speaker_op: Literal["or", "and"]
    country: Values
    not_country: Values
    country_op: Literal["or", "and"]
    speaker_country: Values
    not_speaker_country: Values
    speaker_country_op: Literal["or", "and"]
    source: Values
    not_source: Values
    source_op: Literal["or", "and"]
    kind: Values
    not_kind: Values
    kind_op: Literal["or", "and"]
    act: Values
    not_act: Values
    act_op: Literal["or", "and"]
    story: Values
    not_story: Values
    story_op: Literal["or", "and"]
    article: str
    statement: str
    text: str


class Listing(Searching, total=False):
    """Parameters of a search, under which values are counted, and those of the list of them.

    Attributes:
        prefix: How any word of a name begins, or another name of the same: burma finds Myanmar.
        order: By count, the largest first, or by name.
        limit: Values on one page.
    """

    prefix: str
    order: Literal["count", "name"]
    limit: int


class Timing(Searching, total=False):
    """Parameters of a search, and by what it is split.

    Attributes:
        by: A facet: each of its most frequent values gets a timeline of its own; how many,
            `facet.size.FIELD` says, up to 20, by default 5.
    """

    by: Literal[
        "speaker", "country", "speaker_country", "source", "kind", "act", "article", "story"
    ]


class Crossing(Searching, total=False):
    """Parameters of a search, and the two facets to be seen across each other.

    Attributes:
        rows: The facet of the rows; by default speaker_country, of articles speaker. How many
            rows, `facet.size.FIELD` says, up to 100, by default 20.
        columns: The facet of the columns, likewise; the same as that of the rows for what is named
            together.
    """

    rows: Literal[
        "speaker", "country", "speaker_country", "source", "kind", "act", "article", "story"
    ]
    columns: Literal[
        "speaker", "country", "speaker_country", "source", "kind", "act", "article", "story"
    ]


WIRE: Final[Mapping[str, str]] = {
    "a_act": "a.act",
    "a_act_op": "a.act.op",
    "a_article": "a.article",
    "a_article_op": "a.article.op",
    "a_country": "a.country",
    "a_country_op": "a.country.op",
    "a_date": "a.date",
    "a_date_from": "a.date.from",
    "a_date_to": "a.date.to",
    "a_expand": "a.expand",
    "a_expand_not": "a.expand.not",
    "a_kind": "a.kind",
    "a_kind_op": "a.kind.op",
    "a_match": "a.match",
    "a_not_act": "a.not.act",
    "a_not_article": "a.not.article",
    "a_not_country": "a.not.country",
    "a_not_kind": "a.not.kind",
    "a_not_source": "a.not.source",
    "a_not_speaker": "a.not.speaker",
    "a_not_speaker_country": "a.not.speaker_country",
    "a_q": "a.q",
    "a_source": "a.source",
    "a_source_op": "a.source.op",
    "a_speaker": "a.speaker",
    "a_speaker_op": "a.speaker.op",
    "a_speaker_country": "a.speaker_country",
    "a_speaker_country_op": "a.speaker_country.op",
    "act_op": "act.op",
    "article_op": "article.op",
    "b_act": "b.act",
    "b_act_op": "b.act.op",
    "b_article": "b.article",
    "b_article_op": "b.article.op",
    "b_country": "b.country",
    "b_country_op": "b.country.op",
    "b_date": "b.date",
    "b_date_from": "b.date.from",
    "b_date_to": "b.date.to",
    "b_expand": "b.expand",
    "b_expand_not": "b.expand.not",
    "b_kind": "b.kind",
    "b_kind_op": "b.kind.op",
    "b_match": "b.match",
    "b_not_act": "b.not.act",
    "b_not_article": "b.not.article",
    "b_not_country": "b.not.country",
    "b_not_kind": "b.not.kind",
    "b_not_source": "b.not.source",
    "b_not_speaker": "b.not.speaker",
    "b_not_speaker_country": "b.not.speaker_country",
    "b_q": "b.q",
    "b_source": "b.source",
    "b_source_op": "b.source.op",
    "b_speaker": "b.speaker",
    "b_speaker_op": "b.speaker.op",
    "b_speaker_country": "b.speaker_country",
    "b_speaker_country_op": "b.speaker_country.op",
    "country_op": "country.op",
    "date_from": "date.from",
    "date_to": "date.to",
    "expand_not": "expand.not",
    "facet_az": "facet.az",
    "facet_interval_date": "facet.interval.date",
    "facet_size_act": "facet.size.act",
    "facet_size_article": "facet.size.article",
    "facet_size_country": "facet.size.country",
    "facet_size_kind": "facet.size.kind",
    "facet_size_source": "facet.size.source",
    "facet_size_speaker": "facet.size.speaker",
    "facet_size_speaker_country": "facet.size.speaker_country",
    "facet_size_story": "facet.size.story",
    "in_": "in",
    "kind_op": "kind.op",
    "not_act": "not.act",
    "not_article": "not.article",
    "not_country": "not.country",
    "not_kind": "not.kind",
    "not_source": "not.source",
    "not_speaker": "not.speaker",
    "not_speaker_country": "not.speaker_country",
    "not_story": "not.story",
    "source_op": "source.op",
    "speaker_op": "speaker.op",
    "speaker_country_op": "speaker_country.op",
    "story_op": "story.op",
}
"""Parameters by arguments, where the names differ."""
