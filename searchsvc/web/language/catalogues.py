"""The languages that there are: English, and one for each `.po` file of the folder `catalogues`."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_FOLDER: Final = "catalogues"
_SUFFIX: Final = ".po"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages can be written in.

    Attributes:
        code: BCP 47: `en`, `ko`.
        texts: what is said in it, by what is said in English.
    """

    code: str
    texts: NullTranslations = field(compare=False, repr=False)

    @property
    def locale(self) -> Locale:
        """How numbers and dates are written, and things called, by the Unicode CLDR."""
        return _locale(self.code)


ENGLISH: Final = Language("en", NullTranslations())


@lru_cache(maxsize=1)
def shipped() -> tuple[str, ...]:
    """The codes of all languages that there are, English first."""
    files = (each.name for each in _folder().iterdir() if each.name.endswith(_SUFFIX))
    return (ENGLISH.code, *sorted(name.removesuffix(_SUFFIX) for name in files))


@lru_cache(maxsize=64)
def language_of(code: str) -> Language:
    """The language of this code, which is one of `shipped`.

    Its file is read when somebody first asks for it: that takes a tenth of a second.
    """
    if code == ENGLISH.code:
        return ENGLISH
    catalogue = read_po(
        io.BytesIO(_folder().joinpath(f"{code}{_SUFFIX}").read_bytes()), locale=code
    )
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, GNUTranslations(compiled))


@lru_cache(maxsize=64)
def name_of(code: str) -> str:
    """What the language of this code calls itself: `English`, `한국어`."""
    return _locale(code).get_display_name() or code


@lru_cache(maxsize=64)
def _locale(code: str) -> Locale:
    return Locale.parse(code, sep="-")


def _folder() -> Traversable:
    return resources.files("searchsvc.web.language").joinpath(_FOLDER)
