"""Tests on the research corpora as they lie beside the checkout."""
