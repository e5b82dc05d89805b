"""Texts and pages: bad encodings, scripts, elements without end, and prose to choke on."""

from __future__ import annotations

import codecs
from typing import Final

from tests.hostile.cases import MB, STORY, Case, of_bytes, repeated

_PAGE: Final = f"<html><head><title>A page of news</title></head><body><p>{STORY}</p>"
_LAUGHS: Final = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)
)
_OUTSIDE: Final = '<!ENTITY o SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1/">'
_ENTITIES: Final = f"<!DOCTYPE html [{_LAUGHS}{_OUTSIDE}]><html><p>{STORY} &l9;&o;</p></html>"
_RECONSTRUCTED: Final = "<html><p>" + "".join(f"<b class=c{n}>" for n in range(900)) + "</p>"
_ODD: Final = "Zoë said: “Näher” – „Größe“. " * 20


def _declared(encoding: str) -> bytes:
    return f"<html><meta charset={encoding}><p>{STORY} Ärger </p></html>".encode("latin-1")


TEXTS: Final = (
    Case("XML with a billion laughs", of_bytes("a.xml", _ENTITIES.replace("html", "rss").encode()), 0, "XML"),
    Case("page with a billion laughs", of_bytes("a.html", _ENTITIES.encode()), 1),
    Case("XHTML with entities from outside", of_bytes("a.xhtml", f"<?xml version='1.0'?>{_ENTITIES}".encode()), 1),
    Case("page with scripts", of_bytes("a.html", f"{_PAGE}<script>alert(1)</script><img src=x onerror=alert(2)><p>The second day went well too.</p>".encode()), 1),
    *(
        Case(f"page of nested <{name}>", repeated("a.html", "<html><body>", f"<{name}>", STORY), 0, "deep")
        for name in ("div", "center", "dl", "u", "x-y", "svg", "details", "noscript", "template")
    ),
    Case("page, depth hidden from counters", repeated("a.html", "<html>", "<div><table></div></table><!-->", STORY), 0, "deep"),
    Case("page of many elements", repeated("a.html", _PAGE, "<p>a</p>"), 0, "tags", small=480_000),
    Case("page of open <b> for each paragraph", repeated("a.html", _RECONSTRUCTED, "<p>a</p>"), 0, "again and again"),
    Case("page, a tag of many attributes", repeated("a.html", "<html><p ", "a b=1 "), 0, "attributes"),
    Case("page, a huge attribute", repeated("a.html", f"{_PAGE}<p title='", "x", f"'>{STORY}"), 1, big=2 * MB - 99_999),
    Case("page of comments without end", repeated("a.html", _PAGE, "<!- "), 1, big=2 * MB - 99_999),
    Case("page, metadata nested deep", repeated("a.html", "<html><script type='application/ld+json'>", "[", f"</script><p>{STORY}"), 1, big=2 * MB - 99_999),
    Case("column with tags that never close", repeated("a.jsonl", '{"title": "T", "text": "<p>' + STORY, "<a ", '"}'), 1, big=2 * MB - 99_999),
    Case("text of quotation marks", repeated("a.txt", STORY, '"'), 1, big=2 * MB - 99_999),
    Case("text of quotations", repeated("a.txt", STORY, ' "said"'), 1, big=300_000),
    Case("text of capitals", repeated("a.txt", STORY, " Aa"), 1, big=2 * MB - 99_999),
    Case("text of one letter", repeated("a.txt", STORY, "a"), 1, big=2 * MB - 99_999),
    Case("text of line breaks", repeated("a.txt", STORY, "\na"), 1, big=2 * MB - 99_999),
    Case("text of combining marks", repeated("a.txt", STORY, "\u0301"), 1, big=2 * MB - 99_999),
    Case("text of mojibake", repeated("a.txt", STORY, "Ã©"), 1, big=2 * MB - 99_999),
    Case("UTF-16 without a mark", of_bytes("a.txt", STORY.encode("utf-16-le")), 1),
    Case("UTF-32 without a mark", of_bytes("a.txt", STORY.encode("utf-32-be")), 0, "binary"),
    Case("UTF-16 mark, odd bytes", of_bytes("a.txt", codecs.BOM_UTF16_LE + STORY.encode() + b"\xd8"), 1),
    Case("latin letters called UTF-8", of_bytes("a.jsonl", b'{"title": "T", "text": "' + STORY.encode() + b' \xe4\xff"}\n'), 1),
    Case("random bytes called text", of_bytes("a.txt", bytes(range(256)) * 40), 0, "binary"),
    *(
        Case(f"page called {encoding}", of_bytes("a.html", _declared(encoding)), 1)
        for encoding in ("punycode", "idna", "zlib", "unicode_escape", "utf-7", "undefined", "hex")
    ),
    Case("escapes and directions", of_bytes("a.txt", f"{STORY} \x1b[2J\x1b]0;x\x07 \u202eevil\u2066 {_ODD}".encode()), 1),
)  # fmt: skip
