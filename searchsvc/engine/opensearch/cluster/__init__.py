"""The cluster, whatever it is used for: how it is asked, what its indices are called, small shared notes.

The only room that imports the client of OpenSearch, and the one where failures get names of ours.
"""
