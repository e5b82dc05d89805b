"""Searches a cluster of OpenSearch nodes: one generation is one index that never changes."""
