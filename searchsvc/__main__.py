"""`python -m searchsvc` is the command `searchsvc`."""

from searchsvc.cli import main

main(prog_name="searchsvc")
