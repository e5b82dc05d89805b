"""Bodies: which one short words stand for, and when they stand for none."""

from __future__ import annotations

import pytest

from searchsvc.extract import extract
from searchsvc.model import Speaker, SpeakerKind
from tests.extraction.articles import an_article


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Tide Board met. The board said the hall was full.", "Tide Board"),
        ("The Tide Safety Board (TSB) met. The TSB said the hall was full.", "Tide Safety Board"),
        ("Calder Lines sold a ferry. The company said the hall was full.", "Calder Lines"),
        ("Calder Lines sold a ferry. It said the hall was full.", "Calder Lines"),
        ("North Korea fired nothing. The North said the hall was full.", "North Korea"),
        ("The newspaper Fjordposten said the hall was full.", "Fjordposten"),
        ("A statement from the Tide Board said the hall was full.", "Tide Board"),
    ],
)
def test_a_body_has_the_name_that_the_article_gives_in_full(text: str, name: str) -> None:
    speaker = _speaker(text)
    assert speaker is not None
    assert (speaker.name, speaker.kind) == (name, SpeakerKind.BODY)


def test_the_board_stays_the_board_where_two_were_named() -> None:
    speaker = _speaker("The Tide Board met the Water Board. The board said the hall was full.")
    assert speaker == Speaker("board", SpeakerKind.UNNAMED)


def _speaker(text: str) -> Speaker | None:
    """Who made the last statement of `text`."""
    return extract(an_article(text)).statements[-1].speaker
