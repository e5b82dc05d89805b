"""Clean text and the offsets that lead back from it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.corpus.cleaning import clean
from searchsvc.corpus.decoding import decode
from searchsvc.corpus.traced import Traced, compose
from searchsvc.model import OffsetMap


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain text", "plain text"),
        ("a\u00a0b\u2009c\td", "a b c d"),
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\ne"),
        ("so\u00adft \u200bspace\ufeff \x00nul", "soft space nul"),
        ("Guant\u00c3\u00a1namo", "Guantánamo"),
        ("itâ€™s â€œherâ€\x9d", "it’s “her”"),
        ("cafe\u0301", "café"),
        ("Smith &amp; Sons &#8217;s &quot;deal&quot;", 'Smith & Sons ’s "deal"'),
        ("AT&T, S&P; and &nosuch;", "AT&T, S&P; and &nosuch;"),
        ("<b>bold</b> &amp; brash", "<b>bold</b> &amp; brash"),
        ('“curly” and "straight" … ‘marks’', '“curly” and "straight" … ‘marks’'),
        ("a lone \ud800 half", "a lone \ufffd half"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Standard Oil <SRD> &lt;deal&gt;", "Standard Oil <SRD> <deal>"),
    ],
)
def test_only_damage_is_repaired(raw: str, text: str):
    assert clean(raw).text == text


def test_offsets_lead_over_repaired_stretches():
    raw = "\ufeffIn Guant\u00c3\u00a1namo,\r\nhe said"
    traced = clean(raw)
    for word in ("In", "Guant", "namo", "he", "said"):
        assert traced.offsets.to_raw(traced.text.index(word)) == raw.index(word)
    accent = traced.offsets.to_raw(traced.text.index("á"))
    assert raw[accent : accent + 2] == "\u00c3\u00a1"


ODD = st.text(
    alphabet=st.sampled_from("ab .\n\r\t\u00a0\u00adÃ©â€™\u0301\u200b&amp;#39x<\x00\x85\ud800한"),
    max_size=80,
)


@given(ODD | st.text(max_size=80))
def test_what_is_clean_is_composed_readable_and_stays_as_it_is(raw: str):
    text = clean(raw).text
    assert unicodedata.is_normalized("NFC", text)
    text.encode("utf-8")
    assert not any(
        unicodedata.category(character) in ("Cc", "Cs") and character != "\n" for character in text
    )


@given(ODD | st.text(max_size=80))
def test_offsets_ascend_stay_inside_and_meet_the_same_letters(raw: str):
    traced = clean(raw)
    offsets = [traced.offsets.to_raw(place) for place in range(len(traced.text))]
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(raw) for offset in offsets)
    if "&" not in raw:
        for place, character in enumerate(traced.text):
            if character.isascii() and character.isalnum():
                # A letter may have lost or gained an accent with what follows it, nothing else.
                composed = unicodedata.normalize("NFD", raw[offsets[place]])
                assert composed[:1] == character or not raw.isascii()


@given(st.text(alphabet="abc\u00a0 \n", max_size=60))
def test_where_nothing_is_repaired_offsets_are_exact(raw: str):
    traced = clean(raw)
    assert len(traced.text) == len(raw)
    assert [traced.offsets.to_raw(place) for place in range(len(raw))] == list(range(len(raw)))


def edits_of(text: str):
    """Ascending edits of `text` that do not overlap."""
    cuts = st.lists(st.integers(0, len(text)), max_size=6, unique=True).map(sorted)
    return cuts.flatmap(
        lambda places: st.tuples(
            *(
                st.tuples(st.just(low), st.just(high), st.text("XY", max_size=3))
                for low, high in zip(places[::2], places[1::2], strict=False)
            )
        )
    )


@given(st.data())
def test_two_rounds_of_edits_lead_back_as_if_each_character_had_been_followed(data: st.DataObject):
    raw = data.draw(st.text("abcdefgh", max_size=30))
    once = Traced(raw).edited(data.draw(edits_of(raw)))
    twice = once.edited(data.draw(edits_of(once.text)))
    offsets = [twice.offsets.to_raw(place) for place in range(len(twice.text))]
    assert offsets == sorted(offsets)
    for place, character in enumerate(twice.text):
        if character in "abcdefgh":
            assert raw[offsets[place]] == character


def test_the_identity_composes_to_the_other_map():
    some = OffsetMap((0, 3), (2, 9))
    assert compose(some, OffsetMap((0,), (0,))) == some


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café au lait, said the minister — “no more”", "cp1252"),
        ("대통령은 14일 싱가포르에서 회담했다고 대변인이 말했다", "cp949"),
        ("Президент сказал, что переговоры продолжатся", "cp1251"),
        ("plain", "ascii"),
        ("Ærlig talt", "utf-8-sig"),
        ("Ærlig talt", "utf-16"),
        ("Ærlig talt", "utf-32"),
    ],
)
def test_text_is_decoded_whatever_it_was_written_in(text: str, encoding: str):
    assert decode(text.encode(encoding)) == text


def test_a_stray_byte_does_not_make_another_encoding_of_utf8():
    text = "“Sí”, dijo el señor Núñez. " * 20
    damaged = text.encode() + b"\xff end"
    assert decode(damaged).startswith(text)


@pytest.mark.parametrize("declared", ["cp1252", "no-such", "hex", "a\x00b"])
def test_a_declared_encoding_is_tried_and_may_be_nonsense(declared: str):
    assert decode("é".encode("cp1252"), declared=declared) == "é"


@given(st.binary(max_size=300))
def test_any_bytes_decode(data: bytes):
    decode(data)
