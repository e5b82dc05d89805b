"""What would find more: every number is the total behind its link, and nothing is done unasked."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.engine.contract import FieldFilter, SearchRequest
from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.errors import QueryTooCostly
from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.repairs import Asked, Kind, Limits, TextChange, repairs_for
from searchsvc.settings import Settings
from searchsvc.web import create_app, links
from searchsvc.web.parameters import SearchParameters
from tests.reference_engine import ReferenceEngine, filled
from tests.web.searches import searches

FUZZED_ENV = "SEARCHSVC_TEST_FUZZED"
FUZZED = int(os.environ.get(FUZZED_ENV, "300"))
"""Random queries asked; a full run takes 10,000."""
SEED = 20261122
PIECES = (
    *("AND", "OR", "NOT", "&&", "-", "!", "+", "(", ")", '"', "“", "”", "~", "~2", "*", "?", "|"),
    *("title:", "country:", "date:", "exact:", "none", "speaker:", "act:", "kind:", "foo:", "says:"),
    *("US", "U. S.", "Jong-un", "S-400", "10,000", "北京", "Türkiye", "é", "\u0301", "👍", "²", "İ"),
    *("sanctions", "sanctionss", "harbor", "har", "bour", "talks", "Jappan", "direct", "2016", "..", ">="),
    *("rosa", "quispee", "neutralharbour", "DPRK", "Cheong Wa Dae", "<b>", "\\", "%", "/", "the", "’s"),
)  # fmt: skip
WRONG = (
    *("sanctionss talks", "neutral harbor", '"another around of sanctions"', "har bour open"),
    *("neutralharbour", "speaker:quispee talks", "exact:sanction", '"sanctions talks"', "country:Jappan"),
    *("title:productive OR sanctions", "-talks sanctions zzz", "(zzz OR yyy) border", "har", "act:ask"),
    *("sanctionss talkss", "zzz border -sanctions", "talks AND (summit OR zzz) AND date:2016", "speaker:border", "DPRK zzz"),
)  # fmt: skip


@pytest.fixture(scope="module")
def over_whoosh(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build = WhooshIndexWriter(folder, keep=1).start_build(fresh=True)
    for article, statements in archive:
        build.add(article, statements)
    build.publish(rejects=0)
    engine = WhooshEngine(folder, Settings().search)
    yield create_app(engine, Settings()).test_client()
    engine.close()


@pytest.fixture(params=["reference", "whoosh"])
def asked(request, client, over_whoosh):
    """Fetches the JSON of an address over one of the engines."""
    chosen = client if request.param == "reference" else over_whoosh

    def fetch(address):
        response = chosen.get(address)
        assert response.status_code == 200, address
        return response.get_json()

    return fetch


def total_of(body):
    return body["total"][body["in"]]


def offers_of(body):
    meant = body["did_you_mean"]
    return ([meant] if meant else []) + body["repairs"]


def assert_true_counts(fetch, body):
    for offer in offers_of(body):
        there = fetch(offer["url"])
        assert total_of(there) == offer["total"], offer
        assert there["in"] == offer["in"]
        assert there["query"]["text"] == offer["text"]
        assert offer["total"] > total_of(body)


wrong_texts = st.sampled_from(WRONG) | st.lists(
    st.sampled_from(PIECES), min_size=1, max_size=6
).map(" ".join).map(str.strip)


@given(parameters=searches(texts=wrong_texts, most_fields=2), match=st.sampled_from(Match))
@settings(max_examples=250, deadline=None)
def test_every_number_offered_is_the_total_behind_its_link(client, over_whoosh, parameters, match):
    address = links.address("/api/v1/search", links.matched(parameters, match))
    offered = []
    for chosen in (client, over_whoosh):

        def fetch(address, chosen=chosen):
            response = chosen.get(address)
            assert response.status_code == 200, address
            return response.get_json()

        body = fetch(address)
        assert_true_counts(fetch, body)
        offered.append((body["did_you_mean"], body["repairs"], body["repairs_uncounted"]))
    assert offered[0] == offered[1]


@pytest.mark.parametrize("text", WRONG)
def test_the_page_offers_what_the_json_does(page, data, text):
    address = links.address("/search", links.reworded(SearchParameters(), text))
    shown, body = page(address), data(f"/api/v1{address}")
    link = shown.css_first(".meant a")
    meant = body["did_you_mean"]
    assert (link and link.text()) == (meant and meant["text"])
    said = [
        (offer.css_first("a").attributes["href"], offer.css_first(".found").text())
        for offer in shown.css(".wider li, .meant")
    ]

    def counted(offer):
        noun = offer["in"].removesuffix("s") if offer["total"] == 1 else offer["in"]
        return offer["url"].removeprefix("/api/v1"), f"{offer['total']:,} {noun}"

    assert said == [counted(offer) for offer in offers_of(body)]
    assert len({url for url, _ in said}) == len(said)


@pytest.mark.parametrize(
    ("text", "kind", "change", "meant"),
    [
        ("exact:sanction", "exact", "sanction", "sanction"),
        ('"sanctions talks"', "phrase", "sanctions talks", "sanctions talks"),
        ("speaker:border", "field", "border", "border"),
        ("har", "prefix", "har*", "har*"),
        ("zzz border", "word", "zzz", "border"),
        ("(zzz OR yyy) border", "word", "(zzz OR yyy)", "border"),
        ("zzz OR yyy AND border", "word", "yyy", "zzz OR border"),
        ("zzz border sanctions", "any", "", "zzz border sanctions"),
    ],
)
def test_each_kind_of_change_is_offered_where_it_helps(asked, text, kind, change, meant):
    body = asked(links.address("/api/v1/search", links.reworded(SearchParameters(), text)))
    assert total_of(body) == 0
    found = [offer for offer in body["repairs"] if offer["kind"] == kind]
    assert (change, meant) in [(offer["change"], offer["text"]) for offer in found]
    assert_true_counts(asked, body)


@pytest.mark.parametrize(
    ("query", "kind", "label", "change"),
    [
        ("q=talks&speaker=Nobody", "filter", "without", "Speaker: Nobody"),
        ("q=talks&speaker=Nobody&speaker=Nowhere", "filter", "without", "Speaker: Nobody or Nowhere"),
        ("q=talks&kind=direct&kind.op=and", "filter", "without", "Kind: quoted"),
        ("q=talks&not.kind=mixed&not.kind=direct&not.kind=indirect", "filter", "no longer leaving out", "Kind: partly quoted"),
        ("q=talks&date.from=1990&date.to=1991", "date", "without", "Date: from 1990 to 1991"),
        ("q=talks&date.from=1990&date.to=1991", "date", "without", "Date: to 1991"),
        ("q=talks&date.from=2090", "date", "without", "Date: from 2090"),
        ("q=zzz&kind=direct", "text", "without any of the words", ""),
        ("q=title:border&in=statements&country=PE&kind=direct&speaker=Halla+Ragnars&date.from=2015-01-01&date.to=2015-01-02", "date", "without", "Date: from 1 January 2015 to 2 January 2015"),
    ],
)  # fmt: skip
def test_filters_dates_and_the_text_are_offered_to_be_dropped(asked, query, kind, label, change):
    body = asked(f"/api/v1/search?{query}")
    assert total_of(body) == 0
    found = [(offer["kind"], offer["label"], offer["change"]) for offer in offers_of(body)]
    assert (kind, label, change) in found
    assert_true_counts(asked, body)


def test_any_of_the_words_is_not_offered_where_leaving_one_away_finds_as_much(asked):
    for text in ("zzz border", "zzz border sanctions", "zzz yyy border sanctions"):
        body = asked(links.address("/api/v1/search", links.reworded(SearchParameters(), text)))
        kinds = {
            kind: [each["total"] for each in body["repairs"] if each["kind"] == kind]
            for kind in ("any", "word")
        }
        assert not set(kinds["any"]) & set(kinds["word"])
        assert kinds["any"] or kinds["word"]


def test_another_spelling_is_told_before_what_it_takes_the_place_of(page):
    (link,) = page("/search?q=bordr+OR+harbr").css(".wider li a[href*='q=bordr']")
    assert link.text() == "harbour instead of “harbr”"
    assert link.css_first("strong").text() == "harbour"


def test_one_of_several_values_any_of_which_would_do_is_not_offered_alone(asked):
    body = asked("/api/v1/search?q=talks&speaker=Nobody&speaker=Nowhere")
    assert [offer["change"] for offer in body["repairs"] if offer["kind"] == "filter"] == [
        "Speaker: Nobody or Nowhere"
    ]


def test_other_names_are_offered_where_they_were_switched_off(asked):
    body = asked("/api/v1/search?in=articles&q=ROK&expand=off")
    offers = [offer for offer in body["repairs"] if offer["kind"] == "names"]
    plain = asked("/api/v1/search?in=articles&q=ROK")
    assert bool(offers) == (total_of(plain) > total_of(body))
    assert_true_counts(asked, body)


def test_the_other_collection_is_offered_only_with_all_that_was_asked(asked):
    there = asked("/api/v1/search?q=lima+quiet")
    assert [offer["in"] for offer in there["repairs"] if offer["kind"] == "collection"] == [
        "articles"
    ]
    lost = asked("/api/v1/search?q=lima+quiet&act=say")
    assert not [offer for offer in lost["repairs"] if offer["kind"] == "collection"]
    ignored = asked("/api/v1/search?q=lima+quiet+act:say")
    assert not [offer for offer in ignored["repairs"] if offer["kind"] == "collection"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("sanctionss talks", "sanctions talks"),
        ("Sanctionss (talks)", "Sanctions (talks)"),
        ("speaker:quispee", "speaker:quispe"),
        ("country:Jappan", "country:Japan"),
        ("har bour neutral", "harbour neutral"),
        ("neutralharbour", '"neutral harbour"'),
        ('"neutral harber"', '"neutral harbour"'),
        ("sanctionss talkss", "sanctions talks"),
        ("sanctionss -zzz (Talkss) sanctionss", "sanctions -zzz (Talks) sanctions"),
        (
            'speaker:quispee "another around of sanctionss"',
            'speaker:quispe "another round of sanctions"',
        ),
    ],
)
def test_a_misspelled_word_is_asked_about_and_never_put_right(asked, text, meant):
    body = asked(links.address("/api/v1/search", links.reworded(SearchParameters(), text)))
    assert body["query"]["text"] == text
    assert total_of(body) == 0
    assert body["did_you_mean"]["kind"] == "spelling"
    assert body["did_you_mean"]["text"] == meant
    assert_true_counts(asked, body)


def test_nothing_is_asked_about_where_one_of_several_words_has_no_other_spelling(asked):
    body = asked("/api/v1/search?q=sanctionss+talkss+xqzvwk")
    assert body["nowhere"] == ["sanctionss", "talkss", "xqzvwk"]
    assert body["did_you_mean"] is None


def test_words_that_nothing_holds_are_named(asked, page):
    body = asked("/api/v1/search?q=talks+zzz+(yyy+OR+xxx)+-www+speaker:vvv+%22border+uuu%22")
    assert body["nowhere"] == ["zzz", "speaker:vvv", "uuu"]
    assert asked("/api/v1/search?q=talks+summit+neutral+border")["nowhere"] == []
    shown = page("/search?q=talks+zzz+%3Cyyy").css_first(".nothing p").text()
    assert shown.startswith("No statement holds zzz, none <yyy.")


def test_where_much_is_found_nothing_is_offered(asked):
    body = asked("/api/v1/search?q=sanctions")
    assert total_of(body) >= Settings().search.few_hits
    assert offers_of(body) == []


class Counting(ReferenceEngine):
    """Counts what it is asked."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def _search(self, request, generation):
        self.asked.append(request)
        return super()._search(request, generation)


