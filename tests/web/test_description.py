"""One contract: what is described is what is taken and sent, no more and no less."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from searchsvc.keys import Scope, add_key
from searchsvc.model import Collection
from searchsvc.settings import load_settings
from searchsvc.web import create_app, links
from searchsvc.web.api import OPERATIONS
from searchsvc.web.bodies import documents
from searchsvc.web.bodies.compiled import dumper
from searchsvc.web.schemas import names_of
from tests.reference_engine import filled
from tests.web.searches import searches


@pytest.fixture(scope="module")
def description(data):
    return data("/api/v1/openapi.json")


def described_operations(description):
    return {
        told["operationId"]: (path, method, told)
        for path, methods in description["paths"].items()
        for method, told in methods.items()
    }


@pytest.fixture(scope="module")
def matches(description):
    """Checks a body against the schema of the answer of an operation."""

    def check(body, name, media="application/json"):
        _, _, told = described_operations(description)[name]
        schema = told["responses"]["200"]["content"][media]["schema"]
        Draft202012Validator({**schema, "components": description["components"]}).validate(body)

    return check


def test_the_description_is_valid_openapi(description):
    assert description["openapi"] == "3.1.0"
    validate(description)


def test_every_route_under_the_root_of_the_endpoints_is_an_operation(app, description):
    routed = {
        (str(rule).replace("<path:", "<").replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if str(rule).startswith("/api") or str(rule) in {"/healthz", "/metrics", "/readyz"}
    }
    told = {(path, method) for path, methods in description["paths"].items() for method in methods}
    assert routed == told


def test_every_parameter_of_every_schema_is_in_the_description_and_explained(description):
    told = described_operations(description)
    for operation in OPERATIONS:
        _, _, one = told[operation.name]
        named = {each["name"]: each for each in one["parameters"] if each["in"] == "query"}
        expected = names_of(operation.parameters) if operation.parameters else frozenset()
        assert set(named) == expected
        assert all(each["description"] for each in one["parameters"])
        assert all(each["schema"].get("type") for each in one["parameters"])
        if "POST" in operation.methods:
            _, _, posted = told[f"{operation.name}_by_post"]
            content = posted["requestBody"]["content"]
            for media in ("application/json", "application/x-www-form-urlencoded"):
                assert set(content[media]["schema"]["properties"]) == expected


def test_every_member_of_every_object_is_explained_and_typed(description):
    for name, schema in description["components"]["schemas"].items():
        assert schema["description"], name
        assert schema["additionalProperties"] is False, name
        for member, told in schema["properties"].items():
            assert told["description"], (name, member)
            assert {"type", "anyOf", "allOf", "$ref"} & set(told), (name, member)


@pytest.mark.parametrize("keys_for", ["nothing", "api", "everything"])
def test_the_description_says_which_operations_want_keys_and_they_do(archive, tmp_path, keys_for):
    file = tmp_path / "keys.json"
    keys = {scope: add_key(file, scope, Scope(scope)) for scope in ("read", "admin")}
    overrides = {"api.keys_for": keys_for, "api.keys": file, "server.metrics": "on"}
    client = create_app(filled(*archive), load_settings(overrides=overrides)).test_client()
    told = client.get(links.API_DESCRIPTION_PATH, headers=bearer(keys["admin"])).get_json()
    validate(told)
    assert told["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, method, one in described_operations(told).values():
        address = re.sub(r"\{\w+\}", "x", path)

        def status(headers=(), *, method=method, address=address):
            return client.open(address, method=method, headers=dict(headers)).status_code

        scopes = {scope for each in one["security"] for scope in each.get("key", ())}
        optional = not one["security"] or {} in one["security"]
        assert optional is (status() != 401), (keys_for, path)
        assert optional or status(bearer(keys["admin"])) not in {401, 403}
        assert (keys_for != "nothing" and scopes == {"admin"}) is (
            status(bearer(keys["read"])) == 403
        )
        if scopes:
            assert {"401", "429"} <= set(one["responses"])


def test_operations_of_health_are_never_refused(description):
    told = described_operations(description)
    for name in ("alive", "ready"):
        _, _, one = told[name]
        assert one["security"] == []
        assert not {"401", "429"} & set(one["responses"])


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def test_every_operation_has_an_example_and_names_no_two_alike():
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    for operation in OPERATIONS:
        assert operation.summary
        assert operation.description
        assert operation.examples or operation.name in {"docs", "metrics", "openapi"}


@given(searches())
@settings(max_examples=40, deadline=None)
def test_any_answer_to_a_search_is_as_described(data, matches, parameters):
    matches(data(links.address("/api/v1/search", parameters)), "search")


@pytest.mark.parametrize(
    "query", ["q=zzz talks", "q=sanctons", "q=(Turkey OR", "q=Seoul&explain=on"]
)
@pytest.mark.parametrize("collection", Collection)
def test_odd_answers_to_a_search_are_as_described(data, matches, query, collection):
    matches(data(f"/api/v1/search?{query}&in={collection}"), "search")


def test_all_other_answers_are_as_described(client, data, matches):
    for query in ("q=s", "q=rosa&in=articles", "q=zzz"):
        matches(data(f"/api/v1/suggest?{query}"), "suggest")
    for query in ("article=a2", "statement=a2:1", "text=talks on the border", "text=the harbour"):
        matches(data(f"/api/v1/similar?{query}"), "similar")
    for number in range(1, 31):
        matches(data(f"/api/v1/articles/a{number}"), "article")
    matches(data("/healthz"), "alive")
    matches(data("/readyz"), "ready")
    matches(data("/api/v1/"), "start")
    matches(data("/api/v1/openapi.json"), "openapi")
    page = client.get("/api/v1/docs")
    matches(page.get_data(as_text=True), "docs", page.mimetype)


def test_errors_are_as_described_and_lead_to_what_explains_them(client, page, description):
    told = description["components"]["responses"]
    for method, path in product(("get", "post", "put"), ("search?size=x", "search?q=a%00", "x")):
        response = getattr(client, method)(f"/api/v1/{path}", data=b"x", content_type="text/plain")
        assert response.status_code >= 400
        schema = told[f"Problem{response.status_code}"]["content"]["application/problem+json"]
        body = response.get_json(force=True)
        Draft202012Validator(
            {**schema["schema"], "components": description["components"]}
        ).validate(body)
        address, _, anchor = body["type"].partition("#")
        assert page(address).css_first(f"#{anchor}")


def test_compiled_schemas_write_what_marshmallow_writes(archive):
    for article, statements in archive:
        whole = documents.ArticleSummaryBody()
        assert dumper(whole)(article) == whole.dump(article)
        for statement in statements:
            schema = documents.StatementBody()
            assert dumper(schema)(statement) == schema.dump(statement)


def test_a_post_of_json_or_of_a_form_asks_what_an_address_asks(client, data):
    asked = {"q": "talks", "size": 3, "country": ["PE", "JP"], "expand": False, "facets": "kind"}
    address = "/api/v1/search?q=talks&size=3&country=PE&country=JP&expand=off&facets=kind"
    expected = data(address)
    form = {**asked, "size": "3", "expand": "off"}
    posted = client.post("/api/v1/search", json=asked).get_json()
    sent = client.post("/api/v1/search", data=form).get_json()
    for body in (posted, sent):
        assert {**body, "took_ms": 0} == {**expected, "took_ms": 0}


@pytest.mark.parametrize(
    ("body", "parameter", "says", "position"),
    [
        (b'{"q": "talks",}', "body", "line 1, column 15", 14),
        (b'{"q": "\xff"}', "body", "UTF-8", 7),
        (b"[1]", "body", "not a JSON object", None),
        (b'{"size": NaN}', "body", "not JSON", None),
        (b"[" * 100_000, "body", "too deep", None),
        (b'{"size": "3"}', "size", "expected a whole number, not text", None),
        (b'{"size": 3.5}', "size", "expected a whole number, not a number", None),
        (b'{"q": 3}', "q", "expected text, not a number", None),
        (b'{"q": null}', "q", "expected text, not null", None),
        (b'{"q": ["a"]}', "q", "expected text, not a list", None),
        (b'{"explain": 1}', "explain", "on, off, true or false", None),
        (b'{"country": [true]}', "country", "expected text, not true or false", None),
        (b'{"speker": "x"}', "speker", "did you mean `speaker`?", None),
        (b'{"q": "a\\u0000"}', "q", "control character", 1),
        (b'{"q": "a\\ud800"}', "q", "control character", 1),
    ],
)
def test_a_body_that_cannot_be_used_says_where_and_why(client, body, parameter, says, position):
    response = client.post("/api/v1/search", data=body, content_type="application/json")
    assert response.status_code == 400
    (error,) = response.get_json(force=True)["errors"]
    assert error["parameter"] == parameter
    assert says in error["detail"]
    assert error.get("position") == position


def test_a_body_of_another_type_is_refused_with_the_types_that_are_taken(client):
    response = client.post("/api/v1/search", data=b"<q/>", content_type="application/xml")
    assert response.status_code == 415
    assert "application/json" in response.get_json(force=True)["detail"]


def test_a_post_without_a_body_asks_for_everything(client, data):
    found = client.post("/api/v1/search").get_json()
    assert found["total"] == data("/api/v1/search")["total"]


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/docs", "/api/v1/openapi.json"])
def test_an_operation_without_parameters_takes_none(client, path):
    assert client.get(f"{path}?x=1").status_code == 400


def test_health_is_told_whatever_is_added(client):
    assert client.get("/healthz?t=17").status_code == 200
