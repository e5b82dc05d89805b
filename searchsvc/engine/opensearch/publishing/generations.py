"""Which generations there are in the cluster, and which of them is published, held back or to go.

The alias says which is published; it moves from one index to the next in a single step. All else
is in one note, `STATE`:

last      number of the latest generation that was begun; none is used twice
held      name of the generation that is held back, and the reasons
retired   generations that are listed no more, and since when (seconds since 1970, by the cluster);
          readers that page through them may still ask, so they are deleted some time after
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.contract import Held
from searchsvc.engine.opensearch.cluster import names
from searchsvc.engine.opensearch.cluster.client import Refused
from searchsvc.engine.opensearch.cluster.notes import NOT_FOUND, Notes
from searchsvc.engine.opensearch.publishing.manifest import is_complete, read_manifest
from searchsvc.errors import IndexCorrupt, IndexMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from searchsvc.engine.opensearch.cluster.client import Client
    from searchsvc.engine.opensearch.publishing.manifest import Manifest

STATE: Final = "state"
"""The note of what the alias does not say."""

_NEXT: Final = """
long last = ctx._source.last == null ? 0L : ((Number) ctx._source.last).longValue();
ctx._source.last = Math.max(last, ((Number) params.least).longValue()) + 1;
"""
_HOLD: Final = "ctx._source.held = params.held"
_RETIRE: Final = """
if (ctx._source.retired == null) { ctx._source.retired = new HashMap() }
for (name in params.names) { ctx._source.retired.putIfAbsent(name, ctx._now / 1000.0) }
"""
_FORGET: Final = """
if (ctx._source.retired == null) { ctx.op = 'none' }
else { for (name in params.names) { ctx._source.retired.remove(name) } }
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the cluster.

    Attributes:
        current: the published generation; None where there is none.
        complete: `_meta` of the index of each complete generation that is or was published and is
            not retired, the latest first.
        held: the one that is held back.
        was_held: whether one is noted as held back that is not any more.
        retired: names, and since when.
        indices: names of all indices of generations and of their files.
    """

    current: str | None
    complete: Mapping[str, Any]
    held: Held | None
    was_held: bool
    retired: Mapping[str, float]
    indices: frozenset[str]

    def before(self, name: str) -> tuple[str, ...]:
        """Complete generations from before this one, the latest first."""
        return tuple(
            each for each in self.complete if names.number_of(each) < names.number_of(name)
        )


class Generations:
    """The generations of one archive; changes are for whoever has the lease on building."""

    def __init__(self, client: Client, prefix: str) -> None:
        """Nothing is asked for yet."""
        self.client = client
        self.prefix = prefix
        self.notes = Notes(client, prefix)

    def found(self) -> Found:
        """What there is now; nothing is published where the alias is not that of one generation."""
        current = None
        with suppress(IndexCorrupt):
            current = self.current()
        indices = self._indices()
        there = {names.generation_of(self.prefix, index) for index in indices} - {None}
        metas = {name: indices.get(names.index_of(self.prefix, name)) for name in there if name}
        state = self.notes.read(STATE) or {}
        note = state.get("held") or {}
        held = _held(note, metas, current)
        retired = {
            name: at for name, at in (state.get("retired") or {}).items() if name != current
        }
        unpublished = {note.get("name")} - {current}
        complete = {
            name: metas[name]
            for name in sorted(metas, key=names.number_of, reverse=True)
            if is_complete(name, metas[name]) and name not in retired and name not in unpublished
        }
        was_held = bool(note) and held is None
        return Found(current, complete, held, was_held, retired, frozenset(indices))

    def current(self) -> str | None:
        """The published generation, or None.

        Raises:
            IndexCorrupt: the alias is not that of one generation.
        """
        alias = names.alias_of(self.prefix)
        indices = self._aliased()
        if not indices:
            return None
        name = names.generation_of(self.prefix, indices[0])
        if len(indices) > 1 or name is None:
            raise IndexCorrupt(
                alias, f"is the alias of {', '.join(indices)}, and should be of one generation"
            )
        return name

    def manifest(self, name: str, *, any_version: bool = False) -> Manifest:
        """The manifest of a generation. Raises as `read_manifest`; IndexMissing: there is none."""
        index = names.index_of(self.prefix, name)
        try:
            mapping = self.client.get(f"/{index}/_mapping")
        except Refused as error:
            if error.status != NOT_FOUND:
                raise
            raise IndexMissing(index) from error
        meta = mapping[index]["mappings"].get("_meta")
        return read_manifest(name, meta, any_version=any_version)

    def next_name(self, found: Found) -> str:
        """A name that no generation had before."""
        there = (names.generation_of(self.prefix, index) for index in found.indices)
        least = max((names.number_of(name) for name in there if name), default=0)
        _, state = self.notes.change(STATE, _NEXT, least=least)
        return names.name_of(int(state["last"]))

    def publish(self, name: str, *, last_look: Callable[[], None] = lambda: None) -> None:
        """Have the alias be that of generation `name`, in one step.

        Args:
            name: of the generation.
            last_look: fails where it is not to be done after all. Where the alias moves after it was
                called, by somebody else, nothing is done either.

        Raises:
            Refused: the alias is no longer that of what it was.
        """
        alias = names.alias_of(self.prefix)
        index = names.index_of(self.prefix, name)
        others = [other for other in self._aliased() if other != index]
        last_look()
        actions: list[dict[str, Any]] = [
            {"remove": {"index": other, "alias": alias, "must_exist": True}} for other in others
        ]
        actions.append({"add": {"index": index, "alias": alias}})
        try:
            self.client.ask("POST", "/_aliases", {"actions": actions})
        except Refused:  # perhaps asked again, as no answer came the first time, when it was done
            if self._aliased() != [index]:
                raise

    def hold(self, held: Held | None) -> None:
        """Note which generation is held back, and why; None: none."""
        note = None if held is None else {"name": held.generation, "reasons": held.reasons}
        self.notes.change(STATE, _HOLD, held=note)

    def retire(self, those: Iterable[str]) -> None:
        """List these generations no more."""
        if those := list(those):
            self.notes.change(STATE, _RETIRE, names=those)

    def drop(self, those: Sequence[str]) -> None:
        """Delete the indices of these generations, with their files.

        Raises:
            ValueError: one of them is published; who asks for that is mistaken.
        """
        if not those:
            return
        if self.current() in those:
            raise ValueError(f"one of {', '.join(those)} is published")
        for name in those:
            indices = ",".join(names.all_of(self.prefix, name))
            self.client.ask("DELETE", f"/{indices}", params={"ignore_unavailable": "true"})
        self.notes.change(STATE, _FORGET, names=list(those))

    def sweep(self, *, held_s: float, spare: str | None = None) -> tuple[str, ...]:
        """Delete what builds that died have left, and what is retired long enough; tell the names.

        A complete generation above the published one was killed between its last two steps. One
        that was held back goes as soon as a later one is published.

        Args:
            held_s: for how long what is retired may still be asked.
            spare: a generation in the making that is not to go.
        """
        found = self.found()
        there = {names.generation_of(self.prefix, index) for index in found.indices} - {None}
        held = {found.held.generation} if found.held else set()
        before = self.notes.now_ms() / 1000 - held_s if found.retired else 0.0
        kept = {found.current, spare} | held
        kept |= {name for name, at in found.retired.items() if at > before}
        if found.current is None:
            kept |= set(found.complete)
        else:
            kept |= set(found.before(found.current))
        gone = sorted(name for name in there if name is not None and name not in kept)
        self.drop(gone)
        if found.was_held:
            self.hold(None)
        return tuple(gone)

    def drop_old(self, keep: int) -> tuple[str, ...]:
        """List the latest `keep` generations and no others; tell the names of the others."""
        old = tuple(self.found().complete)[keep:]
        self.retire(old)
        return tuple(reversed(old))

    def drop_held(self) -> tuple[str, ...]:
        """Delete the generation that is held back, if there is one, and tell its name."""
        held = self.found().held
        if held is None:
            return ()
        self.hold(None)
        self.drop([held.generation])
        return (held.generation,)

    def _aliased(self) -> list[str]:
        """The indices that the alias is of."""
        alias = names.alias_of(self.prefix)
        try:
            # Without the first name it would take rights to all indices of the cluster.
            return sorted(self.client.get(f"/{alias}/_alias/{alias}"))
        except Refused as error:
            if error.status != NOT_FOUND:
                raise
            return []

    def _indices(self) -> dict[str, Any]:
        """`_meta` of each index of a generation or of its files, by the name of the index."""
        patterns = names.all_of(self.prefix, "gen-*")
        found = self.client.get(
            f"/{','.join(patterns)}",
            {
                "allow_no_indices": "true",
                "filter_path": "*.mappings._meta,*.settings.index.uuid",
            },
        )
        return {
            index: (each.get("mappings") or {}).get("_meta")
            for index, each in (found or {}).items()
        }


def _held(note: Mapping[str, Any], metas: Mapping[str, Any], current: str | None) -> Held | None:
    """The generation that is held back.

    One that is not above the published one is not: it, or a later one, was published since.
    """
    if not note or not is_complete(note["name"], metas.get(note["name"])):
        return None
    name = str(note["name"])
    if current is not None and names.number_of(name) <= names.number_of(current):
        return None
    return Held(name, tuple(note["reasons"]))
