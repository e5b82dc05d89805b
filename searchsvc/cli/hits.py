"""An answer to a search as text: coloured on a terminal, plain and stable elsewhere."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from searchsvc.client.shapes.documents import StatementHit
from searchsvc.engine.explanations import Rule
from searchsvc.model import Act, Collection, DayPrecision, StatementKind
from searchsvc.query.reading import Use
from searchsvc.repairs import Kind
from searchsvc.web import formatting
from searchsvc.web.repairs import group_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from searchsvc.client.shapes.asking import Similar
    from searchsvc.client.shapes.documents import ArticleHit, Explanation
    from searchsvc.client.shapes.parts import Date, Span, Speaker
    from searchsvc.client.shapes.searching import (
        Facet,
        Named,
        OtherName,
        ReadToken,
        Repair,
        Search,
    )

    Found = Search[StatementHit] | Search[ArticleHit]

_INDENT = 4


def show(answer: Found) -> None:
    """Print `answer` to standard output, coloured and folded on a terminal only."""
    console = Console(highlight=False)
    if console.is_terminal:
        for part in _parts(answer, _marked_by_colour, _facet_table):
            console.print(part)
    else:
        for part in _parts(answer, _marked_by_asterisks, _facet_lines):
            click.echo(_plain(part))


def show_similar(found: Similar[Any]) -> None:
    """Print what is like something to standard output, coloured and folded on a terminal only."""
    console = Console(highlight=False)
    mark = _marked_by_colour if console.is_terminal else _marked_by_asterisks
    for part in _similar_parts(found, mark):
        if console.is_terminal:
            console.print(part)
        else:
            click.echo(_plain(part))


def _similar_parts(
    found: Similar[Any], mark: Callable[[str, Sequence[Span]], Text]
) -> Iterator[RenderableType]:
    if not found.hits:
        yield Text("nothing is like it")
    if found.words:
        words = ", ".join(word.text for word in found.words)
        yield Text(f"what sets it apart: {words}", style="dim")
    for number, hit in enumerate(found.hits, start=1):
        yield Text()
        yield from _hit(number, hit, mark)
        yield _indented(Text(f"shares {', '.join(hit.shared)}", style="dim"))


def _parts(
    answer: Found,
    mark: Callable[[str, Sequence[Span]], Text],
    tabulate: Callable[[Facet], RenderableType],
) -> Iterator[RenderableType]:
    """What to print, from top to bottom."""
    yield Text(_total(answer), style="bold")
    yield from (Text(line, style="dim") for line in reading_lines(answer.query.reading))
    yield from (Text(line, style="dim") for line in name_lines(answer.query.expansions))
    for word in answer.nowhere:
        yield Text(f"found nowhere: {word}")
    if answer.did_you_mean:
        found = answer.did_you_mean
        yield Text(f"did you mean {found.text}? – {_found(found)}")
    hits: tuple[StatementHit | ArticleHit, ...] = answer.hits
    for number, hit in enumerate(hits, start=_first(answer)):
        yield Text()
        yield from _hit(number, hit, mark)
    yield from (Text(line) for line in repair_lines(answer.repairs))
    for facet in answer.facets:
        if facet.values or facet.missing_value:
            yield Text()
            yield tabulate(facet)
    page = answer.page or answer.pages
    if page < answer.pages:
        yield Text()
        yield Text(f"more: --page {page + 1} of {answer.pages:,}", style="dim")


def _first(answer: Found) -> int:
    """Number of the first hit shown: pages but the last are full."""
    page, shown = answer.page or answer.pages, len(answer.hits)
    return (page - 1) * shown + 1 if page < answer.pages else _total_of(answer) - shown + 1


def _total_of(answer: Found) -> int:
    total = answer.total
    return total.articles if total.statements is None else total.statements


def reading_lines(reading: Sequence[ReadToken]) -> Iterator[str]:
    """What was not used as typed, or may not be what was meant, one line each."""
    for token in reading:
        if token.use == Use.IGNORED:
            yield f"ignored {token.text}: {token.reason}"
        elif token.use == Use.REPAIRED:
            yield f"read {token.text} as {token.read_as}: {token.reason}"
        elif token.reason is not None:
            yield f"read as typed: {token.reason}"


def name_lines(names: Sequence[Named]) -> Iterator[str]:
    """Other names that find something, or that are switched off, one line for each name typed."""
    for name in names:
        if name.off is not None:
            yield f"only {name.text} ({name.off}): {', '.join(one.name for one in name.names)}"
        elif found := [_with_total(one) for one in name.names if one.total != 0]:
            yield f"for {name.text} also {', '.join(found)}; only as typed: --expand-not '{name.key}'"


def _with_total(other: OtherName) -> str:
    years = formatting.name_years(other.from_, other.until)
    total = "" if other.total is None else f" ({formatting.number(other.total)})"
    return f"{other.name}{years and ' '}{years}{total}"


def repair_lines(repairs: Sequence[Repair]) -> Iterator[str]:
    """What would find more, one change a line under headings; nothing where nothing would."""
    if repairs:
        yield "what would find more:"
    for title, alike in groupby(repairs, key=lambda each: group_of(each.kind)):
        yield f"  {title.lower()}"
        for link in alike:
            words = (link.label, link.change)
            if link.kind == Kind.SPELLING:
                words = (link.change, link.label)
            yield f"    {' '.join(filter(None, words))} – {_found(link)}"


def _found(repair: Repair) -> str:
    return formatting.counted(repair.total, repair.in_.removesuffix("s"))


def _marked_by_colour(text: str, spans: Sequence[Span]) -> Text:
    marked, end = Text(), 0
    for span in spans:
        marked.append(_on_one_line(text[end : span.start]))
        marked.append(_on_one_line(text[span.start : span.end]), style="bold yellow")
        end = span.end
    return marked.append(_on_one_line(text[end:]))


def _marked_by_asterisks(text: str, spans: Sequence[Span]) -> Text:
    pieces, end = [], 0
    for span in spans:
        pieces += [text[end : span.start], "*", text[span.start : span.end], "*"]
        end = span.end
    return Text(_on_one_line("".join((*pieces, text[end:]))))


def _on_one_line(text: str) -> str:
    """`text` without line breaks, so that one hit's snippet is one line to `grep`."""
    return " ".join(text.split("\n\n")).replace("\n", " ")


