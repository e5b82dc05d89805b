"""The user's query language: a tree with positions, its parser and its printer.

Knows no engine. `parse` accepts any string and never raises; what it could not use it says.
"""

from searchsvc.query.parser import Match, parse
from searchsvc.query.printer import to_text

__all__ = ["Match", "parse", "to_text"]
