"""How a browser adds this engine: OpenSearch 1.1 Draft 6, with its Suggestions extension 1.1."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from searchsvc.engine.suggestions import TERMS
from searchsvc.web import links
from searchsvc.web.feeds.markup import ATOM_TYPE, document, xml_text

if TYPE_CHECKING:
    from searchsvc.web.suggest import Offer, Suggestions

DESCRIPTION_TYPE: Final = "application/opensearchdescription+xml"
SUGGESTIONS_TYPE: Final = "application/x-suggestions+json"
MOST_SUGGESTIONS: Final = 10
_NAMESPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
_LONGEST_SHORT_NAME: Final = 16
_LONGEST_NAME: Final = 48
_LONGEST_DESCRIPTION: Final = 1024


def description(archive: str, base: str) -> bytes:
    """The description document of an archive.

    Args:
        archive: its name.
        base: absolute address that paths are put behind.
    """
    root = ET.Element("OpenSearchDescription", {"xmlns": _NAMESPACE})
    texts = {
        "ShortName": archive[:_LONGEST_SHORT_NAME].strip(),
        "LongName": archive[:_LONGEST_NAME].strip(),
        "Description": f"Who said what about which country, and the articles: {archive}"[
            :_LONGEST_DESCRIPTION
        ],
    }
    for name, text in texts.items():
        ET.SubElement(root, name).text = xml_text(text)
    for media_type, relation, address in (
        ("text/html", "results", f"{links.SEARCH_PATH}?q={{searchTerms}}"),
        (SUGGESTIONS_TYPE, "suggestions", f"{links.COMPLETIONS_PATH}?q={{searchTerms}}"),
        (ATOM_TYPE, "results", f"{links.ATOM_PATH}?q={{searchTerms}}"),
        (DESCRIPTION_TYPE, "self", links.OPENSEARCH_PATH),
    ):
        ET.SubElement(
            root, "Url", {"type": media_type, "rel": relation, "template": base + address}
        )
    for name, text in {
        "Language": "en",
        "InputEncoding": "UTF-8",
        "OutputEncoding": "UTF-8",
    }.items():
        ET.SubElement(root, name).text = text
    return document(root)


def completions(found: Suggestions, origin: str) -> tuple[list[str], list[str], list[str]]:
    """What a browser is offered: completions, what each finds, and where that is."""
    offers = {
        _completion(group.field, offer): offer
        for group in found.groups
        for offer in group.offers
        if offer.html_url is not None
    }
    listed = dict(islice(offers.items(), MOST_SUGGESTIONS))
    return (
        list(listed),
        [f"{offer.label}: {offer.count:,}" for offer in listed.values()],
        [f"{origin}{offer.html_url}" for offer in listed.values()],
    )


def _completion(field: str, offer: Offer) -> str:
    """What a browser puts into its search field: it knows no filters, so names are words there."""
    return offer.text if field == TERMS else f"{offer.text} {offer.label}".strip()
