"""Which generations there are, which one is published, and what each must hold, by its own account.

What a generation consists of lies here: its manifest, its files, the numbers of its documents. Who
answers, builds or verifies begins with it.
"""
