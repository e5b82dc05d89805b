"""What an address asks to be suggested, answered: names and words, each with where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from searchsvc.engine.suggestions import TERMS, SuggestRequest
from searchsvc.fields import ALIASES
from searchsvc.guessing import NAMED_FIELDS, words_of
from searchsvc.query.lexer import QUOTES
from searchsvc.query.tree import And, Everything, Node, Term
from searchsvc.web import formatting, links
from searchsvc.web.asked import read_text
from searchsvc.web.language import gettext
from searchsvc.web.search import to_request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from searchsvc.aliases import Aliases
    from searchsvc.engine.contract import Reader
    from searchsvc.engine.suggestions import Suggestion
    from searchsvc.settings import SearchSettings
    from searchsvc.web.links import Addresses
    from searchsvc.web.parameters import SearchParameters
    from searchsvc.web.schemas.asking import Typed

MOST_WORDS: Final = 4
"""Words at the end of a longer text that a name is looked for by."""
MOST_OTHER_NAMES: Final = 12
"""Other names of what was typed that a name is looked for by."""
# speaker:Kan, talks About:"North Ko; not -speaker:Kan, which asks for everybody else, and not the
# prose of he says: no
_NAMED: Final = re.compile(
    rf"(?<!\S)(?:(?i:(?P<name>{'|'.join(NAMED_FIELDS)})):\s*|(?i:(?P<alias>{'|'.join(ALIASES)})):(?!\s))"
    rf"[{QUOTES}]?(?P<start>[^:{QUOTES}]*)\Z"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One suggestion.

    Attributes:
        value: as addresses give it; of `TERMS` the word.
        label: as shown.
        count: what choosing it finds.
        via: the other name by which it was found, or None.
        text: of the query once it is chosen.
        url: the search with it, on the face that answers; None where that would find nothing.
        html_url: the same as a page.
    """

    value: str
    label: str
    count: int
    via: str | None
    text: str
    url: str | None
    html_url: str | None


