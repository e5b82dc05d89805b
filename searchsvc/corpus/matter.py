"""What stands around a story: its date line, byline, agency credit and captions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from searchsvc.corpus.agencies import (
    agency_line,
    closing_credit,
    credits_picture,
    lone_credit,
    read_dateline,
)
from searchsvc.corpus.bylines import is_role, read_byline
from searchsvc.corpus.dates import read_date, read_date_line, split_date_line
from searchsvc.corpus.furniture import is_notice
from searchsvc.model import ArticleDate, DateOrigin

if TYPE_CHECKING:
    from searchsvc.corpus.bylines import Byline
    from searchsvc.corpus.dates import DateLine, Stamp
    from searchsvc.corpus.layout import Paragraph

_LONGEST_LINE: Final = 160
_LONGEST_CAPTION: Final = 500
_MOST_SENTENCES_OF_CAPTION: Final = 3
_SENTENCE_BREAK: Final = re.compile(r"[.!?][\"'”’)]*\s")

# Matches "|Two presidents shake hands.", "Photo: Jo Doe", "[Photo by Jo Doe]" and "(Photo: AP)";
# must not match "Photographs showed" or "Photo editing is banned".
_CAPTION: Final = re.compile(
    r"\|\s*|(?:photos?|pictures?|image|caption|file photo|photo credit)\s?:\s*"
    r"|[\[(](?:photos?|pictures?|image|caption|file photo)\b(?=[^\[\]()]{0,200}[\])][\s.]*\Z)"
    r"|photos?\s(?:by|courtesy)\s(?=[^.]{1,80}\Z)",
    re.IGNORECASE,
)
_BY: Final = re.compile(r"(?:written\s)?by\b", re.IGNORECASE)
_END_MARK: Final = re.compile(r"\s*\((?:END|end|More|MORE)\)\s*\Z")


class Matter:
    """Collects what the lines around a story say; the first of each kind stays."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.date: ArticleDate | None = None
        self.byline: str | None = None
        self.email: str | None = None
        self.agency: str | None = None
        self.dateline: str | None = None
        self._is_update = False
        self._captions: list[tuple[int, str]] = []

    @property
    def captions(self) -> tuple[str, ...]:
        """The captions, in the order of the text."""
        return tuple(caption for _, caption in sorted(self._captions))

    def take(self, paragraph: Paragraph) -> bool:
        """Whether `paragraph` is a date line, byline, agency credit or notice; it is noted then."""
        line = paragraph.text
        if len(line) > _LONGEST_LINE:
            return False
        agency = agency_line(line)
        if agency:
            self.agency = self.agency or agency
            return True
        date_line, byline = _date_and_byline(line)
        if date_line:
            if self._is_update and not date_line.is_update and date_line.stamp:
                self.date = None  # the date of publication wins, though printed below
            if self.date is None:
                self._is_update = date_line.is_update
            self._note_date(date_line.stamp, DateOrigin.DATE_LINE)
        if byline:
            self._note_byline(byline)
        below_byline = self.byline is not None and is_role(line)
        return bool(date_line or byline) or below_byline or is_notice(line)

    def take_last_line(self, paragraph: Paragraph) -> bool:
        """Whether the last `paragraph` is any of these, or a credit of whatever agency."""
        if self.take(paragraph) or self.take_caption(paragraph):
            return True
        agency = lone_credit(paragraph.text)
        self.agency = self.agency or agency
        return agency is not None

    def take_caption(self, paragraph: Paragraph) -> bool:
        """Whether `paragraph` is marked as a caption; it is noted then."""
        found = _CAPTION.match(paragraph.text) if len(paragraph.text) <= _LONGEST_CAPTION else None
        if found is None:
            return False
        caption = paragraph.text[found.end() :] if found.group() == "|" else paragraph.text
        self._note_caption(paragraph, caption.lstrip("| "))
        return True

    def take_credited_caption(self, paragraph: Paragraph) -> bool:
        """Whether `paragraph` ends in the credit of a picture; it is noted as a caption then.

        The last paragraph of a story must not be asked: there the same words credit the story.
        """
        text = paragraph.text
        if len(text) > _LONGEST_CAPTION or not credits_picture(text):
            return False
        if len(_SENTENCE_BREAK.findall(text)) > _MOST_SENTENCES_OF_CAPTION:
            return False
        self._note_caption(paragraph, paragraph.text)
        return True

    def take_dateline(self, paragraph: Paragraph) -> Paragraph:
        """The opening paragraph without its dateline, which is noted."""
        found = read_dateline(paragraph.text)
        if found is None:
            return paragraph
        self.agency = self.agency or found.agency
        self.dateline = found.place
        if found.date and self.date is None:
            self._note_date(read_date(found.date), DateOrigin.DATELINE)
        return paragraph.cut(found.end, len(paragraph.text))

    def take_closing_credit(self, paragraph: Paragraph) -> Paragraph:
        """The last paragraph without its agency credit, which is noted, and end mark."""
        mark = _END_MARK.search(paragraph.text, max(0, len(paragraph.text) - 20))
        if mark:
            paragraph = paragraph.cut(0, mark.start())
        credit = closing_credit(paragraph.text)
        if credit is None:
            return paragraph
        start, agency = credit
        self.agency = self.agency or agency
        return paragraph.cut(0, start)

    def _note_date(self, stamp: Stamp | None, origin: DateOrigin) -> None:
        if stamp and self.date is None:
            self.date = ArticleDate(stamp.day, stamp.time, origin)

    def _note_byline(self, byline: Byline) -> None:
        self.byline = self.byline or byline.name
        self.email = self.email or byline.email
        self.agency = self.agency or byline.agency

    def _note_caption(self, paragraph: Paragraph, caption: str) -> None:
        if caption:
            self._captions.append((paragraph.pieces[0][0], caption))


def _date_and_byline(line: str) -> tuple[DateLine | None, Byline | None]:
    """The date and the author of a line that gives nothing else, in whatever order."""
    behind = split_date_line(line) if _BY.match(line) else None
    byline = read_byline(behind[0]) if behind else None
    if behind and byline:
        return behind[1], byline
    date_line = read_date_line(line)
    byline = read_byline(date_line.rest if date_line else line)
    if date_line and date_line.rest and byline is None:
        return None, None
    return date_line, byline
