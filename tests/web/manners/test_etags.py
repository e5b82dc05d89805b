"""A tag names one answer: nobody is told that nothing changed while something did."""

from __future__ import annotations

import itertools
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.aliases import AliasFile
from searchsvc.errors import QueryTooCostly
from searchsvc.model import Collection
from searchsvc.settings import Settings, load_settings
from searchsvc.web import create_app
from tests.reference_engine import ReferenceEngine
from tests.web.archive import made_up_articles

READS = [
    "/search",
    "/search?q=talks",
    "/tips",
    "/suggest?q=ro",
    "/similar?article=a1",
    "/articles/a1",
    "/api/v1/search?q=talks&in=articles",
    "/api/v1/suggest?q=ro",
    "/api/v1/similar?article=a1",
    "/api/v1/articles/a1",
]


class Counting(ReferenceEngine):
    """Counts what is searched, and does something else just before a question that is told."""

    def __init__(self, articles=()):
        super().__init__(keep=9)
        self.searched = 0
        self.meanwhile = {}
        self.asked = 0
        self.publish(articles)

    def publish(self, articles):
        build = self.start_build(fresh=True)
        for article, statements in articles:
            build.add(article, statements)
        build.publish(rejects=0)

    def read(self, question, *, generation=None, searches=1):
        self.asked += 1
        if change := self.meanwhile.pop(self.asked, None):
            change()
        return super().read(question, generation=generation, searches=searches)

    def _search(self, request, generation):
        self.searched += 1
        return super()._search(request, generation)

    def during(self, number, change):
        """Let `change` happen before the question of this number from now, from 1."""
        self.meanwhile = {self.asked + number: change}


@pytest.fixture
def engine(archive):
    return Counting(archive)


@pytest.fixture
def client(engine):
    return create_app(engine, Settings()).test_client()


def tagged(client, address, tag=None, **headers):
    return client.get(address, headers=headers | ({"If-None-Match": tag} if tag else {}))


@pytest.mark.parametrize("address", READS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_second_look_is_answered_304_and_searches_nothing(client, engine, address, method):
    first = client.get(address)
    assert first.status_code == 200
    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["Cache-Control"] == "no-cache"
    searched = engine.searched
    again = client.open(
        address, method=method, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'}
    )
    assert again.status_code == 304
    assert engine.searched == searched
    assert again.data == b""
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert client.head(address).headers["ETag"] == first.headers["ETag"]


def test_proxies_that_make_the_tag_strong_are_understood(client):
    tag = client.get(READS[0]).headers["ETag"].removeprefix("W/")
    assert tagged(client, READS[0], tag).status_code == 304


@pytest.mark.parametrize("address", READS)
def test_a_new_generation_is_a_new_answer(client, engine, archive, address):
    tag = client.get(address).headers["ETag"]
    engine.publish(archive)
    again = tagged(client, address, tag)
    assert again.status_code == 200
    assert again.headers["ETag"] != tag


def test_a_generation_of_the_same_name_in_an_emptied_folder_is_a_new_answer(archive):
    one, other = Counting(archive), Counting(archive[:3])
    assert one.generation() == other.generation()
    tag = create_app(one, Settings()).test_client().get("/search").headers["ETag"]
    again = tagged(create_app(other, Settings()).test_client(), "/search", tag)
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("?q=talks&in=articles", "?in=articles&q=talks", True),
        ("?q=talks", "?q=t%61lks", True),
        ("?q=talks", "?q=border", False),
        ("?speaker=a&speaker=b", "?speaker=b&speaker=a", False),
        ("?q=a&source=b", "?source=a&q=b", False),
        ("", "?", True),
    ],
)
def test_requests_share_a_tag_exactly_where_they_ask_the_same(client, one, other, same):
    path = "/api/v1/search"
    tag = client.get(path + one).headers["ETag"]
    assert (tagged(client, path + other, tag).status_code == 304) is same


def test_links_that_would_lead_elsewhere_are_another_answer(client):
    tag = client.get("/search").headers["ETag"]
    assert client.get("/search", base_url="http://other/").headers["ETag"] != tag
    assert client.get("/search", base_url="https://localhost/").headers["ETag"] != tag
    assert client.get("/search", base_url="http://localhost/below/").headers["ETag"] != tag


def test_other_settings_are_another_answer(engine):
    def tag(**overrides):
        settings = load_settings(overrides=overrides)
        return create_app(engine, settings).test_client().get("/search").headers["ETag"]

    assert tag() == tag()
    assert tag(**{"server.name": "Another"}) != tag()


@pytest.mark.parametrize(
    "address", ["/healthz", "/readyz", "/metrics", "/api/v1/search?page=9999"]
)
def test_what_is_of_this_moment_or_no_answer_has_no_tag(client, address):
    assert "ETag" not in client.get(address).headers


def test_anything_at_all_is_no_reason_to_say_that_nothing_changed(client):
    assert tagged(client, "/articles/nothing", "*").status_code == 404
    assert tagged(client, "/search", "*").status_code == 200


def test_mistakes_are_told_again_and_again(client):
    tag = client.get("/api/v1/search").headers["ETag"]
    assert tagged(client, "/api/v1/search?colour=red", tag).status_code == 400


def test_versioned_assets_are_kept_for_good_and_others_asked_for_again(client):
    (style,) = re.findall(
        r'/static/style\.css\?[^"]+', client.get("/search").get_data(as_text=True)
    )
    assert client.get(style).headers["Cache-Control"].endswith("immutable")
    plain = client.get(style.partition("?")[0])
    assert plain.headers["Cache-Control"] == "no-cache"
    assert tagged(client, style, plain.headers["ETag"]).status_code == 304


