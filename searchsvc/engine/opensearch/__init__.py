"""Searches a cluster of OpenSearch nodes: one generation is one index that never changes.

Three rooms stand for the sides of the seam and know nothing of each other: `answering`, `building`
and `verifying`. `opening` hands them out. They stand on `publishing` (generations), `compiling`
(queries), `documents` (what is sent) and `cluster` (the nodes).
"""
