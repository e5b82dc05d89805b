"""How a query was understood is told in the language of the page, and in English as it always was."""

from __future__ import annotations

import pytest

from searchsvc.model import Collection
from searchsvc.query import parse
from searchsvc.web.language import ENGLISH, language_of, speaking
from searchsvc.web.understood import understood


def read(text: str, code: str, collection: Collection = Collection.STATEMENTS) -> list[str]:
    tokens = parse(text, collection).reading.tokens
    with speaking(language_of(code)):
        return [understood(token) for token in tokens if token.read_as]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"white house"', ["구 “white house”"]),
        ('exact:"white house"~3', ["정확한 구 “white house”, 사이에 3단어까지"]),
        ("exact:talks", ["정확히 “talks”"]),
        ("tru*", ["“tru”(으)로 시작하는 말"]),
        ("w?ll", ["“w?ll” 모양의 말"]),
        ("trmp~1", ["“trmp”와(과) 1자까지 다른 말"]),
        ("country:Mexico", ["국가: 멕시코"]),
        ("-country:Mexico", ["제외", "국가: 멕시코"]),
        ("date:>=2016", ["날짜: 2016년 1월 1일부터"]),
        ("talks OR act:deny", ["talks", "또는", "발언 성격: 부인"]),
        ("and", ["and"]),
        ("everything", ["everything"]),
    ],
)
def test_in_korean(text: str, told: list[str]):
    assert read(text, "ko") == told


def test_in_english_it_is_what_the_reading_says():
    for text in ('"a b"', "country:DPRK", "x OR -y", "date:2016..2017", "tru*"):
        expected = [
            token.read_as
            for token in parse(text, Collection.ARTICLES).reading.tokens
            if token.read_as
        ]
        assert read(text, ENGLISH.code, Collection.ARTICLES) == expected
