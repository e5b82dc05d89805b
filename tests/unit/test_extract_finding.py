"""What attributes a statement, where it ends, and what its speaker does by it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.extract import extract
from searchsvc.extract.finding.cues import cues
from searchsvc.extract.finding.drafting import candidates, drafts_of, every_draft
from searchsvc.extract.finding.drafts import Rule
from searchsvc.extract.finding.ends import choose, features, places
from searchsvc.extract.finding.find import find, transcript
from searchsvc.extract.finding.odds import INNER, OUTER, score
from searchsvc.extract.finding.weights import Learned, Weights, load_weights, names
from searchsvc.extract.finding.wide import wide
from searchsvc.extract.prose.units import units
from searchsvc.model import Act
from tests.extraction.articles import an_article

NO_WEIGHTS = Weights(Learned(), Learned(), 0.0, 0.5)
SENTENCES = st.lists(
    st.sampled_from(
        'Berg Petrova said that criticized confident claim of by the border , . and who " '
        "reportedly was asked as noted to in Oslo when he would".split()
    ),
    min_size=1,
    max_size=40,
).map(" ".join)


def proposed(text):
    """What each draft of the lists would claim, its cue's form and its frame."""
    words = units(text)[0].words
    return {
        (
            words[draft.by.at].lower,
            draft.frame,
            " | ".join(text[words[a].start : words[b - 1].end] for a, b in draft.pieces),
        )
        for draft in wide(words, ())
        if draft.by is not None
    }


def only(text):
    """The one statement of an article."""
    (statement,) = extract(an_article(text)).statements
    return statement


@pytest.mark.parametrize(
    ("text", "cue", "frame", "content"),
    [
        ("Petrova rejected his claim that trade fell", "claim", "owned", "trade fell"),
        ("There was criticism of the border", "criticism", "noun", "the border"),
        ("Berg was confident of a deal", "confident", "adjective", "a deal"),
        ("The tax was criticized by Berg", "criticized", "by", "The tax"),
        ("Berg was called a liar", "called", "passive", "Berg | a liar"),
        ("Asked by Berg whether trade fell", "asked", "by that", "whether trade fell"),
        ("Trade has grown, as Berg noted", "noted", "as", "Trade has grown,"),
        ("As Berg noted, trade has grown", "noted", "as", "trade has grown"),
        ("Berg reportedly left", "reportedly", "hearsay", "Berg | left"),
        ("Berg has backed the tax", "backed", "v", "the tax"),
    ],
)
def test_lists_propose_what_stands_around_a_word(text, cue, frame, content):
    assert (cue, frame, content) in proposed(text)


def test_nothing_between_quotation_marks_is_proposed():
    assert proposed('"Berg backed the tax"') == set()


@pytest.mark.parametrize(
    ("text", "act", "verb"),
    [
        ("Ivo Berg said that the border was open.", Act.SAY, "say"),
        ("Ivo Berg told reporters that the border was open.", Act.SAY, "tell"),
        ("Ivo Berg denied that the border was open.", Act.DENY, "deny"),
        ("Ivo Berg promised to open the border.", Act.PROMISE, "promise"),
        ("Ivo Berg urged Maria Petrova to open the border.", Act.URGE, "urge"),
        ("Ivo Berg acknowledged that the border was open.", Act.AGREE, "acknowledge"),
        ("Ivo Berg believes that the border is open.", Act.THINK, "believe"),
        ("Ivo Berg hopes that the border stays open.", Act.THINK, "hope"),
        ('"Is the border open?" Ivo Berg asked.', Act.ASK, "ask"),
        ("The border is open, according to Ivo Berg.", Act.SAY, None),
    ],
)
def test_the_cue_tells_what_the_speaker_does(text, act, verb):
    statement = only(text)
    assert (statement.act, statement.verb) == (act, verb)


def test_thinking_is_kept_apart_from_saying():
    text = "Ivo Berg said that trade has grown. Maria Petrova fears that trade will fall."
    acts = [statement.act for statement in extract(an_article(text)).statements]
    assert acts == [Act.SAY, Act.THINK]


def test_a_speech_in_a_transcript_goes_on_to_the_end_of_its_paragraph():
    text = (
        "BERG: The border is open. It will stay open.\n\n"
        "PETROVA: Why? I think it is time to close it.\n\n"
        "BERG: No. Trade needs it. (Laughter.)"
    )
    found = find(units(text))
    said = [" ".join(piece.of(text) for piece in one.pieces) for one in found]
    assert said[:3] == [
        "The border is open. It will stay open.",
        "Why? I think it is time to close it.",
        "No. Trade needs it.",
    ]


