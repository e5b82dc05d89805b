"""Plain text to title, story and what surrounds it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.corpus.furniture import FurnitureProfile
from searchsvc.corpus.prose import Reading, read_column_text, read_file_text, read_page_text
from searchsvc.model import DateOrigin

FIRST = "The envoy of Norland said on Friday that the talks had gone well."
SECOND = "Officials in Suland welcomed the visit."
STORY = f"{FIRST}\n\n{SECOND}"
TITLE = "Norland envoy returns to Suland"


def read(*blocks: str, furniture: frozenset[str] = frozenset()) -> Reading:
    return read_file_text("\n\n".join(blocks), furniture)


def test_title_date_byline_and_credit_are_told_from_the_story():
    reading = read(TITLE, "Nov. 14, 2018 - 17:48 By Ana Doe", FIRST, f"{SECOND} (Yonhap)")
    assert reading.title == TITLE
    assert reading.body == STORY
    assert reading.byline == "Ana Doe"
    assert reading.agency == "Yonhap"
    assert reading.date is not None
    assert (reading.date.day, reading.date.time) == (dt.date(2018, 11, 14), dt.time(17, 48))
    assert reading.date.origin is DateOrigin.DATE_LINE


@pytest.mark.parametrize(
    "labels", ["From\nSend to", "Print", "Politics", "Share\n\nFont size", "Home > World > Asia"]
)
def test_labels_above_the_title_are_furniture(labels: str):
    reading = read(labels, TITLE, "Nov. 14, 2018", STORY)
    assert (reading.title, reading.body) == (TITLE, STORY)


@pytest.mark.parametrize("labels", ["Print\nShare", "From\nSend to"])
def test_buttons_above_a_story_without_title_are_furniture(labels: str):
    reading = read(labels, STORY)
    assert (reading.title, reading.body) == (None, STORY)


@pytest.mark.parametrize("title", ["Talks resume", "War", "Talks end", TITLE])
def test_a_short_title_is_not_taken_for_furniture(title: str):
    assert read(title, STORY).title == title
    assert read("From\nSend to", title, STORY).title == title
    assert read(f"From\nSend to\n{title}", STORY).title == title


def test_a_title_may_end_like_a_sentence_if_a_date_line_follows():
    reading = read("Norland talks resume.", "Nov. 14, 2018", STORY)
    assert (reading.title, reading.body) == ("Norland talks resume.", STORY)


def test_a_lone_question_is_a_title():
    assert read("Will the talks resume?", STORY).title == "Will the talks resume?"


def test_a_question_in_an_interview_is_no_title():
    reading = read("Q&A: Norland envoy", "Q: Will you be back?", "A: In a month.", STORY)
    assert reading.title == "Q&A: Norland envoy"
    assert reading.body == f"Q: Will you be back?\n\nA: In a month.\n\n{STORY}"


def test_an_abbreviation_does_not_end_a_title():
    assert read("Envoy leaves for the U.S.", STORY).title == "Envoy leaves for the U.S."


def test_a_story_without_title_keeps_its_first_sentence():
    reading = read(STORY)
    assert (reading.title, reading.body) == (None, STORY)


def test_a_subtitle_belongs_to_the_story():
    reading = read(TITLE, "Second round of talks planned for spring", "2018-11-14", STORY)
    assert reading.title == TITLE
    assert reading.body == f"Second round of talks planned for spring\n\n{STORY}"


@pytest.mark.parametrize("line", ["2018-11-14", "By Ana Doe", "By Ana Doe\n2018-11-14"])
def test_a_subtitle_may_be_a_sentence(line: str):
    subtitle = "A second round is planned for spring."
    reading = read(TITLE, subtitle, line, STORY)
    assert (reading.title, reading.body) == (TITLE, f"{subtitle}\n\n{STORY}")
    assert (reading.date or reading.byline) is not None


@pytest.mark.parametrize("mark", [" ", " | ", ", ", " - ", " Published: ", "\n"])
def test_the_date_may_stand_behind_the_byline(mark: str):
    reading = read(TITLE, f"By Ana Doe{mark}November 14, 2018 17:48", STORY)
    assert (reading.byline, reading.body) == ("Ana Doe", STORY)
    assert reading.date is not None
    assert reading.date.isoformat() == "2018-11-14T17:48"


@pytest.mark.parametrize("role", ["Staff Writer", "Associated Press Writer", "Staff reporter"])
def test_a_role_below_the_byline_belongs_to_it(role: str):
    assert read(TITLE, f"By ANA DOE\n{role}", STORY).body == STORY
    assert read(role, STORY).title == role


def test_a_line_of_several_addresses_belongs_to_the_byline():
    reading = read(TITLE, STORY, "By Kim Min-su, Park Ji-woo\n(ks@example.org)(pj@example.org)")
    assert (reading.byline, reading.email) == ("Kim Min-su, Park Ji-woo", "ks@example.org")
    assert reading.body == STORY


def test_a_single_line_is_a_story():
    assert read("Talks resume").body == "Talks resume"
    assert read(TITLE).body == TITLE
    assert read(FIRST, "By Ana Doe").body == FIRST


@pytest.mark.parametrize(
    "tail",
    [
        "By Ana Doe (ana@example.org)",
        "By Ana Doe\n\nana@example.org\n\nShare\nPrint",
        "(Yonhap)\n\nBy Ana Doe (ana@example.org)\n\nCopyright 2018 The Example. All rights reserved.",
        "By Ana Doe (ana@example.org)\n\nRelated Articles",
        "By Ana Doe (ana@example.org)\n\nRelated Articles\n\nSuland votes\n\nNorland floods",
        "By Ana Doe (ana@example.org)\n\nEND",
        "By Ana Doe (ana@example.org)\n\n-30-",
        "By Ana Doe (ana@example.org)\n\nShare\nMost read stories\n\n(c) The Example",
    ],
)
def test_what_stands_below_the_story_is_not_part_of_it(tail: str):
    reading = read(TITLE, STORY, tail)
    assert reading.body == STORY
    assert reading.byline == "Ana Doe"
    assert reading.email == "ana@example.org"


def test_a_last_line_without_full_stop_stays():
    assert read(f"{TITLE}\n{FIRST}\nPure propaganda").body == f"{FIRST}\n\nPure propaganda"


@pytest.mark.parametrize(
    "ending",
    [
        "The river sleeps",
        "The river sleeps\nAnd so do we\nTrust in us",
        "Additional reporting by Ana Doe in Seoul",
        "Norland\nSuland\nWestland",
        "- Norland",
        "Silver: Suland",
        "It is over",
    ],
)
@pytest.mark.parametrize("below", ["", "\n\nShare\nPrint", "\n\nBy Ana Doe"])
def test_verses_and_lists_at_the_end_of_a_story_stay(ending: str, below: str):
    body = read(TITLE, STORY, ending + below).body
    assert body == f"{STORY}\n\n" + ending.replace("\n", "\n\n")


@pytest.mark.parametrize(
    "controls",
    [
        "Share",
        "Print\nE-mail",
        "Share this story\nWorld\nSports",
        "Related articles",
        "Read more",
        "Previous\nNext",
        "Send to",
    ],
)
def test_buttons_below_the_story_are_furniture(controls: str):
    assert read(TITLE, STORY, controls).body == STORY
    assert read(TITLE, STORY + "\n" + controls.replace("World\nSports", "Print")).body == STORY


@pytest.mark.parametrize(
    ("line", "caption"),
    [
        ("|The envoy waves. Yonhap", "The envoy waves. Yonhap"),
        ("| The envoy waves.", "The envoy waves."),
        ("Photo: the envoy waves", "Photo: the envoy waves"),
        ("[Photo by Ana Doe]", "[Photo by Ana Doe]"),
        ("The envoy waves on Friday. (Yonhap)", "The envoy waves on Friday. (Yonhap)"),
        ("The envoy waves on Friday. AFP-Yonhap", "The envoy waves on Friday. AFP-Yonhap"),
    ],
)
def test_captions_are_kept_apart_and_their_credit_is_their_own(line: str, caption: str):
    for reading in (read(TITLE, line, STORY), read(TITLE, FIRST, line, SECOND)):
        assert reading.captions == (caption,)
        assert reading.body == STORY
        assert reading.agency is None


@pytest.mark.parametrize("credit", [" (Farwire)", "\n\n(Farwire)", "\n(Farwire)\n\nBy Ana Doe"])
def test_the_story_ends_before_the_credit_of_an_agency_that_nobody_knows(credit: str):
    for reading in (
        read(TITLE, f"{STORY}{credit}"),
        read_column_text(f"{STORY}{credit}", TITLE),
    ):
        assert (reading.body, reading.agency) == (STORY, "Farwire")


def test_an_unknown_name_in_parentheses_within_the_story_stays():
    assert read(TITLE, f"{FIRST} (Farwire)", SECOND).body == f"{FIRST} (Farwire)\n\n{SECOND}"


def test_captions_keep_their_order():
    reading = read(TITLE, "|One.", FIRST, "|Two.", SECOND, "|Three.")
    assert reading.captions == ("One.", "Two.", "Three.")


def test_a_dateline_gives_agency_and_date_and_leaves_the_story():
    reading = read(TITLE, f"SEOUL, Nov. 14, 2018 (Yonhap) -- {FIRST}", SECOND)
    assert reading.body == STORY
    assert reading.agency == "Yonhap"
    assert reading.date is not None
    assert reading.date.day == dt.date(2018, 11, 14)
    assert reading.date.origin is DateOrigin.DATELINE


def test_a_dateline_without_a_year_gives_no_date():
    reading = read(TITLE, f"SEOUL, Nov. 14 (Yonhap) -- {FIRST}", SECOND)
    assert (reading.agency, reading.date) == ("Yonhap", None)


def test_a_date_line_wins_over_a_dateline():
    reading = read(TITLE, "2018-11-15", f"SEOUL, Nov. 14, 2018 (Yonhap) -- {FIRST}")
    assert reading.date is not None
    assert reading.date.origin is DateOrigin.DATE_LINE


@pytest.mark.parametrize(
    "lines",
    [
        "Updated : Nov 15, 2018 - 09:00\nPublished : Nov 14, 2018 - 17:48",
        "Published : Nov 14, 2018 - 17:48\nUpdated : Nov 15, 2018 - 09:00",
    ],
)
def test_the_date_of_publication_wins_in_whatever_order(lines: str):
    date = read(TITLE, lines, STORY).date
    assert date is not None
    assert date.isoformat() == "2018-11-14T17:48"


@pytest.mark.parametrize("line", ["Feb 31, 2018", "Nov. 14, 3018"])
def test_an_impossible_date_is_neither_date_nor_title_nor_story(line: str):
    reading = read(TITLE, line, STORY)
    assert (reading.title, reading.date, reading.body) == (TITLE, None, STORY)


def test_wrapped_lines_become_paragraphs():
    text = (
        "Norland Mining Co said it plans to form a venture with the ministry of\n"
        "Suland to manage the borrowing and investment of both.\n"
        "    The venture will be called Norland Trading and will be run under\n"
        "the oversight of a joint committee.\n"
        "    Shr 16 cts vs 13 cts\n"
        "    Pay  April 15\n"
    )
    assert read_file_text(text, frozenset()).body.split("\n\n") == [
        (
            "Norland Mining Co said it plans to form a venture with the ministry of Suland to manage "
            "the borrowing and investment of both."
        ),
        (
            "The venture will be called Norland Trading and will be run under the oversight of a "
            "joint committee."
        ),
        "Shr 16 cts vs 13 cts",
        "Pay April 15",
    ]


def test_a_column_may_begin_with_half_a_line_where_its_dateline_was():
    text = (
        "Norland Mining\nCo said it plans to form a venture with the ministry of Suland\nsoon.\n"
    )
    assert read_column_text(text, "T").body == (
        "Norland Mining Co said it plans to form a venture with the ministry of Suland soon."
    )


@pytest.mark.parametrize(
    "opening",
    [
        TITLE,
        f"{TITLE}.",
        "Norland envoy\nreturns to Suland",
        "Norland envoy;\n\nreturns to Suland",
    ],
)
def test_a_column_that_repeats_the_title_begins_after_it(opening: str):
    assert read_column_text(f"{opening}\n\n{STORY}", TITLE).body == STORY


def test_a_column_that_is_only_the_title_keeps_it():
    assert read_column_text(TITLE, TITLE).body == TITLE


def test_nothing_of_a_column_is_furniture():
    text = f"From\nSend to\n\nShare\n\n{STORY}\n\nPrint"
    assert read_column_text(text, TITLE).body == f"From\n\nSend to\n\nShare\n\n{STORY}\n\nPrint"


MARKED = (
    "<div class='story'><p>The envoy of <b>Norland</b> said\non Friday that the talks had gone&nbsp;well."
    "</p>\n<!-- ad --><script>show('<p>No.</p>')</script><figure><img src='a.jpg'/><figcaption>The envoy "
    "waves.</figcaption></figure><p>Officials <!-- x -->in <a href='/s'>Suland</a> welcomed the visit.</p>"
    "<p>By Ana Doe</p></div>"
)


@pytest.mark.parametrize(
    "raw", [MARKED, f"\n{MARKED}", MARKED.removeprefix("<div class='story'>")]
)
def test_a_column_of_markup_is_read_as_it_is_shown(raw: str):
    for reading in (read_column_text(raw, TITLE), read_file_text(raw, frozenset())):
        assert (reading.body, reading.captions) == (STORY, ("The envoy waves.",))
        assert reading.byline == "Ana Doe"
        for place, character in enumerate(reading.body):
            if not character.isspace():
                assert raw[reading.offsets.to_raw(place)] == character


def test_markup_may_be_escaped_as_a_whole():
    raw = f"&lt;p&gt;{FIRST} &amp;amp; more.&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;"
    reading = read_column_text(raw, TITLE)
    assert reading.body == f"{FIRST} & more.\n\n{SECOND}"
    assert raw[reading.offsets.to_raw(reading.body.index(SECOND)) :].startswith(SECOND)
    assert read_column_text(f"{FIRST} It is &lt; 5.", TITLE).body == f"{FIRST} It is < 5."


@pytest.mark.parametrize(
    "raw",
    [
        f"{FIRST}<br><br>{SECOND}",
        f"{FIRST}<BR/>\n<BR/>{SECOND}",
        f"{FIRST}<p>{SECOND}<p>",
        f"<p>{FIRST}<p>{SECOND}",
        f"<p>{FIRST}</p>{SECOND}",
    ],
)
def test_breaks_are_markup_as_well(raw: str):
    assert read_column_text(raw, TITLE).body == STORY


@pytest.mark.parametrize(
    "raw",
    [
        "Norland Oil <SRD> said that profit was < 5 and > 3 pct.",
        "The tag <p> marks a paragraph, as many people know.",
        "It was a <b>bold</b> step, the envoy said.",
        "The <DIV> shares rose, and so did <TABLE>.",
        "Write to <ana@example.org>, he said.",
    ],
)
def test_what_merely_stands_in_angle_brackets_is_text(raw: str):
    assert read_column_text(raw, TITLE).body == raw


def test_a_page_may_show_markup():
    shown = "Paragraphs are written <p>so</p> in pages, the envoy said."
    assert read_page_text(shown, TITLE).body == shown


def profile_of(*texts: str) -> frozenset[str]:
    profile = FurnitureProfile()
    for text in texts:
        profile.add(text)
    return profile.lines()


def framed(story: str, title: str) -> str:
    return f"The Example Daily News Online\n\n{title}\n\n{story}\n\nClick here to read more.\n12 comments"


def test_lines_that_recur_at_the_edges_are_furniture():
    stories = [f"Envoy {name} said that the {name} talks went well." for name in ("A", "B", "C")]
    furniture = profile_of(*(framed(story, f"{story[:7]} has spoken out") for story in stories))
    reading = read_file_text(framed(stories[0], "Envoy A has spoken out"), furniture)
    assert reading.title == "Envoy A has spoken out"
    assert reading.body == stories[0]


def test_a_byline_that_recurs_below_many_stories_is_read_all_the_same():
    names = ("A", "B", "C", "D")
    lines = (
        "2018-11-14\n\nThe Example Online\n\nBy Ana Doe (ana@example.org)\n\nCopyright The Example"
    )
    texts = [
        f"Envoy {name} has spoken out\n\nEnvoy {name} said that all had gone well.\n\n{lines}"
        for name in names
    ]
    furniture = profile_of(*texts)
    assert "by ana doe (ana@example.org)" in furniture
    for name, text in zip(names, texts, strict=True):
        reading = read_file_text(text, furniture)
        assert (reading.byline, reading.email) == ("Ana Doe", "ana@example.org")
        assert reading.date is not None
        assert reading.body == f"Envoy {name} said that all had gone well."


def test_copies_of_one_article_do_not_make_furniture_of_it():
    assert profile_of(*[f"{TITLE}\n\n{STORY}"] * 9) == frozenset()


def test_a_first_sentence_that_recurs_is_not_lost():
    opening = "The following is the text of the statement."
    texts = [
        f"{opening}\n\nStatement {name} says that all is well." for name in ("A", "B", "C", "D")
    ]
    furniture = profile_of(*texts)
    assert furniture
    assert read_file_text(texts[0], furniture).body == texts[0]


def test_a_sentence_that_recurs_above_the_title_is_furniture():
    top = "You need a newer browser to see this page."
    texts = [
        f"{top}\n\nEnvoy {name} has spoken out\n\nEnvoy {name} said that all had gone quite well."
        for name in ("A", "B", "C", "D")
    ]
    reading = read_file_text(texts[0], profile_of(*texts))
    assert (reading.title, reading.body) == (
        "Envoy A has spoken out",
        "Envoy A said that all had gone quite well.",
    )


def test_two_articles_are_too_few_to_tell():
    assert profile_of(framed("One story.", "One"), framed("Another story.", "Two")) == frozenset()


LINES = st.sampled_from(
    [FIRST, SECOND, TITLE, "From", "Send to", "Nov. 14, 2018", "By Ana Doe", "(Yonhap)", "|c. AP",
     "", " ", "    indented line that goes on", "WASHINGTON (AP) — He left.", "Why?", "(END)", "x" * 300]
)  # fmt: skip


@given(st.lists(LINES, max_size=14).map("\n".join) | st.text(max_size=200))
def test_any_text_gives_a_well_formed_body_with_offsets(raw: str):
    for reading in (
        read_file_text(raw, frozenset({"from", TITLE.casefold()})),
        read_column_text(raw, None),
        read_column_text(raw, TITLE),
    ):
        paragraphs = reading.body.split("\n\n")
        if reading.body:
            assert all(part and part == part.strip() and "\n" not in part for part in paragraphs)
        offsets = [reading.offsets.to_raw(place) for place in range(len(reading.body))]
        assert offsets == sorted(offsets)
        assert all(0 <= offset < len(raw) for offset in offsets)
        if raw.isascii() and raw.isprintable() and "&" not in raw:
            for place, character in enumerate(reading.body):
                assert character.isspace() or raw[offsets[place]] == character


@given(st.lists(LINES, max_size=14))
def test_the_first_sentence_and_the_title_are_never_lost(lines: list[str]):
    reading = read_file_text("\n".join([TITLE, "", FIRST, *lines]), frozenset())
    assert reading.title == TITLE
    assert FIRST in reading.body
