"""The same person under one name across the archive, and namesakes apart."""

from searchsvc.identities.aliases import NO_ALIASES, Aliases, Namesake, read_aliases
from searchsvc.identities.asked import Asked
from searchsvc.identities.explain import Explained, explain, near, outdated
from searchsvc.identities.naming import renamed, sightings_of
from searchsvc.identities.register import IDENTITIES_FILE, Register, check
from searchsvc.identities.resolve import IDENTITIES_VERSION
from searchsvc.identities.sightings import Sighting

__all__ = [
    "IDENTITIES_FILE",
    "IDENTITIES_VERSION",
    "NO_ALIASES",
    "Aliases",
    "Asked",
    "Explained",
    "Namesake",
    "Register",
    "Sighting",
    "check",
    "explain",
    "near",
    "outdated",
    "read_aliases",
    "renamed",
    "sightings_of",
]
