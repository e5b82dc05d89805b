"""Our terms in Whoosh's dress.

Instances of these two classes are pickled into every index, so their module and names are part of
the file format; `tests/house/test_pinned_class_paths.py` holds them in place.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.fields import TEXT

from searchsvc.columnar.layout import VALUE_GAP
from searchsvc.text import analyse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchsvc.text import Token

Analysed = tuple[tuple["Token", ...], ...]
"""The tokens of each text of a field."""


class TermAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no types
    """One term space of `searchsvc.text` for whoever searches with Whoosh's own query parser."""

    def __init__(self, *, exact: bool) -> None:
        """Yield folded terms where `exact`, else stems."""
        self.exact = exact

    def __call__(
        self, value: str, *, mode: str = "", start_pos: int = 0, start_char: int = 0, **_: object
    ) -> Iterator[WhooshToken]:
        """Tokens of `value`; capitals kept apart stand beside their word, or alone in a query."""
        for position, token in enumerate(analyse(value), start_pos):
            terms = [token.folded if self.exact else token.stem]
            if token.cased is not None:
                terms = [token.cased] if mode == "query" else [*terms, token.cased]
            for term in terms:
                yield WhooshToken(
                    positions=True,
                    chars=True,
                    mode=mode,
                    text=term,
                    original=value[token.start : token.end],
                    pos=position,
                    startchar=start_char + token.start,
                    endchar=start_char + token.end,
                    boost=1.0,
                    stopped=False,
                )


class WordField(TEXT):  # type: ignore[misc]  # Whoosh has no types
    """A field of words with positions that may be given tokens instead of text.

    One analysis then feeds both term spaces, without Whoosh's chain of generators.
    """

    def __init__(self, *, exact: bool) -> None:
        """Index folded terms where `exact`, else stems."""
        super().__init__(analyzer=TermAnalyzer(exact=exact), multitoken_query="phrase")
        self.exact = exact

    def index(
        self, value: str | Analysed, **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Postings as (term, length, frequency, encoded positions).

        The length counts a token once, not once per term.
        """
        analysed = (analyse(value),) if isinstance(value, str) else value
        positions: dict[str, list[int]] = defaultdict(list)
        cased: dict[str, list[int]] = defaultdict(list)
        start = 0
        for tokens in analysed:
            for position, token in enumerate(tokens, start):
                positions[token.folded if self.exact else token.stem].append(position)
                if token.cased is not None:
                    cased[token.cased].append(position)
            start += len(tokens) + VALUE_GAP
        encode = self.format.encode
        for term, places in positions.items():
            yield term.encode(), len(places), float(len(places)), encode(places)
        for term, places in cased.items():
            yield term.encode(), 0, float(len(places)), encode(places)
