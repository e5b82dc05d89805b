"""What may be meant by these letters: the start of a name, or a word not spelled as others do?"""

from searchsvc.guessing.names import NAMED_FIELDS, begins, label_of, name_begun, names_of, words_of
from searchsvc.guessing.spelling import (
    SPACE,
    broken,
    cost_of,
    joined,
    likelihood,
    most_edits,
    worth_guessing,
)

__all__ = [
    "NAMED_FIELDS",
    "SPACE",
    "begins",
    "broken",
    "cost_of",
    "joined",
    "label_of",
    "likelihood",
    "most_edits",
    "name_begun",
    "names_of",
    "words_of",
    "worth_guessing",
]
