"""What archives rarely hold: nothing, very much, very long, very odd. Answered all the same."""

from __future__ import annotations

import dataclasses
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from searchsvc.columnar.searching.ranking import BLOCKWISE
from searchsvc.engine.contract import (
    Bucket,
    DateFilter,
    FacetCounts,
    FacetRequest,
    FieldFilter,
    SearchRequest,
    Sort,
)
from searchsvc.fields import MISSING, facet_fields
from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.query.tree import (
    And,
    Everything,
    Fuzzy,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Value,
    Wildcard,
)
from searchsvc.settings import SearchSettings
from tests.builders import NOWHERE, article_document, date, request, speaker, statement_document
from tests.engine_contract.archive import WORDS
from tests.engine_contract.conftest import REAL_ENGINES
from tests.reference_engine import ReferenceEngine

if TYPE_CHECKING:
    from searchsvc.engine.building import IndexWriter
    from searchsvc.engine.contract import SearchResult
    from searchsvc.query.tree import Node
    from tests.engine_contract.conftest import Engine

STATEMENTS = Collection.STATEMENTS


def typed(text: str, collection: Collection = Collection.ARTICLES) -> Node:
    return parse(text, collection).tree


def word(text: str, field: str | None = "body", *, exact: bool = False) -> Term:
    return Term(text, text, field, exact=exact, span=NOWHERE)


def spelled(number: int) -> str:
    """A word for a number, which is its own stem."""
    return "x" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}") + "x"


def ids(engine: Engine, query: Node, **changes: object) -> list[str]:
    return list(engine.search(request(query=query, limit=10_000, **changes)).ids)


def everything_asked(collection: Collection) -> SearchRequest:
    return SearchRequest(
        collection, facets=tuple(FacetRequest(name) for name in facet_fields(collection))
    )


def assert_empty(result: SearchResult) -> None:
    assert (result.total, result.articles, result.ids, result.hits) == (0, 0, (), ())
    assert result.end is None
    for facet in result.facets:
        assert (facet.buckets, facet.distinct, facet.missing) == ((), 0, 0)


# Nothing.


@pytest.mark.parametrize("collection", Collection)
def test_an_index_without_documents_answers_every_question_with_nothing(
    engine: Engine, collection: Collection
):
    engine.publish()
    asked = everything_asked(collection)
    assert_empty(engine.search(asked))
    for text in ("border", '"the border"', "bo*", "b?*r", "bordr~", "NOT border", "speaker:rosa"):
        for sort in Sort:
            changed = dataclasses.replace(asked, query=typed(text, collection), sort=sort)
            assert_empty(engine.search(changed))
    for filters in (FieldFilter("speaker", none_of=("Rosa Quispe",)),):
        found = engine.search(dataclasses.replace(asked, filters=(filters,)))
        assert found.total == 0
        assert found.facets[0].field == "speaker"
        assert found.facets[0].buckets == (Bucket("Rosa Quispe", 0),)
    assert engine.reader.fetch(collection, "a1") is None
    assert engine.reader.status().articles == 0


def test_articles_without_any_statement_leave_the_other_collection_empty(engine: Engine):
    engine.publish((article_document(kinds=(), statement_count=0), ()))
    assert_empty(engine.search(everything_asked(STATEMENTS)))
    assert engine.search(everything_asked(Collection.ARTICLES)).total == 1


def test_a_generation_of_which_everything_was_removed_is_empty(engine: Engine):
    many = [
        (article_document(id=f"a{number}"), [statement_document(article_id=f"a{number}")])
        for number in range(9)
    ]
    engine.publish(*many[:5])
    engine.publish(*many[5:], fresh=False)
    engine.publish(fresh=False, remove=[article.id for article, _ in many])
    for collection in Collection:
        assert_empty(engine.search(everything_asked(collection)))
    engine.publish(many[0], fresh=False)
    assert engine.search(everything_asked(STATEMENTS)).ids == ("a0:1",)


