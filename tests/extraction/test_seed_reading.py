"""The two articles that the project started from, cell by cell of the table that describes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from searchsvc.corpus import Archive
from searchsvc.errors import CorpusError
from searchsvc.model import Article, DateOrigin, DatePrecision, TitleOrigin
from searchsvc.settings import Settings

UNDATED = "000_58f5a4662705265c.txt"
DATED = "001_5e78f7c56ecd2634.txt"


def read_folder(folder: Path) -> tuple[dict[str, Article], list[CorpusError]]:
    archive = Archive([str(folder)], Settings())
    articles, rejects = {}, []
    for file in archive.files():
        for item in [file] if isinstance(file, CorpusError) else archive.read(file):
            if isinstance(item, CorpusError):
                rejects.append(item)
            else:
                articles[item.path] = item
    return articles, rejects


@pytest.fixture(scope="module")
def seeds(corpora: Path) -> dict[str, Article]:
    return read_folder(corpora / "seeds")[0]


def raw_text(corpora: Path, name: str) -> str:
    return (corpora / "seeds" / name).read_bytes().decode()


def test_exactly_the_two_articles_are_read_and_the_readme_is_a_counted_reject(corpora: Path):
    articles, rejects = read_folder(corpora / "seeds")
    assert sorted(articles) == [UNDATED, DATED]
    assert [Path(reject.path).name for reject in rejects] == ["README.md"]
    assert "documentation" in rejects[0].reason


def test_furniture_above_the_title_is_dropped(seeds: dict[str, Article]):
    body = seeds[DATED].body
    assert "Send to" not in body
    assert body.startswith("Russian President Vladimir Putin said Friday")
    assert not any(line in ("From", "Send to") for line in body.split("\n"))


def test_no_paragraph_is_lost_and_nothing_else_is_left(corpora: Path, seeds: dict[str, Article]):
    undated = raw_text(corpora, UNDATED).split("\n")
    assert seeds[UNDATED].body.split("\n\n") == [undated[0], *undated[2:-1]]
    dated = [line for line in raw_text(corpora, DATED).split("\n") if line][4:]
    dated = [line.replace("\xa0", " ").removesuffix(" (Yonhap)").strip() for line in dated]
    assert seeds[DATED].body.split("\n\n") == dated


def test_a_title_that_stands_in_is_the_first_sentence_and_says_so(seeds: dict[str, Article]):
    article = seeds[UNDATED]
    assert article.title_origin is TitleOrigin.FIRST_SENTENCE
    assert article.title == article.body[: len(article.title)]
    assert article.title.endswith("spokesperson Kim Eui-kyeom said.")


def test_a_given_title_is_taken(seeds: dict[str, Article]):
    article = seeds[DATED]
    assert article.title_origin is TitleOrigin.GIVEN
    assert article.title == ("Putin promises 'productive' Russia role in denuclearizing N. Korea")
    assert article.title not in article.body


def test_an_article_without_a_date_stays_undated(seeds: dict[str, Article]):
    assert seeds[UNDATED].date is None


def test_the_date_line_gives_day_and_minute(seeds: dict[str, Article]):
    date = seeds[DATED].date
    assert date is not None
    assert (date.day, date.time) == (dt.date(2017, 5, 12), dt.time(22, 0))
    assert date.origin is DateOrigin.DATE_LINE
    assert date.precision is DatePrecision.MINUTE
    assert "22:00" not in seeds[DATED].body


def test_bylines_are_read_with_the_address_apart(seeds: dict[str, Article]):
    assert seeds[UNDATED].byline == "Choi He-suk"
    assert seeds[UNDATED].byline_email == "cheesuk@heraldcorp.com"
    assert seeds[DATED].byline == "Song Su-hyun"
    assert seeds[DATED].byline_email is None
    assert not any("By " in article.body[-60:] for article in seeds.values())


def test_the_credit_of_a_caption_is_not_the_agency_of_the_article(seeds: dict[str, Article]):
    assert seeds[UNDATED].agency is None
    assert seeds[DATED].agency == "Yonhap"
    assert "Yonhap" not in seeds[DATED].body


def test_the_line_with_a_vertical_bar_is_a_caption_and_no_body_text(seeds: dict[str, Article]):
    (caption,) = seeds[UNDATED].captions
    assert caption.startswith("President Moon Jae-in and Russian President")
    assert caption.endswith("on Wednedsay. Yonhap")
    assert "Singapore" not in seeds[UNDATED].body
    assert seeds[DATED].captions == ()


def test_quotation_marks_stay_as_they_were(seeds: dict[str, Article]):
    assert "“" in seeds[UNDATED].body
    assert '"' not in seeds[UNDATED].body
    assert '"productive"' in seeds[DATED].body


@pytest.mark.parametrize("name", [UNDATED, DATED])
def test_offsets_lead_back_to_the_same_characters(
    corpora: Path, seeds: dict[str, Article], name: str
):
    article, raw = seeds[name], raw_text(corpora, name)
    for offset, character in enumerate(article.body):
        if not character.isspace():
            assert raw[article.body_offsets.to_raw(offset)] == character


def test_the_source_is_the_folder_unless_the_settings_name_one(seeds: dict[str, Article]):
    assert {article.source for article in seeds.values()} == {"seeds"}
