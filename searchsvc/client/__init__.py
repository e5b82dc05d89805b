"""A typed client of the endpoints, for programs that do not run the service themselves.

It imports nothing of the service. Results are frozen and have the members that the documentation
of the endpoints names.
"""

from searchsvc.client.client import Client, client_of
from searchsvc.client.errors import (
    ArchiveChanged,
    BadAnswer,
    BadRequest,
    ClientError,
    CutShort,
    Gone,
    KeyRefused,
    NotFound,
    Refused,
    TooCostly,
    TooMany,
    Unavailable,
    Unreachable,
)

__all__ = [
    "ArchiveChanged",
    "BadAnswer",
    "BadRequest",
    "Client",
    "ClientError",
    "CutShort",
    "Gone",
    "KeyRefused",
    "NotFound",
    "Refused",
    "TooCostly",
    "TooMany",
    "Unavailable",
    "Unreachable",
    "client_of",
]
