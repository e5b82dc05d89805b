"""Ids of feeds and entries: the same after every reindex and on every host.

What a document id hangs on: that of an article is the input's own, or is made of the file's name and
the place in it, so it stays as long as the archive does. That of a statement counts the statements
before it, and a better extractor finds more of them. So an entry is named by its article and by
what was said, which stay when other statements come and go.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from searchsvc.model import Document

_BYTES: Final = 8
_AUTHORITY: Final = ",@:"


@dataclass(frozen=True, slots=True)
class Tags:
    """Makes tag URIs (RFC 4151).

    Attributes:
        authority: a domain and a date.
        archive: the name of the archive, which tells those of one operator apart.
    """

    authority: str
    archive: str

    def document(self, document: Document, text: str | None = None) -> str:
        """The id of an article, or of the statement in it that says `text`."""
        if text is None:
            return self._tag("articles", document.id)
        article = document.id.rpartition(":")[0]
        return self._tag("articles", article, _digest(" ".join(text.split())))

    def search(self, address: str) -> str:
        """The id of the feed of a search; `address` is that of the search, without host and root."""
        return self._tag("feeds", _digest(address))

    def problem(self, address: str) -> str:
        """The id of the entry that says why the search at `address` cannot be answered."""
        return self._tag("problems", _digest(address))

    def _tag(self, *parts: str) -> str:
        specific = "/".join(quote(part, safe="~") for part in (self.archive, *parts))
        return f"tag:{quote(self.authority, safe=_AUTHORITY)}:{specific}"


def _digest(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=_BYTES).hexdigest()
