"""Which files a run answers for: it takes out what is gone from there, and nothing else."""

from __future__ import annotations

import pytest

from searchsvc.corpus import Archive, InputFile
from searchsvc.settings import Settings

FILES = ("a.txt", "news/b.txt", "news/c.html", "news/old/d.txt", "news/old/e.jsonl", "more/f.txt")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("A story.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "patterns",
    [
        ("news",),
        ("news/",),
        ("./news/old",),
        ("news/b.txt",),
        ("news/../more",),
        ("news/*.txt",),
        ("news/*",),
        ("*/f.txt",),
        ("**/*.txt",),
        ("news/**/*.txt",),
        ("n?ws/[bc]*",),
        ("a.txt", "more"),
        (".",),
    ],
)
def test_an_archive_covers_just_the_files_it_finds(folder, patterns):
    archive = Archive(patterns, Settings())
    found = {file.path.resolve() for file in archive.files() if isinstance(file, InputFile)}
    assert found
    for name in FILES:
        assert archive.covers(folder / name) == (folder / name in found), name


@pytest.mark.parametrize("patterns", [(".",), ("*",), ("**/*",), ("index/gen-1",)])
def test_the_index_is_never_read_as_articles(folder, patterns):
    (folder / "index" / "gen-1").mkdir(parents=True)
    (folder / "index" / "gen-1" / "b.txt").write_text("Not a story.\n", encoding="utf-8")
    (folder / "index2.txt").write_text("A story.\n", encoding="utf-8")
    found = [str(item.path) for item in Archive(patterns, Settings()).files()]
    assert not [path for path in found if "gen-1" in path]


@pytest.mark.parametrize("patterns", [("news",), ("news/*.txt",), ("news/b.txt",)])
def test_what_is_covered_stays_covered_when_it_is_gone(folder, patterns):
    archive = Archive(patterns, Settings())
    (folder / "news" / "b.txt").unlink()
    assert archive.covers(folder / "news" / "b.txt")
    assert not archive.covers(folder / "a.txt")
