"""A change of the text is the change that is said, and nothing else of the text changes.

Queries are made from an outline; the same change made to the outline and written anew says how the
changed text must be read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count, takewhile

from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.model import Collection
from searchsvc.query import Match, parse
from searchsvc.query.tree import Everything
from searchsvc.repairs import Kind
from searchsvc.repairs.draft import draft_of, words_in
from searchsvc.repairs.editing import begun, dropped, inexact, unquoted, unscoped
from searchsvc.repairs.spelling import mended, respelled, torn

WORDS = (
    *("sanctions", "harbour", "Seoul", "talks", "Jong-un", "S-400", "kim,", "Türkiye", "frank"),
    *("résumé", "envoy.", "treaty", "border", "US", "winter", "summit", "quota", "北京", "10,000"),
)
MARKS = count()
FIELDS = ("", "", "", "title:", "speaker:", "body: ", "source:")


@dataclass(frozen=True)
class Item:
    """A leaf or a bracket of the outline; its mark tells it from others that look the same."""

    mark: int
    sign: str
    field: str
    exact: bool
    words: tuple[str, ...]
    inside: tuple[tuple[tuple[Item, ...], ...], ...] = ()
    star: bool = False
    bracketed: bool = False

    def written(self, space):
        name = f"{self.sign}{self.field}{'exact:' if self.exact else ''}"
        if self.inside:
            return f"{name}({written(self.inside, space)})"
        if self.bracketed:
            return f"{name}({' '.join(self.words)})"
        if len(self.words) > 1:
            return f'{name}"{" ".join(self.words)}"'
        word = self.words[0]
        return f"{name}{word.rstrip(',.')}*" if self.star else f"{name}{word}"


def written(outline, space=" "):
    """Alternatives of neighbours of items joined by AND, as text."""
    return f"{space}OR ".join(
        space.join(f" AND{space}".join(item.written(space) for item in chain) for chain in side)
        for side in outline
    )


@st.composite
def outlines(draw, depth=2, *, scoped=True):
    def item():
        sign = draw(st.sampled_from(("", "", "", "-", "NOT ")))
        field = draw(st.sampled_from(FIELDS)) if scoped else ""
        if depth and draw(st.integers(0, 4)) == 0:
            inside = draw(outlines(depth - 1, scoped=False))
            return Item(next(MARKS), sign, field, exact=False, words=(), inside=inside)
        exact = scoped and draw(st.integers(0, 5)) == 0
        length = draw(st.sampled_from((1, 1, 1, 2, 3)))
        words = tuple(draw(st.sampled_from(WORDS)) for _ in range(length))
        return Item(next(MARKS), sign, field, exact, words)

    return tuple(
        tuple(
            tuple(item() for _ in range(draw(st.sampled_from((1, 1, 1, 2)))))
            for _ in range(draw(st.integers(1, 3)))
        )
        for _ in range(draw(st.sampled_from((1, 1, 2, 3))))
    )


def leaves(outline):
    """All items that are no brackets, in the order of the text, and whether each is asked for."""
    for side in outline:
        for chain in side:
            for item in chain:
                if item.inside:
                    yield from (
                        (leaf, wanted != bool(item.sign)) for leaf, wanted in leaves(item.inside)
                    )
                else:
                    yield item, not item.sign


def edited(outline, mark, by):
    """The outline with `by(item)` for the item of this mark, without it where that is None."""

    def changed(item):
        if item.mark == mark:
            return by(item)
        if item.inside:
            inside = edited(item.inside, mark, by)
            return replace(item, inside=inside) if inside else None
        return item

    sides = (
        tuple(
            kept
            for chain in side
            if (kept := tuple(new for item in chain if (new := changed(item)) is not None))
        )
        for side in outline
    )
    return tuple(side for side in sides if side)


def packed(text):
    return "".join(text.split())


def is_cut(shorter, longer):
    """Whether `shorter` is `longer` without one stretch, white space aside."""
    shorter, longer = packed(shorter), packed(longer)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(shorter, longer, strict=False))
    start = len(list(same))
    return longer[len(longer) - len(shorter) + start :] == shorter[start:]


QUERIES = (outlines(), st.sampled_from((" ", "  ", "\n ")), st.sampled_from(Match))


def drafted(outline, space, match, collection=Collection.ARTICLES):
    text = written(outline, space)
    draft = draft_of(parse(text, collection, match=match), collection, match)
    pieces = [piece for piece in draft.pieces if not piece.inner.of(text).startswith("(")]
    found = list(leaves(outline))
    assert len(pieces) == len(found)
    return text, draft, list(zip(pieces, found, strict=True))


def tree_of(outline, match, collection=Collection.ARTICLES):
    return parse(written(outline), collection, match=match).tree


@given(*QUERIES)
@settings(max_examples=100, deadline=None)
def test_without_a_word_the_text_is_read_as_if_it_had_never_been_there(outline, space, match):
    text, draft, pairs = drafted(outline, space, match)
    for piece, (item, _) in pairs:
        edit = dropped(draft, piece)
        rest = edited(outline, item.mark, lambda _: None)
        if edit is None:  # what AND joined to other than words now must hold by itself
            assert match is Match.ANY
            continue
        assert edit.tree == (tree_of(rest, match) if rest else Everything())
        assert parse(edit.change.text, Collection.ARTICLES, match=match).tree == edit.tree
        assert is_cut(edit.change.text, text)
        assert edit.change.of.endswith(item.words[-1]) or '"' in edit.change.of


@given(*QUERIES)
@settings(max_examples=100, deadline=None)
def test_wider_words_are_those_of_the_outline_and_the_rest_stays(outline, space, match):
    text, draft, pairs = drafted(outline, space, match)
    items = {piece.span: item for piece, (item, _) in pairs}
    texts = {
        Kind.EXACT: lambda item: replace(item, exact=False),
        Kind.FIELD: lambda item: replace(item, field=""),
        Kind.PHRASE: lambda item: replace(item, bracketed=True),
    }
    spans = {piece.span.of(text): piece.span for piece, _ in pairs}
    for edit in (*inexact(draft), *unscoped(draft), *unquoted(draft)):
        change = edit.change
        if change.of not in spans or list(text.split(change.of))[2:]:
            continue  # a bracket, or written twice
        item = items[spans[change.of]]
        meant = edited(outline, item.mark, texts[change.kind])
        assert edit.tree == tree_of(meant, match)
        assert parse(change.text, Collection.ARTICLES, match=match).tree == edit.tree
        if change.kind is not Kind.PHRASE:
            assert is_cut(change.text, text)


@given(*QUERIES)
@settings(max_examples=100, deadline=None)
def test_a_word_written_otherwise_is_all_that_is(outline, space, match):
    text, draft, pairs = drafted(outline, space, match)
    marks = {piece.span: item for piece, (item, _) in pairs}
    for word in words_in(draft):
        item = marks[word.piece.span]
        before, after = text[: word.span.start], text[word.span.end :]
        edit = begun(draft, word)
        if edit is not None:
            assert packed(edit.change.text) == packed(f"{before}{word.span.of(text)}*{after}")
            meant = edited(outline, item.mark, lambda item: replace(item, star=True))
            assert edit.tree == tree_of(meant, match)
        edit = respelled(draft, word, "harvest")
        assert edit is not None
        assert edit.change.text.casefold() == f"{before}harvest{after}".casefold()
        read = parse(edit.change.text, Collection.ARTICLES, match=match).tree
        assert read == edit.tree != draft.tree


@given(*QUERIES)
@settings(max_examples=60, deadline=None)
def test_two_words_become_one_or_one_becomes_two_side_by_side(outline, space, match):
    text, draft, _ = drafted(outline, space, match)
    words = list(words_in(draft))
    for word in words:
        edit = respelled(draft, word, "north korea")
        if edit is not None:
            assert "north korea" in edit.change.text.casefold()
            assert parse(edit.change.text, Collection.ARTICLES, match=match).tree == edit.tree
    for word, following in torn(draft, words):
        edit = mended(draft, word, following, "harvest")
        if edit is None:
            continue
        assert (
            packed(edit.change.text).casefold()
            == packed(f"{text[: word.span.start]}harvest{text[following.span.end :]}").casefold()
        )


def test_most_drops_are_possible():
    """The check that a change is single must not throw away what is."""
    tried = made = 0
    for text in (
        "sanctions talks border", "a OR b OR c", "(a OR b) -c", "speaker:kim AND (x y)", "NOT kim talks",
        'title:"one china" -(kim OR lee)', "exact:kim title:(a b)", "country:japan date:2017 talks",
    ):  # fmt: skip
        for match in Match:
            draft = draft_of(
                parse(text, Collection.ARTICLES, match=match), Collection.ARTICLES, match
            )
            for piece in draft.pieces:
                tried += 1
                made += dropped(draft, piece) is not None
    assert made == tried
