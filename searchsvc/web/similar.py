"""What an address asks to be found more like, answered. The page and the JSON both show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from searchsvc.model import ArticleDocument, Collection
from searchsvc.query.tree import Everything
from searchsvc.similar import USUAL_SIZE, Original, has_words, original, similar, text_original
from searchsvc.web import links
from searchsvc.web.cards import cards
from searchsvc.web.parameters import FILTER_FIELDS, SearchParameters
from searchsvc.web.schemas import (
    MOST_UNKNOWN,
    ParameterProblem,
    read_address,
    unknown_parameter,
)
from searchsvc.web.search import to_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchsvc.engine.contract import Reader
    from searchsvc.model import Document
    from searchsvc.settings import SearchSettings
    from searchsvc.similar import TellingWord
    from searchsvc.web.answer import ArticleHit, StatementHit
    from searchsvc.web.links import Addresses

ARTICLE: Final = "article"
STATEMENT: Final = "statement"
TEXT: Final = "text"
KINDS: Final = (ARTICLE, STATEMENT, TEXT)
"""Parameters that say what others are to be like; one of them is given."""
COLLECTIONS: Final = {
    ARTICLE: Collection.ARTICLES,
    STATEMENT: Collection.STATEMENTS,
    TEXT: Collection.ARTICLES,
}
"""What is looked for where the address does not say."""
FILTERS: Final = tuple(name for name in FILTER_FIELDS if name != ARTICLE)
NARROWING: Final = frozenset(
    {"date", "date.from", "date.to", "size"}
    | {form for name in FILTERS for form in (name, f"not.{name}", f"{name}.op")}
)
"""Parameters that mean what they mean in a search."""
PARAMETERS: Final = frozenset({*KINDS, "in", *NARROWING})
LONGEST_TEXT: Final = 50_000
LONGEST_ADDRESSED: Final = 2_000
"""Characters of a text up to which an address holds it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What others are to be like.

    Attributes:
        kind: one of `KINDS`; None where the address names nothing.
        given: the id, or the text.
        parameters: filters, dates, size and collection.
        problems: what cannot be used.
    """

    kind: str | None
    given: str
    parameters: SearchParameters
    problems: tuple[ParameterProblem, ...]

    @property
    def addressed(self) -> bool:
        """Whether an address can hold it."""
        return len(self.given) <= LONGEST_ADDRESSED

    def address(self, path: str) -> str:
        """`path` with it in the query string."""
        narrowing = [pair for pair in links.pairs(self.parameters) if pair[0] in NARROWING]
        own = [(self.kind, self.given)] if self.kind else []
        if self.kind == TEXT:
            own.append(("in", self.parameters.collection.value))
        query = urlencode([*own, *narrowing], safe="():")
        return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class SimilarCard:
    """A document that is like it, and the telling words that both have, by weight."""

    hit: StatementHit | ArticleHit
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimilarView:
    """One whole answer.

    Attributes:
        document: that others are to be like; None for a text.
        words: by which they were looked for, the most telling first.
        cards: the most alike first.
        original_url: of the page of the document, else None.
        html_url, data_url: of the two faces; None where no address can hold the text.
        unfiltered_url: without filters and dates; None where there are none or no address holds it.
    """

    question: Question
    document: Document | None
    words: tuple[TellingWord, ...]
    cards: tuple[SimilarCard, ...]
    original_url: str | None
    html_url: str | None
    data_url: str | None
    unfiltered_url: str | None
    generation: str
    elapsed_s: float


def read_question(pairs: Iterable[tuple[str, str]]) -> Question:
    """What an address, or a form, asks to be found more like, and what is wrong with it."""
    given = [(name, value) for name, value in pairs if value.strip()]
    named = [(name, value.strip()) for name, value in given if name in KINDS]
    kind, value = named[0] if named else (None, "")
    collection = COLLECTIONS[kind or TEXT].value
    chosen = [pair for pair in given if pair[0] == "in"] or [("in", collection)]
    read = read_address([*chosen, *(pair for pair in given if pair[0] in NARROWING)])
    strange = dict.fromkeys(name for name, _ in given if name not in PARAMETERS)
    problems = [
        *(unknown_parameter(name, PARAMETERS) for name in islice(strange, MOST_UNKNOWN)),
        *read.bad,
    ]
    if len(named) > 1:
        detail = f"is one too many beside `{kind}`; give one of {', '.join(KINDS)}"
        problems.append(ParameterProblem(named[1][0], detail))
    if kind == TEXT:
        problems += _text_problems(value)
    elif read.parameters.collection.value != collection:
        detail = f"more like this {kind} are {collection}; leave it out"
        problems.append(ParameterProblem("in", detail))
    return Question(kind, value, read.parameters, tuple(problems))


def _text_problems(text: str) -> list[ParameterProblem]:
    if len(text) > LONGEST_TEXT:
        detail = f"is longer than {LONGEST_TEXT:,} characters; shorten it"
    elif not has_words(text):
        detail = "has no word that can be looked for; give a sentence or more"
    else:
        return []
    return [ParameterProblem(TEXT, detail)]


def nothing_given() -> ParameterProblem:
    """The remark on an address that does not say what others are to be like."""
    detail = f"give one of {', '.join(KINDS)}, in the address or as a form field of a POST"
    return ParameterProblem(TEXT, detail)


def no_document(question: Question) -> str:
    """What to say where the archive does not have what was named."""
    return (
        f"There is no {question.kind} “{question.given[:60]}” in the archive. "
        f"{links.API_SEARCH_PATH}?in={question.parameters.collection.value} gives their ids."
    )


def similar_view(
    reader: Reader, settings: SearchSettings, question: Question, addresses: Addresses
) -> SimilarView | None:
    """What `question`, which has a kind and no problems, asks; None where there is no such document.

    Raises:
        EngineError: the engine cannot answer.
    """
    parameters = question.parameters
    document = None
    if question.kind == TEXT:
        like: Original = text_original(question.given, parameters.collection)
    else:
        document = reader.fetch(parameters.collection, question.given)
        if document is None:
            return None
        like = original(document)
    within = to_request(parameters, Everything(), settings)
    size = parameters.size or USUAL_SIZE
    found = similar(reader, like, size=size, within=within)
    plain = SearchParameters(collection=parameters.collection)
    shown: tuple[StatementHit | ArticleHit, ...] = cards(
        [replace(each.hit, explanation=None) for each in found.hits],
        found.tree or Everything(),
        plain,
        addresses,
    )
    unfiltered = Question(question.kind, question.given, plain, ())
    narrowed = bool(parameters.selections) or parameters.dated
    html = addresses.root + links.SIMILAR_PATH
    return SimilarView(
        question=question,
        document=document,
        words=found.words,
        cards=tuple(
            SimilarCard(hit, each.shared) for hit, each in zip(shown, found.hits, strict=True)
        ),
        original_url=_page_of(document, addresses) if document else None,
        html_url=question.address(html) if question.addressed else None,
        data_url=question.address(addresses.root + links.API_SIMILAR_PATH)
        if question.addressed
        else None,
        unfiltered_url=unfiltered.address(html) if narrowed and question.addressed else None,
        generation=found.generation,
        elapsed_s=found.elapsed_s,
    )


def _page_of(document: Document, addresses: Addresses) -> str:
    if isinstance(document, ArticleDocument):
        return addresses.article(document.id)
    number = int(document.id.rpartition(":")[2])
    return addresses.article(document.article_id, number=number)
