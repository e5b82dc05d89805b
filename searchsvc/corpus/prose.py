"""Plain text, as a scraper left it or as a column holds it, to title, story and what surrounds it.

A file is read from its edges inwards. The head ends where prose begins; in it stand furniture,
title, date line, byline. The tail is what follows the last prose: byline, credit, furniture.
Between them lie the paragraphs of the story and the captions of its pictures.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.agencies import credits_picture
from searchsvc.corpus.cleaning import clean, clean_traced, unescaped
from searchsvc.corpus.furniture import is_control, is_label, names_control, recurrence_key
from searchsvc.corpus.layout import body_of, paragraphs_of_column, paragraphs_of_file
from searchsvc.corpus.markup import holds_markup, without_markup
from searchsvc.corpus.matter import Matter
from searchsvc.corpus.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchsvc.corpus.layout import Paragraph
    from searchsvc.model import ArticleDate, OffsetMap

_LONGEST_HEAD: Final = 12  # paragraphs; a table without a full stop is not all head
_LONGEST_TAIL: Final = 12
_LONGEST_TITLE: Final = 250
_MOST_WORDS_OF_SENTENCE_TITLE: Final = 30
_MOST_LINES_OF_TITLE: Final = 3

# The end of a sentence or of a line that leads on to the next; "visits the U.S." ends neither.
_PROSE_END: Final = re.compile(r"(?:(?<!\b[A-Z])\.|[!?…:;,])[\"'”’)\]]*\Z")
# Matches "Will the talks resume?"; must not match "He asked, “Why?”" or "Q: Why?".
_EXCLAMATION: Final = re.compile(r"(?!Q\s?[:.])[^\"'“‘.]*[!?]\Z")
_WORD_CHARACTERS: Final = re.compile(r"\w+")

_NO_FURNITURE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one text; None and empty where it does not say.

    Attributes:
        title: as the text gives it.
        body: as `Article.body`; empty where the text has no story.
        offsets: from `body` to the text as it came.
    """

    title: str | None
    body: str
    offsets: OffsetMap
    captions: tuple[str, ...]
    date: ArticleDate | None
    byline: str | None
    email: str | None
    agency: str | None
    dateline: str | None


def read_file_text(raw: str, furniture: frozenset[str]) -> Reading:
    """What a whole file says, without the furniture around the article.

    Args:
        raw: the decoded text.
        furniture: keys of the lines that recur in its folder.
    """
    traced = _cleaned(raw)
    matter = Matter()
    paragraphs = paragraphs_of_file(traced.text)
    head = _Head(paragraphs, matter, furniture)
    title = head.title()
    story = _without_tail(paragraphs[head.end :], matter, furniture)
    story = _without_credited_captions(_without_marked_captions(story, matter), matter)
    story = _without_credits(story, matter)
    kept = head.kept(title)
    if not kept and not story:
        kept, title = head.candidates, None
    return _reading(title, [*kept, *story], matter, traced)


def read_column_text(raw: str, title: str | None) -> Reading:
    """What the text column of a row says; nothing of it counts as furniture.

    Args:
        raw: the value of the column, perhaps with HTML markup in it.
        title: the row's title, which the text may begin with once more; None where it has none.
    """
    return _read_running_text(_cleaned(raw), title)


def read_page_text(shown: str, title: str | None) -> Reading:
    """The same for the text of a page, in which nothing is markup."""
    return _read_running_text(clean(shown), title)


def _cleaned(raw: str) -> Traced:
    """The clean text, of markup what it shows; markup may be escaped as a whole."""
    traced = Traced(raw)
    if "&lt;" in raw and not holds_markup(raw):
        traced = unescaped(traced)
    if holds_markup(traced.text):
        return clean_traced(without_markup(traced))
    return clean(raw)


