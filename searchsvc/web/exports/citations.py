"""References in the formats that reference managers read: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchsvc.web.exports.references import Reference

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
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()


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
