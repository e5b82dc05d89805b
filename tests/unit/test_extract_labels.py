"""Labels before a colon that are no speakers."""

from __future__ import annotations

import pytest

from searchsvc.extract import extract
from tests.extraction.articles import an_article


@pytest.mark.parametrize("word", ["Note", "NOTE", "Correction", "Photo"])
def test_a_remark_is_said_by_nobody(word):
    text = f"The harbour made a profit last year.\n\n{word}: the prior year includes a gain of 2 mln crowns."
    assert extract(an_article(text)).statements == ()


def test_a_name_before_a_colon_speaks():
    text = "The harbour made a profit last year.\n\nIvo Berg: We must spend the profit on new cranes now."
    (statement,) = extract(an_article(text)).statements
    assert statement.speaker is not None
    assert statement.speaker.name == "Ivo Berg"
