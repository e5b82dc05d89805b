"""`searchsvc speakers`, and the alias file, on real files with the real engine."""

from __future__ import annotations

import json

import pytest

from tests.unit.commands import invoke, write_articles


def article(number, who):
    text = f"“We will keep the border open to trade,” said {who} on Monday."
    return {"id": f"a{number}", "title": "Trade", "text": text, "date": "2017-05-12"}


@pytest.fixture(autouse=True)
def _indexed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEARCHSVC_CONFIG", raising=False)
    who = ["Norwegian Minister Ivo Berg", "Ivo Berg", "Norwegian Minister Berg", "Rosa Quispe"]
    write_articles(tmp_path / "news.jsonl", [article(*each) for each in enumerate(who)])
    assert invoke("reindex", "news.jsonl").exit_code == 0


def test_it_tells_who_is_shown_under_a_name_and_why():
    result = invoke("speakers", "berg")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Ivo Berg: 3 statements",
        "  Berg (minister, NO, 2017), 1 article: the only Berg who is minister",
        "  Ivo Berg (2017), 1 article: as printed",
        "  Ivo Berg (minister, NO, 2017), 1 article: as printed",
    ]


def test_programs_get_the_same_as_json():
    told = json.loads(invoke("speakers", "Rosa Quispe", "--json").stdout)
    assert told == [
        {
            "name": "Rosa Quispe",
            "role": "",
            "country": "",
            "year": 2017,
            "shown": "Rosa Quispe",
            "wanted": "Rosa Quispe",
            "reason": "as printed",
            "articles": 1,
            "statements": 1,
        }
    ]


@pytest.mark.parametrize("name", ["Ivo", "BERG", "berg ivo", "Berg, Ivo", "Minister Berg", "Ívo"])
def test_a_part_of_a_name_is_enough_in_any_order(name):
    assert invoke("speakers", name).stdout.startswith("Ivo Berg: 3 statements\n")


def test_everybody_of_a_family_name_is_listed_whoever_says_most_first(tmp_path):
    given = ("Ada", "Ada", "Ada", "Ben", "Cleo", "Cleo", "Dag", "Eva", "Finn")
    who = [*(f"{one} Holt" for one in given), "Minister Holt"]
    write_articles(tmp_path / "more.jsonl", [article(20 + n, one) for n, one in enumerate(who)])
    assert invoke("reindex", "more.jsonl").exit_code == 0
    lines = invoke("speakers", "holt").stdout.splitlines()
    assert lines[:2] == ["Holt: 1 statement", "  Holt (minister, 2017), 1 article: as printed"]
    assert lines[2:5] == [
        "Ada Holt: 3 statements",
        "Cleo Holt: 2 statements",
        "Ben Holt: 1 statement",
    ]
    assert len(lines) == 2 + 6 + 1
    assert lines[-1] == "To see why somebody is shown so, give the name in full."
    told = json.loads(invoke("speakers", "holt", "--json").stdout)
    assert [one["statements"] for one in told] == [3, 2, 1, 1, 1, 1, 1]
    lines = invoke("speakers", "Holt, Cleo").stdout.splitlines()
    assert lines == ["Cleo Holt: 2 statements", "  Cleo Holt (2017), 2 articles: as printed"]


def test_nobody_is_nobody():
    result = invoke("speakers", "Ida Lund")
    assert result.exit_code == 0
    assert result.stdout == "Nobody called Ida Lund speaks in the index. No name is near.\n"
    result = invoke("speakers", "Rosa Quispi")
    assert result.stdout.endswith("in the index. Near: Rosa Quispe.\n")
    result = invoke("speakers", "Rosa Quispi", "--json")
    assert result.stdout == "[]\n"
    assert "Near: Rosa Quispe." in result.stderr


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_refused(name):
    result = invoke("speakers", name)
    assert result.exit_code == 2
    assert "NAME: an empty name" in result.stderr


def test_the_alias_file_overrules_and_the_next_run_reads_everything_again(tmp_path):
    (tmp_path / "config").mkdir()
    aliases = tmp_path / "config" / "persons.toml"
    aliases.write_text('different = [["Ivo Berg", "Berg"]]', encoding="utf-8")
    result = invoke("reindex", "news.jsonl")
    assert "alias file" in result.stderr
    assert invoke("speakers", "Berg").stdout.splitlines()[-2:] == [
        "Berg: 1 statement",
        "  Berg (minister, NO, 2017), 1 article: as printed",
    ]
    aliases.write_text("different = 3", encoding="utf-8")
    result = invoke("reindex", "news.jsonl")
    assert result.exit_code == 2
    assert "persons.toml: different: expected lists" in result.stderr


def test_a_run_says_how_many_names_a_full_run_would_show_otherwise(tmp_path):
    more = [article(10 + number, "Ivo Haakon Berg") for number in range(3)]
    write_articles(tmp_path / "more.jsonl", more)
    result = invoke("reindex", "news.jsonl", "more.jsonl")
    assert "A run with --full would show 3 names of speakers otherwise." in result.stdout
    assert "a full run would show Ivo Haakon Berg" in invoke("speakers", "Ivo Berg").stdout
    assert "3 of speakers would be shown otherwise by a full run" in invoke("status").stdout
    assert json.loads(invoke("status", "--json").stdout)["outdated_names"] == 3
    result = invoke("reindex", "--full", "news.jsonl", "more.jsonl")
    assert "otherwise" not in result.stdout
    assert invoke("speakers", "Berg").stdout.splitlines()[0] == "Ivo Haakon Berg: 6 statements"
    assert "none wait for a full run" in invoke("status").stdout
