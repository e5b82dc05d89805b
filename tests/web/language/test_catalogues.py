"""Every catalogue says all that the pages say, and nothing else."""

from __future__ import annotations

import re

import pytest

from searchsvc import countries
from tests.web.language.messages import OTHERS, PLACES, extracted, kept, key, texts

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
STRAY = re.compile(r"%(?!\(\w+\)s|%)")


@pytest.fixture(scope="module")
def wanted():
    return {key(message): message for message in extracted() if message.id}


def places(message):
    return ", ".join(f"{file}:{line}" for file, line in message.locations)


@pytest.mark.parametrize("code", OTHERS)
def test_no_message_lacks_its_translation(code, wanted):
    has = {key(message) for message in kept(code) if message.id and all(texts(message))}
    missing = [
        f"{name[1]!r} ({places(message)})" for name, message in wanted.items() if name not in has
    ]
    assert missing == []


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_translated_that_is_said_no_longer(code, wanted):
    places = {(PLACES, place.name) for place in countries.COUNTRIES.values()}
    known = wanted.keys() | places
    assert [key(each) for each in kept(code) if each.id and key(each) not in known] == []


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_marked_as_a_guess(code):
    assert [message.id for message in kept(code) if message.fuzzy and message.id] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_names_just_what_the_message_names(code):
    wrong = []
    for message in kept(code):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else message.id
        allowed = [sorted(PLACEHOLDER.findall(text)) for text in ids]
        wrong += [
            text for text in texts(message) if sorted(PLACEHOLDER.findall(text)) not in allowed
        ]
        wrong += [text for text in (*ids, *texts(message)) if "%(" in text and STRAY.search(text)]
    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_there_are_as_many_plural_forms_as_the_language_has(code):
    catalogue = kept(code)
    assert [
        message.id
        for message in catalogue
        if isinstance(message.id, tuple | list) and len(texts(message)) != catalogue.num_plurals
    ] == []
