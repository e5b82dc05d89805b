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
        "Ivo Berg",
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
        }
    ]


def test_nobody_is_nobody():
    result = invoke("speakers", "Ida Lund")
    assert result.exit_code == 0
    assert "Nobody called Ida Lund" in result.stdout


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
    assert invoke("speakers", "Berg").stdout.splitlines()[0] == "Berg"
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
    result = invoke("reindex", "--full", "news.jsonl", "more.jsonl")
    assert "otherwise" not in result.stdout
    assert invoke("speakers", "Berg").stdout.splitlines()[0] == "Ivo Haakon Berg"
