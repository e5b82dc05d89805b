"""A text that nobody wrote as a query, such as a question or a paragraph, made fit to be one."""

from __future__ import annotations

from typing import Final

from searchsvc.query.lexer import QUOTES, Kind, lexemes

_BLANK: Final = " "
_ALWAYS_SIGNS: Final = str.maketrans(dict.fromkeys(f"{QUOTES}()|*?~", _BLANK))
_OPERATORS: Final = frozenset({Kind.AND, Kind.OR, Kind.NOT, Kind.PLUS})


def words_only(text: str) -> str:
    """`text` without any sign of the query language; each character stays at its place.

    `parse` reads what comes back as words side by side: from `(is -dash "grain" AND title: rye?)`
    come is, dash, grain, and, title and rye. What lies beyond the longest query is left as it is.
    """
    plain = text.translate(_ALWAYS_SIGNS)
    pieces = list(plain)
    for lexeme in lexemes(plain):
        start, end = lexeme.span.start, lexeme.span.end
        if lexeme.kind in _OPERATORS:
            is_word = lexeme.text.isalpha()  # NOT, not a minus sign
            pieces[start:end] = lexeme.text.lower() if is_word else _BLANK * len(lexeme.text)
        elif lexeme.kind is Kind.FIELD:
            pieces[end - 1] = _BLANK
    return "".join(pieces)
