"""Running commands in tests, inside this process and as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from click.testing import CliRunner

from searchsvc.cli import main

ARTICLES = (
    {
        "id": "talks",
        "title": "Productive talks in Lima",
        "text": "“The talks with Bolivia were productive,” said"
        " Rosa Quispe, a spokeswoman for the ministry of Peru.",
        "date": "2017-05-12",
        "source": "Andean Courier",
    },
    {
        "id": "tariffs",
        "title": "Tariffs to stay",
        "text": "“Tariffs on copper will stay,” said Jorge Almada, the trade minister of Chile."
        "\n\nTraders called the decision productive.",
        "date": "2017-06-01",
        "source": "Harbour Courier",
    },
)


def invoke(*arguments, stdin=None):
    """The result of a command; a bug in it fails the test with its own traceback."""
    result = CliRunner().invoke(main, [str(each) for each in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


HEEDING_INTERRUPTS = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "runpy.run_module('searchsvc', run_name='__main__', alter_sys=True)"
)
"""A process in the background inherits that interrupts are ignored; at a terminal they are not."""


def start(*arguments, **options):
    """A command as a process, its output as text in pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", HEEDING_INTERRUPTS, *(str(each) for each in arguments)],
        **{
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "env": clean_environment(),
            **options,
        },
    )


def clean_environment():
    """The environment without settings, and with output buffered as it is for a user."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SEARCHSVC_") and name not in ("COLUMNS", "PYTHONUNBUFFERED")
    }


def write_articles(file, articles=ARTICLES):
    """`file`, filled with articles as JSON lines."""
    file.write_text("".join(json.dumps(each) + "\n" for each in articles), encoding="utf-8")
    return file