def test_one_label_makes_no_transcript():
    text = "Berg: The border is open. It will stay open."
    assert transcript(units(text)) == frozenset()


@given(SENTENCES)
def test_places_ascend_and_the_last_takes_all(text):
    words = units(text)[0].words
    found = places(words, 0)
    assert all(a.at < b.at and a.size < b.size for a, b in pairwise(found))
    assert all(word.is_mark for word in words[found[-1].at :])


@given(SENTENCES, st.floats(-3, 3), st.floats(-3, 3))
def test_an_end_is_one_of_the_places(text, bias, weight):
    words = units(text)[0].words
    for cue in cues(words):
        for start in range(cue.at + 1, len(words)):
            found = places(words, start)
            chosen = choose(words, start, cue, len(words), Learned({"bias": bias, "a,": weight}))
            assert chosen.at in {place.at for place in found}
            assert 0 <= chosen.chance <= 1
            rows = list(features(words, start, cue, found, len(words)))
            assert len(rows) == len(found) - 1


@pytest.mark.parametrize(("comma", "end"), [(9.0, 4), (-9.0, 9)])
def test_weights_decide_where_a_content_ends(comma, end):
    words = units("Berg said trade fell, but nobody left Oslo then.")[0].words
    (cue,) = cues(words)
    assert choose(words, 2, cue, 0, Learned({"bias": -9.0, "a,": 9.0 + comma})).at in (4, 10)
    chosen = choose(words, 2, cue, 0, Learned({"bias": -9.0, "a,": 9.0 + comma}))
    assert (chosen.at == 4) == (end == 4)


@given(SENTENCES)
def test_each_cue_attributes_once_and_only_what_is_likely_is_kept(text):
    words = units(text)[0].words
    weights = load_weights()
    kept = list(drafts_of(words, weights, first=False))
    cued = [draft.by.at for draft in kept if draft.by is not None]
    assert len(cued) == len(set(cued))
    assert all(0 < draft.odds <= 1 for draft in kept)


@given(SENTENCES)
def test_without_weights_every_draft_is_a_candidate_but_for_mere_repetitions(text):
    words = units(text)[0].words
    drafts = [draft for draft in every_draft(words, NO_WEIGHTS, cues(words)) if draft.pieces]
    judged = [draft for draft, _ in candidates(words, drafts, NO_WEIGHTS, first=False)]
    lists = (Rule.WIDE, Rule.NOMINAL)
    assert [d.cue for d in judged if d.rule not in lists] == [
        d.cue for d in drafts if d.rule not in lists
    ]
    assert len(judged) <= len(drafts)


@given(SENTENCES)
def test_a_score_is_the_sum_of_the_weights_of_the_features_named(text):
    words = units(text)[0].words
    weights = load_weights()
    drafts = [draft for draft in every_draft(words, weights, cues(words)) if draft.pieces]
    for _, facts in candidates(words, drafts, weights, first=True):
        for namings, known in zip((OUTER, INNER), facts or (), strict=bool(facts)):
            summed = sum(weights.odds.get(name, 0.0) for name in names(namings, known))
            assert score(known, weights.odds, namings) == pytest.approx(summed)


def test_the_shipped_weights_are_read():
    weights = load_weights()
    assert 0 < weights.threshold < 1
    assert weights.slack >= 0
    assert weights.odds["bias"] != 0
    assert weights.ends["bias"] != 0
    assert all(abs(weight) < 10 for weight in (*weights.ends.values(), *weights.odds.values()))


@pytest.mark.parametrize(
    "text",
    [
        "Berg called Petrova on Friday to congratulate her on her election.",
        "Berg called her again.",
        "Berg called Ivo Holm.",
    ],
)
def test_a_call_by_telephone_is_no_statement(text):
    assert extract(an_article(text)).statements == ()


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Berg called Petrova a liar.", "Petrova a liar"),
        ("Berg called the plan a mistake.", "the plan a mistake"),
        ("Berg called on Petrova to resign.", "Petrova to resign"),
    ],
)
def test_calling_somebody_something_is_one(text, content):
    assert only(text).span.of(text) == content