def _read_running_text(traced: Traced, title: str | None) -> Reading:
    matter = Matter()
    paragraphs = paragraphs_of_column(traced.text)
    if title:
        paragraphs = paragraphs[_repeating(title, paragraphs) :]
    head = _Head(paragraphs, matter, _NO_FURNITURE)
    found = None if title else head.heading()
    kept = [paragraph for paragraph in head.candidates if paragraph is not found]
    story = _without_byline(paragraphs[head.end :], matter)
    story = _without_credits(_without_marked_captions(story, matter), matter)
    if not kept and not story:
        kept, found = list(head.candidates), None
    return _reading(found, [*kept, *story], matter, traced)


class _Head:
    """The paragraphs before the story begins, sorted into what they are.

    Attributes:
        candidates: what may be title, subtitle or label, in order.
        end: number of paragraphs that belong to the head.
    """

    def __init__(
        self, paragraphs: Sequence[Paragraph], matter: Matter, furniture: frozenset[str]
    ) -> None:
        self.candidates: list[Paragraph] = []
        self.end = 0
        self._recurring: list[Paragraph] = []
        self._dated_after: int | None = None
        doubtful: int | None = None
        for number, paragraph in enumerate(paragraphs[:_LONGEST_HEAD]):
            self.end = number + 1
            if matter.take_caption(paragraph):
                continue
            if matter.take(paragraph):
                if self._dated_after is None:
                    self._dated_after = len(self.candidates)
            elif recurrence_key(paragraph.text) in furniture:
                self._recurring.append(paragraph)
                if doubtful is None and _is_prose(paragraph):
                    doubtful = number
            elif _is_prose(paragraph) and not _heads(paragraphs, number, self.candidates):
                self.end = number
                break
            else:
                self.candidates.append(paragraph)
                doubtful = None
        # A sentence that recurs may be how stories of one kind begin; it is surely furniture only
        # above a title.
        if doubtful is not None:
            self.end = doubtful

    def title(self) -> Paragraph | None:
        """The title of a file: the first that is no label, else the last label that may be one."""
        heading = self.heading()
        if heading:
            return heading
        labels = [label for label in self.candidates if not is_control(label.text)]
        if labels:
            return labels[-1]
        lines = [line for line in self._recurring if not is_label(line.text)]
        return lines[-1] if lines else None

    def heading(self) -> Paragraph | None:
        """The first candidate that is no label."""
        return next((line for line in self.candidates if not is_label(line.text)), None)

    def kept(self, title: Paragraph | None) -> list[Paragraph]:
        """The candidates of a file that belong to the story: a subtitle, a cross-heading."""
        place = self.candidates.index(title) if title in self.candidates else -1
        return [
            paragraph
            for number, paragraph in enumerate(self.candidates)
            if number > place and title is not None and not self._is_furniture(number)
        ]

    def _is_furniture(self, number: int) -> bool:
        label = self.candidates[number].text
        if not is_label(label):
            return False
        return is_control(label) or (self._dated_after is not None and number < self._dated_after)