def test_a_segment_of_which_everything_was_removed_leaves_no_trace(engine: Engine):
    engine.publish((article_document(id="a1", body="gone for good", speakers=("Gone",)), ()))
    engine.publish((article_document(id="a2", body="here"), ()), fresh=False, remove=["a1"])
    engine.publish((article_document(id="a3", body="here too"), ()), fresh=False)
    assert ids(engine, Prefix("go", "body", NOWHERE)) == []
    (facet,) = engine.search(request(facets=(FacetRequest("speaker"),))).facets
    assert facet.buckets == (Bucket("Rosa Quispe", 2),)
    assert facet.distinct == 1


# Scores.


@pytest.mark.parametrize("engine", REAL_ENGINES, indirect=True)  # the reference is right
@pytest.mark.parametrize("settings", [SearchSettings(bm25_b=1.0), SearchSettings(bm25_k1=0.0)])
def test_extreme_weights_lose_no_hit_and_score_as_the_formula_says(
    engine: Engine, settings: SearchSettings
):
    documents = [
        article_document(id="a1", title="zebra fence", body="zebra river"),
        article_document(id="a2", title=None, body="zebra river"),
        article_document(id="a3", title="fence", body="river stone"),
        *(article_document(id=f"b{at}", title=None, body="zebra") for at in range(30)),
    ]
    reference = ReferenceEngine(settings)
    assert engine.reader_by is not None
    reader = engine.reader_by(settings)
    writers: tuple[IndexWriter, ...] = (reference, engine.writer)
    for writer in writers:
        build = writer.start_build(fresh=True)
        for document in documents:
            build.add(document, ())
        build.publish(rejects=0)
    for text in ("zebra", "zebra OR stone", "zebra AND river", "zeb* OR fence"):
        asked = request(query=typed(text), limit=100)
        expected, found = reference.search(asked), reader.search(asked)
        assert sorted(found.ids) == sorted(expected.ids)
        scores = {hit.document.id: hit.score for hit in found.hits}
        assert scores == pytest.approx(
            {hit.document.id: hit.score for hit in expected.hits}, rel=1e-5
        )
    reader.close()


# Pages.


def test_few_scores_side_by_side_among_many_zeros_are_ranked_over_segments_of_any_size(
    engine: Engine,
):
    at_once = 2 * BLOCKWISE // 3
    engine.publish(
        *(
            (article_document(id=f"a{at:04}", title=None, body="zebra" if at < 200 else "x"), ())
            for at in range(2 * at_once)
        )
    )
    few = [(article_document(id=f"b{at:02}", title=None, body="x"), ()) for at in range(60)]
    engine.publish(*few, fresh=False)
    query = Or((Not(word("lion"), NOWHERE), word("zebra")), NOWHERE)
    found = engine.search(request(query=query, limit=2))
    assert (found.total, found.ids) == (2 * at_once + 60, ("a0000", "a0001"))


@pytest.mark.parametrize("sort", Sort)
def test_pages_of_no_hits_and_beyond_the_end_are_empty_but_counted(engine: Engine, sort: Sort):
    engine.publish(*((article_document(id=f"a{number}"), ()) for number in range(4)))
    for query in (Everything(), word("border")):
        for changes in (
            {"limit": 0},
            {"offset": 4},
            {"offset": 10**9},
            {"limit": 0, "offset": 2},
            {"offset": 10**9, "documents": False},
        ):
            found = engine.search(request(query=query, sort=sort, **changes))
            assert (found.total, found.ids, found.hits, found.end) == (4, (), (), None)
        found = engine.search(request(query=query, sort=sort, offset=3, limit=10**9))
        assert found.ids == ("a3",)
        assert found.end is not None


@pytest.mark.parametrize("collection", Collection)
def test_a_question_without_documents_gives_the_ids_of_the_hits(
    engine: Engine, collection: Collection
):
    engine.publish(
        *(
            (article_document(id=f"a{number}"), [statement_document(article_id=f"a{number}")])
            for number in range(5)
        )
    )
    for sort in Sort:
        asked = request(query=typed("border", collection), collection=collection, sort=sort)
        whole = engine.search(asked)
        bare = engine.search(dataclasses.replace(asked, documents=False))
        assert bare.hits == ()
        assert bare.ids == whole.ids == tuple(hit.document.id for hit in whole.hits)
        assert (bare.total, bare.articles, bare.end) == (whole.total, whole.articles, whole.end)


