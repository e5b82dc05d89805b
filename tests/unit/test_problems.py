"""What is listed of the problems of a generation, and what is told to do about each."""

from __future__ import annotations

import pytest

from searchsvc.engine.problems import LISTED, REINDEX, Problems
from searchsvc.engine.verification import Finding


def test_of_many_alike_in_one_place_the_first_are_listed_and_the_others_counted():
    found = Problems(published=True, earlier=None)
    for number in range(LISTED + 1_234):
        found.add("a", f"has length {number}", where=f"document {number}", kind="lengths")
        found.take(Finding("b", "is missing", f"document {number}"))
    found.add("c", "has length 5", kind="lengths")
    listed = [str(problem) for problem in found.listed()]
    assert len(found) == 2 * (LISTED + 1_234) + 1
    assert len(listed) == 2 * LISTED + 3
    assert listed[:2] == ["a: document 0: has length 0", "b: document 0: is missing"]
    assert listed[-3:] == [
        "c: has length 5",
        "a: 1,234 more like these: lengths",
        "b: 1,234 more like these: is missing",
    ]


@pytest.mark.parametrize(
    ("published", "earlier", "path", "remedy"),
    [
        (True, None, "own", REINDEX),
        (True, "gen-000001", "own", "rollback`, which brings gen-000001 back, or `searchsvc"),
        (True, "gen-000001", "shared", REINDEX),
        (False, "gen-000001", "own", "do not roll back to it"),
        (False, None, "shared", "do not roll back to it"),
    ],
)
def test_what_to_do_goes_by_what_is_searched_and_what_could_be(published, earlier, path, remedy):
    found = Problems(published=published, earlier=earlier, shared=lambda file: file == "shared")
    found.add(path, "is damaged")
    (problem,) = found.listed()
    assert remedy in problem.remedy
    assert (problem.remedy == REINDEX) == (remedy == REINDEX)


def test_where_something_else_is_to_be_done_that_is_told():
    found = Problems(published=False, earlier=None)
    found.add("a", "is none of its files", remedy="take it out")
    assert found.listed()[0].remedy == "take it out"
