"""The countries that an article is mainly about, told from those that it but names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from searchsvc.model import CountryMention, Statement

_TITLE: Final = 4
_DATELINE: Final = 4
_LEAD: Final = 2
_MOST_MENTIONS: Final = 4
_SPOKEN_OF: Final = 1
_ENOUGH: Final = 4
_FEWEST: Final = 0.1  # share of all mentions that one needs whom neither title nor dateline names


def main_countries(
    body: str,
    mentions: Sequence[CountryMention],
    *,
    title: Collection[str],
    origin: str | None,
    statements: Iterable[Statement],
) -> tuple[str, ...]:
    """Codes of the countries, bodies and regions an article is mainly about, weightiest first.

    A code weighs 4 if the title names it, 4 if the dateline lies there (`origin`), 2 if the first
    paragraph of `body` names it, 1 for each of its `mentions`, of which 4 count, and 1 if one of
    the `statements` is about it whose speaker is of another country. It takes 4, and a tenth of
    all mentions unless title or dateline name it.

    The weights are round numbers chosen on half of Reuters-21578; `docs/countries.md` has what
    they reach.
    """
    end = body.find("\n")
    lead = {m.code for m in mentions if end < 0 or m.span.start < end}
    counts = Counter(mention.code for mention in mentions)
    spoken = {
        code
        for statement in statements
        for code in statement.about
        if statement.speaker is None or statement.speaker.country != code
    }
    weights: dict[str, int] = {}
    for code in dict.fromkeys((*title, *counts, *((origin,) if origin else ()))):
        named = code in title or code == origin
        if not named and counts[code] < _FEWEST * counts.total():
            continue
        weights[code] = (
            _TITLE * (code in title)
            + _DATELINE * (code == origin)
            + _LEAD * (code in lead)
            + min(counts[code], _MOST_MENTIONS)
            + _SPOKEN_OF * (code in spoken)
        )
    heavy = [code for code, weight in weights.items() if weight >= _ENOUGH]
    return tuple(sorted(heavy, key=lambda code: (-weights[code], -counts[code])))
