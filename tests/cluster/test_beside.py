"""What stands side by side is asked alike, and what is counted unlike is found."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cluster.beside import ALL, SIDES, alternating, counts_of, differing, sequential
from tests.cluster.sides import BARE, CLUSTER, EMBEDDED, Call

QUERIES = [("rare", "q=a"), ("rare", "q=b"), ("all", "")]


def answer(total, **facets):
    """What the service answers, all but what is not counted."""
    return {
        "total": {"articles": total},
        "facets": [
            {
                "name": name,
                "total_values": len(counts),
                "missing": 0,
                "values": [{"value": each, "count": count} for each, count in counts.items()],
            }
            for name, counts in facets.items()
        ],
    }


@contextmanager
def server(answers, asked):
    """The address of one that gives `answers` by path, and notes in `asked` what it is asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            asked.append(self.path)
            status, told = answers(self.path)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def measured(embedded, cluster, bare, *, rounds=2, warm_up=1):
    """Of servers that give these answers: the times, what is unlike, what each was asked."""
    asked: dict[str, list[str]] = {side: [] for side in SIDES}
    with ExitStack() as stack:
        urls = {
            side: stack.enter_context(server(answers, asked[side]))
            for side, answers in zip(SIDES, (embedded, cluster, bare), strict=True)
        }
        own = {query: [Call(f"/search?{query}")] for _, query in QUERIES}
        searches = {query: [Call("/x/_msearch?", b"{}\n{}\n")] * 2 for _, query in QUERIES}
        calls = {EMBEDDED: own, CLUSTER: own, BARE: searches}
        found = alternating(QUERIES, calls, urls, rounds=rounds, warm_up=warm_up)
    return *found, asked


def three(_path):
    return 200, answer(3, source={"herald": 2, "post": 1})


def searched(_path):
    return 200, {"responses": [{"hits": {}}]}


def test_each_side_is_asked_everything_and_rounds_that_warm_up_do_not_count():
    times, unlike, asked = measured(three, three, searched)
    assert unlike == []
    for side in SIDES:
        assert {kind: len(each) for kind, each in times[side].items()} == {"rare": 4, "all": 2}
    assert sorted(asked[EMBEDDED]) == sorted(asked[CLUSTER])
    assert len(asked[EMBEDDED]) == 9
    assert len(asked[BARE]) == 18


def test_unlike_totals_and_facets_are_found_each_once():
    def other(path):
        if path.endswith("q=b"):
            return 200, answer(4, source={"herald": 2, "post": 2})
        return three(path)

    _, unlike, _ = measured(three, other, searched)
    assert [line.split(": ")[:2] for line in unlike] == [["q=b", "total"], ["q=b", "source"]]


def test_an_answer_that_failed_is_no_answer():
    with pytest.raises(RuntimeError, match="503"):
        measured(three, lambda _: (503, {"title": "no cluster"}), searched)
    with pytest.raises(RuntimeError, match="too many"):
        measured(three, three, lambda _: (200, {"responses": [{"error": "too many"}]}))


def test_a_facet_that_one_side_lacks_is_unlike():
    whole, part = counts_of(answer(1, source={"post": 1})), counts_of(answer(1))
    assert differing("q", whole, whole) == []
    assert len(differing("q", whole, part)) == len(differing("q", part, whole)) == 1


def test_percentiles_are_of_a_class_and_of_all():
    times = {side: {"rare": [1.0] * 98 + [9.0] * 2, "all": [5.0]} for side in SIDES}
    rows = [line.split() for line in sequential(times).splitlines()[2:]]
    assert rows == [
        ["rare", "100", *["1.0", "9.0"] * 3],
        ["all", "1", *["5.0", "5.0"] * 3],
        [*ALL.split(), "101", *["1.0", "9.0"] * 3],
    ]
    assert list(times[EMBEDDED]) == ["rare", "all"]
