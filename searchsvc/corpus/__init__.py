"""Article files to articles: what can be read becomes an `Article`, all else a counted reject."""

from searchsvc.corpus.archive import READER_VERSION, Archive, InputFile

__all__ = ["READER_VERSION", "Archive", "InputFile"]
