"""The operations that take a whole search out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from searchsvc.model import Collection
from searchsvc.web import links
from searchsvc.web.api.headers import OF_EXPORTS, OF_REFERENCES
from searchsvc.web.api.operations import Example, Operation
from searchsvc.web.exports.asking import REFERENCES, ROWS, TABLE
from searchsvc.web.exports.citations import BIBTEX, CSL_JSON, RIS, bibtex, csl_json, ris
from searchsvc.web.exports.columns import SEPARATOR, chosen, columns_of, table
from searchsvc.web.exports.rows import rows
from searchsvc.web.exports.streaming import answer, cited, file_name, find, ndjson
from searchsvc.web.links import Addresses
from searchsvc.web.manners import proxies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Response

    from searchsvc.web.api.operations import Call, View
    from searchsvc.web.exports.references import Reference

    Write = Callable[[Iterable[Reference]], Iterator[str]]

GROUP: Final = "Taking it out"
NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
_OF_REFERENCES: Final = (400, 413, 415, 422)
_ERRORS: Final = (400, 410, 413, 415, 422)
_METHODS: Final = ("GET", "POST")

_ALL: Final = (
    "Takes the parameters of a search, whose address becomes one of this endpoint by another "
    "path; or the body of a search, by POST. Of its parameters `page`, `facets`, all that size "
    "facets, `explain` and `highlight` have no effect: an export is everything that is found, in "
    "the order of the search, unless `size` says the first so many.\n\n"
    "It is sent as it is made, all of it from one generation of the index, whatever is published "
    "meanwhile: `X-Total-Count` says beforehand how many there will be, and `X-Generation` from "
    "which generation. Where it cannot be finished, the connection is broken before the last "
    "chunk, which every HTTP client reports as an error (by HTTP/1.0, which has no chunks, none "
    "can); whoever counts sees it as well."
)
_ON: Final = (
    "The rest of one that was cut short is answered to the same request with `cursor`, as "
    "`X-Cursor` gave it, and with the number of rows that came whole as `skip`."
)


def _ndjson(call: Call) -> Response:
    export = call.asked
    found = find(call, export)
    made = rows(found.hits, export.parameters, _addresses(call), members=export.fields)
    name = file_name(export, found.generation, "ndjson")
    return answer(ndjson(made), found, found.total, media_type=NDJSON, name=name)


def _csv(call: Call) -> Response:
    export = call.asked
    found = find(call, export)
    columns = chosen(export.parameters.collection, export.fields)
    members = tuple(dict.fromkeys(column.member for column in columns))
    made = rows(found.hits, export.parameters, _addresses(call), members=members)
    name = file_name(export, found.generation, "csv")
    return answer(
        table(made, columns, raw=export.raw, bom=export.bom),
        found,
        found.total,
        media_type=f"{CSV}; charset=utf-8; header=present",
        name=name,
    )


def _cited_as(write: Write, media_type: str, ending: str) -> View:
    def view(call: Call) -> Response:
        export = call.asked
        found = find(call, export, whole=True)
        origin = proxies.origin()
        references = cited(found, export.first, origin, _addresses(call))
        total = found.articles if export.first is None else min(export.first, found.articles)
        name = file_name(export, found.generation, ending)
        kind = f"{media_type}; charset=utf-8"
        return answer(write(references), found, total, media_type=kind, name=name, can_go_on=False)

    return view


def _addresses(call: Call) -> Addresses:
    return Addresses(links.API_SEARCH_PATH, call.root)


def _told(collection: Collection) -> str:
    told = "; ".join(f"`{each.name}`: {each.description}" for each in columns_of(collection))
    return f"Columns of {collection.value}: {told}."


_CITED: Final = (
    "The articles found; of statements the articles that they stand in, each once, in the order "
    "of the first. Where no article has two of the statements found, a note quotes the statement. "
    "Names of authors are whole, as printed: which part is the family name nobody can tell."
)
_EXAMPLE: Final = "?q=sanctions&size=2"

OPERATIONS: Final = (
    Operation(
        name="export_ndjson",
        path=f"{links.API_EXPORT_PATH}ndjson",
        group=GROUP,
        summary="All hits as NDJSON",
        description="One JSON object a line, and nothing else: what the search says of a hit, but "
        f"for snippets, highlights and explanations.\n\n{_ALL}\n\n{_ON}",
        view=_ndjson,
        answers={NDJSON: None},
        parameters=ROWS,
        examples=(Example("Two statements", f"{links.API_EXPORT_PATH}ndjson{_EXAMPLE}"),),
        methods=_METHODS,
        errors=_ERRORS,
        sends=OF_EXPORTS,
    ),
    Operation(
        name="export_csv",
        path=f"{links.API_EXPORT_PATH}csv",
        group=GROUP,
        summary="All hits as a table",
        description="CSV in UTF-8 (RFC 4180), the names of the columns in the first line. Several "
        f"values in one cell are set apart by `{SEPARATOR}`; where a value may hold a semicolon "
        "itself, NDJSON tells them apart.\n\n"
        "All cells stand in quotes. What a spreadsheet would take for a formula has an apostrophe "
        f"before it; `raw=1` leaves it out.\n\n{_ALL}\n\n{_ON} The names of the columns come first once more.\n\n"
        f"{_told(Collection.STATEMENTS)}\n\n{_told(Collection.ARTICLES)}",
        view=_csv,
        answers={CSV: None},
        parameters=TABLE,
        examples=(
            Example(
                "Who said what, as a table",
                f"{links.API_EXPORT_PATH}csv{_EXAMPLE}&fields=date,speaker,text",
            ),
        ),
        methods=_METHODS,
        errors=_ERRORS,
        sends=OF_EXPORTS,
    ),
    *(
        Operation(
            name=f"export_{name}",
            path=f"{links.API_EXPORT_PATH}{ending}",
            group=GROUP,
            summary=f"The articles found as {title}",
            description=f"{about} {_CITED} What a reference has, its format says: `fields` is not taken, "
            f"and neither is `cursor`.\n\n{_ALL}",
            view=_cited_as(write, media_type, ending),
            answers={media_type: None},
            parameters=REFERENCES,
            examples=(
                Example("Two articles", f"{links.API_EXPORT_PATH}{ending}?in=articles&size=2"),
            ),
            methods=_METHODS,
            errors=_OF_REFERENCES,
            sends=OF_REFERENCES,
        )
        for name, ending, title, media_type, write, about in (
            (
                "bibtex",
                "bib",
                "BibTeX",
                BIBTEX,
                bibtex,
                "For LaTeX, in UTF-8, special characters escaped.",
            ),
            (
                "ris",
                "ris",
                "RIS",
                RIS,
                ris,
                "For reference managers, in UTF-8, as newspaper articles.",
            ),
            (
                "csl",
                "csl.json",
                "CSL-JSON",
                CSL_JSON,
                csl_json,
                "For citation processors, as newspaper articles.",
            ),
        )
    ),
)
