"""Names in a query and what else they are called: which are found, which are left alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from searchsvc.aliases import built_in, expand, key_of
from searchsvc.aliases.entries import Entries, Name, written_otherwise
from searchsvc.aliases.expansion import MOST_OF_ONE, MOST_OTHERS
from searchsvc.aliases.persons import MOST, other_spellings
from searchsvc.aliases.table import RULES, Changes, changed, key_of_name, listed_groups
from searchsvc.errors import ConfigError
from searchsvc.identities.names import likeness, read_name
from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.query.reading import Use
from searchsvc.query.tree import And, DateRange, Not, Or, Phrase, Synonyms, Term
from searchsvc.text.stop_words import STOP_WORDS

ALL = frozenset(RULES)


def expanded(text, *, match=Match.ALL, names=None, **options):
    parsed = parse(text, Collection.ARTICLES, match=match)
    return expand(parsed, names or built_in(), **options)


def named(text, **options):
    """Key → other names, of what is looked for."""
    return {
        one.key: [other.name for other in one.others]
        for one in expanded(text, **options).reading.expansions
        if one.off is None
    }


def group(*names):
    return tuple(name if isinstance(name, Name) else Name(name) for name in names)


def test_there_are_as_many_groups_as_promised():
    assert len(listed_groups()) >= 300
    assert len(built_in().groups) >= 500


def test_no_name_is_listed_in_two_groups():
    owners: dict[tuple[str, ...], set[tuple[int, str]]] = {}
    for number, names in enumerate(listed_groups()):
        for name in names:
            owners.setdefault(key_of_name(name.text), set()).add((number, names[0].text))
    assert {key: owner for key, owner in owners.items() if len(owner) > 1} == {}


@pytest.mark.parametrize(
    "word",
    "us un it is who start ice aids salt the of and talks let march may general quad fed said".split(),
)
def test_common_words_have_no_other_names(word):
    assert named(word) == {}


def test_no_stop_word_is_a_name_or_another_name():
    names = built_in()
    looked_for = {one.folded[0] for one in sum(names.groups, ()) if len(one.folded) == 1}
    typed = {key[0] for key in names.typed if len(key) == 1}
    assert STOP_WORDS.isdisjoint(looked_for | typed)
    for word in STOP_WORDS:
        assert other_spellings(((word,),), ALL) == ()
    assert "said" not in {one.folded[0] for one in other_spellings((("saeed",),), ALL)}


@pytest.mark.parametrize(
    "text", ["is group", "new start", "number 10", "north", "korea", "republic", "house"]
)
def test_words_that_are_only_part_of_a_name_or_written_otherwise_have_none(text):
    assert named(text) == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("DPRK talks", "dprk"),
        ("the north korea desk", "north korea"),
        ("North\tKorea", "north korea"),
        ("(north korea)", "north korea"),
        ("speaker:(kim jong un)", "kim jong un"),
        ("title:DPRK", "dprk"),
        ("title: DPRK", "dprk"),
        ("un security council", "un security council"),
        ("UN SECURITY COUNCIL", "un security council"),
        ("Kim Jong-un's", "kim jong un"),
        ("north korea, iran?", "north korea"),
        ("a OR dprk", "dprk"),
        ("iran AND dprk", "dprk"),
    ],
)
def test_a_name_is_known_among_other_words(text, key):
    assert key in named(text)


@pytest.mark.parametrize(
    "text",
    [
        '"north korea"', '"DPRK"', "exact:DPRK", "exact:(north korea)", "-DPRK", "NOT (north korea)",
        "north OR korea", "north AND korea", "north -korea", "north ... korea", "(north) korea",
        "title:north korea", "north korea~", "nort* korea", "url:dprk", "country:DPRK", '"north" korea',
        "korea north",
    ],
)  # fmt: skip
def test_what_is_quoted_exact_left_out_or_torn_apart_stands_for_itself(text):
    parsed = parse(text, Collection.ARTICLES)
    expanded = expand(parsed, built_in())
    assert (expanded.tree, expanded.reading.expansions) == (parsed.tree, ())
    assert bool(expanded.reading.remarked) == text.startswith(
        ("-", "NOT")
    )  # that only what is typed is left out


@pytest.mark.parametrize("word", "att bis stl lpr dpr leu dia arf psi".split())
def test_words_and_symbols_in_small_letters_are_no_acronyms(word):
    assert named(word) == {}


def test_acronyms_that_are_words_in_small_letters_are_known_in_capitals():
    assert named("ATT") == {"att": ["Arms Trade Treaty"]}
    assert named("STL") == {"stl": ["Special Tribunal for Lebanon"]}


def test_a_state_and_its_islands_or_a_part_that_broke_away_are_two_things():
    assert "North Korea" in named("DPR Korea")["dpr korea"]
    assert "DPR Korea" in named("North Korea")["north korea"]
    assert named("DPR") == {}
    assert named("Trinidad") == named("Tobago") == {}
    found = [name for names in named("Trinidad and Tobago").values() for name in names]
    assert {"Trinidad", "Tobago"}.isdisjoint(found)


def test_the_longest_name_wins():
    assert list(named("UN Security Council")) == ["un security council"]
    assert list(named("people's republic of china")) == ["people republic of china"]
    assert list(named("Democratic People's Republic of Korea")) == [
        "democratic people republic of korea"
    ]
    assert list(named("US north korea kim jong un")) == ["us", "north korea", "kim jong un"]


def test_a_name_of_several_words_stays_loose_as_typed_and_its_others_are_phrases():
    tree = expanded("blue house talks").tree
    assert isinstance(tree, And)
    names, talks = tree.children
    assert isinstance(names, Synonyms)
    assert isinstance(talks, Term)
    assert isinstance(names.typed, And)
    assert [type(other) for other in names.others] == [Phrase, Phrase, Term]


def test_where_any_word_will_do_any_word_of_the_name_will():
    tree = expanded("blue house talks", match=Match.ANY).tree
    assert isinstance(tree, Or)
    assert isinstance(tree.children[0], Synonyms)
    assert isinstance(tree.children[0].typed, Or)


def test_what_a_document_has_anyway_is_not_looked_for_again():
    assert "People's Republic of China" not in named("China")["china"]
    assert "Great Britain" not in named("Britain")["britain"]
    assert "Kim Jong Un" not in named("Kim Jong-un")["kim jong un"]


def test_other_names_stand_under_the_same_field():
    tree = expanded("title:DPRK").tree
    assert isinstance(tree, Synonyms)
    fields = {other.field for other in tree.others if isinstance(other, Term | Phrase)}
    assert fields == {"title"}


def test_a_name_that_means_something_else_in_other_years_is_looked_for_in_its_own():
    tree = expanded("Ghana").tree
    (coast,) = tree.others
    assert isinstance(coast.children[1], DateRange)
    assert coast.children[1].last == dt.date(1957, 12, 31)
    assert (
        expanded("Ghana").reading.expansions[0].others[0].text
        == '("Gold Coast" date:<=1957-12-31)'
    )


def test_years_of_a_name_that_means_nothing_else_are_told_and_limit_nothing():
    (other,) = expanded("Turkey").reading.expansions[0].others
    assert (other.name, other.first, other.last) == ("Türkiye", 2022, None)
    (leaf,) = expanded("Turkey").tree.others
    assert isinstance(leaf, Term)


def test_a_name_within_a_longer_one_of_something_else_is_told_apart():
    tree = expanded("ROK").tree
    parts = [other for other in tree.others if isinstance(other, And)]
    assert [type(child) for child in parts[0].children] == [Phrase, Not]


def test_what_to_type_for_another_name_alone_is_read_as_that_name():
    for text in ("Ghana", "ROK", "ISIS", "P5+1", "DPRK", "Kim Jong Un", "Hezbollah", "UN"):
        tree = expanded(text).tree
        for node, other in zip(
            tree.others, expanded(text).reading.expansions[0].others, strict=True
        ):
            assert parse(other.text, Collection.ARTICLES).tree == node


def test_a_switched_off_name_is_told_and_not_looked_for():
    parsed = expanded("DPRK Burma", off={"dprk"})
    assert [(one.key, one.off) for one in parsed.reading.expansions] == [
        ("dprk", "switched off"),
        ("burma", None),
    ]
    assert [token.use for token in parsed.reading.tokens] == [Use.USED, Use.EXPANDED]
    assert expanded("DPRK Burma", on=False).tree == parse("DPRK Burma", Collection.ARTICLES).tree


def test_keys_do_not_depend_on_the_way_of_writing():
    assert key_of("U.S.") == key_of("us") == key_of(" US ") == "us"
    assert key_of("Kim Jong-un") == key_of("kim jong un")
    assert key_of("...") == ""


def test_no_query_looks_for_more_other_names_than_a_bound():
    parsed = expanded("Gaddafi Mohammed Muhammad Hussein Yusuf Qassem Said Zelensky DPRK Sisi")
    on = [one for one in parsed.reading.expansions if one.off is None]
    assert sum(len(one.others) for one in on) <= MOST_OTHERS
    assert all(len(one.others) <= MOST_OF_ONE for one in on)
    assert any(one.off and "at most" in one.off for one in parsed.reading.expansions)


# Names of persons.


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Kim Jong Un", "Kim Jong Eun"),
        ("Kim Jong-un", "Kim Jongun"),
        ("Kim Jongun", "Kim Jong Un"),
        ("Moon Jae-in", "Mun Jae In"),
        ("Park Geun-hye", "Pak Kun Hye"),
        ("Xi Jinping", "Xi Jin Ping"),
        ("Xi Jin-ping", "Xi Jinping"),
        ("Hu Jintao", "Hu Chin Tao"),
        ("Zelensky", "Zelenskyy"),
        ("Nazarbaev", "Nazarbayev"),
        ("Sergei", "Sergey"),
        ("al-Assad", "Assad"),
        ("el-Baradei", "Al Baradei"),
        ("Gaddafi", "Qadhafi"),
    ],
)
def test_names_of_persons_are_spelled_otherwise_by_rule(text, other):
    (others,) = named(text).values()
    assert other in others


@pytest.mark.parametrize(
    "text",
    [
        "in so far",
        "an in so",
        "song sung",
        "risky",
        "the sky",
        "al",
        "park in sun",
        "ma on",
        "park",
    ],
)
def test_words_that_only_look_like_syllables_are_no_names(text):
    assert named(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        *"said runoff payoff kickoff cutoff enrich yellow whisky maxim Runoff Payoff Enrich PAYOFF".split(),
        "Enrich Uranium", "Presidential Runoff", "enrich uranium", "whisky exports", "yellow press",
        "long range missile", "he made", "no human", "fan page", "sun rise", "long time",
    ],
)  # fmt: skip
def test_words_that_end_or_begin_as_names_do_are_no_names(text):
    assert parse(text, Collection.ARTICLES).tree == expanded(text).tree


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("talks with Kozlovsky", "Kozlovskiy"),
        ("sergei kozlovsky", "Kozlovskiy"),
        ("speaker:kozlovsky", "Kozlovskiy"),
        ("zelensky", "Zelenskyy"),
        ("Maxim", "Maksim"),
        ("trotskiy", "Trotsky"),
        ("talks with Maxim", "Maksim"),
        ("No Muhyon", "No Mu Hyon"),
        ("Long Jinping", "Long Jin Ping"),
        ("xi jinping", "Xi Jin Ping"),
    ],
)
def test_names_are_known_where_they_are_written_as_names(text, other):
    assert other in [name for names in named(text).values() for name in names]


def test_no_more_spellings_are_proposed_than_a_bound():
    families = ("kim", "lee", "park", "choi", "roh", "xi", "wang")
    syllables = ("jong", "un", "young", "hyun", "sung", "geun", "jin", "ping")
    for family in families:
        for first in syllables:
            for second in syllables:
                found = other_spellings(((family,), (first, second)), ALL)
                assert len(found) <= MOST
                assert len({one.folded for one in found}) == len(found)


def test_what_slavic_rules_propose_is_alike_by_the_rules_for_speakers():
    for family in ("Zelensky", "Trotskiy", "Nazarbayev", "Eltsin", "Lavrov", "Ermakov"):
        for one in other_spellings(((family.lower(),),), ALL):
            pair = read_name(f"Ivan {family}"), read_name(f"Ivan {one.name.text}")
            assert likeness(*pair) is not None


# Changes and errors.


def test_of_a_name_said_in_several_groups_that_are_joined_the_first_counts():
    names = changed(
        Changes(
            same=(
                group("Wharf Men", "Quay Men"),
                group(Name("Pier Men", last=1950), "Dock Men"),
                group("Quay Men", Name("Pier Men", last=1999)),
            )
        )
    )
    (others,) = (one.others for one in expanded("dock men", names=names).reading.expansions)
    assert {one.name: one.last for one in others} == {
        "Wharf Men": None,
        "Quay Men": None,
        "Pier Men": 1950,
    }


def test_a_name_is_told_apart_from_longer_names_of_other_groups_alone():
    names = changed(
        Changes(
            same=(
                group("Harbour Board of Quays", "HBQ"),
                group("Great Harbour Board of Quays", "Little Quays"),
                group("Harbour Board of Quays in Winter", "Winter Quays"),
                group("Upper Harbour Board of Quays", "HBQ"),
            )
        )
    )
    other = expanded("HBQ", names=names).tree.others[0]
    assert isinstance(other, And)
    apart = [child.child for child in other.children if isinstance(child, Not)]
    assert [leaf.folded[0] for leaf in apart if isinstance(leaf, Phrase)] == ["great"]


def test_a_new_group_joins_the_one_that_shares_a_name():
    names = changed(Changes(same=(group("Hermit Kingdom", "North Korea"),)))
    assert "North Korea" in named("hermit kingdom", names=names)["hermit kingdom"]
    assert "DPRK" in named("hermit kingdom", names=names)["hermit kingdom"]
    assert "Hermit Kingdom" in named("DPRK", names=names)["dprk"]


def test_groups_names_and_rules_can_be_dropped():
    assert named("Pentagon", names=changed(Changes(drop_groups=("department of defense",)))) == {}
    names = changed(Changes(drop_names=("Foggy Bottom",)))
    assert named("State Department", names=names) == {}  # of the others, each holds both words
    assert named("Foggy Bottom", names=names) == {}
    assert named("Zelensky", names=changed(Changes(drop_rules=("slavic",)))) == {}


def test_one_way_names_and_capitals():
    names = changed(
        Changes(
            same=(
                group("Harbour Board", replace(Name("HB"), capitals=True), replace(Name("Wharf Men"), typed=False)),
                group("Straits Accord", replace(Name("Lima Paper"), found=False)),
            )
        )
    )  # fmt: skip
    assert named("HB", names=names) == {"hb": ["Harbour Board", "Wharf Men"]}
    assert named("hb", names=names) == {}
    assert named("wharf men", names=names) == {}
    assert named("lima paper", names=names) == {"lima paper": ["Straits Accord"]}
    assert named("straits accord", names=names) == {}


def test_words_are_written_in_either_orthography():
    forms = [("Organization", "Organisation"), ("Labor", "Labour")]
    assert set(written_otherwise("World Labor Organization", forms)) == {
        "World Labour Organization",
        "World Labor Organisation",
        "World Labour Organisation",
    }
    assert list(written_otherwise("Laborers", forms)) == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("HB", "expected a list of groups"),
        (["HB"], "entry 1: expected a list of two names or more"),
        ([["HB"]], "entry 1: expected a list of two names or more"),
        ([["HB", 3]], "expected a name or {"),
        ([["HB", " "]], "expected a name, not"),
        ([["HB", "..."]], "must have 1 to 12 words"),
        ([["HB", 'the "board"']], "no quotation marks"),
        ([["HB", {"nme": "Board"}]], "unknown key nme; did you mean name?"),
        ([["HB", {"name": "Board", "from": "1989"}]], "`from` must be a year such as 1989"),
        ([["HB", {"name": "Board", "from": True}]], "`from` must be a year"),
        ([["HB", {"name": "Board", "until": 0}]], "`until` must be a year"),
        ([["HB", {"name": "Board", "from": 1990, "until": 1980}]], "swap the two"),
        ([["HB", {"name": "Board", "ambiguous": True}]], "add `from` or `until`"),
        ([["HB", {"name": "Board", "ambiguous": 1}]], "`ambiguous` must be true or false"),
        ([["HB", {"name": "Board", "only": "both"}]], '`only` is "typed" or "found"'),
        ([[{"name": "HB", "only": "found"}, {"name": "B", "only": "found"}]], "leads to another"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_with_its_place(value, message):
    with pytest.raises(ConfigError) as caught:
        Entries("names").groups(value, "same")
    assert message in str(caught.value)
    assert str(caught.value).startswith("names: same")