def counting(archive):
    engine = Counting()
    build = engine.start_build(fresh=True)
    for article, statements in archive:
        build.add(article, statements)
    build.publish(rejects=0)
    return engine


def repaired(engine, text, *, few=5, most=24, filters=()):
    tree = parse(text, Collection.STATEMENTS).tree
    request = SearchRequest(Collection.STATEMENTS, tree, filters)

    def request_for(change):
        if not isinstance(change, TextChange):
            return None
        return SearchRequest(
            Collection.STATEMENTS, parse(change.text, Collection.STATEMENTS).tree, filters
        )

    asked = Asked(text, Match.ALL, request, engine.search(request).total)
    return engine.read(
        lambda reader: repairs_for(reader, asked, request_for, limits=Limits(few, most))
    )


@pytest.mark.parametrize("most", [0, 1, 5])
def test_no_more_searches_are_made_than_allowed_and_the_rest_is_told(archive, most):
    engine = counting(archive)
    text = "talks border harbour summit sanctions trade winter round"
    filters = (FieldFilter("speaker", any_of=("Nobody",)),)
    found = repaired(engine, text, most=most, filters=filters)
    counts = [request for request in engine.asked[1:] if request.filters == filters]
    assert len(counts) == most
    assert all(request.limit == 0 and not request.facets for request in engine.asked[1:])
    assert len(set(engine.asked)) == len(engine.asked)
    assert found.uncounted > 0


