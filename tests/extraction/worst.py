"""Texts that are as hard as texts can be, in any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SAID: Final = "Ivo Berg said the border would stay open"
_SAID_WORDS: Final = 8


class Worst(NamedTuple):
    """A sort of text.

    Attributes:
        size: how large it is taken in tests.
        make: the text of a size.
    """

    size: int
    make: Callable[[int], str]


def _prose(words: int, join: str) -> str:
    """About so many words that say who said what."""
    return join.join([_SAID] * (words // _SAID_WORDS))


def _letters(number: int) -> str:
    """`number` in letters."""
    text = ""
    while number:
        number, last = divmod(number, 26)
        text += chr(ord("a") + last)
    return text


WORST: Final[Mapping[str, Worst]] = {
    "straight marks": Worst(50_000, lambda n: '"' * n),
    "straight marks apart": Worst(50_000, lambda n: '" ' * n),
    "opening marks": Worst(50_000, lambda n: "“" * n),
    "single marks": Worst(50_000, lambda n: "' " * n),
    "marks around words": Worst(20_000, lambda n: '"yes" ' * (n // 2)),
    "unclosed quotations": Worst(2_000, lambda n: 'He said, "no. ' * n),
    "words in one sentence": Worst(20_000, lambda n: _prose(n, " and ")),
    "words in one paragraph": Worst(100_000, lambda n: _prose(n, ". ")),
    "words in paragraphs": Worst(20_000, lambda n: _prose(n, ".\n\n")),
    "words without a verb": Worst(100_000, lambda n: "the border " * (n // 2)),
    "names": Worst(20_000, lambda n: "Ivo Berg " * (n // 2)),
    "different names": Worst(
        20_000, lambda n: " ".join(f"Ivo Ber{_letters(k)}" for k in range(n))
    ),
    "cues": Worst(20_000, lambda n: "said " * n),
    "times he said that": Worst(10_000, lambda n: "he said that " * n),
    "names and commas": Worst(20_000, lambda n: "Berg, " * n),
    "times according to": Worst(500, lambda n: "according to " * n),
    "labels": Worst(2_000, lambda n: "BERG: yes.\n\n" * n),
    "dashes": Worst(50_000, lambda n: "-- " * n),
    "brackets": Worst(50_000, lambda n: "(" * (n // 2) + ")" * (n // 2)),
    "stops": Worst(100_000, lambda n: "." * n),
    "letters of one word": Worst(1_000_000, lambda n: "a" * n),
    "letters of one name": Worst(1_000_000, lambda n: "A" * n),
    "spaces": Worst(1_000_000, lambda n: " " * n),
    "line breaks": Worst(100_000, lambda n: "\n" * n),
    "quotations in quotations": Worst(
        10_000, lambda n: '"“' * n + "the border is open" + '”"' * n + ", Ivo Berg said."
    ),
    "he said that she said": Worst(5_000, lambda n: "Ivo Berg said that " * n + "it is open."),
}
"""Sorts of texts by what they have so many of."""
