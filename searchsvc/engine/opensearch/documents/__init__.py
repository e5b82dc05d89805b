"""What documents look like in an index: its fields, their mapping, what is sent and what comes back.

Nothing in here asks a cluster.
"""
