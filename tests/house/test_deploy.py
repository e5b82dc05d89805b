"""What `config/deploy/` says of the program holds: commands, options, settings, paths, ports."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from searchsvc.cli import main
from searchsvc.settings import ENV_PREFIX, Settings, load_settings
from searchsvc.web import create_app
from tests.reference_engine import filled

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "config" / "deploy"
PROGRAM = "/opt/searchsvc/.venv/bin/searchsvc"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def name_of(path):
    return path.name


def service_of(path):
    """What a unit sets; of keys that are given twice the last."""
    return dict(re.findall(r"^(\w+)=(.*)", path.read_text(encoding="utf-8"), re.MULTILINE))


def instructions(keyword):
    """What stands behind each `keyword` of the Containerfile."""
    joined = re.sub(r"\\\n\s*", "", CONTAINERFILE)
    return re.findall(rf"^{keyword} (.*)", joined, re.MULTILINE)


def unknown(arguments):
    """What of a command line the program does not know, or None."""
    command = main.commands.get(arguments[0])
    if command is None:
        return arguments[0]
    known = {option for parameter in command.params for option in parameter.opts}
    return next((each for each in arguments[1:] if each[:1] == "-" and each not in known), None)


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_a_unit_runs_a_command_that_there_is(path):
    program, *arguments = shlex.split(service_of(path)["ExecStart"])
    assert program == PROGRAM
    assert unknown(arguments) is None


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_a_unit_sets_settings_that_there_are(path):
    name, value = service_of(path)["Environment"].split("=")
    assert name.startswith(ENV_PREFIX)
    assert load_settings(environ={name: value}) != Settings()


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_a_unit_says_notify_exactly_where_the_program_says_that_it_is_ready(path):
    service = service_of(path)
    tells = "serve" in service["ExecStart"] or "--watch" in service["ExecStart"]
    assert (service["Type"] == "notify") == tells


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_a_unit_may_write_the_index_only_where_it_builds_it(path):
    service = service_of(path)
    builds = "reindex" in service["ExecStart"]
    assert service["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in service
    assert ("StateDirectory" in service) == builds
    if builds:
        assert f"/var/lib/{service['StateDirectory']}/index" in service["Environment"]


def test_units_name_units_that_there_are():
    named = {
        name
        for path in UNITS
        for name in re.findall(r"searchsvc[\w-]*\.(?:service|timer)", path.read_text())
    }
    assert named <= {path.name for path in UNITS}


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd-analyze here")
    for path in UNITS:
        # The program and its documents are not where an operator has them.
        text = path.read_text().replace(PROGRAM, "/bin/true")
        (tmp_path / path.name).write_text(
            re.sub("^Documentation=.*", "", text, flags=re.MULTILINE)
        )
    result = subprocess.run(
        [analyze, "verify", *(tmp_path / path.name for path in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in result.stderr.splitlines() if "searchsvc" in line]
    assert (result.returncode, ours) == (0, [])


def test_the_container_runs_commands_that_there_are():
    assert json.loads(*instructions("ENTRYPOINT")) == ["searchsvc"]
    assert unknown(json.loads(*instructions("CMD"))) is None
    examples = re.findall(r"\bsearchsvc (reindex\b.*|serve\b.*)", CONTAINERFILE)
    assert len(examples) == 2
    assert [unknown(example.split()) for example in examples] == [None, None]


def test_the_container_sets_settings_that_there_are():
    variables = dict(each.split("=", 1) for line in instructions("ENV") for each in line.split())
    ours = {name: value for name, value in variables.items() if name.startswith(ENV_PREFIX)}
    settings = load_settings(environ=ours)
    assert [str(settings.index.path), *settings.corpus.inputs] == json.loads(
        *instructions("VOLUME")
    )
    assert settings.server.host == "0.0.0.0"


def test_the_container_is_asked_for_its_health_where_it_answers():
    (check,) = instructions("HEALTHCHECK")
    ((port, path),) = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert [port] == instructions("EXPOSE") == [str(Settings().server.port)]
    assert create_app(filled(), Settings()).test_client().get(path).status_code == 200


def test_the_container_copies_what_there_is_and_needs():
    copied = [
        each for line in instructions("COPY") if "--from" not in line for each in line.split()[:-1]
    ]
    assert [each for each in copied if not list(ROOT.glob(each))] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"pyproject.toml", project["readme"], *project["license-files"]} <= set(copied)


def test_the_container_has_a_python_that_we_support():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    least = tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    images = {line.split()[0] for line in instructions("FROM")}
    # One with a compiler to build with, one without to run in, of the same Python.
    ((major, minor),) = set(
        re.findall(r"python:(\d+)\.(\d+)(?:-slim)?$", "\n".join(images), re.MULTILINE)
    )
    assert (int(major), int(minor)) >= least
