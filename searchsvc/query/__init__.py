"""The user's query language: a tree with positions, its parser and its printer.

Knows no engine. `parse` accepts any string and never raises; what it could not use it says.
"""

from searchsvc.query.parser import parse
from searchsvc.query.printer import to_text

__all__ = ["parse", "to_text"]
