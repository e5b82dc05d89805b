"""The pre-analysed form of a corpus, so that every engine indexes exactly the same terms.

    python -m tests.bench.pretokenise corpus.jsonl corpus.tok.jsonl

Title and body become terms with one space between: lower case, runs of [a-z0-9], Snowball's English
stem. An engine that splits at white space and changes nothing must give the same totals and the
same counts as any other.
"""

from __future__ import annotations

import argparse
import json
import re
from functools import lru_cache
from pathlib import Path

from nltk.stem.snowball import EnglishStemmer

from tests.bench.workload import read_corpus

TOKEN = re.compile(r"[a-z0-9]+")

stem = lru_cache(maxsize=1 << 20)(EnglishStemmer().stem)


def pretokenise(source: Path, target: Path) -> None:
    """Write the pre-analysed form of `source` to `target`."""
    with target.open("w", encoding="utf-8") as out:
        for article in read_corpus(source):
            article["title"] = terms_of(article["title"])
            article["body"] = terms_of(article["body"])
            out.write(json.dumps(article) + "\n")


def words_of(text: str) -> list[str]:
    """The words of `text` in lower case."""
    return TOKEN.findall(text.lower())


def terms_of(text: str) -> str:
    """The terms of `text` with one space between."""
    return " ".join(map(stem, words_of(text)))


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    pretokenise(given.source, given.target)


if __name__ == "__main__":
    main()
