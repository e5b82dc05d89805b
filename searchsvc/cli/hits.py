"""An answer to a search as text: coloured on a terminal, plain and stable elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from searchsvc.model import Collection
from searchsvc.query.reading import Use
from searchsvc.web import formatting
from searchsvc.web.answer import StatementHit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from searchsvc.engine.explanations import Explanation
    from searchsvc.model import Span
    from searchsvc.query.reading import Reading
    from searchsvc.web.answer import Answer, ArticleHit, Facet, RepairLink, RepairLinks
    from searchsvc.web.asked import Alternative, Named
    from searchsvc.web.similar import SimilarView

_INDENT = 4


def show(answer: Answer) -> None:
    """Print `answer` to standard output, coloured and folded on a terminal only."""
    console = Console(highlight=False)
    if console.is_terminal:
        for part in _parts(answer, _marked_by_colour, _facet_table):
            console.print(part)
    else:
        for part in _parts(answer, _marked_by_asterisks, _facet_lines):
            click.echo(_plain(part))


def show_similar(found: SimilarView) -> None:
    """Print what is like something to standard output, coloured and folded on a terminal only."""
    console = Console(highlight=False)
    mark = _marked_by_colour if console.is_terminal else _marked_by_asterisks
    for part in _similar_parts(found, mark):
        if console.is_terminal:
            console.print(part)
        else:
            click.echo(_plain(part))


def _similar_parts(
    found: SimilarView, mark: Callable[[str, Sequence[Span]], Text]
) -> Iterator[RenderableType]:
    if not found.cards:
        yield Text("nothing is like it")
    if found.words:
        words = ", ".join(word.text for word in found.words)
        yield Text(f"what sets it apart: {words}", style="dim")
    for number, card in enumerate(found.cards, start=1):
        yield Text()
        yield from _hit(number, card.hit, mark)
        yield _indented(Text(f"shares {', '.join(card.shared)}", style="dim"))


def _parts(
    answer: Answer,
    mark: Callable[[str, Sequence[Span]], Text],
    tabulate: Callable[[Facet], RenderableType],
) -> Iterator[RenderableType]:
    """What to print, from top to bottom."""
    yield Text(_total(answer), style="bold")
    yield from (Text(line, style="dim") for line in reading_lines(answer.reading))
    yield from (Text(line, style="dim") for line in name_lines(answer.names))
    for word in answer.repairs.nowhere:
        yield Text(f"found nowhere: {word}")
    if answer.repairs.did_you_mean:
        found = answer.repairs.did_you_mean
        yield Text(f"did you mean {found.text}? – {_found(found)}")
    hits: Iterable[StatementHit | ArticleHit] = answer.hits
    for number, hit in enumerate(hits, start=answer.pager.first):
        yield Text()
        yield from _hit(number, hit, mark)
    yield from (Text(line) for line in repair_lines(answer.repairs))
    for facet in answer.facets:
        if facet.values or facet.missing:
            yield Text()
            yield tabulate(facet)
    if answer.pager.next_url:
        yield Text()
        yield Text(f"more: --page {answer.pager.page + 1} of {answer.pager.pages:,}", style="dim")


def reading_lines(reading: Reading) -> Iterator[str]:
    """What was not used as typed, or may not be what was meant, one line each."""
    for token in reading.tokens:
        if token.use is Use.IGNORED:
            yield f"ignored {token.text}: {token.reason}"
        elif token.use is Use.REPAIRED:
            yield f"read {token.text} as {token.read_as}: {token.reason}"
        elif token.reason is not None:
            yield f"read as typed: {token.reason}"


def name_lines(names: Iterable[Named]) -> Iterator[str]:
    """Other names that find something, or that are switched off, one line for each name typed."""
    for name in names:
        if name.off is not None:
            yield f"only {name.typed} ({name.off}): {', '.join(one.name for one in name.others)}"
        elif found := [_with_total(one) for one in name.found]:
            yield f"for {name.typed} also {', '.join(found)}; only as typed: --expand-not '{name.key}'"


def _with_total(other: Alternative) -> str:
    years = formatting.name_years(other.first, other.last)
    total = "" if other.total is None else f" ({formatting.number(other.total)})"
    return f"{other.name}{years and ' '}{years}{total}"


def repair_lines(repairs: RepairLinks) -> Iterator[str]:
    """What would find more, one change a line under headings; nothing where nothing would."""
    if repairs.groups:
        yield "what would find more:"
    for title, links in repairs.groups:
        yield f"  {title.lower()}"
        for link in links:
            words = (link.change, link.label) if link.change_first else (link.label, link.change)
            yield f"    {' '.join(filter(None, words))} – {_found(link)}"


def _found(repair: RepairLink) -> str:
    return formatting.counted(repair.total, repair.noun)


def _marked_by_colour(text: str, spans: Sequence[Span]) -> Text:
    marked, end = Text(), 0
    for span in spans:
        marked.append(_on_one_line(text[end : span.start]))
        marked.append(_on_one_line(span.of(text)), style="bold yellow")
        end = span.end
    return marked.append(_on_one_line(text[end:]))


def _marked_by_asterisks(text: str, spans: Sequence[Span]) -> Text:
    pieces, end = [], 0
    for span in spans:
        pieces += [text[end : span.start], "*", span.of(text), "*"]
        end = span.end
    return Text(_on_one_line("".join((*pieces, text[end:]))))


def _on_one_line(text: str) -> str:
    """`text` without line breaks, so that one hit's snippet is one line to `grep`."""
    return " ".join(text.split("\n\n")).replace("\n", " ")


