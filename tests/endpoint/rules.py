"""What schemathesis is told beside the description: rules between parameters that no schema says.

Loaded by schemathesis itself (`SCHEMATHESIS_HOOKS`). A request that fits the description must be
answered, unless every problem of the refusal names one of these rules.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import schemathesis

if TYPE_CHECKING:
    from schemathesis import Case, CheckContext, Response

BETWEEN_PARAMETERS: Final = (
    "ends before the first day asked for",
    "ends before its first day",
    "have no field",
    "expected facets among",
    "expected fields among",
    "have no member",
    "articles have",  # rows, columns and series, of a collection
    "statements have",
    "statements are compared",
    "expected a day, month or year such as",  # the schema does not know the calendar
    "names nothing",  # nor what letters are
    "is one too many beside",
    "cannot stand beside",
    "each the last page is",
    "has no word that can be looked for",
    "more like this",
    "give one of",
    "is not one that this archive gave",  # a cursor is signed
    "needs `cursor`",
    "here",  # a narrower bound of one operation
    "there is no “",
    "times; give it once",  # a form may repeat what the query string has given
)
"""Of each rule, words that only its refusal says."""


@schemathesis.check
def what_fits_the_description_is_answered(
    _: CheckContext, response: Response, case: Case[Any]
) -> bool | None:
    """The check `positive_data_acceptance`, but for rules between parameters."""
    refused = response.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    if case.meta is None or not case.meta.generation.mode.is_positive or not refused:
        return None
    problems: list[dict[str, Any]] = response.json()["errors"]
    for problem in problems:
        if not any(rule in problem["detail"] for rule in BETWEEN_PARAMETERS):
            raise AssertionError(f"A request that fits the description was refused: {problem}")
    if not problems:
        raise AssertionError("A refusal names no parameter")
    return None
