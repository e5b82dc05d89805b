"""Small documents that all who build share: who builds, what is held back, how far the others are.

They lie in an index of their own and change one at a time, each by a script that looks at the
document and changes it in one step, whoever else does the same at that moment. Times are those
of the cluster, so that the clocks of the machines may differ.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.engine.opensearch.cluster.names import builds_of
from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searchsvc.engine.opensearch.cluster.client import Client

Note = dict[str, Any]

_BODY: Final = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
    "mappings": {"enabled": False},
}
"""Nothing in it is searched."""

_CLOCK: Final = "ctx._source.now = ctx._now"

NOT_FOUND: Final = 404
_CONFLICTS: Final = 20  # times that somebody else may be faster


@contextmanager
def reporting() -> Iterator[None]:
    """Tell of what the cluster refuses inside as an engine does."""
    try:
        yield
    except Refused as error:
        raise EngineUnavailable(f"the cluster refuses what a build needs ({error})") from error


def create(client: Client, index: str, body: Mapping[str, Any]) -> None:
    """Make an index, unless it is there, perhaps since somebody else made it just now."""
    try:
        client.ask("PUT", f"/{index}", body)
    except Refused as error:
        if "resource_already_exists_exception" not in error.kind:
            raise


class Notes:
    """The notes of one archive."""

    def __init__(self, client: Client, prefix: str) -> None:
        """Nothing is asked for yet."""
        self._client = client
        self._index = builds_of(prefix)
        self._is_made = False

    def read(self, name: str) -> Note | None:
        """The note of this name as it is now, or None."""
        try:
            return dict(self._client.get(f"/{self._index}/_doc/{name}")["_source"])
        except Refused as error:
            if error.status != NOT_FOUND:
                raise
            return None

    def change(self, name: str, script: str, **params: object) -> tuple[bool, Note]:
        """Whether `script` has changed the note, and the note as it is afterwards.

        Args:
            name: of the note, which need not be there: then it is empty, and `ctx.op` is `create`.
            script: in Painless, about `ctx._source`; `ctx._now` is the time of the cluster in
                milliseconds. Where nothing is to change it sets `ctx.op` to `none`.
            params: what it can read as `params`.
        """
        body = {
            "script": {"lang": "painless", "source": script, "params": params},
            "scripted_upsert": True,
            "upsert": {},
        }
        self._make()
        done = self._client.ask(
            "POST",
            f"/{self._index}/_update/{name}",
            body,
            params={"_source": "true", "retry_on_conflict": _CONFLICTS},
        )
        return done["result"] != "noop", dict(done.get("get", {}).get("_source", {}))

    def drop(self, name: str) -> None:
        """Forget a note, if there is one."""
        try:
            self._client.ask("DELETE", f"/{self._index}/_doc/{name}")
        except Refused as error:
            if error.status != NOT_FOUND:
                raise

    def now_ms(self) -> int:
        """Milliseconds since 1970, by the cluster."""
        _, note = self.change("clock", _CLOCK)
        return int(note["now"])

    def _make(self) -> None:
        """Make the index, unless it is there."""
        if not self._is_made:
            create(self._client, self._index, _BODY)
            self._is_made = True
