"""Identifiers of articles: the input's own where it can be one, else made to stay the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

# Matches "nyt_2016-01-02~a.b"; must not match "a b", "a/b", "", "." or "..".
_FIT: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~-]{1,128}\Z")
_UNFIT: Final = re.compile(r"[^A-Za-z0-9_~-]+")
_LONGEST_SLUG: Final = 80
_DIGEST_BYTES: Final = 5


def given_id(value: str) -> str:
    """`value` itself where it is fit for an address, else a readable form of it with a digest."""
    return value if _FIT.match(value) else _with_digest(value, value)


def made_id(name: str, place: str | None) -> str:
    """An identifier for an article that comes without one.

    It is made of the name below the input folder and the place in the file, so that an archive
    may be moved without its articles becoming others.
    """
    stem = name.rpartition("/")[2].partition(".")[0]
    return _with_digest(stem, name if place is None else f"{name}\n{place}")


def _with_digest(label: str, key: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    slug = _UNFIT.sub("-", plain)[:_LONGEST_SLUG].strip("-")
    short = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES)
    return f"{slug}-{short.hexdigest()}" if slug else short.hexdigest()
