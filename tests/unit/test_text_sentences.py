"""Where sentences end in news."""

from __future__ import annotations

from importlib import import_module, resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.text import sentences

# "|" stands where one sentence ends and the next begins.
CASES = """
He met N. Korea's leader.| It went well.
He left the U.S.| They stayed.
In the U.S. Senate and the U.S. President's office nothing moved.
He came at 3 p.m.| Then he left at 5 p.m. Monday.
He came at 6 p.m.| Officials left at 4:30 a.m.| So did Kim.
He came at 6 p.m. Monday, 6 p.m. Seoul time, 6 p.m. EST, 6 p.m. Eastern, for the 6 p.m. News.
King Jr. Day was marked.| So said King Jr.| He left.
J. R. R. Tolkien and George W. Bush met.| Dr. Ames spoke to Mrs. Lee.
Mr. He spoke to Gen. So.| Sen. An agreed.
He said no.| The others agreed with No. 5 of the list.
Option A. Kim disagreed.
That was Plan B.| The minister said so.
“Stop!” he said.| “Go.”| She went.
"Really?" she asked.| "Yes," he said.| "Now."
“We came.| We saw.”| He won.
‘It is over.’| They left.
He waited ... and left.
He waited...| Then he left.
He waited… then he left.| He came back.
(He left.)| They stayed.| [It is so.]| Yes.
It cost $3.5 million.| It rose to 4 percent.
The firm, Acme Inc., said on Aug. 5 that it grew.
The U.S.-led group of Acme Ltd. won.
What?| Really?!| Yes!
The U. S. Army left.| U. S. troops came.
Rep. Lee (D-Calif.) voted.| The rest did not.
“Mr. Lee?” she asked.| The F.B.I. Director and the N.H. voters left the F.B.I. before noon.
He said: “She likes Mr. Lee.”
Was it apples, pears, etc.?
He joined the F.B.I.| They were glad of e.g. Lee and the e.v. total.
Pyongyang et al.| The end.
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_sentences_end_here_and_nowhere_else(case):
    expected = [part.strip() for part in case.split("|")]
    text = " ".join(expected)

    assert [span.of(text) for span in sentences(text)] == expected


def test_a_newline_always_ends_a_sentence():
    text = "No full stop here\n\n  And none here  \nU.S.\nThe end"

    assert [span.of(text) for span in sentences(text)] == [
        "No full stop here",
        "And none here",
        "U.S.",
        "The end",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \n"])
def test_white_space_has_no_sentences(text):
    assert sentences(text) == ()


@pytest.mark.parametrize(
    "piece", ["! ", "a. ", "a! ", '."', ". . ", "a.) ", "a", "a.", " ", "?!", '"', "A. "], ids=repr
)
def test_long_odd_texts_are_split_all_the_same(piece):
    text = "x. Y" + piece * 20_000 + "Z. The end."
    spans = sentences(text)

    assert spans[0].start == 0
    assert spans[-1].end == len(text)


PIECES = st.sampled_from(
    [
        *("He", "he", "U.S.", "Mr.", "said", "a.m.", "No.", "5", ".", "!", "?", "...", "…", "K."),
        *(
            "”",
            "“",
            '"',
            "'",
            ")",
            "(",
            " ",
            " ",
            " ",
            "\n",
            "\u00a0",
            "\u3000",
            "The",
            "漢。",
            "-",
            "--",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_sentences_ascend_are_trimmed_and_leave_nothing_out(text):
    last_end = 0
    for span in sentences(text):
        assert span.start >= last_end
        assert span.of(text) == span.of(text).strip() != ""
        assert text[last_end : span.start].strip() == ""
        last_end = span.end
    assert text[last_end:].strip() == ""


SAMPLE = Path(str(resources.files("searchsvc") / "sample"))


def test_where_the_end_is_clear_punkt_would_see_the_same(monkeypatch):
    paragraphs = [
        line
        for path in sorted(SAMPLE.rglob("*.txt"))
        for line in path.read_text("utf-8", errors="replace").splitlines()
    ]
    plain = [sentences(line) for line in paragraphs]
    module = import_module("searchsvc.text.sentences")  # the package names its function likewise
    monkeypatch.setattr(module, "_plain_ends", lambda _: None)
    assert len(paragraphs) > 100
    assert plain == [sentences(line) for line in paragraphs]
