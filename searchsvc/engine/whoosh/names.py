"""The values of one facet field by the names that they go by: what beginnings are looked up in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from searchsvc.columnar.strings import Vocabulary, strings_of
from searchsvc.engine.suggestions import Suggestion
from searchsvc.engine.whoosh.budget import BOUNDLESS
from searchsvc.guessing import label_of, name_begun, names_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.columnar.encoding import Ints
    from searchsvc.engine.whoosh.budget import Budget
    from searchsvc.engine.whoosh.view import CollectionView

# Latin letters without marks: most names, and folded at a tenth of the cost.
_PLAIN: Final = re.compile(r"[A-Za-z]{1,64}(?:[ -][A-Za-z]{1,64})*")


@dataclass(frozen=True, slots=True, eq=False)
class NameIndex:
    """The n values of a facet field, found by the beginnings of their names.

    Attributes:
        starts: of each name the folded words run together, from each word on; ascending, and the
            same one as often as it occurs.
        owner: int32[len(starts)], the number of the value whose name it is of.
        rank: int32[n], the place of each value in the order of labels, then values.
    """

    starts: Vocabulary
    owner: npt.NDArray[np.int32]
    rank: npt.NDArray[np.int32]

    def begun(self, typed: Sequence[str]) -> Ints:
        """Numbers, ascending, of all values of which each typed word begins at some word of a name.

        Of one typed word, those that `guessing.begins` means; of several, others among them.
        """
        found: Ints | None = None
        for word in dict.fromkeys(typed):
            low, high = self.starts.starting_with(word)
            mine = np.unique(self.owner[low:high]).astype(np.intp)
            found = mine if found is None else np.intersect1d(found, mine, assume_unique=True)
        return np.zeros(0, np.intp) if found is None else found


def suggested_values(
    field: str,
    typed: Sequence[str],
    docs: Ints | None,
    view: CollectionView,
    size: int,
    budget: Budget = BOUNDLESS,
) -> tuple[Suggestion, ...]:
    """The values of a facet field, of which a name is begun, that most of `docs` carry.

    Args:
        field: whose values are names.
        typed: folded words.
        docs: None for everything.
        view: where.
        size: how many at most.
        budget: that looking at so many may spend.
    """
    names: NameIndex = view.once(("names", field), partial(_name_index, field))
    begun = names.begun(typed)
    if not len(begun):
        return ()
    table = view.facet_table(field)
    place = table.fields[field]
    counts = view.value_counts(table, docs, [place]).those(place, begun)
    if counts.any():
        begun, counts = begun[counts > 0], counts[counts > 0]
    # Largest count first, then lowest rank, in one number.
    keys = counts * len(names.rank) + (len(names.rank) - 1 - names.rank[begun])
    if len(typed) == 1 and len(keys) > size:
        kept = np.argpartition(keys, len(keys) - size)[len(keys) - size :] if size else begun[:0]
        begun, counts, keys = begun[kept], counts[kept], keys[kept]
    found: list[Suggestion] = []
    values = table.values[place]
    for at in keys.argsort()[::-1].tolist():
        if len(found) == size:
            break
        budget.check()
        value = values[int(begun[at])]
        name = name_begun(field, value, typed)
        if name is not None:
            label = label_of(field, value)
            via = None if name == label else name
            found.append(Suggestion(value, label, int(counts[at]), via))
    return tuple(found)


def _name_index(field: str, view: CollectionView) -> NameIndex:
    values = view.facet_table(field).listed(field)
    starts = sorted(
        {
            ("".join(words[at:]), number)
            for number, value in enumerate(values)
            for name in names_of(field, value)
            for words in (_folded(name),)
            for at in range(len(words))
        }
    )
    packed = strings_of([start for start, _ in starts])
    order = sorted(
        range(len(values)), key=lambda number: (label_of(field, values[number]), number)
    )
    rank = np.empty(len(values), np.int32)
    rank[order] = np.arange(len(values), dtype=np.int32)
    owner = np.fromiter((number for _, number in starts), np.int32, len(starts))
    return NameIndex(Vocabulary(packed.text, packed.at), owner, rank)


def _folded(name: str) -> Sequence[str]:
    """As `words_of`."""
    if _PLAIN.fullmatch(name):
        return name.lower().replace("-", " ").split(" ")
    return words_of(name)
