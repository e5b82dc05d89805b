"""Query trees made into queries of OpenSearch that find, count and score; nothing in here asks a cluster."""
