"""Countries in running text: found by whatever stands for them, and by nothing else."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.countries import BODIES, COUNTRIES
from searchsvc.extract import find_countries
from searchsvc.model import MentionKind


def codes(text: str, day: dt.date | None = None) -> list[str]:
    return [mention.code for mention in find_countries(text, day=day)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("South Korea and North Korea signed.", ["KR", "KP"]),
        ("The North Korea-US summit ended.", ["KP", "US"]),
        ("It would involve the two Koreas and China.", ["KR", "KP", "CN"]),
        ("The talks involve both South and North Korea, and Russia.", ["KR", "KP", "RU"]),
        ("Peace on the Korean Peninsula.", ["KR", "KP"]),
        ("Inter-Korean talks.", ["KR", "KP"]),
        ("Korea resumed the South-North dialogue.", ["KR", "KR", "KP"]),
        ("A South-North divide in world trade.", []),
        ("N. Korea and S. Korea met.", ["KP", "KR"]),
        ("Korea won the match.", ["KR"]),
        ("Koreans and Russians visit.", ["KR", "RU"]),
        ("North Korea fired a missile. The North said it was a test.", ["KP", "KP"]),
        ("The North of England voted.", ["GB"]),
        ("Russian and the US", ["RU", "US"]),
        ("Moscow will cooperate with Seoul.", ["RU", "KR"]),
        ("Cheong Wa Dae and the Kremlin agreed.", ["KR", "RU"]),
        ("The White House, Downing Street and the Élysée.", ["US", "GB", "FR"]),
        ("Foggy Bottom told the Pentagon.", ["US", "US"]),
        ("A railway in Northeast Asia.", []),
        ("Let us go and tell us more.", []),
        ("The U.S. and the US.", ["US", "US"]),
        ("TELL US NOW", []),
        ("Michael Jordan, Jordan Smith", []),
        ("Jordan borders Syria.", ["JO", "SY"]),
        ("Jordan Foreign Ministry", ["JO"]),
        ("Chad borders Niger and Nigeria.", ["TD", "NE", "NG"]),
        ("Chad Kroeger", []),
        ("Turkey Day leftovers", []),
        ("Turkey and Syria", ["TR", "SY"]),
        ("Turkey was on the Thanksgiving table.", []),
        ("Georgia and Armenia are neighbours of Azerbaijan.", ["GE", "AM", "AZ"]),
        ("Georgia and South Carolina vote on Super Tuesday, Atlanta above all.", []),
        ("Papua New Guinea, Equatorial Guinea and Guinea-Bissau", ["PG", "GQ", "GW"]),
        ("Guinea pigs in Guinea", ["GN"]),
        ("The Czechs and the Poles met Bosnian Serbs.", ["CZ", "PL", "BA"]),
        ("Serbs and Bosnian Croats left Sarajevo.", ["RS", "BA", "BA"]),
        ("Congo: the army left Kinshasa.", ["CD", "CD"]),
        ("Congo: the army left Brazzaville.", ["CG", "CG"]),
        ("Ireland and Northern Ireland", ["IE", "GB"]),
        ("The South China Sea and the East China Sea", []),
        ("The Indian Ocean and Indiana", []),
        ("New Mexico borders Mexico.", ["MX"]),
        ("The Panama Papers named people in Panama.", ["PA"]),
        ("The Washington Post, George Washington and Denzel Washington", []),
        ("Washington state and western Washington", []),
        ("Washington and Beijing agreed.", ["US", "CN"]),
        ("Brussels told the European Union members.", ["eu", "eu"]),
        ("Brussels is the capital of Belgium.", ["BE", "BE"]),
        ("Paris Hilton, French fries", []),
        ("Dutch Ruppersberger", []),
        ("The Dutch and the Danish", ["NL", "DK"]),
        ("He speaks Russian. She answered in French.", []),
        ("In Russian cities people wait.", ["RU"]),
        ("Lebanon, N.H., and Paris, Texas", []),
        ("American Indians and Native Americans", []),
        ("Latin American leaders met American envoys.", ["latin-america", "US"]),
        ("Sino-Russian trade", ["CN", "RU"]),
        ("The Soviet grain buyers of Moscow", ["SUHH", "SUHH"]),
        (
            "Soviet tanks once stood in Moscow; Russia's do now, and Russia pays.",
            ["SUHH", "RU", "RU", "RU"],
        ),
        ("The Soviet Union and East Germany", ["SUHH", "DDDE"]),
        ("West Germany is Germany.", ["DE", "DE"]),
        ("NORTH KOREA FIRES MISSILE OVER JAPAN", ["KP", "JP"]),
        ("Hong Kong, Taiwan and Macau", ["HK", "TW", "MO"]),
        ("the Republic of Korea and the Republic of China", ["KR", "TW"]),
        ("post-Soviet trade", []),
        ("Putin’s Russia", ["RU"]),
        ("Omanis in Oman", ["OM", "OM"]),
        ("Romania is not Oman.", ["RO", "OM"]),
        ("Royal Dutch paid the Bank of Tokyo.", []),
        ("North American and Pan American trade", []),
        ("He paid 9 million Swiss francs, 400 U.S. dollars and 3.5 Canadian dollars.", []),
        ("The Swiss franc and the U.S. dollar fell.", ["CH", "US"]),
        ("9 million Swiss voters", ["CH"]),
        ("New Jersey and Jersey City", []),
        ("Georgia and its County courts", []),
        ("The Rada met. Ukraine's Rada met.", ["UA", "UA", "UA"]),
        ("Nippon Tools sold the Paris pact to East London.", []),
        ("Union Tools <UK> rose, and <US> did not; UK banks fell.", ["GB"]),
        ("", []),
    ],
)
def test_a_text_names_these_countries(text, expected):
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The EU and the U.N. met NATO.", ["eu", "un", "nato"]),
        ("European Union leaders", ["eu"]),
        ("The European Commission, the euro zone and the ECB", ["eu", "eurozone", "eurozone"]),
        ("ASEAN and the African Union", ["asean", "african-union"]),
        ("the upcoming G20 summit", []),
        ("The G20 pledged money. G7 members did not.", ["g20", "g7"]),
        ("The UN Security Council and the Security Council", ["un", "un"]),
        ("The U.N. met; the Russian Security Council did not.", ["un", "RU"]),
        ("The Security Council met.", []),
        ("The AU spoke; the African Union did.", ["african-union", "african-union"]),
        ("EC farm prices; the European Community", ["eu", "eu"]),
        ("An EC of no meaning", []),
        ("the Middle East and the Gulf states", ["middle-east", "gulf-states"]),
        ("Peace in the Balkans and in Central Asia", ["balkans", "central-asia"]),
        ("The Nordic countries and Scandinavia", ["nordic-countries", "nordic-countries"]),
        ("sub-Saharan Africa", ["sub-saharan-africa"]),
        ("MIDDLE EAST TALKS", ["middle-east"]),
        ("Who is it? WHO?", []),
        ("a European, an Asian and an African", []),
        ("Caribbean Sea", []),
        ("neuroeuropean", []),
    ],
)
def test_a_text_names_bodies_and_regions_as_such(text, expected):
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("Moscow and the Kremlin", 1987, ["SUHH", "SUHH"]),
        ("Moscow and the Kremlin", 1992, ["RU", "RU"]),
        ("Russians and RUSSIAN", 1987, ["SUHH", "SUHH"]),
        ("Moscow, Idaho", 1987, []),
        ("Prague and the Czechs", 1970, ["CSHH", "CSHH"]),
        ("Prague and the Czechs", 1999, ["CZ", "CZ"]),
        ("Belgrade", 1987, ["YUCS"]),
        ("Belgrade", 2004, ["CSXX"]),
        ("Belgrade", 2018, ["RS"]),
        ("Hanoi", 1968, ["VDVN"]),
        ("Hanoi", 1987, ["VN"]),
        ("Congo", 1987, ["CG"]),
        ("Congo", 2018, ["CD"]),
        ("Zaire, Burma and Swaziland", 1987, ["CD", "MM", "SZ"]),
        ("Zaire, Burma and Swaziland", 2018, ["CD", "MM", "SZ"]),
        ("East Germany and West Germany", 2018, ["DDDE", "DE"]),
        ("The Soviet Union and Yugoslavia", 2018, ["SUHH", "YUCS"]),
        ("Macedonia, Turkey and Türkiye", 1987, ["MK", "TR", "TR"]),
        ("Aden and Sanaa", 1987, ["YDYE", "YE"]),
        ("Aden and Sanaa; the Gulf of Aden", 2018, ["YE", "YE"]),
    ],
)
def test_what_a_state_was_called_goes_by_the_day_of_the_article(text, year, expected):
    assert codes(text, dt.date(year, 6, 30)) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Russia", MentionKind.NAME),
        ("Russian", MentionKind.DEMONYM),
        ("Moscow", MentionKind.CAPITAL),
        ("Kremlin", MentionKind.HOUSE),
    ],
)
def test_a_mention_tells_how_it_refers(text, kind):
    assert [mention.kind for mention in find_countries(text)] == [kind]


PIECES = st.sampled_from(
    [
        *"Korea North South the two Koreas US U.S. Jordan Georgia Washington , . - ’s \n".split(),
        "Papua New Guinea",
        "Cheong Wa Dae",
        "\x00",
        "",
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text())
def test_mentions_of_any_text_lie_in_it_in_order_and_name_known_countries(text):
    mentions = find_countries(text)
    assert all(0 <= m.span.start < m.span.end <= len(text) for m in mentions)
    assert [m.span for m in mentions] == sorted(m.span for m in mentions)
    assert {m.code for m in mentions} <= set(COUNTRIES) | set(BODIES)
    for first, second in itertools.pairwise(mentions):
        assert first.span == second.span or first.span.end <= second.span.start
