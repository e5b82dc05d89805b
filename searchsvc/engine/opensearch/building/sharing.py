"""A build that several runs make together: who is in it, how far each is, what they hand each other.

One note, `SHARED`, has all of it:

generation  that is made
of          how many shards there are
facts       what all must have in common
shards      of each, by its number: who it is (`holder`), what was handed in at each step (`steps`),
            and how many documents it has sent when it is done (`sent`)
publisher   number of the shard that publishes, once all are done

Beside it each shard has a lease of its own, `shard-2`, which tells the living from the dead. The lock
on building is held by the build as a whole, until it is published or `prune` drops it: what three
machines have read in a night is not to be swept by the next increment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from searchsvc.engine.opensearch.building.lease import holder_in
from searchsvc.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searchsvc.engine.building import Shard
    from searchsvc.engine.opensearch.cluster.notes import Note, Notes

SHARED: Final = "shared"
LOCK: Final = "lock"
"""The note of who builds."""

_FOREVER: Final = (1 << 62) - 1

_JOIN: Final = """
if (ctx._source.shared != null) {
  if (((Number) ctx._source.shared).intValue() != ((Number) params.of).intValue()) {
    ctx.op = 'none'
  } else { ctx._source.joined = ctx._now }
} else if (ctx.op == 'create' || ctx._source.until == null || ctx._source.until < ctx._now) {
  ctx._source.clear();
  ctx._source.shared = params.of; ctx._source.until = params.forever;
  ctx._source.holder = params.holder; ctx._source.token = ''; ctx._source.place = '';
  ctx._source.joined = ctx._now;
} else { ctx.op = 'none' }
"""
_BREAK: Final = """
if (ctx._source.shared != null) { ctx._source.clear(); ctx._source.until = 0L }
else { ctx.op = 'none' }
"""
_BEGIN: Final = """
if (ctx._source.generation == null) {
  ctx._source.generation = params.generation; ctx._source.of = params.of;
  ctx._source.shards = new HashMap();
}
String number = params.number;
Map own = ctx._source.shards.get(number);
if (own == null) { own = new HashMap(); own.steps = new HashMap(); ctx._source.shards[number] = own }
own.holder = params.holder;
own.sent = null;
if (ctx._source.publisher == params.number) { ctx._source.publisher = null }
"""
_AGREE: Final = """
if (ctx._source.facts == null) { ctx._source.facts = params.facts } else { ctx.op = 'none' }
"""
_HAND_IN: Final = "ctx._source.shards[params.number].steps[params.step] = params.files"
_FINISH: Final = """
ctx._source.shards[params.number].sent = params.sent;
boolean all = ctx._source.shards.size() == ((Number) ctx._source.of).intValue();
for (shard in ctx._source.shards.values()) { if (shard.sent == null) { all = false } }
if (all && (ctx._source.publisher == null)) { ctx._source.publisher = params.number }
"""


class Sharing:
    """The note of the build that is shared, as one shard or an onlooker sees it."""

    def __init__(self, notes: Notes) -> None:
        """Nothing is asked for yet."""
        self._notes = notes

    def join(self, of: int) -> None:
        """Have the lock be that of a build by so many shards.

        Raises:
            EngineUnavailable: another build is under way.
        """
        holder = f"a build by {of} shards"
        joined, now = self._notes.change(LOCK, _JOIN, of=of, holder=holder, forever=_FOREVER)
        if joined:
            return
        if now.get("shared"):
            raise EngineUnavailable(
                f"a build by {now['shared']} shards is under way, not by {of};"
                f" {'; '.join(self.standing())}. Run its shards, or drop it: searchsvc prune"
            )
        raise EngineUnavailable(
            f"another build is under way ({holder_in(now)}); wait until it is done"
        )

    def begin(self, shard: Shard, generation: str, holder: str) -> Note:
        """The note, with this shard in it; `generation` is the one made where there is none yet."""
        _, note = self._notes.change(
            SHARED,
            _BEGIN,
            number=str(shard.number),
            of=shard.of,
            generation=generation,
            holder=holder,
        )
        return note

    def read(self) -> Note:
        """The note as it is now; empty where no build is shared."""
        return self._notes.read(SHARED) or {}

    def agree(self, facts: Mapping[str, str]) -> None:
        """See `SharedBuild.agree`."""
        _, note = self._notes.change(SHARED, _AGREE, facts=dict(facts))
        for name, value in facts.items():
            if note["facts"].get(name) != value:
                raise EngineUnavailable(
                    f"the shards of this build do not have the same {name}: this one has"
                    f" {value}, and the first to come had {note['facts'].get(name)}. Let all have"
                    " the same, or drop the build (searchsvc prune) and run all of them again"
                )

    def hand_in(self, shard: Shard, step: str, files: Mapping[str, Any]) -> None:
        """Note what a shard has handed in."""
        self._notes.change(
            SHARED, _HAND_IN, number=str(shard.number), step=step, files=dict(files)
        )

    def finish(self, shard: Shard, sent: Mapping[str, int]) -> Note:
        """Note that a shard is done; the note afterwards names who publishes, once all are."""
        _, note = self._notes.change(SHARED, _FINISH, number=str(shard.number), sent=dict(sent))
        return note

    def awaited(self, shard: Shard, step: str) -> Iterator[str]:
        """Which shards have not handed in the files of a step, and how they are."""
        note = self.read()
        for number in range(1, shard.of + 1):
            own = note.get("shards", {}).get(str(number))
            if own is None or step not in own["steps"]:
                yield self._standing_of(number, shard.of, own)

    def standing(self) -> Iterator[str]:
        """How each shard is; none where no build is shared."""
        note = self.read()
        for number in range(1, int(note.get("of", 0)) + 1):
            yield self._standing_of(number, int(note["of"]), note["shards"].get(str(number)))

    def is_alive(self) -> bool:
        """Whether any shard is at work."""
        of = int(self.read().get("of", 0))
        now = self._notes.now_ms()
        return any(self._until(number) > now for number in range(1, of + 1))

    def end(self) -> None:
        """Forget the build, and let go of the lock."""
        of = int(self.read().get("of", 0))
        self._notes.drop(SHARED)
        for number in range(1, of + 1):
            self._notes.drop(lease_of(number))
        self._notes.change(LOCK, _BREAK)

    def _standing_of(self, number: int, of: int, own: Note | None) -> str:
        name = f"shard {number}/{of}"
        if own is None:
            return f"{name} has not begun: searchsvc reindex --shard {number}/{of}"
        if own.get("sent") is not None:
            return f"{name} is done ({holder_in(own)})"
        until, now = self._until(number), self._notes.now_ms()
        if until > now:
            return f"{name} is at work ({holder_in(own)})"
        return (
            f"{name} is dead or was ended ({holder_in(own)}); run it again:"
            f" searchsvc reindex --shard {number}/{of}"
        )

    def _until(self, number: int) -> int:
        note = self._notes.read(lease_of(number)) or {}
        return int(note.get("until") or 0)


def lease_of(number: int) -> str:
    """The note of a shard's lease."""
    return f"shard-{number}"