def _plain(part: RenderableType) -> str:
    if isinstance(part, Padding):
        return " " * part.left + _plain(part.renderable)
    return str(part)


def _total(answer: Found) -> str:
    articles = formatting.counted(answer.total.articles, "article")
    if answer.in_ == Collection.ARTICLES:
        return articles
    return f"{formatting.counted(_total_of(answer), 'statement')} in {articles}"


def _hit(
    number: int, hit: StatementHit | ArticleHit, mark: Callable[[str, Sequence[Span]], Text]
) -> Iterator[RenderableType]:
    if isinstance(hit, StatementHit):
        speaker = hit.speaker
        name = speaker.name if speaker else formatting.missing_label("speaker")
        head = mark(name, hit.speaker_highlights if speaker else ())
        if speaker and (note := _note(speaker)):
            head.append(f" ({note})")
        for other, spans in zip(hit.others, hit.other_highlights, strict=True):
            head.append(", with ")
            head.append_text(mark(other.name, spans))
    else:
        head = mark(hit.title, hit.title_highlights)
    yield Text.assemble(f"{number}. ", head)
    for snippet in hit.snippets:
        yield _indented(mark(snippet.text, snippet.highlights))
    yield _indented(Text(_origin(hit), style="dim"))
    if hit.explanation is not None:
        yield from (_indented(Text(line)) for line in _reasons(hit.explanation, "", 0))


def _note(speaker: Speaker) -> str:
    country = None if speaker.country is None else speaker.country.label
    return formatting.note_of(speaker.name, speaker.role, country)


def _reasons(explanation: Explanation, sign: str, depth: int) -> Iterator[str]:
    """The number and its parts, one a line."""
    yield f"{'  ' * depth}{sign}{formatting.share(explanation.value)} {explanation.label}"
    for number, part in enumerate(explanation.parts):
        joint = f"{formatting.joint(Rule(explanation.rule))} " if number else ""
        yield from _reasons(part, joint, depth + 1)


def _origin(hit: StatementHit | ArticleHit) -> str:
    """Where it stands: source, date, for a statement its kind and article, and the id."""
    day, time = _moment(hit.date)
    dated = (
        formatting.missing_label("date") if day is None else formatting.moment_of_day(day, time)
    )
    facts = [hit.source, dated]
    if isinstance(hit, StatementHit):
        facts.append(formatting.manner_of(StatementKind(hit.kind), Act(hit.act)))
        if hit.said and (
            said := formatting.said_when(hit.said.day, DayPrecision(hit.said.precision), day)
        ):
            facts.append(f"said {said}")
        facts.append(hit.title)
    facts.append(hit.id)
    return " · ".join(facts)


def _moment(date: Date | None) -> tuple[dt.date | None, dt.time | None]:
    """The day of a date, and the time where it is known."""
    if date is None:
        return None, None
    day, _, time = date.value.partition("T")
    return dt.date.fromisoformat(day), dt.time.fromisoformat(time) if time else None


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, _INDENT), expand=False)


def _rows(facet: Facet) -> Iterator[tuple[str, str]]:
    """Count and label of each value, and how many more there are."""
    for value in (*facet.values, *([facet.missing_value] if facet.missing_value else [])):
        chosen = " (chosen)" if value.selected else ""
        yield formatting.number(value.count), f"{value.label}{chosen}"
    hidden = facet.total_values - sum(1 for value in facet.values if value.count)
    if hidden > 0:
        yield "", f"and {formatting.number(hidden)} more"


def _facet_lines(facet: Facet) -> Text:
    lines = (f"{count:>9}  {label}" for count, label in _rows(facet))
    return Text("\n".join((f"{facet.label}:", *lines)))


def _facet_table(facet: Facet) -> Table:
    table = Table(title=facet.label, title_justify="left", show_header=False, box=None)
    table.add_column(justify="right", width=9)
    table.add_column()
    for count, label in _rows(facet):
        table.add_row(Text(count), Text(label))
    return table
