"""What one change would find more, and how much?

Changes are single, but for words that nothing holds, which are written otherwise together; they are
proposed and never made. Each comes with the exact number of documents that the
search would find after it; the caller says how a change becomes a request, so that what its link
holds is what is counted.
"""

from searchsvc.repairs.asking import Asked, Limits, repairs_for
from searchsvc.repairs.changes import (
    Change,
    ChoiceChange,
    CollectionChange,
    DateChange,
    FilterChange,
    Kind,
    MatchChange,
    NamesChange,
    Repair,
    Repairs,
    TextChange,
)
from searchsvc.repairs.counting import counting

__all__ = [
    "Asked",
    "Change",
    "ChoiceChange",
    "CollectionChange",
    "DateChange",
    "FilterChange",
    "Kind",
    "Limits",
    "MatchChange",
    "NamesChange",
    "Repair",
    "Repairs",
    "TextChange",
    "counting",
    "repairs_for",
]