# What a collection lacks, and what documents lack.


def test_nobody_carries_or_lacks_a_field_that_the_collection_does_not_have(engine: Engine):
    engine.publish((article_document(), [statement_document()]))
    for field in ("speaker_country", "article"):
        for value in ("PE", "a1", MISSING):
            assert ids(engine, Value(field, value, NOWHERE)) == []
            for some in ({"any_of": (value,)}, {"all_of": (value,)}):
                assert ids(engine, Everything(), filters=(FieldFilter(field, **some),)) == []
            none = FieldFilter(field, none_of=(value,))
            assert ids(engine, Everything(), filters=(none,)) == ["a1"]
        (facet,) = engine.search(request(facets=(FacetRequest(field),))).facets
        assert facet == FacetCounts(field, (), 0, 0)
    assert ids(engine, word("border", "caption"), collection=STATEMENTS) == []


def test_missing_is_a_choice_in_every_field(engine: Engine):
    bare = article_document(id="bare", speakers=(), countries=(), kinds=(), date=None, story=None)
    said = statement_document(article_id="bare", speaker=None, countries=(), date=None)
    engine.publish((article_document(), [statement_document()]), (bare, [said]))
    for collection in Collection:
        for field in facet_fields(collection):
            always = ("kind", "act") if collection is STATEMENTS else ()
            if field in ("source", "article", *always):
                continue
            (without,) = {"bare", "bare:1"} & set(
                ids(engine, Value(field, MISSING, NOWHERE), collection=collection)
            )
            (facet,) = engine.search(
                request(collection=collection, facets=(FacetRequest(field),))
            ).facets
            assert facet.missing == 1
            if field != "date":
                for how, expected in (("any_of", 1), ("all_of", 1), ("none_of", 1)):
                    condition = FieldFilter(field, **{how: (MISSING,)})
                    found = ids(engine, Everything(), collection=collection, filters=(condition,))
                    assert len(found) == expected
                    assert (without in found) == (how != "none_of")
    assert ids(engine, Everything(), dates=DateFilter(undated=True)) == ["bare"]


# Much and long.


@pytest.mark.parametrize("engine", REAL_ENGINES, indirect=True)  # the reference takes minutes
def test_more_values_than_two_bytes_can_number_are_counted_exactly(engine: Engine):
    """1,600 articles of 50 speakers each, in two segments, some of them removed."""
    rng = Random(1)
    pairs = [
        (
            article_document(
                id=f"a{number:04}",
                body="words",
                speakers=tuple(
                    dict.fromkeys(
                        f"Speaker {rng.randrange(10) if place < 3 else number * 50 + place:06}"
                        for place in range(50)
                    )
                ),
            ),
            (),
        )
        for number in range(1_600)
    ]
    engine.publish(*pairs[:1_000])
    gone = {f"a{number:04}" for number in range(0, 1_000, 7)}
    engine.publish(*pairs[1_000:], fresh=False, remove=sorted(gone))
    left = [article for article, _ in pairs if article.id not in gone]
    right = Counter(name for article in left for name in article.speakers)
    assert len(right) > 1 << 16
    (facet,) = engine.search(request(facets=(FacetRequest("speaker", size=100_000),))).facets
    assert facet.distinct == len(right)
    assert list(facet.buckets) == sorted(right.items(), key=lambda each: (-each[1], each[0]))
    name = left[-1].speakers[-1]
    condition = FieldFilter("speaker", any_of=(name, "Speaker 000003"))
    found = engine.search(request(filters=(condition,), facets=(FacetRequest("speaker", size=2),)))
    assert found.total == right["Speaker 000003"] + ("Speaker 000003" not in left[-1].speakers)
    assert Bucket(name, 1) in found.facets[0].buckets


COUNTS = (1, 14, 15, 16, 254, 255, 256, 300, 65_535, 65_536, 70_000)


