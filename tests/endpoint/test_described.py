"""A running server keeps what its description promises, and refuses what it does not."""

from __future__ import annotations

from searchsvc.aliases import AliasFile
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.endpoint.described import checked
from tests.endpoint.serving import served
from tests.reference_engine import filled
from tests.web.archive import made_up_articles


def test_no_request_that_schemathesis_makes_breaks_a_promise():
    app = create_app(filled(*made_up_articles(12)), Settings(), aliases=AliasFile())
    with served(app) as url:
        outcome = checked(url, examples=10, seed=1, phases="examples,fuzzing")
    assert outcome.well, outcome.output
    assert outcome.cases >= 200
