"""Settings: where they come from, which wins, and what is refused."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.errors import ConfigError
from searchsvc.settings import CONFIG_FILE, Settings, find_config, load_settings, setting_keys


def write(folder: Path, text: str) -> Path:
    file = folder / "searchsvc.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_file_environment_or_options_the_defaults_hold():
    assert load_settings() == Settings()


def test_an_empty_file_changes_nothing(tmp_path):
    assert load_settings(write(tmp_path, "")) == Settings()


def test_environment_wins_over_file_and_command_line_over_both(tmp_path):
    file = write(tmp_path, "[server]\nport = 1\nthreads = 2\nname = 'file'\n")
    environ = {"SEARCHSVC_SERVER_PORT": "3", "SEARCHSVC_SERVER_THREADS": "4"}
    server = load_settings(file, environ, {"server.port": "5"}).server
    assert (server.port, server.threads, server.name) == (5, 4, "file")


def test_lists_may_be_written_as_toml_lists_or_with_commas(tmp_path):
    file = write(tmp_path, "[columns]\ntitle = ['head', 'name']\ntext = 'story, words'\n")
    columns = load_settings(file, {"SEARCHSVC_COLUMNS_SPEAKERS": "people"}).columns
    assert columns.title == ("head", "name")
    assert columns.text == ("story", "words")
    assert columns.speakers == ("people",)


def test_a_whole_number_may_stand_where_a_fraction_may(tmp_path):
    settings = load_settings(write(tmp_path, "[search]\nbm25_b = 1\n"))
    assert settings.search.bm25_b == 1.0
    assert isinstance(settings.search.bm25_b, float)


def test_a_path_setting_becomes_a_path():
    assert load_settings(overrides={"index.path": "elsewhere"}).index.path == Path("elsewhere")


def test_an_unknown_key_is_refused_with_a_suggestion(tmp_path):
    file = write(tmp_path, "[server]\nprot = 80\n")
    with pytest.raises(ConfigError, match=r"server\.prot.*did you mean server\.port\?") as caught:
        load_settings(file)
    assert caught.value.where == str(file)
    assert caught.value.key == "server.prot"


def test_an_unknown_section_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="unknown setting"):
        load_settings(write(tmp_path, "[zebra]\nstripes = 80\n"))


def test_a_key_outside_any_section_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="expected a \\[section\\]"):
        load_settings(write(tmp_path, "port = 80\n"))


def test_an_unknown_environment_variable_is_refused_with_a_suggestion():
    with pytest.raises(ConfigError, match="did you mean SEARCHSVC_SERVER_PORT"):
        load_settings(environ={"SEARCHSVC_SERVER_PROT": "80"})


def test_variables_of_others_and_of_the_test_suite_are_left_alone():
    environ = {"HOME": "x", "SEARCHSVC_TEST_CORPORA": "x", "SEARCHSVC_CONFIG": "x"}
    assert load_settings(environ=environ) == Settings()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("server.port", "many"),
        ("server.port", "8.5"),
        ("server.port", 8.5),
        ("server.port", True),
        ("server.port", ""),
        ("server.port", 65536),
        ("server.port", -1),
        ("server.threads", 0),
        ("search.bm25_b", math.nan),
        ("search.bm25_b", "1.5"),
        ("index.engine", "lucene"),
        ("index.engine", 3),
        ("index.path", 3),
        ("columns.title", [1, 2]),
        ("columns.title", 1),
    ],
)
def test_a_wrong_type_or_a_value_out_of_range_is_refused_by_name(key, value):
    with pytest.raises(ConfigError, match=f"command line: {key}: expected"):
        load_settings(overrides={key: value})


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(ConfigError, match=r"absent\.toml: cannot be read"):
        load_settings(tmp_path / "absent.toml")


@pytest.mark.parametrize("content", [b"[server", b"\xff\xfe", b"x = " + b"[" * 5_000])
def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path, content):
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken\.toml: is not TOML"):
        load_settings(file)


def test_the_environment_names_the_file_and_the_working_directory_is_looked_at_last(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert find_config({}) is None
    CONFIG_FILE.parent.mkdir()
    CONFIG_FILE.write_text("", encoding="utf-8")
    assert find_config({}) == CONFIG_FILE
    assert find_config({"SEARCHSVC_CONFIG": "other.toml"}) == Path("other.toml")


def test_every_setting_can_be_set_from_the_environment():
    """No two keys may share a variable, although both separators become underscores."""
    names = [key.replace(".", "_").upper() for key in setting_keys()]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith("TEST_")]


@given(st.sampled_from(list(setting_keys())), st.text())
def test_any_text_gives_settings_or_a_config_error_that_names_the_key(key, value):
    with contextlib.suppress(ConfigError):
        load_settings(overrides={key: value})


@given(st.text().filter(lambda key: key not in setting_keys()))
def test_any_other_key_is_refused(key):
    with pytest.raises(ConfigError, match="unknown setting"):
        load_settings(overrides={key: ""})


@pytest.mark.parametrize(
    "prefix",
    [
        *(
            "",
            "News",
            "_news",
            "-a",
            "a b",
            "a/b",
            "a,b",
            "news*",
            "a" * 101,
            "naïve",
            "..",
            "a\n",
        ),
        *("news-files", "news-shared", "news-builds", "news-gen-000042", "news-files-gen-000042"),
    ],
)
def test_prefixes_that_a_cluster_refuses_or_that_meet_those_of_another_archive(prefix):
    with pytest.raises(ConfigError, match=r"opensearch\.prefix: expected small letters"):
        load_settings(overrides={"opensearch.prefix": prefix})


@pytest.mark.parametrize("prefix", ["searchsvc", "n", "0", "news-2026.a_b", "files", "gen-42-x"])
def test_other_prefixes_are_taken(prefix):
    assert load_settings(overrides={"opensearch.prefix": prefix}).opensearch.prefix == prefix


@pytest.mark.parametrize(
    "urls",
    ["", "node1:9200", "node1", "ftp://node1", "http://", "http://node1:99999", "http://[::1"],
)
def test_addresses_of_nodes_that_are_none(urls):
    with pytest.raises(ConfigError, match=r"opensearch\.urls: expected addresses such as"):
        load_settings(overrides={"opensearch.urls": f"http://node1:9200,{urls}" if urls else urls})


def test_addresses_of_nodes_are_taken():
    urls = "https://node1:9200,http://[::1]:9200,https://proxy/cluster"
    settings = load_settings(overrides={"opensearch.urls": urls})
    assert settings.opensearch.urls == tuple(urls.split(","))


def test_passwords_stand_in_no_message(tmp_path):
    with pytest.raises(ConfigError, match=r"without a name and a password") as caught:
        load_settings(environ={"SEARCHSVC_OPENSEARCH_URLS": "https://me:hunter2@node1:9200"})
    assert "hunter2" not in str(caught.value)
    file = write(tmp_path, "[opensearch]\npassword = 4711\n")
    with pytest.raises(ConfigError, match=r"opensearch\.password: expected text") as caught:
        load_settings(file)
    assert "4711" not in str(caught.value)
