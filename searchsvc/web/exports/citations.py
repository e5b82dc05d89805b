"""References for people, in one line, and as reference managers read them: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from searchsvc.web import formatting
from searchsvc.web.exports.references import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchsvc.model import StatementDocument
    from searchsvc.web.exports.references import Reference

BIBTEX: Final = "application/x-bibtex"
RIS: Final = "application/x-research-info-systems"
CSL_JSON: Final = "application/vnd.citationstyles.csl+json"
"""Media types, all in UTF-8."""

# Braces are counted by BibTeX even behind a backslash, so they are written as commands.
_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)
# In an address LaTeX takes all but these as they are.
_IN_ADDRESS: Final = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
_UNFIT_IN_KEY: Final = re.compile(r"[^a-z0-9._-]")
_KEY_DIGEST_BYTES: Final = 3
_INNER_MARKS: Final = str.maketrans('“”"', "‘’'")
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def footnote(item: Reference) -> str:
    """An article in one line: author, “title,” source, date, address.

    As a note on a news article in the Chicago Manual of Style (17th edition, 14.191 to 14.198), but
    that the date stands as everywhere here, and is said to be unknown where it is.
    """
    return f"{_placed(item)}, {item.url}."


def statement_footnote(document: StatementDocument, item: Reference, sentence_url: str) -> str:
    """What somebody said, and the article that says so, in one line.

    Args:
        document: the statement.
        item: its article.
        sentence_url: absolute address of the article's page at the statement.
    """
    opening, closing = formatting.quotation_marks(document.kind, document.body)
    said = f"{opening}{plain(document.body)}{closing}"
    stop = "" if said.rstrip("”\"’'").endswith((".", "!", "?", "…")) else "."
    speaker = document.speaker
    name = plain(speaker.name) if speaker else ""
    note = plain(formatting.speaker_note(speaker)) if speaker else ""
    by = f"{name} ({note}): " if name and note else f"{name}: " if name else ""
    here = item.url == sentence_url
    where = sentence_url if here else f"{item.url}, archived at {sentence_url}"
    return f"{by}{said}{stop} {_placed(item)}, {where}."


def _placed(item: Reference) -> str:
    """Author, title, source and date."""
    title = item.title.translate(_INNER_MARKS)
    titled = f"“{title}”" if title.endswith(("?", "!", "…", ".")) else f"“{title},”"
    day = formatting.day(item.day) if item.day else formatting.missing_label("date")
    authors = _joined(item.authors)
    return ", ".join((*([authors] if authors else []), f"{titled} {item.source}", day))


def _joined(names: tuple[str, ...]) -> str:
    """`A`, `A and B`, `A, B, and C`."""
    if len(names) <= 2:  # noqa: PLR2004 - a pair
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def bibtex(references: Iterable[Reference]) -> Iterator[str]:
    """A BibTeX file in UTF-8, one piece an entry.

    Names of authors stand in braces, as wholes, and so do titles, whose capitals styles would
    take away.
    """
    for item in references:
        fields = {
            "author": " and ".join(f"{{{latex(author)}}}" for author in item.authors),
            "title": f"{{{latex(item.title)}}}",
            "journal": latex(item.source),
            "date": item.day.isoformat() if item.day else "",
            "year": f"{item.day.year:04}" if item.day else "",
            "day": str(item.day.day) if item.day else "",
            "url": item.url.translate(_IN_ADDRESS),
            "note": latex(item.note or ""),
        }
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        if item.day:
            lines.append(f"  month = {_MONTHS[item.day.month - 1]},\n")
        yield f"@article{{{_key(item.id)},\n{''.join(lines)}}}\n\n"


def latex(text: str) -> str:
    """`text` as LaTeX prints it."""
    return text.translate(_LATEX)


def _key(article_id: str) -> str:
    """The id where it is a key as it stands: keys that differ in capitals alone are one to BibTeX."""
    if not _UNFIT_IN_KEY.search(article_id):
        return article_id
    digest = hashlib.blake2b(article_id.encode(), digest_size=_KEY_DIGEST_BYTES).hexdigest()
    return f"{_UNFIT_IN_KEY.sub('-', article_id.lower())}:{digest}"


def ris(references: Iterable[Reference]) -> Iterator[str]:
    """A RIS file in UTF-8, one piece a reference."""
    for item in references:
        lines = [
            ("TY", "NEWS"),
            ("ID", item.id),
            *(("AU", author) for author in item.authors),
            ("TI", item.title),
            ("T2", item.source),
            ("PY", f"{item.day.year:04}" if item.day else ""),
            ("DA", item.day.isoformat().replace("-", "/") + "/" if item.day else ""),
            ("UR", item.url),
            ("N1", item.note or ""),
        ]
        written = (f"{tag}  - {value}\r\n" for tag, value in lines if value)
        yield "".join((*written, "ER  - \r\n\r\n"))


def csl_json(references: Iterable[Reference]) -> Iterator[str]:
    """A CSL-JSON list in UTF-8, one piece a reference."""
    before = "["
    for item in references:
        yield before + "\n" + json.dumps(_csl(item), ensure_ascii=False)
        before = ","
    yield ("[" if before == "[" else "\n") + "]\n"


def _csl(item: Reference) -> dict[str, Any]:
    day = item.day
    members: dict[str, Any] = {
        "id": item.id,
        "type": "article-newspaper",
        "title": item.title,
        "container-title": item.source,
        "author": [{"literal": author} for author in item.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": item.url,
        "note": item.note,
    }
    return {name: value for name, value in members.items() if value}
