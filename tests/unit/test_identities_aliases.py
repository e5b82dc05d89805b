"""The alias file: what it says is done, and what it says wrongly is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchsvc.errors import ConfigError, IndexCorrupt
from searchsvc.identities import NO_ALIASES, Register, Sighting, explain, read_aliases
from searchsvc.settings import load_settings
from searchsvc.wiring import open_aliases

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "persons.toml"


def written(tmp_path, text):
    file = tmp_path / "persons.toml"
    file.write_text(text, encoding="utf-8")
    return file


def named(tmp_path, text, *sightings):
    """The names shown, each sighting in an article of its own."""
    told = []
    for sighting in sightings:
        name, role, country = [*sighting, "", ""][:3]
        told.append(Sighting(name, role, country, 2018))
    register = Register(tmp_path / "register")
    for number, sighting in enumerate(told):
        register.note(f"a{number}", [sighting])
    register.settle(read_aliases(written(tmp_path, text)))
    shown = [register.shown(sighting) for sighting in told]
    register.close()
    return shown


def test_names_of_one_person_are_shown_as_the_first(tmp_path):
    text = 'same = [["Ivo Berg", "Ivar Berg", "I. H. Montag"]]'
    names = [("Ivo Berg",), ("Ivar Berg",), ("I.H. Montag",), ("Ida Berg",)]
    assert named(tmp_path, text, *names) == ["Ivo Berg", "Ivo Berg", "Ivo Berg", "Ida Berg"]


def test_capitals_accents_and_hyphens_do_not_matter(tmp_path):
    text = 'same = [["José Peñalver", "Pepe Penalver"]]'
    assert named(tmp_path, text, ("Pepe Peñalver",), ("JOSE PENALVER",)) == ["José Peñalver"] * 2


def test_a_family_name_alone_may_be_an_alias(tmp_path):
    text = 'same = [["Ivo Berg", "Berg"]]'
    assert named(tmp_path, text, ("Berg", "minister"), ("Ida Berg",)) == ["Ivo Berg", "Ida Berg"]


def test_whoever_is_joined_with_an_alias_is_shown_likewise(tmp_path):
    text = 'same = [["Ivo Montag", "Ivar Berg"]]'
    names = [("Ivar Berg", "minister", "NO"), ("Ivar H. Berg",), ("Berg", "minister", "NO")]
    assert named(tmp_path, text, *names) == ["Ivo Montag"] * 3


def test_those_who_are_different_are_never_joined(tmp_path):
    names = [("John P. Ostrom", "minister"), ("John Ostrom", "minister"), ("Ostrom", "minister")]
    assert named(tmp_path, "", *names) == ["John P. Ostrom"] * 3
    (tmp_path / "register").unlink()
    text = 'different = [["John P. Ostrom", "John Ostrom"]]'
    assert named(tmp_path, text, *names) == ["John P. Ostrom", "John Ostrom", "Ostrom"]


def test_those_of_different_groups_are_different(tmp_path):
    text = 'same = [["John P. Ostrom", "Jack Ostrom"], ["John Ostrom", "Johnny Ostrom"]]'
    names = [("John P. Ostrom",), ("John Ostrom",), ("Jack Ostrom",), ("Johnny Ostrom",)]
    assert named(tmp_path, text, *names) == ["John P. Ostrom", "John Ostrom"] * 2


def test_a_name_may_be_shown_otherwise_with_all_that_belongs_to_it(tmp_path):
    text = 'same = [["Ivo Berg", "Ivar Berg"]]\n[names]\n"Ivo Berg" = "Ivo Haakon Berg"'
    assert named(tmp_path, text, ("Ivo Berg",), ("Ivar Berg",)) == ["Ivo Haakon Berg"] * 2


def test_namesakes_are_told_apart_by_role_or_country(tmp_path):
    text = """