def _is_prose(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return len(text) > _LONGEST_TITLE or bool(_PROSE_END.search(text)) or credits_picture(text)


def _heads(paragraphs: Sequence[Paragraph], number: int, candidates: Sequence[Paragraph]) -> bool:
    """Whether a paragraph that ends like a sentence is a title or subtitle all the same.

    It is if a date line or byline follows and then a story, or if it is a lone question or
    exclamation with a blank line after it, and nothing but labels above.
    """
    paragraph = paragraphs[number]
    following = paragraphs[number + 1 : number + 5]
    if not following or len(paragraph.text.split()) > _MOST_WORDS_OF_SENTENCE_TITLE:
        return False
    if (
        _EXCLAMATION.match(paragraph.text)
        and following[0].block != paragraph.block
        and all(is_label(line.text) for line in candidates)
    ):
        return True
    around = len(list(itertools.takewhile(Matter().take, following)))
    return 0 < around < len(following) and _is_prose(following[around])


def _without_tail(
    paragraphs: Sequence[Paragraph], matter: Matter, furniture: frozenset[str]
) -> Sequence[Paragraph]:
    """The story of a file, without byline, credit, notices and furniture below it."""
    end = len(paragraphs)
    while end > max(1, len(paragraphs) - _LONGEST_TAIL):
        last = paragraphs[end - 1]
        if matter.take_last_line(last) or recurrence_key(last.text) in furniture:
            end -= 1
            continue
        buttons = _buttons(paragraphs[:end])
        if not buttons:
            break
        end = max(1, end - buttons)
    return paragraphs[:end]


def _buttons(paragraphs: Sequence[Paragraph]) -> int:
    """How many of the last paragraphs are buttons of the page.

    Labels may as well be verses or items of a list. They are buttons if nothing else stands below
    a byline or notice, or if one in a block of nothing else names a control. In the block of a
    sentence only the labels that name a control are.
    """
    labels = list(itertools.takewhile(lambda line: is_label(line.text), reversed(paragraphs)))
    above = paragraphs[: len(paragraphs) - len(labels)][-1:]
    if any(map(Matter().take, above)):
        return len(labels)
    block = [line for line in paragraphs[-_LONGEST_TAIL:] if line.block == paragraphs[-1].block]
    controls = [is_label(line.text) and names_control(line.text) for line in block]
    if any(controls) and all(is_label(line.text) for line in block):
        return len(block)
    return next((count for count, named in enumerate(reversed(controls)) if not named), 0)


def _without_byline(paragraphs: Sequence[Paragraph], matter: Matter) -> Sequence[Paragraph]:
    """The story of a column, without byline, credit and captions below it."""
    end = len(paragraphs)
    while end > max(1, len(paragraphs) - _LONGEST_TAIL) and matter.take_last_line(
        paragraphs[end - 1]
    ):
        end -= 1
    return paragraphs[:end]


def _without_marked_captions(paragraphs: Sequence[Paragraph], matter: Matter) -> list[Paragraph]:
    return [paragraph for paragraph in paragraphs if not matter.take_caption(paragraph)]


def _without_credited_captions(paragraphs: Sequence[Paragraph], matter: Matter) -> list[Paragraph]:
    """All but the lines that end in the credit of a picture; the last credits the story."""
    last = len(paragraphs) - 1
    return [
        paragraph
        for number, paragraph in enumerate(paragraphs)
        if number == last or not matter.take_credited_caption(paragraph)
    ]


def _without_credits(paragraphs: Sequence[Paragraph], matter: Matter) -> list[Paragraph]:
    """The story without the dateline at its beginning and the agency credit at its end."""
    story = list(paragraphs)
    if story:
        story[0] = matter.take_dateline(story[0])
        story[-1] = matter.take_closing_credit(story[-1])
    return [paragraph for paragraph in story if paragraph.text]


def _repeating(title: str, paragraphs: Sequence[Paragraph]) -> int:
    """How many paragraphs at the beginning repeat the title, if a story follows them; else 0."""
    wanted = _letters(title)
    found = ""
    for number, paragraph in enumerate(paragraphs[:_MOST_LINES_OF_TITLE], start=1):
        found += _letters(paragraph.text[: 2 * _LONGEST_TITLE + len(title)])
        if found == wanted and number < len(paragraphs):
            return number
    return 0


def _letters(text: str) -> str:
    return "".join(_WORD_CHARACTERS.findall(text.casefold()))


def _reading(
    title: Paragraph | None, story: Sequence[Paragraph], matter: Matter, traced: Traced
) -> Reading:
    body, offsets = body_of(story, traced)
    return Reading(
        title=title.text if title else None,
        body=body,
        offsets=offsets,
        captions=matter.captions,
        date=matter.date,
        byline=matter.byline,
        email=matter.email,
        agency=matter.agency,
        dateline=matter.dateline,
    )
