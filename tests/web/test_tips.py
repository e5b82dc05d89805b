"""What the search tips and the text about the endpoints say is so."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from searchsvc.model import Collection
from searchsvc.query import parse


def test_every_example_is_read_just_as_it_stands(page):
    examples = page("/tips").css(".tips dt a")
    assert len(examples) > 10
    for example in examples:
        (text,) = parse_qs(urlsplit(example.attributes["href"]).query)["q"]
        assert example.text() == text
        for collection in Collection:
            assert [
                token.reason for token in parse(text, collection).reading.tokens if token.reason
            ] == []


def test_every_page_leads_to_the_tips(page):
    for address in ("/search", "/articles/a1", "/tips"):
        assert page(address).css_first("form.search a").attributes["href"] == "/tips"


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1"])
def test_the_root_of_the_endpoints_leads_to_their_documentation(client, page, address):
    links = client.get(address, follow_redirects=True).get_json()["links"]
    assert page(links["docs"]).css_first("h1")
    assert client.get(links["openapi"]).get_json()["openapi"] == "3.1.0"
    assert client.get(links["search"]).status_code == 200


@pytest.mark.parametrize(
    "address", ["/api", "/api/v1/search/", "/api/v1/search.json", "/api/v2/search"]
)
def test_a_wrong_address_of_an_endpoint_is_told_where_to_look(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "/api/v1/" in response.get_data(as_text=True)
