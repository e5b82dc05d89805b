"""Quotation marks of other houses become those that the extractor reads, in their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract.prose.marks import plain_marks

_MARKS = ("'", "‘", "’", '"', "“", "”", "„", "«", "»", "`", ",,", "''", "â€œ", "�", "?", '\\"')
_PROSE = (
    "\n\n",
    " ",
    ", ",
    ".",
    "the farmers'",
    "don't",
    "Berg said",
    "It leaks",
    "'90s",
    "&quot;",
)
_SCRAPS = st.sampled_from((*_MARKS, *_PROSE))


@given(st.lists(_SCRAPS, max_size=40).map("".join))
def test_no_character_moves_whatever_marks_stand_in_the_text(text: str) -> None:
    plain = plain_marks(text)

    assert len(plain) == len(text)
    assert [c if c.isalpha() else "" for c in plain if c in "BIA"] == [
        c for c in text if c in "BIA"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "'It leaks,' Berg said.",
        "‘It leaks,’ Berg said.",
        "»It leaks,« Berg said.",
        "‹It leaks,› Berg said.",
        "”It leaks,” Berg said.",
        "「It leaks,」 Berg said.",
        "�It leaks,� Berg said.",
        "`It leaks,' Berg said.",
    ],
)
def test_marks_of_one_character_become_curly_double_marks(text: str) -> None:
    assert plain_marks(text) == "“It leaks,” Berg said."


@pytest.mark.parametrize(
    "text",
    ["&quot;It leaks,&quot; Berg said.", '\\"It leaks,\\" Berg said.', '""It leaks,"" he said'],
)
def test_blanks_of_longer_marks_lie_outside_of_the_quotation(text: str) -> None:
    assert plain_marks(text).strip().startswith('"It leaks," ')


def test_apostrophes_and_plural_possessives_neither_open_nor_close() -> None:
    text = "'The miners' wives don't sleep, and they're goin' home in the '90s,' Berg said."
    assert plain_marks(text) == (
        "“The miners' wives don't sleep, and they're goin' home in the '90s,” Berg said."
    )


@pytest.mark.parametrize(
    "text",
    [
        "The miners' wives don't sleep. 'Tis the '90s, y'all.",
        "Berg said: \"She said 'no' twice.\"",
        "“I said, ‘No.’ He said, ‘Yes.’ I left,” Berg said.",
        "It is 12″ wide and 5' 4\" high.",
        "Berg said: “It leaks.” Haas said: “It does.”",
        "In the '80s and '90s the boys' club met. Did it? Yes.",
    ],
)
def test_a_text_in_the_common_style_stays_as_it_is(text: str) -> None:
    assert plain_marks(text) == text


def test_double_marks_within_single_ones_become_single_ones() -> None:
    assert plain_marks("‘He told me, “Never lend,”’ Berg said.") == (
        "“He told me, ‘Never lend,’” Berg said."
    )


def test_a_single_mark_that_a_paragraph_leaves_open_opens_where_the_style_is_single() -> None:
    assert plain_marks("'It leaks,' Berg said. 'It is old.\n\n'It broke.'") == (
        "“It leaks,” Berg said. “It is old.\n\n“It broke.”"
    )
