"""The command line. Each command imports the rooms it needs when it runs, so that help is quick."""

from searchsvc.cli.main import main

__all__ = ["main"]
