"""A generation made: who may, documents sent in bulks, the index made ready, counted and published.

`writer` begins builds, alone (`build`) or as one of several shards (`shared_build`). What they hold
on to meanwhile is here as well: the lease in the cluster and the folder on this machine.
"""