@pytest.fixture
def repeated(engine: Engine) -> Engine:
    engine.publish(
        *(
            (
                article_document(id=f"a{count:05}", title="x", body="border " * count + "the end"),
                (),
            )
            for count in COUNTS
        ),
        (article_document(id="b", title="y", body="peace"), ()),
    )
    return engine


@pytest.mark.parametrize("engine", REAL_ENGINES, indirect=True)  # the reference takes minutes
def test_words_that_a_text_repeats_are_counted_however_often(repeated: Engine):
    assert ids(repeated, word("border")) == ids(repeated, word("border", exact=True))
    assert len(ids(repeated, word("border"))) == len(COUNTS)
    scores = {}
    for query in (word("border"), word("border", exact=True), Prefix("bord", "body", NOWHERE)):
        hits = repeated.search(request(query=query, limit=100)).hits
        scores[type(query), getattr(query, "exact", 0)] = [hit.score for hit in hits]
    one, *others = scores.values()
    for other in others:
        assert other == pytest.approx(one, rel=1e-5)
    mean = (sum(count + 2 for count in COUNTS) + 1) / (len(COUNTS) + 1)
    k1, b = SearchSettings().bm25_k1, SearchSettings().bm25_b
    assert repeated.reader_by is not None
    first_stage = repeated.reader_by(SearchSettings(reordered=0))
    for hit in first_stage.search(request(query=word("border"), limit=100)).hits:
        count = int(hit.document.id[1:])
        tf = count / (1 - b + b * (count + 2) / mean)
        idf = _idf(len(COUNTS) + 1, len(COUNTS))
        assert hit.score == pytest.approx(idf * tf / (k1 + tf), rel=1e-5)
    first_stage.close()


def _idf(documents: int, having: int) -> float:
    from math import log

    return log(1 + (documents - having + 0.5) / (having + 0.5))


@pytest.mark.parametrize("engine", REAL_ENGINES, indirect=True)  # the reference takes minutes
def test_phrases_are_found_anywhere_in_a_very_long_text(repeated: Engine):
    every = [f"a{count:05}" for count in COUNTS]
    assert sorted(ids(repeated, phrase("border the end"))) == every
    assert sorted(ids(repeated, phrase("border end", slop=1))) == every
    assert ids(repeated, phrase("border end")) == []
    assert sorted(ids(repeated, phrase("border border border the"))) == every[1:]


def phrase(text: str, *, slop: int = 0, field: str | None = "body") -> Phrase:
    words = tuple(text.split())
    return Phrase(words, words, field, exact=False, slop=slop, span=NOWHERE)


@pytest.mark.parametrize("engine", REAL_ENGINES, indirect=True)  # the reference takes minutes
def test_no_phrase_reaches_from_one_caption_to_the_next(engine: Engine):
    captions = tuple(f"{spelled(number)} middle {spelled(number)}" for number in range(700))
    engine.publish((article_document(captions=captions), ()))
    for number in (0, 1, 333, 699):
        here = phrase(f"{spelled(number)} middl {spelled(number)}", field="caption")
        assert ids(engine, here) == ["a1"]
        across = phrase(f"{spelled(number)} {spelled(number + 1)}", field="caption")
        for slop in (0, 1, 10, 127, 128, 1000):
            assert ids(engine, dataclasses.replace(across, slop=slop)) == []


@pytest.mark.parametrize("engine", REAL_ENGINES, indirect=True)  # the reference takes minutes
def test_a_document_with_hundreds_of_values_carries_each(engine: Engine):
    names = tuple(f"Speaker {number:03}" for number in range(300))
    engine.publish(
        (article_document(id="many", speakers=names), ()),
        (article_document(id="one", speakers=names[:1]), ()),
        (article_document(id="none", speakers=()), ()),
    )
    for at, name in enumerate(names):
        expected = ["many", "one"] if at == 0 else ["many"]
        assert ids(engine, Value("speaker", name, NOWHERE)) == expected
    (facet,) = engine.search(request(facets=(FacetRequest("speaker", size=1000),))).facets
    assert (facet.distinct, facet.missing, facet.buckets[0]) == (300, 1, (names[0], 2))
    many = request(
        filters=(FieldFilter("speaker", all_of=names),), facets=(FacetRequest("speaker"),)
    )
    assert engine.search(many).ids == ("many",)
    assert len(engine.search(many).facets[0].buckets) == 300


