"""What the words people type become, and that nothing a person can type is lost."""

from __future__ import annotations

import unicodedata

import pytest

from searchsvc.text import analyse, fold
from searchsvc.text.analysis import LONGEST

FOLDED = {
    "": "",
    " \n\t": "",
    "Sanctions": "sanctions",
    "US": "us",
    "U.S.": "us",
    "U.S": "us",
    "U. S.": "us",
    "u.s.": "us",
    "U.S.-led": "us led",
    "U.S.’s": "us",
    "US's": "us",
    "USA": "usa",
    "U.S.A.": "usa",
    "U.S.Army": "us army",
    "N.A.T.O.": "nato",
    "J. R. R. Tolkien": "jrr tolkien",
    "J.R.R. Tolkien": "jrr tolkien",
    "J. Smith": "j smith",
    "so.I went": "so i went",
    "p.m.": "pm",
    "10a.m.": "10 am",
    "e.g.,": "eg",
    "N. Korea": "n korea",
    "G-7": "g 7",
    "G7": "g 7",
    "P5+1": "p 5 1",
    "S-400": "s 400",
    "S400": "s 400",
    "F-16s": "f 16 s",
    "COVID-19": "covid 19",
    "3.5": "3 5",
    "10,000": "10000",
    "1,234,567.89": "1234567 89",
    "1,000,00": "1000 00",
    "10,0000": "10 0000",
    "1,2": "1 2",
    "$30": "$ 30",
    "US$30": "us $ 30",
    "30%": "30 %",
    "€5 ₩100 £2": "€ 5 ₩ 100 £ 2",
    "AT&T": "at t",
    "Kim Jong-un": "kim jong un",
    "Putin’s": "putin",
    "Putin's": "putin",
    "PUTIN'S": "putin",
    "’s": "s",
    "the 1990's": "the 1990",
    "the 1990s": "the 1990 s",
    "don't": "don t",
    "O’Brien": "o brien",
    "Sanʿa": "san a",
    "Cote d'Ivoire": "cote d ivoire",
    "Côte d’Ivoire": "cote d ivoire",
    "Türkiye": "turkiye",
    "TÜRKIYE": "turkiye",
    "Turkiye": "turkiye",
    "İstanbul Işık": "istanbul isik",
    "Straße": "strasse",
    "Ærø Øresund Łódź Đà": "aero oresund lodz da",
    "Əliyev": "aliyev",
    "Ελλάδα": "ελλαδα",
    "Россия": "россия",
    "кофейня": "кофеиня",
    "السُّعودية": "السعودية",
    "שָׁלוֹם": "שלום",
    "हिन्दी": "हिन्दी",
    "ภาษา": "ภ า ษ า",
    "북한의": "북 한 의",
    "北京": "北 京",
    "カタガナ": "カ タ ガ ナ",
    "ｆｕｌｌ１２％": "full 12 %",
    "ﬁn": "fin",
    "٣٠": "30",
    "x²": "x 2",
    "3½": "3 ½",
    "Ⅷ": "ⅷ",
    "👍🏽 ok": "👍 ok",
    "❤️": "❤",
    "30°C": "30 ° c",
    "co\u00adoperate": "cooperate",
    "zero\u200bwidth": "zero width",
    "\ufeffstart": "start",
    "#tag @name a_b": "tag name a b",
    "http://x.org/a?b=1": "http x org a b 1",
    "Microsoft® Windows™": "microsoft windows",
    "+ = < > | ~ ^ … — “”": "",
    "a\x00b": "a b",
}


@pytest.mark.parametrize("text", FOLDED, ids=ascii)
def test_a_text_gives_these_terms(text):
    assert " ".join(token.folded for token in analyse(text)) == FOLDED[text]


@pytest.mark.parametrize(
    ("text", "cased"),
    {
        "US": "US",
        "U.S.": "US",
        "U. S.": "US",
        "us": "",
        "Us": "",
        "WHO": "WHO",
        "who": "",
        "the WHO said": "WHO",
        "WHO chief": "WHO",
        "W.H.O.": "WHO",
        "UN": "UN",
        "Jong-un": "",
        "the IT firm": "IT",
        "IT IS SAID": "",
        "MAN WHO SHOT": "",
        "AND SO IT": "",
        "THE W.H.O. SAYS": "WHO",
        "US FDA": "US",
        "TRUMP TELLS US ALLIES": "US",
        "IS militants": "IS",
        "New START talks": "START",
        "USA": "",
    }.items(),
)
def test_capitals_are_kept_only_where_they_tell_something(text, cased):
    assert " ".join(token.cased for token in analyse(text) if token.cased) == cased


def test_stems_unite_the_forms_of_a_word():
    stems = {token.stem for token in analyse("sanction sanctions Sanctioned sanctioning")}

    assert stems == {"sanction"}


def test_numbers_and_foreign_words_are_their_own_stems():
    assert [token.stem for token in analyse("10,000 Россия 北 $")] == [
        "10000",
        "россия",
        "北",
        "$",
    ]


# Deprecated or decorative: what stands for an apostrophe, for broken text, for a trademark.
NO_TERM = {0xAE, 0x149, 0x374, 0x1E9A, 0x2120, 0x2122, 0xFFFC, 0xFFFD, *range(0x2B9, 0x2C0)}


SEARCHABLE = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Sc", "So"}


def test_every_letter_number_and_symbol_has_a_term_that_is_found_again_when_typed():
    """The printer of queries writes terms; reading them must give the same terms."""
    lost, changed = [], []
    for code in (
        *range(0x3100),
        *range(0xA000, 0xAC80),
        *range(0xD780, 0xD800),
        *range(0xE000, 0x20000),
    ):
        tokens = analyse(chr(code))
        if not tokens and code not in NO_TERM and unicodedata.category(chr(code)) in SEARCHABLE:
            lost.append(hex(code))
        terms = [token.folded for token in tokens]
        if [again.folded for term in terms for again in analyse(term)] != terms:
            changed.append(hex(code))

    assert lost == []
    assert changed == []


def test_a_run_longer_than_the_longest_is_cut_and_still_found():
    text = "a" * (2 * LONGEST + 5)

    assert [len(token.folded) for token in analyse(text)] == [LONGEST, LONGEST, 5]
    assert [token.end for token in analyse("7" * (LONGEST + 1))] == [LONGEST, LONGEST + 1]


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "1,", "111,", "\u0301", "a\u0301", "漢", "'s", "é", "U. ", "a1", "\u200d", "ß"],
    ids=ascii,
)
def test_a_long_text_without_spaces_gives_terms_of_bounded_length(piece):
    tokens = analyse(piece * (100_000 // len(piece)))

    assert all(0 < len(token.folded) <= LONGEST for token in tokens)


def test_folding_leaves_what_is_no_letter_where_it_is():
    assert fold("Côte d’Ivoire (Élysée)") == "cote d’ivoire (elysee)"
