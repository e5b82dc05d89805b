"""What `/readyz` says while all is well, and while an earlier generation answers."""

from __future__ import annotations

import shutil

import pytest

from searchsvc.engine.whoosh import WhooshEngine, WhooshIndexWriter
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.builders import article_document


@pytest.fixture
def index(tmp_path):
    for number in (1, 2):
        build = WhooshIndexWriter(tmp_path, keep=2).start_build(fresh=True)
        for each in range(number):
            build.add(article_document(id=f"a{each}"), ())
        build.publish(rejects=0)
    return tmp_path


@pytest.fixture
def client(index):
    engine = WhooshEngine(index, Settings().search)
    yield create_app(engine, Settings()).test_client()
    engine.close()


def test_what_is_sound_is_ready(client):
    body = client.get("/readyz").get_json()
    assert body["status"] == "ready"
    assert body["refused"] == []
    assert body["generation"] == "gen-000002"


def test_where_an_earlier_generation_answers_readiness_says_so_and_pages_are_shown(client, index):
    (file,) = (index / "gen-000002").glob("articles_*.stored")
    file.unlink()
    response = client.get("/readyz")
    assert response.status_code == 200
    body = response.get_json()
    assert body["status"] == "degraded"
    assert body["generation"] == "gen-000001"
    assert body["articles"] == 1
    (refused,) = body["refused"]
    assert refused.startswith(f"gen-000002/{file.name}: ")
    assert str(index) not in response.get_data(as_text=True)
    assert client.get("/api/v1/search?in=articles").get_json()["total"]["articles"] == 1
    assert client.get("/search").status_code == 200
    assert client.get("/articles/a0").status_code == 200


def test_where_the_note_of_what_is_published_is_lost_the_open_one_answers(client, index):
    before = client.get("/api/v1/search?in=articles").get_json()
    (index / "CURRENT").unlink()
    response = client.get("/readyz")
    assert response.status_code == 200
    body = response.get_json()
    assert (body["status"], body["generation"]) == ("degraded", "gen-000002")
    assert body["refused"] == ["CURRENT: is missing"]
    after = client.get("/api/v1/search?in=articles").get_json()
    assert after["hits"] == before["hits"] != []
    assert client.get("/articles/a1").status_code == 200
    WhooshIndexWriter(index, keep=2).rollback()
    body = client.get("/readyz").get_json()
    assert (body["status"], body["generation"], body["refused"]) == ("ready", "gen-000002", [])


def test_where_the_whole_folder_is_lost_the_open_one_answers_until_there_is_another(client, index):
    assert client.get("/api/v1/search?in=articles").get_json()["total"]["articles"] == 2
    shutil.rmtree(index)
    body = client.get("/readyz").get_json()
    assert (body["status"], body["refused"]) == ("degraded", ["CURRENT: is missing"])
    assert client.get("/api/v1/search?in=articles").get_json()["total"]["articles"] == 2
    assert client.get("/articles/a1").status_code == 200
    build = WhooshIndexWriter(index, keep=2).start_build(fresh=True)
    build.add(article_document(id="b1"), ())
    build.publish(rejects=0)
    assert client.get("/readyz").get_json()["status"] == "ready"
    assert client.get("/api/v1/search?in=articles").get_json()["total"]["articles"] == 1


def test_whoever_had_nothing_open_cannot_answer_where_the_note_is_lost(client, index):
    (index / "CURRENT").unlink()
    for path in ("/readyz", "/search", "/api/v1/search"):
        assert client.get(path).status_code == 503


def test_where_no_generation_answers_it_is_not_ready(client, index):
    for file in index.glob("gen-*/articles_*.stored"):
        file.unlink()
    for path in ("/readyz", "/search", "/api/v1/search"):
        response = client.get(path)
        assert response.status_code == 503
        assert "searchsvc rollback" in response.get_data(as_text=True)
        assert str(index) not in response.get_data(as_text=True)
