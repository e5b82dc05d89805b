"""How probable it is that a draft is a statement, by a logistic model over what stands around it."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.finding.drafts import Reference, Rule
from searchsvc.extract.finding.ends import look, opening, size_class
from searchsvc.extract.lexicon import AUXILIARIES, CUES, DETERMINERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.extract.finding.drafts import Draft
    from searchsvc.extract.finding.weights import Facts, Learned, Naming
    from searchsvc.extract.prose.words import Word

SURE: Final = frozenset(
    (
        Rule.QUOTE_BY,
        Rule.SAID_BY,
        Rule.SAYS_QUOTE,
        Rule.QUOTED_AS,
        Rule.ACCORDING,
        Rule.LABEL,
        Rule.FLOATING,
        Rule.LOOSE,
    )
)
"""Rules whose drafts are kept whatever the model says."""
_OWN: Final = frozenset("i we my our you your me us".split())
_CUE_FORMS: Final = frozenset(CUES)
_CLAUSE: Final = 8  # words within which a clause has its verb


class Surroundings(NamedTuple):
    """What the model knows beside a draft.

    Attributes:
        outer: name of the rule of the draft in whose content the cue stands; empty where in none.
        facts: what holds of the whole unit.
    """

    outer: str
    facts: tuple[str, ...]


def facts_of(words: Sequence[Word], *, first: bool) -> tuple[str, ...]:
    """What holds of a unit: the `first` is the headline; a question; somebody's own words."""
    facts = ["opens " + look(words[0].text)]
    if first:
        facts.append("first")
    if words[-1].text == "?":
        facts.append("asks")
    elif words[-1].text not in (".", "!", '"', "”", "''"):
        facts.append("open")
    unquoted = [word.lower for word in words if not word.quoted]
    if not _OWN.isdisjoint(unquoted):
        facts.append("own")
    if len(unquoted) < len(words):
        facts.append("quotes")
    return tuple(facts)


def outer_facts(words: Sequence[Word], draft: Draft, around: Surroundings) -> Facts:
    """What the model looks at before it is known where the content ends, as `OUTER` names it."""
    start = draft.pieces[-1][0]
    lemma, kind, form = _cue(draft)
    verb, at = (draft.cue[0], draft.cue[1] - 1) if draft.cue else (start, start)
    rule = _NAMES[draft.rule.label] + draft.frame
    word = words[at].lower
    before = look(words[verb - 1].text) if verb else "^"
    second = look(words[verb - 2].text) if verb > 1 else "^"
    first = opening(words, start, at) if start > at else "<"
    after = look(words[at + 1].text) if at + 1 < len(words) else "$"
    head = words[draft.source.last].lower if draft.source else ""
    return (
        (lemma, kind, form, rule, word, around.outer),
        (rule, first, before, second),
        (kind, word, before, after),
        (lemma, kind, _source(words, draft)),
        (kind, words[start].lower),
        (kind, head),
        (kind, tuple([helper.lower for helper in words[verb:at]])),
        (kind, around.facts),
    )


def inner_facts(words: Sequence[Word], draft: Draft) -> Facts:
    """What it looks at once the end of the content is known, as `INNER` names it."""
    start, end = draft.pieces[-1]
    lemma, kind, _ = _cue(draft)
    inside = words[start:end]
    size = size_class(len([None for word in inside if not word.is_mark]))
    after = look(words[end].text) if end < len(words) else "$"
    forms = [word.lower for word in inside]
    clause = not AUXILIARIES.isdisjoint(forms[:_CLAUSE])
    nested = not _CUE_FORMS.isdisjoint(forms)
    return (
        (_NAMES[draft.rule.label] + draft.frame, size),
        (int(round(draft.chance * 10, 6)), kind, after),
        (lemma, kind, clause, nested),
    )


def _of_rule(
    lemma: str, kind: str, form: str, rule: str, word: str, outer: str
) -> tuple[str, ...]:
    return (
        "A" + lemma,
        "B" + rule,
        "C" + kind + form,
        f"D{lemma} {rule}",
        f"P{outer} {kind}",
        f"Q{outer} {rule}",
        "X" + word,
        f"d{lemma} {outer}",
    )


def _of_frame(rule: str, first: str, before: str, second: str) -> tuple[str, ...]:
    return (f"F{rule} {first}", f"K{rule} {before}", f"L{before} {second}")


def _of_neighbours(kind: str, word: str, before: str, after: str) -> tuple[str, ...]:
    return (f"M{kind} {after}", f"N{word} {after}", f"g{before} {word} {after}")


def _of_source(lemma: str, kind: str, source: str) -> tuple[str, ...]:
    return (f"H{kind} {source}", f"W{lemma} {source}")


def _of_start(kind: str, start: str) -> tuple[str, ...]:
    return (f"j{kind} {start}",)


def _of_head(kind: str, head: str) -> tuple[str, ...]:
    return ("k" + head, f"l{kind} {head}")


def _of_helpers(kind: str, helpers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([f"a{kind} {helper}" for helper in helpers])


def _of_unit(kind: str, facts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([f"b{fact} {kind}" for fact in facts])


def _of_size(rule: str, size: int) -> tuple[str, ...]:
    return (f"G{rule} {size}",)


def _of_end(sure: int, kind: str, after: str) -> tuple[str, ...]:
    return (f"R{sure}", f"S{sure} {kind}", f"T{after} {kind}")


def _of_content(lemma: str, kind: str, clause: object, nested: object) -> tuple[str, ...]:
    return (f"U{clause} {kind}", f"V{nested} {kind}", f"c{lemma} {clause}")


OUTER: Final = (
    _of_rule,
    _of_frame,
    _of_neighbours,
    _of_source,
    _of_start,
    _of_head,
    _of_helpers,
    _of_unit,
)
"""What names the features that each tuple of `outer_facts` makes."""
INNER: Final = (_of_size, _of_end, _of_content)
"""What names those of `inner_facts`."""
_NAMES: Final = {rule.label: rule.name for rule in Rule}


def _cue(draft: Draft) -> tuple[str, str, str]:
    """Base form, class and form of the cue; empty where no word of the lists attributes."""
    if draft.by is None:
        return "", "", ""
    cue = draft.by.cue
    return cue.lemma, cue.group, cue.form


def _source(words: Sequence[Word], draft: Draft) -> str:
    """What sort of words name the source."""
    source = draft.source
    if source is None:
        return "none"
    if draft.reference is Reference.SUBJECT:
        return "subject"
    last = words[source.last]
    if source.first == source.last:
        shape = look(last.text)
        return "he" if shape == "she" else shape
    if last.is_name_like:
        return "Name"
    if last.lower.endswith("s"):
        return "many"
    return "one" if words[source.first].lower in DETERMINERS else "bare"


def score(facts: Facts, weights: Learned, namings: tuple[Naming, ...]) -> float:
    """The sum of the weights of the features that `namings` make of `facts`."""
    found = weights.weighed(namings)
    return sum([sum(weighed[known]) for weighed, known in zip(found, facts, strict=True)])


def log_odds(chance: float) -> float:
    """The score that gives this chance, which lies between 0 and 1."""
    return log(chance / (1 - chance))
