"""The packaged sample archive reads without a reject and says of itself that it is invented."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from searchsvc.corpus import Archive
from searchsvc.errors import CorpusError
from searchsvc.model import DateOrigin, TitleOrigin
from searchsvc.settings import Settings
from searchsvc.stories import story_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.model import Article

SAMPLE = Path(str(files("searchsvc"))) / "sample"
MOST_BYTES = 600_000

# How many articles each folder or file of the archive holds, the notice among them.
ARTICLES = {
    "NOTICE.txt": 1,
    "hanul-daily-sample": 16,
    "harbour-courier-sample": 13,
    "steppe-gazette": 7,
    "bosphorus-ledger": 7,
    "wire-export": 15,
    "archipelago-times": 6,
    "corridor-dispatch-sample.zip": 3,
}
FORMS = {".txt": 30, ".html": 14, ".jsonl": 1, ".csv": 1, ".zip": 1}
YEARS = {None: 6, 2015: 7, 2016: 12, 2017: 15, 2018: 14, 2019: 14}

# The publishers where each folder or file is an input of its own.
SOURCES = {
    "sample": 1,
    "hanul-daily-sample": 16,
    "harbour-courier-sample": 13,
    "The Steppe Gazette (sample)": 7,
    "Bosphorus Ledger (sample)": 7,
    "Two Rivers Monitor (sample)": 8,
    "The Meridian Review (sample)": 7,
    "Archipelago Times (sample)": 6,
    "corridor-dispatch-sample": 3,
}

# One line of each text layout's furniture and of what surrounds the story on each site's pages.
FURNITURE = (
    "Most read",
    "Subscribe to",
    "Share this story",
    "Text size",
    "Share on",
    "Home | World",
    "We use cookies",
    "Camel festival",
    "Sign in to",
    "Print this page",
    "is an invented newspaper",
    "is a made-up newspaper",
    "read by dozens",
)

# Matches "By Ma Ye-rin" and "| The port in May"; must not match "By noon, 2,300 people".
SURROUNDING = re.compile(r"\||By [A-Z]|Publish|Post")


def read_all(inputs: Sequence[Path]) -> tuple[Article | CorpusError, ...]:
    archive = Archive(tuple(map(str, inputs)), Settings())
    found: list[Article | CorpusError] = []
    for file in archive.files():
        found.extend([file] if isinstance(file, CorpusError) else archive.read(file))
    return tuple(found)


@pytest.fixture(scope="module")
def read() -> tuple[Article | CorpusError, ...]:
    return read_all([SAMPLE])


@pytest.fixture(scope="module")
def articles(read) -> tuple[Article, ...]:
    return tuple(item for item in read if not isinstance(item, CorpusError))


@pytest.fixture(scope="module")
def news(articles) -> tuple[Article, ...]:
    """All articles but the notice."""
    return tuple(article for article in articles if article.path != "NOTICE.txt")


def by_title(articles: Sequence[Article], opening: str) -> Article:
    (article,) = (item for item in articles if item.title.startswith(opening))
    return article


def test_nothing_in_the_archive_is_rejected(read):
    assert [str(item) for item in read if isinstance(item, CorpusError)] == []


def test_every_folder_and_file_gives_the_articles_intended(articles):
    assert Counter(article.path.split("/")[0] for article in articles) == ARTICLES


def test_there_is_enough_to_try_the_service_with(news):
    assert len(news) >= 55
    assert len({article.source for article in news}) >= 5


def test_every_form_of_input_is_there():
    assert Counter(path.suffix for path in SAMPLE.rglob("*") if path.is_file()) == FORMS


def test_the_archive_stays_small():
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < MOST_BYTES


def test_the_zip_archive_tells_no_time_of_packing():
    with zipfile.ZipFile(SAMPLE / "corridor-dispatch-sample.zip") as packed:
        assert {item.date_time for item in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_each_folder_as_an_input_of_its_own_is_a_source_of_its_own():
    found = read_all(sorted(SAMPLE.iterdir()))
    assert [str(item) for item in found if isinstance(item, CorpusError)] == []
    assert Counter(item.source for item in found if not isinstance(item, CorpusError)) == SOURCES


def test_the_notice_can_be_found_and_says_that_all_is_invented(articles):
    notice = by_title(articles, "About the sample archive: every word of it is invented")
    assert "made up" in notice.body
    assert notice.date is None


def test_every_source_says_that_it_is_a_sample(articles):
    assert {article.source for article in articles if "sample" not in article.source} == set()


def test_every_address_is_reserved_for_examples(articles):
    hosts = {article.url.split("/")[2] for article in articles if article.url}
    mails = {article.byline_email for article in articles if article.byline_email}
    assert hosts
    assert mails
    assert [name for name in hosts | mails if not name.endswith("example.org")] == []


def test_every_article_is_a_stretch_of_prose(articles):
    lengths = {article.id: len(article.body.split()) for article in articles}
    assert {key: count for key, count in lengths.items() if not 100 <= count <= 480} == {}


def test_no_body_or_title_holds_page_furniture(news):
    left = [
        (article.id, line)
        for article in news
        for line in FURNITURE
        if line in article.body or line in article.title
    ]
    assert left == []


def test_no_caption_byline_or_date_line_is_left_in_a_body(news):
    left = [
        (article.id, paragraph)
        for article in news
        for paragraph in article.body.split("\n\n")
        if SURROUNDING.match(paragraph) or "example.org" in paragraph
    ]
    assert left == []


def test_one_article_has_no_title_and_borrows_its_first_sentence(articles):
    (article,) = (a for a in articles if a.title_origin is TitleOrigin.FIRST_SENTENCE)
    assert article.path.endswith("20181120-spare-parts.txt")
    assert article.body.startswith(article.title)


def test_the_years_are_covered_and_some_articles_have_no_date(articles):
    years = Counter(item.date.day.year if item.date else None for item in articles)
    assert years == YEARS


@pytest.mark.parametrize(
    ("title", "date", "origin"),
    [
        ("N. Korea hints at pause", "2016-02-11T21:15", DateOrigin.DATE_LINE),
        ("Four governments agree on", "2017-03-14T23:10", DateOrigin.DATE_LINE),
        ("One seal, five countries", "2018-04-12T17:44", DateOrigin.DATE_LINE),
        ("Whitcombe leaves Pyongyang", "2019-02-28T22:37", DateOrigin.DATE_LINE),
        ("“The brake shoes have", "2018-11-20T18:05", DateOrigin.DATE_LINE),
        ("Eighteen sailors held", "2016-08-19T07:15", DateOrigin.DATE_LINE),
        ("Brussels opens inquiry", "2017-06-30T18:20", DateOrigin.DATE_LINE),
        ("Garside takes", "2019-09-09", DateOrigin.DATE_LINE),
        ("Test train reaches Almaty", "2017-11-08", DateOrigin.DATE_LINE),
        ("The lock comes off at Oybek", "2018-02-21T12:10", DateOrigin.METADATA),
        ("Seven flags, one railway", "2018-10-18T17:05", DateOrigin.METADATA),
        ("Brazil's first wheat", "2018-03-15T11:15", DateOrigin.METADATA),
        ("Drought puts the grain", "2019-08-20", DateOrigin.DATELINE),
        ("U.N. envoy brings", "2017-10-09T14:00", DateOrigin.INPUT),
        ("Sanctions relief, six months", "2016-01-18", DateOrigin.INPUT),
        ("Jakarta, Hanoi name", "2016-06-07", DateOrigin.INPUT),
    ],
)
def test_dates_are_read_as_intended(news, title, date, origin):
    found = by_title(news, title).date
    assert found is not None
    assert (found.isoformat(), found.origin) == (date, origin)


@pytest.mark.parametrize(
    "title",
    [
        "What counts as a missile?",
        "The man who clears his desk",
        "In praise of the spokesperson",
        "Hotline rings for the first time",
        "Eighty-five millimetres, explained",
    ],
)
def test_articles_that_do_not_say_when_stay_undated(news, title):
    assert by_title(news, title).date is None


@pytest.mark.parametrize(
    ("title", "byline", "agency"),
    [
        ("Four governments agree on", "Hwang Ji-sub", None),
        ("Korea, Mongolia to drop visas", "Ma Ye-rin", "Farwire"),
        ("Banks “too frightened”", "Nigel Ashdown and Rosalind Kember", None),
        ('"We count eighteen"', "Rosalind Kember", None),
        ("Eighteen sailors held", None, "Tidemark"),
        ("Ankara offers fast lane", "Defne Ulusoy", "Farwire"),
        ("Mongolia joins rail study", "Erdenechimeg Bold", None),
        ("Nairobi hopes for end", "Grace Muthoni Kibet", "Tidemark"),
        ("Indonesia tows 12", "Dewi Larasati", None),
    ],
)
def test_authors_and_wires_are_read_as_intended(news, title, byline, agency):
    article = by_title(news, title)
    assert (article.byline, article.agency) == (byline, agency)


def test_captions_are_kept_apart(news):
    assert by_title(news, "Eighteen sailors held").captions == (
        "The Meridian Pearl in the port of Mombasa in May. Tidemark",
    )
    assert by_title(news, "Seven flags").captions == (
        "Seven pens for seven signatures. Photo: Steppe Gazette",
    )


def test_old_encodings_come_out_as_letters(news):
    assert "Iran’s chief negotiator" in by_title(news, "Banks “too").body
    assert by_title(news, "Karadere: no S-400").body.startswith("Türkiye is not negotiating")


def test_some_rows_give_their_speakers_and_countries(news):
    pearl = by_title(news, "After the Pearl")
    assert pearl.speakers[0] == "Trinh Hoai An"
    assert len(pearl.speakers) == 5
    assert by_title(news, "The bridge at Oybek").countries == (
        "Uzbekistan",
        "Tajikistan",
        "Russia",
        "Japan",
    )


def test_a_report_of_an_agency_and_the_copy_that_a_newspaper_cut_are_one_story(news):
    report = by_title(news, "Ethiopia to fill Gibat Gorge")
    copy = by_title(news, "Six years to fill Gibat Gorge")
    assert report.source != copy.source
    assert report.agency == copy.agency == "Farwire"
    assert len(copy.body) < len(report.body)
    assert story_of(copy.body) == story_of(report.body)
    others = {story_of(each.body) for each in news if each not in (report, copy)}
    assert len(others) == len(news) - 2