@pytest.mark.parametrize("engine", REAL_ENGINES, indirect=True)  # the reference takes minutes
def test_a_question_may_have_hundreds_of_leaves(engine: Engine):
    engine.publish(
        *(
            (article_document(id=f"a{number:03}", title="t", body=f"{spelled(number)} common"), ())
            for number in range(300)
        )
    )
    some = tuple(word(spelled(number)) for number in range(0, 300, 2))
    every = tuple(word(spelled(number)) for number in range(256))
    assert len(ids(engine, Or(every, NOWHERE))) == 256
    assert ids(engine, And(every, NOWHERE)) == []
    excluded = tuple(Not(leaf, NOWHERE) for leaf in every)
    assert len(ids(engine, And((word("common"), *excluded), NOWHERE))) == 300 - 256
    assert len(ids(engine, Or((Or(some, NOWHERE), And(every, NOWHERE)), NOWHERE))) == 150
    nested: Node = word(spelled(7))
    for leaf in every:
        nested = Or((nested, And((leaf, word("common")), NOWHERE)), NOWHERE)
    assert len(ids(engine, nested)) == 256


# Forms and capitals.

FORMS = "connect connects connected connecting connection connections connective connectivity"


def test_each_of_many_forms_of_a_stem_is_found_apart_and_together(engine: Engine):
    forms = FORMS.split()
    engine.publish(
        *(
            (article_document(id=f"{form} {times}", title="t", body=f"{form} " * times), ())
            for form in forms
            for times in (1, 2, 20)
        ),
        (article_document(id="all", title="t", body=FORMS), ()),
        (article_document(id="other", title="t", body="contact"), ()),
    )
    assert {token.stem for token in _analyse(FORMS)} == {"connect"}
    assert len(ids(engine, word("connect"))) == 3 * len(forms) + 1
    for form in forms:
        expected = sorted([f"{form} {times}" for times in (1, 2, 20)] + ["all"])
        assert sorted(ids(engine, word(form, exact=True))) == expected
        start = form[:9]
        starting = [other for other in forms if other.startswith(start)]
        found = ids(engine, Prefix(start, "body", NOWHERE))
        assert len(found) == 3 * len(starting) + 1
    found = ids(engine, Wildcard("connec*s", "body", NOWHERE))
    assert sorted(found) == sorted(
        [
            "all",
            *(f"{form} {times}" for form in ("connects", "connections") for times in (1, 2, 20)),
        ]
    )
    both = phrase("connect connects")
    exactly = dataclasses.replace(
        both, stems=("connect", "connect"), folded=("connects", "connected"), exact=True
    )
    assert ids(engine, exactly) == ["all"]


def _analyse(text: str):
    from searchsvc.text import analyse

    return analyse(text)


def test_capitals_are_found_by_themselves_and_as_words(engine: Engine):
    engine.publish(
        (article_document(id="country", title="t", body="The US said so"), ()),
        (article_document(id="pronoun", title="t", body="They told us so"), ()),
        (article_document(id="both", title="t", body="US us"), ()),
    )
    assert sorted(ids(engine, typed("body:US"))) == ["both", "country"]
    assert sorted(ids(engine, typed("body:us"))) == ["both", "country", "pronoun"]
    assert sorted(ids(engine, Prefix("us", "body", NOWHERE))) == ["both", "country", "pronoun"]
    assert ids(engine, Prefix("US", "body", NOWHERE)) == []
    assert sorted(ids(engine, Wildcard("??", "body", NOWHERE))) == ["both", "country", "pronoun"]
    assert ids(engine, Fuzzy("US", 1, "body", NOWHERE)) == []
    assert ids(engine, typed('body:"US us"')) == ["both"]


# Odd texts.


