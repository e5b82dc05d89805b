"""An answer to a search as text: coloured on a terminal, plain and stable elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from searchsvc.model import Collection
from searchsvc.query.reading import Use
from searchsvc.web import formatting
from searchsvc.web.answer import StatementHit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from searchsvc.model import Span
    from searchsvc.query.reading import Reading
    from searchsvc.web.answer import Answer, ArticleHit, Facet

_PLAIN_WIDTH = 100_000  # a pipe has no width: nothing is folded, so that lines can be searched


def show(answer: Answer) -> None:
    """Print `answer` to standard output."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, color_system=None, width=_PLAIN_WIDTH)
    for part in parts(answer, plain=not console.is_terminal):
        console.print(part)


def parts(answer: Answer, *, plain: bool) -> Iterator[RenderableType]:
    """What to print, from top to bottom.

    Args:
        answer: to a search.
        plain: mark what matched with asterisks, as there is no colour.
    """
    yield Text(_total(answer), style="bold")
    yield from (Text(line, style="dim") for line in reading_lines(answer.reading))
    hits: Iterable[StatementHit | ArticleHit] = answer.hits
    for number, hit in enumerate(hits, start=answer.pager.first):
        yield Text()
        yield from _hit(number, hit, plain=plain)
    for constraint in answer.without:
        found = formatting.number(constraint.total or 0)
        yield Text(f"without {constraint.label}: {constraint.value} – {found}")
    for facet in answer.facets:
        if facet.values or facet.missing:
            yield Text()
            yield _facet(facet, plain=plain)
    if answer.pager.next_url:
        yield Text()
        yield Text(f"more: --page {answer.pager.page + 1} of {answer.pager.pages:,}", style="dim")


def reading_lines(reading: Reading) -> Iterator[str]:
    """What was not used as typed, one line each; nothing where all was."""
    for token in reading.tokens:
        if token.use is Use.IGNORED:
            yield f"ignored {token.text}: {token.reason}"
        elif token.use is Use.REPAIRED:
            yield f"read {token.text} as {token.read_as}: {token.reason}"


def marked(text: str, spans: Sequence[Span], *, plain: bool) -> Text:
    """`text` with the spans in bold, or between asterisks."""
    if not plain:
        styled = Text(text)
        for span in spans:
            styled.stylize("bold yellow", span.start, span.end)
        return styled
    pieces, end = [], 0
    for span in spans:
        pieces += [text[end : span.start], "*", span.of(text), "*"]
        end = span.end
    return Text("".join((*pieces, text[end:])))


def _total(answer: Answer) -> str:
    articles = formatting.counted(answer.articles, "article")
    if answer.collection is Collection.ARTICLES:
        return articles
    return f"{formatting.counted(answer.total, 'statement')} in {articles}"


def _hit(number: int, hit: StatementHit | ArticleHit, *, plain: bool) -> Iterator[RenderableType]:
    if isinstance(hit, StatementHit):
        speaker = hit.document.speaker
        name = speaker.name if speaker else formatting.MISSING_LABELS["speaker"]
        head = marked(name, hit.speaker_highlights, plain=plain)
        if speaker and (note := formatting.speaker_note(speaker)):
            head.append(f" ({note})")
    else:
        head = marked(hit.document.title, hit.title_highlights, plain=plain)
    yield Text.assemble(f"{number}. ", head)
    for snippet in hit.snippets:
        yield _indented(marked(snippet.text, snippet.highlights, plain=plain))
    yield _indented(Text(_origin(hit), style="dim"))


def _origin(hit: StatementHit | ArticleHit) -> str:
    document = hit.document
    facts = [document.source, formatting.date(document.date)]
    if isinstance(hit, StatementHit):
        facts += [formatting.KIND_LABELS[hit.document.kind], hit.document.title]
    facts.append(document.id)
    return " · ".join(facts)


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 4), expand=False)


def _facet(facet: Facet, *, plain: bool) -> RenderableType:
    values = [*facet.values, *([facet.missing] if facet.missing else [])]
    rows = [
        (
            f"{formatting.number(value.count):>9}",
            f"{value.label}{' (chosen)' if value.selected else ''}",
        )
        for value in values
    ]
    hidden = facet.total_values - sum(1 for value in facet.values if value.count)
    if plain:
        lines = [f"{facet.label}:", *(f"{count}  {label}" for count, label in rows)]
        return Text(
            "\n".join([*lines, *([f"{'':>9}  and {hidden:,} more"] if hidden > 0 else [])])
        )
    table = Table(title=facet.label, title_justify="left", show_header=False, box=None)
    table.add_column(justify="right")
    table.add_column()
    for count, label in rows:
        table.add_row(Text(count), Text(label))
    if hidden > 0:
        table.add_row("", Text(f"and {hidden:,} more", style="dim"))
    return table
