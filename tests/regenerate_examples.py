"""`python -m tests.regenerate_examples` records anew what the documented examples are answered.

Run it where an operation, an example, the sample archive or the extraction has changed, and read
`git diff`: it shows what changes for those who program against the endpoints.
"""

from __future__ import annotations

import json
import re
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchsvc.cli.serve import index_sample
from searchsvc.settings import IndexSettings, Settings
from searchsvc.web import create_app
from searchsvc.web.api import OPERATIONS, recorded
from searchsvc.wiring import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from searchsvc.web.api.operations import Example

PACKAGE = Path(__file__).resolve().parents[1] / "searchsvc"
PATH = PACKAGE / "web" / "api" / recorded.FILE
TOLD = ("Content-Disposition", "Link", "X-Generation", "X-Total-Count")
"""Headers that are recorded, where they are sent."""
OF_THE_DESCRIPTION = ("openapi", "info", "servers")
"""Members of the description that its own example shows, or else it would hold itself."""


@contextmanager
def sample_archive(folder: Path) -> Iterator[FlaskClient]:
    """A client of the application over the sample archive as `serve --sample` indexes it, in `folder`."""
    settings = Settings(index=IndexSettings(path=folder))
    index_sample(settings)
    with closing(open_engine(settings)) as engine:
        yield create_app(engine, settings).test_client()


def asked(client: FlaskClient, example: Example) -> TestResponse:
    """The answer to an example."""
    if example.body is None:
        return client.get(example.address)
    return client.post(example.address, json=dict(example.body))


def told(operation: str, response: TestResponse) -> dict[str, Any]:
    """An answer as it is recorded: without what differs from one run to the next."""
    body: Any = response.get_data(as_text=True)
    kind = response.mimetype or ""
    if kind.endswith("json") and not kind.endswith("ndjson"):
        body = _steady(json.loads(body))
    if operation == "openapi":
        body = {name: body[name] for name in OF_THE_DESCRIPTION}
    elif operation == "docs":
        body = body.partition("\n")[0] + "\n"
    elif operation == "metrics":
        names = [line for line in body.splitlines() if line.startswith("# ")]
        body = "\n".join(line for line in names if " searchsvc_" in line) + "\n"
    headers = {name: response.headers[name] for name in TOLD if name in response.headers}
    return {
        "media": response.mimetype,
        "headers": {name: _steady(value) for name, value in headers.items()},
        "body": _steady(body) if isinstance(body, str) else body,
    }


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: recorded.VOLATILE[name]
            if name in recorded.VOLATILE and inner is not None
            else _steady(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_steady(inner) for inner in value]
    if isinstance(value, str):
        value = re.sub(r"\bcursor=[^&>;\s]+", f"cursor={recorded.CURSOR}", value)
        return re.sub(r"\bgen-\d{6}\b", recorded.GENERATION, value)
    return value


def answers(client: FlaskClient) -> dict[str, dict[str, Any]]:
    """All that is recorded, by operation and by the title of the example."""
    return {
        operation.name: {
            example.title: told(operation.name, asked(client, example))
            for example in operation.examples
        }
        for operation in OPERATIONS
    }


def main() -> None:
    """Write the file anew."""
    with tempfile.TemporaryDirectory() as folder, sample_archive(Path(folder)) as client:
        found = answers(client)
    PATH.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
