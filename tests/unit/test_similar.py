"""More like this, over the reference engine."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import partial
from random import Random

import pytest

from searchsvc.engine.contract import DateFilter, FieldFilter, SearchRequest
from searchsvc.model import ArticleDocument, Collection
from searchsvc.query.tree import Or
from searchsvc.similar import (
    MOST_WORDS,
    has_words,
    original,
    similar,
    telling_words,
    text_original,
)
from searchsvc.text import analyse
from searchsvc.text.stop_words import STOP_WORDS
from tests.builders import article_document, date, speaker, statement_document
from tests.engine_contract.archive import made_up_archive
from tests.reference_engine import filled

SEED = 20210311

BODIES = {
    "a1": "The fishing fleet left Callao harbour. Anchovy quotas fell; the fleet protests quotas.",
    "a2": "Anchovy quotas were cut again, and the fishing fleet stays in harbour.",
    "a3": "The harbour of Callao was painted.",
    "a4": "Parliament debates a budget for schools.",
    "a5": "Quotas for textile imports are debated.",
    "a6": "The fishing  fleet left Callao harbour.\n\nAnchovy quotas FELL; the fleet protests quotas.",
}


@pytest.fixture(scope="module")
def engine():
    """Six articles; a6 is printed from a1. Nobody but Rosa Quispe speaks, but once."""
    articles = [
        article_document(
            id=name,
            title="Harbour" if name == "a1" else f"News {name}",
            body=body,
            countries=("PE",) if name in {"a1", "a2"} else ("BO",),
            date=date("2019-03-01" if name == "a2" else "2020-03-01"),
        )
        for name, body in BODIES.items()
    ]
    said = {
        "a1": ("Quispe asked the minister for lower quotas.", "Rosa Quispe"),
        "a2": ("Lower quotas will ruin us", "Tomas Ibarra"),
        "a3": ("The paint is dry", "Rosa Quispe"),
        "a4": ("Nothing is decided", "Quispe Quispe"),
        "a5": ("LOWER quotas will  ruin us", "Ana Chu"),
    }
    statements = {
        name: [statement_document(article_id=name, body=text, speaker=speaker(name=who))]
        for name, (text, who) in said.items()
    }
    opened = filled(*((each, statements.get(each.id, [])) for each in articles))
    yield opened
    opened.close()


def like(engine, collection, document_id, **options):
    found = engine.fetch(collection, document_id)
    return like_original(engine, original(found), **options)


def like_original(engine, to, **options):
    return engine.read(lambda reader: similar(reader, to, **options))


def ids(answer):
    return [each.hit.document.id for each in answer.hits]


def test_the_article_that_shares_the_most_telling_words_comes_first(engine):
    answer = like(engine, Collection.ARTICLES, "a1")
    assert ids(answer) == ["a2", "a3", "a5"]
    scores = [each.hit.score for each in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_each_hit_says_which_words_it_shares(engine):
    shared = {each.hit.document.id: set(each.shared) for each in like(engine, Collection.ARTICLES, "a1").hits}  # fmt: skip
    assert shared["a2"] == {"fishing", "fleet", "Harbour", "Anchovy", "quotas"}
    assert shared["a3"] == {"Callao", "Harbour"}
    assert shared["a5"] == {"quotas"}


def test_neither_itself_nor_a_copy_is_found_and_of_copies_only_one(engine):
    assert "a6" not in ids(like(engine, Collection.ARTICLES, "a1"))
    assert "a1" not in ids(like(engine, Collection.ARTICLES, "a6"))
    assert len({"a1", "a6"} & set(ids(like(engine, Collection.ARTICLES, "a2")))) == 1
    pasted = like_original(engine, text_original(BODIES["a1"], Collection.ARTICLES))
    assert ids(pasted)[0] in {"a1", "a6"}
    assert len({"a1", "a6"} & set(ids(pasted))) == 1
    ruin = like(engine, Collection.STATEMENTS, "a1:1")
    assert len({"a2:1", "a5:1"} & set(ids(ruin))) == 1


def test_statements_are_compared_by_what_was_said_and_never_by_who_said_it(engine):
    assert ids(like(engine, Collection.STATEMENTS, "a3:1")) == []
    answer = like(engine, Collection.STATEMENTS, "a1:1")
    assert ids(answer) == ["a2:1"]
    assert set(answer.hits[0].shared) == {"lower", "quotas"}


def test_filters_and_dates_narrow_what_is_found(engine):
    def within(**options):
        request = SearchRequest(**options)
        return ids(like(engine, Collection.ARTICLES, "a1", within=request))

    assert within(filters=(FieldFilter("country", any_of=("BO",)),)) == ["a3", "a5"]
    assert within(filters=(FieldFilter("country", none_of=("BO",)),)) == ["a2"]
    assert within(dates=DateFilter(last=date("2019-12-31").day)) == ["a2"]
    assert like(engine, Collection.ARTICLES, "a1", size=1).hits[0].hit.document.id == "a2"


@pytest.mark.parametrize("text", ["", " \n", "the and of", "...", "x 7"])
def test_a_text_without_telling_words_finds_nothing(engine, text):
    answer = like_original(engine, text_original(text, Collection.ARTICLES))
    assert (answer.words, answer.tree, answer.hits) == ((), None, ())
    assert has_words(text) == any(letter.isalnum() for letter in text)


def test_words_that_the_archive_lacks_are_not_looked_for(engine):
    found = engine.read(
        lambda reader: telling_words(reader, text_original("zyzzyva quotas", Collection.ARTICLES))
    )
    assert [word.text for word in found] == ["quotas"]


def one_of_each_story(article, ranked):
    """Without copies of the article, and of each other."""
    stories = {article.story} - {None}
    for each in ranked:
        if each.story not in stories:
            stories |= {each.story} - {None}
            yield each


def test_random_articles_find_what_their_heaviest_words_find():
    """The words by tf * idf in loops over all texts, the hits by a search for any of them."""
    pairs = made_up_archive(Random(SEED), 60)
    random_engine = filled(*pairs)
    articles = [article for article, _ in pairs]

    def terms(text):
        return {word for token in analyse(text) for word in (token.stem, token.cased) if word}

    held = [{name: terms(getattr(each, name)) for name in ("title", "body")} for each in articles]
    for article in articles[::4]:
        weights: defaultdict[str, float] = defaultdict(float)
        for name, weight in (("title", 2.5), ("body", 1.0)):
            for token in analyse(getattr(article, name)):
                if token.cased or (token.folded not in STOP_WORDS and len(token.folded) > 1):
                    weights[token.cased or token.stem] += weight
        for term in weights:
            df = max(sum(term in each[name] for each in held) for name in ("title", "body"))
            idf = math.log(1 + (len(articles) - df + 0.5) / (df + 0.5))
            weights[term] = weights[term] * idf if df > 1 else 0
        expected = sorted((weight for weight in weights.values() if weight > 0), reverse=True)
        words = random_engine.read(partial(telling_words, to=original(article)))
        found = [word.weight for word in words]
        assert found == pytest.approx(expected[:MOST_WORDS])
        for word in words:
            assert weights[word.term.stem] == pytest.approx(word.weight)
        answer = like_original(random_engine, original(article), size=5)
        assert article.id not in ids(answer)
        if isinstance(answer.tree, Or):
            typed = " ".join(word.text for word in words)
            assert [word.term.span.of(typed) for word in words] == [word.text for word in words]
            search = SearchRequest(collection=Collection.ARTICLES, query=answer.tree, limit=60)
            ranked = [hit.document for hit in random_engine.search(search).hits]
            ranked.remove(article)
            assert ids(answer) == [each.id for each in one_of_each_story(article, ranked)][:5]
            for each in answer.hits:
                document = each.hit.document
                assert isinstance(document, ArticleDocument)
                there = terms("\n".join((document.title, document.body, *document.captions)))
                both = {word.text for word in words if word.term.stem in there}
                assert set(each.shared) == both
    random_engine.close()