def test_nothing_is_tried_that_leaves_a_word_which_nothing_holds(archive):
    engine = counting(archive)
    found = repaired(engine, "talks zzz border")
    tried = [request.query for request in engine.asked]
    assert parse("talks border", Collection.STATEMENTS).tree in tried
    assert parse("zzz border", Collection.STATEMENTS).tree not in tried
    assert found.uncounted == 0
    two = counting(archive)
    assert repaired(two, "talks zzz yyy").found == ()
    assert len(two.asked) == 1 + len(("talks", "zzz", "yyy"))


def test_a_rare_word_beside_a_frequent_one_is_asked_about_although_it_is_found(archive):
    documents = list(archive)
    engine = filled(*documents)
    text = "sanctions OR borde"
    found = repaired(engine, text, few=1)
    assert found.found == ()
    assert found.did_you_mean is not None
    assert found.did_you_mean.change.kind is Kind.SPELLING
    assert found.did_you_mean.change.text == "sanctions OR border"


def test_a_frequent_word_is_never_asked_about(archive):
    assert repaired(filled(*archive), "sanctions", few=1).did_you_mean is None


def test_random_queries_are_answered_without_a_fault(over_whoosh):
    chance = random.Random(SEED)
    for number in range(FUZZED):
        text = chance.choice(("", " ")).join(chance.choices(PIECES, k=chance.randint(1, 10)))
        parameters = links.matched(
            SearchParameters(
                text=text.strip(), collection=tuple(Collection)[number % 2]
            ),
            chance.choice(tuple(Match)),
        )  # fmt: skip
        response = over_whoosh.get(links.address("/api/v1/search", parameters))
        assert response.status_code == 200, text
        for offer in offers_of(response.get_json()):
            assert offer["text"] == offer["text"].strip()
        if number % 10 == 0:
            assert over_whoosh.get(links.address("/search", parameters)).status_code == 200


class Spent(Counting):
    """The reference, whose questions may cost so many searches."""

    searches = 10_000

    def _search(self, request, generation):
        if self.searches < 1:
            raise QueryTooCostly(800)
        self.searches -= 1
        return super()._search(request, generation)


@pytest.mark.parametrize("searches", [1, 4, 9, 11])
def test_where_the_search_uses_up_what_it_may_cost_less_is_tried_and_that_is_told(
    archive, searches
):
    engine = Spent()
    build = engine.start_build(fresh=True)
    for article, statements in archive:
        build.add(article, statements)
    build.publish(rejects=0)
    text = "talks border harbour summit sanctions trade winter round"
    whole = repaired(engine, text)
    engine.searches = searches
    found = repaired(engine, text)
    assert found.uncounted > whole.uncounted
    assert set(found.found) <= set(whole.found)
    assert engine.searches == 0