@pytest.mark.parametrize(
    "value",
    ["Ana\nLima", "\n", "\r", "Ana\x00", "\x00", "Zoé \u2028", "🦙", "a" * 70_000, " ", "ﬁ"],
)
def test_odd_values_are_carried_counted_and_chosen(engine: Engine, value: str):
    engine.publish(
        (article_document(id="a1", speakers=("Ana", value, "Zoe")), ()),
        (article_document(id="a2", speakers=("Ana",)), ()),
    )
    engine.publish((article_document(id="a3", speakers=(value,)), ()), fresh=False)
    asked = request(
        filters=(FieldFilter("speaker", any_of=(value,)),), facets=(FacetRequest("speaker"),)
    )
    found = engine.search(asked)
    assert sorted(found.ids) == ["a1", "a3"]
    assert sorted(found.facets[0].buckets) == sorted([("Ana", 2), (value, 2), ("Zoe", 1)])


@pytest.mark.parametrize("half", ["\ud83d", "a\udc00b"])
def test_what_is_no_text_is_carried_by_nobody(engine: Engine, half: str):
    engine.publish((article_document(), [statement_document()]))
    assert ids(engine, Value("speaker", half, NOWHERE)) == []
    for node in (
        word(half),
        word(half, exact=True),
        phrase(f"border {half}"),
        Prefix(half, "body", NOWHERE),
        Wildcard(f"{half}*", "body", NOWHERE),
        Fuzzy(half * 3, 1, "body", NOWHERE),
    ):
        assert ids(engine, node) == [], node
    condition = FieldFilter("speaker", any_of=(half,), none_of=(half,))
    found = engine.search(request(filters=(condition,), facets=(FacetRequest("speaker"),)))
    assert (found.total, found.facets[0].buckets[-1]) == (0, (half, 0))
    assert engine.reader.fetch(Collection.ARTICLES, half) is None


def test_dates_at_both_ends_of_the_calendar_are_in_order(engine: Engine):
    days = ("0001-01-01", "0001-01-02T00:01", "1969-12-31", "9999-12-30T23:59", "9999-12-31")
    engine.publish(
        *((article_document(id=f"a{at}", date=date(day)), ()) for at, day in enumerate(days)),
        (article_document(id="undated", date=None), ()),
    )
    expected = [f"a{at}" for at in range(len(days))]
    assert ids(engine, Everything(), sort=Sort.OLDEST) == [*expected, "undated"]
    assert ids(engine, Everything(), sort=Sort.NEWEST) == [*expected[::-1], "undated"]
    assert ids(engine, Value("date", "9999", NOWHERE)) == expected[3:]
    assert ids(engine, Value("date", "9999-12", NOWHERE)) == expected[3:]
    assert ids(engine, Value("date", "0001-01-01", NOWHERE)) == expected[:1]
    (facet,) = engine.search(request(facets=(FacetRequest("date"),))).facets
    assert [bucket.value for bucket in facet.buckets] == ["0001", "1969", "9999"]


def test_half_of_the_documents_of_each_segment_may_be_gone(engine: Engine):
    rng = Random(3)
    pairs = [
        (
            article_document(
                id=f"a{number:02}",
                title=rng.choice(WORDS),
                body=" ".join(rng.choices(WORDS, k=9)),
                speakers=(f"S{number % 3}",),
            ),
            [
                statement_document(
                    article_id=f"a{number:02}", speaker=speaker(name=f"S{number % 3}")
                )
            ],
        )
        for number in range(40)
    ]
    engine.publish(*pairs[:20])
    engine.publish(*pairs[20:], fresh=False)
    gone = [f"a{number:02}" for number in range(0, 40, 2)]
    engine.publish(fresh=False, remove=gone)
    for collection in Collection:
        found = engine.search(everything_asked(collection))
        assert (found.total, found.articles) == (20, 20)
        for facet in found.facets:
            if facet.field in ("speaker", "article", "source"):
                assert sum(bucket.count for bucket in facet.buckets) == (
                    10 if facet.field == "article" else 20
                )
        assert not {name.partition(":")[0] for name in ids(engine, Everything())} & set(gone)
        for name in gone:
            wanted = name if collection is Collection.ARTICLES else f"{name}:1"
            assert engine.reader.fetch(collection, wanted) is None