def test_a_change_of_other_names_is_a_new_answer(engine, tmp_path):
    file = tmp_path / "aliases.toml"
    file.write_text("")
    names = AliasFile(file)
    client = create_app(engine, Settings(), aliases=names).test_client()
    tag = client.get("/search?q=talks").headers["ETag"]
    file.write_text('same = [["talks", "palaver"]]')
    names.settled()
    again = tagged(client, "/search?q=talks", tag)
    assert again.status_code == 200
    file.write_text("# nothing")
    names.settled()
    assert tagged(client, "/search?q=talks", tag).status_code == 304


def test_names_that_change_while_an_answer_is_made_leave_it_untagged(engine, tmp_path):
    file = tmp_path / "aliases.toml"
    file.write_text("")
    names = AliasFile(file)
    client = create_app(engine, Settings(), aliases=names).test_client()

    def change():
        file.write_text('same = [["talks", "palaver"]]')
        os.utime(file, ns=(1, 1))
        names.settled()

    engine.during(2, change)
    assert "ETag" not in client.get("/search?q=talks").headers


def test_what_is_streamed_before_a_generation_was_asked_has_no_tag(engine):
    app = create_app(engine, Settings())

    @app.get("/late")
    def late():
        return (text for text in ("a", "b"))

    assert "ETag" not in app.test_client().get("/late").headers


ARTICLES = made_up_articles(3)
ADDRESSES = ("/api/v1/search?in=articles&q=zzz+talks", "/api/v1/articles/a1")
CHANGES = st.lists(st.sampled_from([0, 1, 2, 3]), min_size=1, max_size=2)
STEPS = st.lists(
    st.tuples(st.sampled_from(ADDRESSES), st.none() | st.tuples(st.integers(1, 4), CHANGES)),
    min_size=2,
    max_size=6,
)


@given(STEPS)
@settings(max_examples=50)
def test_whatever_is_published_or_undone_meanwhile_one_tag_is_one_answer(steps):
    engine = Counting(ARTICLES[:1])
    client = create_app(engine, Settings()).test_client()
    answers: dict[tuple[str, str], object] = {}
    kept: dict[str, str] = {}

    def change(counts):
        for count in counts:
            if count:
                engine.publish(ARTICLES[:count])
            elif engine.status().previous:
                engine.rollback()

    for address, meanwhile in steps:
        engine.meanwhile = {}
        possible = [contents(client.get(address))]
        if meanwhile:
            engine.during(meanwhile[0], lambda counts=meanwhile[1]: change(counts))
        response = tagged(client, address, kept.get(address))
        engine.meanwhile = {}
        possible.append(contents(client.get(address)))
        if response.status_code == 304:
            assert answers[address, kept[address]] in possible
        elif tag := response.headers.get("ETag"):
            said = contents(response)
            assert answers.setdefault((address, tag), said) == said
            kept[address] = tag
        else:
            assert meanwhile


def contents(response):
    """The body without what is of the moment."""
    body = response.get_json()
    body.pop("took_ms", None)
    return body


def test_each_of_several_questions_of_a_request_may_meet_a_new_generation(archive):
    address = "/api/v1/search?q=zzz+talks&in=articles"
    for number in itertools.count(1):
        engine = Counting(archive)
        client = create_app(engine, Settings()).test_client()
        engine.during(number, lambda engine=engine: engine.publish(archive[:5]))
        response = client.get(address)
        if engine.meanwhile:  # there are not so many questions
            break
        said = response.get_json()["index"]["generation"]
        tag = response.headers.get("ETag")
        if tag is not None:
            fresh = said == engine.generation()
            assert (tagged(client, address, tag).status_code == 304) is fresh
    assert number > 2


def test_the_engine_that_operations_ask_is_the_whole_engine(engine):
    from searchsvc.engine.contract import SearchRequest
    from searchsvc.web.manners.witness import Witness

    witness = Witness(engine)
    assert witness.search(SearchRequest()).ids == engine.search(SearchRequest()).ids
    assert witness.fetch(Collection.ARTICLES, "a1") == engine.fetch(Collection.ARTICLES, "a1")
    assert witness.frequencies(Collection.ARTICLES, ()) == ()
    assert witness.spellings(Collection.ARTICLES, "bordr") == engine.spellings(
        Collection.ARTICLES, "bordr"
    )
    assert witness.status() == engine.status()
    assert witness.generation() == engine.generation()


class Costly(Counting):
    """Refuses what comes after so many searches."""

    allowed = 1_000_000

    def _search(self, request, generation):
        self.allowed -= 1
        if self.allowed < 0:
            raise QueryTooCostly(800)
        return super()._search(request, generation)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/feed.atom?q=talks", 0),
        ("/feed.json?q=talks", 0),
        # Changes that would find more are no longer counted, nor names that stand for others.
        ("/api/v1/search?q=talks+border+harbour+summit+sanctions+trade&facets=none", 1),
        ("/search?q=talks+border+harbour+summit+sanctions+trade", 1),
    ],
)
def test_what_was_refused_for_its_cost_is_not_kept_for_good(archive, address, allowed):
    engine = Costly(archive)
    client = create_app(engine, Settings()).test_client()
    engine.allowed = allowed
    short = client.get(address)
    assert short.status_code == 200
    assert "ETag" not in short.headers
    engine.allowed = 1_000_000
    whole = client.get(address)
    assert whole.data != short.data
    assert tagged(client, address, whole.headers["ETag"]).status_code == 304
