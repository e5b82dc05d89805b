"""The table of countries: complete, free of clashes, and resolved from whatever people write."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections import defaultdict

import pytest

from searchsvc.countries import BODIES, COUNTRIES, TRAPS, label, resolve

UN_MEMBERS = """
AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI CV KH CM CA CF
TD CL CN CO KM CG CD CR CI HR CU CY CZ KP DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE
GH GR GD GT GN GW GY HT HN HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE KI KW KG LA LV LB LS LR LY LI
LT LU MG MW MY MV ML MT MH MR MU MX FM MC MN ME MA MZ MM NA NR NP NL NZ NI NE NG MK NO OM PK PW PA
PG PY PE PH PL PT QA KR MD RO RU RW KN LC VC WS SM ST SA SN RS SC SL SG SK SI SB SO ZA SS ES LK SD
SR SE CH SY TJ TZ TH TL TG TO TT TN TR TM TV UG UA AE GB US UY UZ VU VE VN YE ZM ZW
""".split()
OTHERS = "TW XK PS VA HK MO GL PR GU AW BM KY VI VG NC PF FK GI FO".split()
FORMER = "SUHH YUCS CSXX DDDE CSHH YDYE VDVN ANHH".split()


def test_all_members_of_the_united_nations_are_there():
    assert len(UN_MEMBERS) == 193
    assert [code for code in UN_MEMBERS if code not in COUNTRIES] == []


def test_the_usual_others_and_former_states_are_there():
    assert [code for code in OTHERS + FORMER if code not in COUNTRIES] == []


def test_codes_have_two_letters_and_those_of_former_states_four():
    assert {code for code in COUNTRIES if len(code) != 2} == set(FORMER)
    assert all(code.isalpha() and code.isupper() for code in COUNTRIES)


def test_every_code_name_and_unsearched_name_resolves_to_its_own_country():
    wrong = [
        (country.code, name, resolve(name))
        for country in COUNTRIES.values()
        for name in (country.code, country.name, *country.names, *country.unsearched)
        if resolve(name) != country.code
    ]
    assert wrong == []


def test_no_phrase_stands_for_two_countries():
    owners = defaultdict(set)
    for country in COUNTRIES.values():
        for name in (
            country.name,
            *country.names,
            *country.demonyms,
            *country.capitals,
            *country.houses,
        ):
            owners[name].add(country.code)
    # Singapore and the like are their own capitals; only different countries would be a clash.
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("el-salvador", "SV"),
        ("west-germany", "DE"),
        ("West Germany", "DE"),
        ("east-germany", "DDDE"),
        ("ussr", "SUHH"),
        ("U.S.S.R.", "SUHH"),
        ("uk", "GB"),
        ("usa", "US"),
        ("uae", "AE"),
        ("yemen-demo-republic", "YDYE"),
        ("trinidad-tobago", "TT"),
        ("N. Korea", "KP"),
        ("the Netherlands", "NL"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("TÜRKIYE", "TR"),
        ("Koreans", "KR"),
        ("South Korean", "KR"),
        ("Iraqis", "IQ"),
        ("kr", "KR"),
        ("SU", "SUHH"),
        ("Zaire", "CD"),
        ("Burma", "MM"),
        ("Kampuchea", "KH"),
        ("Macedonia", "MK"),
        ("Jersey", "JE"),
        ("Korea, South", "KR"),
        ("Congo, Democratic Republic of the", "CD"),
        ("herzegovina", "BA"),
        ("Bosnian Serbs", "BA"),
        ("Czechs", "CZ"),
        ("  south   korea ", "KR"),
    ],
)
def test_names_codes_slugs_and_demonyms_resolve(name, code):
    assert resolve(name) == code


@pytest.mark.parametrize("name", ["", " ", "Atlantis", "Northeast Asia", "Europe", "Kremlin", "-"])
def test_what_is_no_country_resolves_to_nothing(name):
    assert resolve(name) is None


def test_a_label_is_the_display_name_and_an_unknown_value_stays_itself():
    assert label("KR") == "South Korea"
    assert label("DDDE") == "East Germany"
    assert label("Atlantis") == "Atlantis"


def test_traps_speak_of_words_that_are_looked_for():
    """A trap for a phrase that no table holds would never be asked."""
    known = set(TRAPS.elliptic) | set(TRAPS.groups)
    for country in (*COUNTRIES.values(), *BODIES.values()):
        for name in (
            country.name,
            *country.names,
            *country.demonyms,
            *country.capitals,
            *country.houses,
        ):
            known |= {name, name + "s"}
    words = {*TRAPS.neighbours, *TRAPS.readings, *TRAPS.eras}
    assert sorted(words - known) == []


def test_readings_and_groups_name_known_codes():
    codes = {code for group in TRAPS.groups.values() for code in group}
    codes |= {code for short in TRAPS.elliptic.values() for code in short.codes}
    for reading in TRAPS.readings.values():
        codes |= {reading.default, *(code for code, _ in reading.signs if code is not None)}
    codes |= {era.code for eras in TRAPS.eras.values() for era in eras}
    assert codes <= set(COUNTRIES) | set(BODIES)


def test_the_eras_of_a_word_do_not_overlap():
    for eras in TRAPS.eras.values():
        assert all(era.first < era.end for era in eras)
        in_order = sorted(eras, key=lambda era: era.first)
        assert all(one.end <= other.first for one, other in itertools.pairwise(in_order))


def test_bodies_and_regions_have_codes_that_no_country_can_have():
    assert not set(BODIES) & set(COUNTRIES)
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", code) for code in BODIES)


def test_bodies_resolve_by_code_and_names_and_have_a_label():
    for body in BODIES.values():
        for name in (body.code, body.name, *body.names, *body.unsearched):
            assert resolve(name) == body.code
        assert label(body.code) == body.name


def test_no_phrase_stands_for_a_body_and_anything_else():
    owners = defaultdict(set)
    for country in (*COUNTRIES.values(), *BODIES.values()):
        for name in (country.name, *country.names, *country.demonyms, *country.houses):
            owners[name].add(country.code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.archive
def test_every_place_of_the_reuters_stories_is_a_country(corpora):
    places = set()
    with gzip.open(corpora / "reuters21578" / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            places.update(json.loads(line)["places"])
    assert len(places) == 147
    assert sorted(place for place in places if resolve(place) is None) == []