[[namesakes]]
name = "Maria Petrova"
show = "Maria Petrova (coach)"
roles = ["Coach", "player"]
[[namesakes]]
name = "Maria Petrova"
show = "Maria Petrova (ambassador)"
countries = ["Bulgaria"]
"""
    names = [
        ("Maria Petrova", "coach", "BG"),
        ("Maria Petrova", "envoy", "BG"),
        ("Maria Petrova",),
    ]
    assert named(tmp_path, text, *names) == [
        "Maria Petrova (coach)",
        "Maria Petrova (ambassador)",
        "Maria Petrova",
    ]


def test_the_reason_of_a_name_stands_in_the_register(tmp_path):
    register = Register(tmp_path / "register")
    for number, name in enumerate(["Ivo Berg", "Ivo Berg", "Ivo H. Berg", "Berg", "Ida Berg"]):
        role = "coach" if name == "Ida Berg" else "minister"
        register.note(f"a{number}", [Sighting(name, role, "NO", 2018)])
    register.settle(NO_ALIASES)
    register.finish()
    expected = {
        "Ivo Berg": ("Ivo Berg", "as printed", 2),
        "Ivo H. Berg": ("Ivo Berg", "a shorter or longer form of Ivo Berg", 1),
        "Berg": ("Ivo Berg", "the only Berg who is minister", 1),
    }
    for name in ("ivo h. berg", "Ivo Berg", "BERG"):
        told = explain(tmp_path / "register", name)
        found = {each.sighting.name: (each.shown, each.reason, each.articles) for each in told}
        assert (found.pop("Ida Berg", None) is not None) is (name == "BERG")
        assert found == expected
    assert explain(tmp_path / "register", "Ivar Berg") == ()


def test_a_register_that_is_missing_or_damaged_is_told(tmp_path):
    with pytest.raises(IndexCorrupt, match="register of speakers"):
        explain(tmp_path / "missing", "Ivo Berg")
    (tmp_path / "damaged").write_bytes(b"no database" * 100)
    with pytest.raises(IndexCorrupt, match="register of speakers"):
        explain(tmp_path / "damaged", "Ivo Berg")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("same = [", "is not TOML"),
        pytest.param("same = " + "[" * 5_000, "is not TOML", id="nested too deep"),
        ("equal = []", "equal: unknown table; there are same, different, names, namesakes"),
        ('same = "Ivo Berg"', "same: expected lists of names"),
        ('same = [["Ivo Berg"]]', "same, entry 1: expected a list of two names"),
        ('same = [["Ivo Berg", 3]]', "same, entry 1: expected a text, not 3"),
        ('same = [["Ivo Berg", " "]]', "same, entry 1: expected a text"),
        (
            'same = [["Ivo Berg", "Ivar Berg"], ["Ida Berg", "Ivar Berg"]]',
            "same, entry 2: Ivar Berg is in two groups; make them one",
        ),
        (
            'same = [["Ivo Berg", "Ivar Berg"]]\ndifferent = [["Ivar Berg", "Ivo Berg"]]',
            "different, entry 1: Ivo Berg and Ivar Berg are the same by another entry",
        ),
        (
            'different = [["Ivo Berg", "IVO BERG"]]',
            r"different, entry 1: .* spelled alike; tell them apart by \[\[namesakes\]\]",
        ),
        ("names = 3", "names: expected lines such as"),
        ('[names]\n"Ivo Berg" = 3', 'names, "Ivo Berg": expected a text, not 3'),
        ("namesakes = 3", r"namesakes: expected \[\[namesakes\]\] tables"),
        ('[[namesakes]]\nname = "Ivo Berg"', "namesakes, entry 1, show: expected a text"),
        (
            '[[namesakes]]\nname = "Ivo Berg"\nshow = "Ivo Berg (coach)"',
            "namesakes, entry 1: name roles or countries",
        ),
        (
            '[[namesakes]]\nname = "Ivo Berg"\nshow = "I"\nroles = "coach"',
            "namesakes, entry 1, roles: expected a list",
        ),
        (
            '[[namesakes]]\nname = "Ivo Berg"\nshow = "I"\ncountries = ["Atlantis"]',
            "namesakes, entry 1, countries: Atlantis is no country",
        ),
        (
            '[[namesakes]]\nname = "Ivo Berg"\nshow = "I"\nrole = ["coach"]',
            "namesakes, entry 1: unknown key role",
        ),
    ],
)
def test_what_is_wrong_is_told_with_file_and_entry(tmp_path, text, message):
    with pytest.raises(ConfigError, match=rf"persons\.toml: .*{message}"):
        read_aliases(written(tmp_path, text))


def test_a_file_that_is_not_there_is_an_error_where_it_is_named(tmp_path):
    missing = tmp_path / "missing.toml"
    with pytest.raises(ConfigError, match="no such file"):
        read_aliases(missing)
    assert read_aliases(missing, required=False) is NO_ALIASES
    named_file = load_settings(overrides={"corpus.persons": str(missing)})
    with pytest.raises(ConfigError, match="no such file"):
        open_aliases(named_file)


def test_the_usual_file_may_be_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_aliases(load_settings()) is NO_ALIASES


def test_a_folder_is_no_alias_file(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_aliases(tmp_path)


def test_the_file_shipped_says_nothing_until_its_examples_are_uncommented(tmp_path):
    assert read_aliases(SHIPPED) is NO_ALIASES
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("# same"))
    examples = [
        line.removeprefix("# ")
        for line in lines[start:]
        if not line.startswith("# ") or line[2] in '[]"' or " = " in line or line[2] == " "
    ]
    said = read_aliases(written(tmp_path, "\n".join(examples)))
    assert said.shown(["Ivar Berg"]) == "Ivo Haakon Berg"
    assert said.are_different("John Ostrom", "John P. Ostrom")
    assert said.namesake(Sighting("Maria Petrova", "coach", "", 0)) == "Maria Petrova (coach)"


def test_the_checksum_tells_whether_the_file_says_something_else(tmp_path):
    one = read_aliases(written(tmp_path, 'same = [["Ivo Berg", "Ivar Berg"]]')).checksum
    same = read_aliases(
        written(tmp_path, '# a remark\nsame = [["Ivo Berg",\n  "Ivar Berg"]]')
    ).checksum
    other = read_aliases(written(tmp_path, 'same = [["Ivar Berg", "Ivo Berg"]]')).checksum
    assert one == same
    assert len({one, other, NO_ALIASES.checksum}) == 3