@dataclass(frozen=True, slots=True)
class Offers:
    """The suggestions of one field."""

    field: str
    label: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One whole answer; fields that suggest nothing are left out."""

    question: Typed
    groups: tuple[Offers, ...]
    generation: str
    elapsed_s: float


def asked_again(question: Typed) -> Iterator[tuple[str, str]]:
    """Names and values of an address that asks the same of another text, but for that text."""
    search = links.pairs(question.parameters)
    yield from (("within" if name == "q" else name, value) for name, value in search)
    yield "field", ",".join(question.fields)
    yield "limit", str(question.limit)


def suggestions(
    reader: Reader,
    settings: SearchSettings,
    question: Typed,
    addresses: Addresses,
    *,
    aliases: Aliases,
) -> Suggestions:
    """What `question` asks for.

    Names are looked for by what stands behind the name of their field (`speaker:Kan`), else by all
    that was typed, then by fewer and fewer words at its end; what stands before these is then looked
    for as well. A word is completed at the end.

    Raises:
        EngineError: the engine cannot answer.
    """
    asking = _Asking(reader, settings, question, addresses, aliases)
    groups = list(asking.names()) if set(question.fields) - {TERMS} else []
    if TERMS in question.fields:
        groups += asking.words()
    return Suggestions(question, tuple(groups), asking.generation, asking.elapsed_s)


class _Asking:
    """The questions to the engine that make up one answer."""

    def __init__(
        self,
        reader: Reader,
        settings: SearchSettings,
        question: Typed,
        addresses: Addresses,
        aliases: Aliases,
    ) -> None:
        self._reader = reader
        self._settings = settings
        self._question = question
        self._addresses = addresses
        self._aliases = aliases
        self.generation = ""
        self.elapsed_s = 0.0

    def names(self) -> Iterator[Offers]:
        """What is suggested by the longest end of the text by which anything is found."""
        question = self._question
        everywhere = tuple(field for field in question.fields if field != TERMS)
        nothing: tuple[Offers, ...] = ()
        for head, tail, fields in _places(question.text, everywhere):
            under = _also(question.parameters, head)
            tree = self._tree(under)
            for name in (tail, *self._other_names(tail)):
                via = None if name == tail else tail
                found = tuple(
                    self._group(field, suggested, under, via)
                    for field, suggested in self._ask(name, fields, under, tree)
                    if suggested
                )
                if any(each.offers[0].count for each in found):
                    return iter(found)
                nothing = nothing or found
        return iter(nothing)

    def _other_names(self, name: str) -> Iterator[str]:
        """What else `name` is, as a whole, called or spelled, unless that is switched off."""
        parameters = replace(self._question.parameters, text=name)
        for each in read_text(parameters, self._aliases).reading.expansions:
            if each.off is None and each.typed == name:
                yield from (other.name for other in each.others[:MOST_OTHER_NAMES])

    def words(self) -> Iterator[Offers]:
        """Words that what stands at the end of the text begins."""
        head, _, start = f" {self._question.text}".rpartition(" ")
        under = _also(self._question.parameters, head)
        base = self._tree(under)
        ((_, suggested),) = self._ask(start, (TERMS,), under, base)
        offers = sorted(
            (self._word(each, under, base) for each in suggested),
            key=lambda each: (-each.count, each.value),
        )
        some = [each for each in offers if each.count] or offers
        if some:
            yield Offers(TERMS, gettext("Words"), tuple(some))

    def _ask(
        self, text: str, fields: tuple[str, ...], under: SearchParameters, tree: Node
    ) -> Sequence[tuple[str, Sequence[Suggestion]]]:
        request = to_request(under, tree, self._settings)
        answer = self._reader.suggest(SuggestRequest(text, fields, request, self._question.limit))
        self.generation = answer.generation
        self.elapsed_s += answer.elapsed_s
        return answer.fields

    def _group(
        self, field: str, found: Sequence[Suggestion], under: SearchParameters, via: str | None
    ) -> Offers:
        """Values found, where `via` is given by that other name."""
        offers = []
        for each in found:
            there = links.only(under, field, each.value)
            offers.append(self._offer(replace(each, via=via or each.via), there, each.count))
        return Offers(field, formatting.field_label(field, under.collection), tuple(offers))

    def _word(self, found: Suggestion, under: SearchParameters, base: Node) -> Offer:
        """The word as it is read behind what stands before it, which may be as more than a term."""
        there = _also(under, found.value)
        tree = self._tree(there)
        count = found.count
        if tree != _with_term(base, tree):
            request = replace(to_request(there, tree, self._settings), facets=(), limit=0)
            count = self._reader.search(request).total
        return self._offer(found, there, count)

    def _tree(self, parameters: SearchParameters) -> Node:
        return read_text(parameters, self._aliases).tree

    def _offer(self, found: Suggestion, there: SearchParameters, count: int) -> Offer:
        addresses = self._addresses
        return Offer(
            value=found.value,
            label=found.label,
            count=count,
            via=found.via,
            text=there.text,
            url=addresses.to(there) if count else None,
            html_url=addresses.page(there) if count else None,
        )


def _places(text: str, fields: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What stands before a name, what it may be begun by, and which of `fields` it may be of."""
    if named := _NAMED.search(text):
        field = ALIASES[named["alias"].lower()] if named["alias"] else named["name"].lower()
        if field in fields:
            yield text[: named.start()].strip(), named["start"].strip(), (field,)
    for head, tail in _splits(text):
        yield head, tail, fields


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """What a name may be begun by, and what stands before it."""
    yield "", text
    words = text.split()
    for length in range(min(len(words) - 1, MOST_WORDS), 0, -1):
        if words_of(" ".join(words[-length:])):
            yield " ".join(words[:-length]), " ".join(words[-length:])


def _also(parameters: SearchParameters, text: str) -> SearchParameters:
    """The search with `text` behind its own; from its first page."""
    return replace(parameters, text=f"{parameters.text} {text}".strip(), page=1)


def _with_term(base: Node, tree: Node) -> Node | None:
    """`base` and, besides, the last term of `tree`: what the engine counted; None without one."""
    last = tree.children[-1] if isinstance(tree, And) else tree
    if not isinstance(last, Term):
        return None
    match base:
        case Everything():
            return last
        case And():
            return And((*base.children, last), base.span)
        case _:
            return And((base, last), last.span)
