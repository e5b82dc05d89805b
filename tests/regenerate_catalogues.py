"""Bring the catalogues of `searchsvc/web/language/catalogues` up to date with what the pages say.

    python -m tests.regenerate_catalogues [CODE ...]

New messages are added without a translation, those said no longer are taken out, and all are put in
order. A code of a language that there is no catalogue of begins one. Prints what is to be translated.
"""

from __future__ import annotations

import sys

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from tests.web.language.messages import FILES, OTHERS, extracted, kept, key, texts

_HEAD = """\
# {name}. How this file is kept: docs/languages.md.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def main(codes: list[str]) -> int:
    """Write the catalogues; the number of messages that lack a translation."""
    wanted, missing = extracted(), 0
    for code in codes or OTHERS:
        file = FILES / f"{code}.po"
        old = kept(code) if file.exists() else Catalog(code)
        has = {key(message): message.string for message in old if message.id}
        new = Catalog(code)
        for message in wanted:
            if message.id:
                new.add(message.id, has.get(key(message), ""), context=message.context)
        for message in old:  # names of places that need none, and have one all the same
            if message.context and key(message) not in {key(each) for each in new if each.id}:
                new.add(message.id, message.string, context=message.context)
        name = Locale.parse(code, sep="-").english_name
        head = _HEAD.format(name=name, code=code, plurals=old.plural_forms)
        with file.open("wb") as stream:
            stream.write(head.encode())
            write_po(stream, new, width=0, sort_output=True, no_location=True, omit_header=True)
        empty = [message.id for message in new if message.id and not all(texts(message))]
        missing += len(empty)
        for message_id in empty:
            sys.stdout.write(f"{code}: {message_id!r}\n")
    return missing


if __name__ == "__main__":
    main(sys.argv[1:])
