"""The benchmark: our engine beside tantivy, Lucene, SQLite FTS5 and stock Whoosh."""
