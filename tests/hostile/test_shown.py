"""What articles hold is shown as text: in pages, in a real browser, and on a terminal."""

from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser
from waitress import create_server

from searchsvc.cli import main
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from searchsvc.wiring import open_engine
from tests.endpoint.serving import until_closed
from tests.unit.commands import invoke

EVIL = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "</script></title></textarea></style><script>alert(4)</script>",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}<%= 7*7 %>",
    "javascript:alert(5)",
    "data:text/html,<script>alert(6)</script>",
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m",
    "safe\u202egpj.exe\u2066\u200f",
    "' onmouseover=alert(7) x='",
    "=cmd|' /C calc'!A0",
    "&lt;script&gt;alert(8)&lt;/script&gt;",
    "a\u2028b\u2029c\x00d",
)
URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://example.org/"onclick=alert(1)',
    "https://example.org/' onclick=alert(1)",
    " vbscript:x",
    "file:///etc/passwd",
)
STORY = "said on Friday that the talks on copper had been productive and frank."


def rows():
    for number, evil in enumerate(EVIL):
        yield {
            "id": f"e{number}",
            "title": f"Talks {evil}",
            "text": f"“The talks {evil} were productive,” said Ann Berg, an envoy of Peru.\n\n"
            f"Ivo Quist {evil} {STORY}",
            "source": f"Courier {evil}",
            "byline": f"Jo {evil}",
            "dateline": evil,
            "agency": evil,
            "speakers": [f"Ann {evil}"],
            "countries": ["Peru", evil],
            "date": "2017-05-12",
            "url": URLS[number % len(URLS)],
        }


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """An index of articles with something evil in every field, in the names of their files too."""
    folder = tmp_path_factory.mktemp("evil")
    (folder / "in").mkdir()
    (folder / "in" / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    for number, evil in enumerate(EVIL):
        name = evil.replace("/", "_").replace("\x00", "")
        text = f"Title {evil}\n\nMay 12, 2017\n\nBy Jo {evil}\n\n“Frank {evil},” said Ann Berg.\n"
        (folder / "in" / f"{number}{name}.txt").write_text(text)
        (folder / "in" / f"{number}{name}.pdf").write_text("rejected")
        page = f"<html><title>{evil}</title><h1>{evil}</h1><p>The talks {evil} went well.</p>"
        (folder / "in" / f"{number}.html").write_text(page)
    result = invoke(
        "reindex", folder / "in", "--index", folder / "index", "--set", "gate.most_rejects=1",
        "--rejects", folder / "rejects.jsonl",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return folder / "index", result.output


@pytest.fixture(scope="module")
def app(index):
    settings = load_settings(overrides={"index.path": index[0]})
    engine = open_engine(settings)
    yield create_app(engine, settings)
    engine.close()


def pages(app):
    """Addresses of every page of every article, and searches that show many of them."""
    client = app.test_client()
    found = client.get("/api/v1/search?in=articles&size=100").get_json(force=True)
    ids = [hit["id"] for hit in found["hits"]]
    assert len(ids) > 2 * len(EVIL)
    yield from ("/search?size=100&facet.size.speaker=1000", "/search?in=articles&size=100")
    yield from ("/search?q=alert&explain=on&size=100", "/search?q=talks&sort=newest&size=50")
    yield from ("/suggest?q=ann&field=speaker", "/tips")
    for article in ids:
        yield f"/articles/{article}"
        yield f"/similar?article={article}"


def is_inert(html):
    tree = LexborHTMLParser(html)
    attributes = {name for node in tree.css("*") for name in node.attributes}
    targets = [
        (node.attributes.get(name) or "").strip().casefold()
        for name in ("href", "src", "action", "formaction")
        for node in tree.css(f"[{name}]")
    ]
    return (
        not tree.css("iframe, object, embed, style, svg[onload], base, meta[http-equiv]")
        and all("/static/" in (node.attributes.get("src") or "") for node in tree.css("script"))
        and not any(name.startswith("on") or name in {"style", "srcdoc"} for name in attributes)
        and all(
            target.startswith(("/", "?", "#", "https://", "http://", "")) for target in targets
        )
        and not any(target.startswith(("javascript", "data", "vb", "file")) for target in targets)
        and not any(control in html for control in "\x00\x07\x1b\x9b\u202e\u2066\u200f")
    )


def test_every_page_of_every_article_shows_text_only(app):
    client = app.test_client()
    for address in pages(app):
        response = client.get(address)
        assert response.status_code == 200, address
        html = response.get_data(as_text=True)
        assert is_inert(html), address
        assert ">49<" not in html
    shown = client.get("/articles/e0").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in shown or "Talks" in shown


def test_a_browser_runs_nothing_of_them_and_reports_no_breach(app, chromium):
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=until_closed, args=(server,), daemon=True)
    thread.start()
    context = chromium.new_context()
    context.add_init_script(
        "window.breaches = 0;"
        "document.addEventListener('securitypolicyviolation', () => { window.breaches += 1; })"
    )
    page = context.new_page()
    events: list[str] = []

    def refuse(dialog):
        events.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.on("console", lambda m: events.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: events.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    own = f"http://127.0.0.1:{server.effective_port}"
    try:
        for address in pages(app):
            if ("/articles/" in address and "/articles/e" not in address) or "/similar" in address:
                continue  # the client above has seen all; a browser takes its time
            page.goto(own + address)
            assert page.evaluate("window.breaches") == 0, address
        assert events == []
        assert all(url.startswith(own + "/") for url in asked)
        assert context.cookies() == []
    finally:
        context.close()
        server.close()
        thread.join(timeout=10)


COMMANDS = (
    ("search", "talks"),
    ("search", "talks", "--in", "articles"),
    ("search", "alert"),
    ("speakers",),
    ("similar", "e7"),
    ("suggest", "ann"),
    ("status",),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_terminal_is_shown_no_controls(index, command):
    output = CliRunner().invoke(main, [*command, "--index", str(index[0])]).output
    assert_plain(output)


def test_a_list_of_rejects_holds_no_controls(index):
    folder, output = index
    assert "could not be indexed" in output
    assert_plain(output)
    for line in (folder.parent / "rejects.jsonl").read_text().split("\n")[:-1]:
        reject = json.loads(line)
        assert_plain(f"{reject['path']}{reject['place']}{reject['reason']}")


def assert_plain(output):
    odd = {c for c in output if c != "\n" and not c.isprintable()}
    assert odd == set(), sorted(map(ascii, odd))
