"""The one place where what comes over HTTP is validated: marshmallow schemas of all parameters."""

from searchsvc.web.schemas.given import (
    MOST_UNKNOWN,
    ParameterProblem,
    instead,
    names_of,
    pairs_of,
    read,
    unknown_parameter,
)
from searchsvc.web.schemas.searching import (
    PARAMETERS,
    SEARCH,
    ReadAddress,
    SearchSchema,
    read_address,
    too_deep,
)
from searchsvc.web.schemas.values import Many, One, printable

__all__ = [
    "MOST_UNKNOWN",
    "PARAMETERS",
    "SEARCH",
    "Many",
    "One",
    "ParameterProblem",
    "ReadAddress",
    "SearchSchema",
    "instead",
    "names_of",
    "pairs_of",
    "printable",
    "read",
    "read_address",
    "too_deep",
    "unknown_parameter",
]
