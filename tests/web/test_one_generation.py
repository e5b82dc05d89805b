"""An article is shown with its own statements, whatever is published while it is asked for."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.model import Span
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.builders import article_document, statement_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from searchsvc.engine.contract import Reader


class Between:
    """A reader before whose every answer but the first another generation is published."""

    def __init__(self, reader: Reader, publish: Callable[[], None]) -> None:
        self._reader = reader
        self._publish = publish
        self._asked = 0

    def __getattr__(self, name: str) -> Any:
        if self._asked:
            self._publish()
        self._asked += 1
        return getattr(self._reader, name)


class HurriedEngine(WhooshEngine):
    """One beside which a generation is published between any two questions."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Settings().search)
        self._index = path
        self._numbers = count(100)
        self.publish()

    def publish(self) -> None:
        """The article and its statements, as many as its number says, all with that number."""
        number = next(self._numbers)
        body = f"“Version{number} it is,” said Rosa Quispe."
        statements = [
            statement_document(
                id=f"a1:{each}", article_id="a1", body=f"Version{number}", pieces=(Span(1, 11),)
            )
            for each in range(1, number % 5 + 2)
        ]
        build = WhooshIndexWriter(self._index, keep=1).start_build(fresh=True)
        build.add(
            article_document(id="a1", body=body, statement_count=len(statements)), statements
        )
        build.publish(rejects=0)

    def read(
        self,
        question: Callable[[Any], Any],
        *,
        generation: str | None = None,
        searches: int = 1,
    ) -> Any:
        return super().read(
            lambda reader: question(Between(reader, self.publish)),
            generation=generation,
            searches=searches,
        )


@pytest.fixture
def client(tmp_path):
    engine = HurriedEngine(tmp_path / "index")
    yield create_app(engine, Settings()).test_client(), engine
    engine.close()


def test_an_article_comes_with_the_statements_of_its_own_generation(client):
    web, engine = client
    for _ in range(6):
        engine.publish()
        body = web.get("/api/v1/articles/a1").get_json()
        version = body["body"].split()[0].strip("“")
        said = [each["text"] for each in body["statements"]]
        assert set(said) == {version}
        assert len(said) == int(version.removeprefix("Version")) % 5 + 1


def test_the_page_of_an_article_is_of_one_generation(client):
    web, engine = client
    for _ in range(6):
        engine.publish()
        page = web.get("/articles/a1").get_data(as_text=True)
        numbers = re.findall(r"Version(\d+)", page)
        assert len(set(numbers)) == 1
        (statements,) = re.findall(r">(\d+) statements?: who said what", page)
        assert int(statements) == int(numbers[0]) % 5 + 1
