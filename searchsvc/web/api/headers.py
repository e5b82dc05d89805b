"""Headers of answers: which there are, and what each means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Header:
    """A header of an answer.

    Attributes:
        description: what it means; `code` in backticks.
        number: whether its value is a whole number; else it is text.
        always: whether an answer that has it may never be without.
    """

    description: str
    number: bool = False
    always: bool = False

    def described(self) -> dict[str, Any]:
        """The header as OpenAPI has it."""
        schema = {"type": "integer", "minimum": 0} if self.number else {"type": "string"}
        return {"description": self.description, "required": self.always, "schema": schema}


HEADERS: Final = {
    "X-Request-Id": Header(
        "Names the request in the logs of the operator: yours, if you sent one, or a new one.",
        always=True,
    ),
    "ETag": Header(
        "Names what was said. Send it back with `If-None-Match`; the answer is 304, without a "
        "body, where it would say the same. Not there where something was published meanwhile."
    ),
    "Link": Header(
        "Where the answer leads (RFC 8288): `next`, `self`, `first`, as many of them, in this order, "
        "as 4,000 characters hold. That there is no `next` is the end only where `next_cursor` of "
        "the answer is null."
    ),
    "X-Total-Count": Header(
        "How many rows or references there will be; compare it with what came.",
        number=True,
        always=True,
    ),
    "X-Generation": Header("The generation of the index that all of them are from.", always=True),
    "X-Cursor": Header(
        "Leads to where the export began. If it was cut short, the same request with this as "
        "`cursor`, and the number of rows that came whole as `skip`, answers with the rest.",
        always=True,
    ),
    "Content-Disposition": Header("A name for the file.", always=True),
    "Retry-After": Header("Seconds after which to ask again.", number=True),
    "WWW-Authenticate": Header("How a key is sent, and what it must be good for."),
    "Allow": Header("The methods that the address takes."),
    "RateLimit-Limit": Header("Requests allowed in the time that the limit counts.", number=True),
    "RateLimit-Remaining": Header("How many of them are left.", number=True),
    "RateLimit-Reset": Header("Seconds until it is counted anew.", number=True),
}
"""All of them, by name."""

LIMITS: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
"""Those of every answer of an archive that counts requests."""
OF_ANSWERS: Final = ("X-Request-Id", *LIMITS)
"""Those of any answer."""
OF_REFERENCES: Final = ("X-Total-Count", "X-Generation", "Content-Disposition")
OF_EXPORTS: Final = (*OF_REFERENCES, "X-Cursor")
OF_PROBLEMS: Final = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
"""Those of errors, by status, besides those of any answer."""


def references(*names: str) -> dict[str, Any]:
    """Headers `names` as an OpenAPI document refers to its own."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
