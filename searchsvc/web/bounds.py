"""How much may be asked at once: told to whoever asks, and kept by what answers."""

from __future__ import annotations

from typing import Final

LONGEST_QUERY: Final = 2000
"""Characters of a query."""
LARGEST_SIZE: Final = 100
"""Hits in one answer."""
LARGEST_FACET: Final = 1000
"""Values that are shown of a facet."""
SEARCHES: Final = 5
"""Times the budget of one search that an answer made of a hundred or two of them may take."""
DEEPEST_HIT: Final = 100_000
"""Hits that pages reach. All before a page are put in order for it; behind a cursor, none are."""
