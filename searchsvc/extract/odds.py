"""How probable it is that a draft is a statement, by a logistic model over what stands around it."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from searchsvc.extract.drafts import Reference, Rule
from searchsvc.extract.ends import look, opening, size_class
from searchsvc.extract.lexicon import AUXILIARIES, CUES, DETERMINERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from searchsvc.extract.drafts import Draft
    from searchsvc.extract.words import Word

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
_CLAUSE: Final = 8  # words within which a clause has its verb


class Surroundings(NamedTuple):
    """What the model knows beside a draft.

    Attributes:
        outer: name of the rule of the draft in whose content the cue stands; empty where in none.
        facts: what holds of the whole unit.
    """

    outer: str
    facts: Sequence[str]


def facts_of(words: Sequence[Word], *, first: bool) -> list[str]:
    """What holds of a unit: the `first` is the headline; a question; somebody's own words."""
    facts = ["opens " + look(words[0].text)]
    if first:
        facts.append("first")
    if words[-1].text == "?":
        facts.append("asks")
    elif words[-1].text not in (".", "!", '"', "”", "''"):
        facts.append("open")
    if any(word.lower in _OWN and not word.quoted for word in words):
        facts.append("own")
    if any(word.quoted for word in words):
        facts.append("quotes")
    return facts


def outer_features(words: Sequence[Word], draft: Draft, around: Surroundings) -> list[str]:
    """What the model looks at before it is known where the content ends."""
    start = draft.pieces[-1][0]
    lemma, kind, form = _cue(draft)
    verb, at = (draft.cue[0], draft.cue[1] - 1) if draft.cue else (start, start)
    rule = draft.rule.name + draft.frame
    cue_word = words[at].lower
    before = look(words[verb - 1].text) if verb else "^"
    second = look(words[verb - 2].text) if verb > 1 else "^"
    first = opening(words, start, at) if start > at else "<"
    after = look(words[at + 1].text) if at + 1 < len(words) else "$"
    source = _source(words, draft)
    head = words[draft.source.last].lower if draft.source else ""
    return [
        "A" + lemma,
        "B" + rule,
        "C" + kind + form,
        f"D{lemma} {rule}",
        f"F{rule} {first}",
        f"H{kind} {source}",
        f"K{rule} {before}",
        f"L{before} {second}",
        f"M{kind} {after}",
        f"N{cue_word} {after}",
        f"P{around.outer} {kind}",
        f"Q{around.outer} {rule}",
        f"W{lemma} {source}",
        "X" + cue_word,
        f"d{lemma} {around.outer}",
        f"g{before} {cue_word} {after}",
        f"j{kind} {words[start].lower}",
        "k" + head,
        f"l{kind} {head}",
        *(f"a{kind} {words[index].lower}" for index in range(verb, at)),
        *(f"b{fact} {kind}" for fact in around.facts),
    ]


def inner_features(words: Sequence[Word], draft: Draft) -> list[str]:
    """What the model looks at besides, once the end of the content is known."""
    start, end = draft.pieces[-1]
    lemma, kind, _ = _cue(draft)
    rule = draft.rule.name + draft.frame
    size = size_class(sum(not word.is_mark for word in words[start:end]))
    after = look(words[end].text) if end < len(words) else "$"
    clause = any(word.lower in AUXILIARIES for word in words[start : min(end, start + _CLAUSE)])
    nested = any(word.lower in CUES for word in words[start:end])
    sure = int(draft.chance * 10)
    return [
        f"G{rule} {size}",
        f"R{sure}",
        f"S{sure} {kind}",
        f"T{after} {kind}",
        f"U{clause} {kind}",
        f"V{nested} {kind}",
        f"c{lemma} {clause}",
    ]


def _cue(draft: Draft) -> tuple[str, str, str]:
    """Base form, class and form of the cue; empty where no word of the lists attributes."""
    if draft.by is None:
        return "", "", ""
    cue = draft.by.cue
    return cue.lemma, cue.kind.value[:3], cue.form.value


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


def score(keys: Sequence[str], weights: Mapping[str, float]) -> float:
    """The sum of the weights of `keys`; those without one count nothing."""
    get = weights.get
    return sum([get(key, 0.0) for key in keys])


def log_odds(chance: float) -> float:
    """The score that gives this chance, which lies between 0 and 1."""
    return log(chance / (1 - chance))
