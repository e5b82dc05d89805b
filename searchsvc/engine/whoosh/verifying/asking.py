"""Sample queries: does the engine find, count and order what looking at every document does?"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np

from searchsvc.engine.recounting import Recount
from searchsvc.engine.sampling import questions
from searchsvc.engine.soundness import faults_of_answer, in_words
from searchsvc.engine.whoosh.budget import BOUNDLESS
from searchsvc.engine.whoosh.execute import execute
from searchsvc.engine.whoosh.verifying.comparing import document_at
from searchsvc.engine.whoosh.view import CollectionView
from searchsvc.errors import IndexCorrupt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from searchsvc.engine.problems import Problems
    from searchsvc.engine.whoosh.verifying.segments import Opened
    from searchsvc.model import Collection
    from searchsvc.settings import SearchSettings

SEED: Final = 20_261_122
"""The same questions are asked of the same index each time."""

_DRAWN: Final = 16
"""Documents that questions are made of."""


def drawn(collection: Collection, segments: Sequence[Opened]) -> tuple[Recount, ...]:
    """Questions about a collection, nothing of which has been counted yet."""
    random = Random(SEED)  # noqa: S311 - nobody must not guess it
    places = [
        (opened, doc) for opened in segments for doc in _some(np.flatnonzero(opened.alive), random)
    ]
    documents = []
    for opened, doc in random.sample(places, min(_DRAWN, len(places))):
        try:
            documents.append(document_at(opened, doc))
        except IndexCorrupt:  # told when it is read in its turn
            continue
    return tuple(Recount(request) for request in questions(collection, documents, random))


def ask(
    recounts: Sequence[Recount],
    segments: Sequence[Opened],
    settings: SearchSettings,
    folder: Path,
    found: Problems,
) -> None:
    """Ask the engine what was counted over all documents."""
    if not recounts:
        return
    view = CollectionView(
        recounts[0].request.collection,
        [opened.segment for opened in segments],
        [np.flatnonzero(~opened.alive) for opened in segments],
    )
    for recount in recounts:
        answer = execute(recount.request, view, settings, BOUNDLESS)
        for fault in faults_of_answer(recount, answer.total, answer.ids, answer.facets):
            where = f"sample query {in_words(recount.request)}"
            found.add(folder, fault, where=where, kind="sample queries")


def _some(docs: np.ndarray, random: Random) -> list[int]:
    return random.sample(docs.tolist(), min(_DRAWN, len(docs)))