def _plain(part: RenderableType) -> str:
    if isinstance(part, Padding):
        return " " * part.left + _plain(part.renderable)
    return str(part)


def _total(answer: Answer) -> str:
    articles = formatting.counted(answer.articles, "article")
    if answer.collection is Collection.ARTICLES:
        return articles
    return f"{formatting.counted(answer.total, 'statement')} in {articles}"


def _hit(
    number: int, hit: StatementHit | ArticleHit, mark: Callable[[str, Sequence[Span]], Text]
) -> Iterator[RenderableType]:
    if isinstance(hit, StatementHit):
        speaker = hit.document.speaker
        name = speaker.name if speaker else formatting.MISSING_LABELS["speaker"]
        head = mark(name, hit.speaker_highlights if speaker else ())
        if speaker and (note := formatting.speaker_note(speaker)):
            head.append(f" ({note})")
        for other, spans in zip(hit.document.others, hit.other_highlights, strict=True):
            head.append(", with ")
            head.append_text(mark(other.name, spans))
    else:
        head = mark(hit.document.title, hit.title_highlights)
    yield Text.assemble(f"{number}. ", head)
    for snippet in hit.snippets:
        yield _indented(mark(snippet.text, snippet.highlights))
    yield _indented(Text(_origin(hit), style="dim"))
    if hit.explanation is not None:
        yield from (_indented(Text(line)) for line in _reasons(hit.explanation, "", 0))


def _reasons(explanation: Explanation, sign: str, depth: int) -> Iterator[str]:
    """The number and its parts, one a line."""
    yield f"{'  ' * depth}{sign}{formatting.share(explanation.value)} {explanation.label}"
    for number, part in enumerate(explanation.parts):
        joint = f"{formatting.joint(explanation.rule)} " if number else ""
        yield from _reasons(part, joint, depth + 1)


def _origin(hit: StatementHit | ArticleHit) -> str:
    """Where it stands: source, date, for a statement its kind and article, and the id."""
    document = hit.document
    facts = [document.source, formatting.date(document.date)]
    if isinstance(hit, StatementHit):
        facts.append(formatting.manner(hit.document))
        if said := formatting.said_on(hit.document):
            facts.append(f"said {said}")
        facts.append(hit.document.title)
    facts.append(document.id)
    return " · ".join(facts)


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, _INDENT), expand=False)


def _rows(facet: Facet) -> Iterator[tuple[str, str]]:
    """Count and label of each value, and how many more there are."""
    for value in (*facet.values, *([facet.missing] if facet.missing else [])):
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
