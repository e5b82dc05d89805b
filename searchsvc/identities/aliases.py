"""What the operator knows better: the alias file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from searchsvc import countries
from searchsvc.errors import ConfigError
from searchsvc.identities.names import read_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from searchsvc.identities.asked import Asked
    from searchsvc.identities.sightings import Sighting

_Key = tuple[object, ...]
_TABLES: Final = ("same", "different", "names", "namesakes")
_NAMESAKE_KEYS: Final = frozenset(("name", "show", "roles", "countries"))


@dataclass(frozen=True, slots=True)
class Namesake:
    """Which sightings of a printed name are shown under a name of their own.

    Attributes:
        name: as printed.
        show: the name shown.
        roles, countries: a sighting must have one of these, where there are any; roles casefolded,
            countries by code.
    """

    name: str
    show: str
    roles: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def fits(self, sighting: Sighting) -> bool:
        """Whether a sighting of the printed name is meant."""
        return (not self.roles or sighting.role.casefold() in self.roles) and (
            not self.countries or sighting.country in self.countries
        )


@dataclass(frozen=True, slots=True)
class Aliases:
    """The alias file as read; names are compared by `PersonName.key`.

    Attributes:
        display: the name shown for a person called so.
        apart: pairs of names that are never one person's.
        namesakes: by name.
        checksum: changes with what the file says.
    """

    display: Mapping[_Key, str] = field(default_factory=lambda: MappingProxyType({}))
    apart: frozenset[frozenset[_Key]] = frozenset()
    namesakes: Mapping[_Key, tuple[Namesake, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    checksum: str = "none"

    def shown(self, names: Iterable[str]) -> str | None:
        """The name that the file gives somebody called by any of `names`; the first one wins."""
        if not self.display:
            return None
        found = (self.display.get(_key(name)) for name in names)
        return next((name for name in found if name is not None), None)

    def families(self) -> frozenset[str]:
        """Family names, folded, of all whom the file brings together or tells apart."""
        keys = (*self.display, *self.namesakes, *(key for pair in self.apart for key in pair))
        shows = [one.show for each in self.namesakes.values() for one in each]
        shown = (read_name(name).family for name in (*self.display.values(), *shows))
        return frozenset((*(str(family) for family, *_ in keys), *shown))

    def meant(self, asked: Asked) -> frozenset[str]:
        """The names that the file shows for whoever may be meant by `asked`."""
        return frozenset(
            shown
            for (family, given, *_), shown in self.display.items()
            if asked.may_be(str(family), str(given))
        )

    def are_different(self, one: str, other: str) -> bool:
        """Whether the file says so, or shows the two under different names."""
        if not self.display and not self.apart:
            return False
        a, b = _key(one), _key(other)
        shown, beside = self.display.get(a), self.display.get(b)
        return frozenset((a, b)) in self.apart or (
            shown is not None and beside is not None and shown != beside
        )

    def namesake(self, sighting: Sighting) -> str | None:
        """The name of the namesake that is meant, or None."""
        if not self.namesakes:
            return None
        fits = (one for one in self.namesakes.get(_key(sighting.name), ()) if one.fits(sighting))
        return next((one.show for one in fits), None)


NO_ALIASES: Final = Aliases()


def read_aliases(file: Path, *, required: bool = True) -> Aliases:
    """What the alias file says.

    Args:
        file: TOML.
        required: whether it is an error that there is none.

    Raises:
        ConfigError: the file cannot be read or contradicts itself; names the entry.
    """
    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        if not required:
            return NO_ALIASES
        raise ConfigError("there is no such file", where=str(file)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(file)) from error
    return _Reader(str(file)).read(table)


def _key(name: str) -> _Key:
    return read_name(name).key


class _Reader:
    """Checks the tables of one file."""

    def __init__(self, where: str) -> None:
        self._where = where

    def read(self, table: dict[str, Any]) -> Aliases:
        """All tables."""
        for key in table:
            if key not in _TABLES:
                raise self._error(f"unknown table; there are {', '.join(_TABLES)}", key)
        display: dict[_Key, str] = {}
        for key, names in self._groups(table, "same"):
            for name in names:
                if display.setdefault(_key(name), names[0]) != names[0]:
                    raise self._error(f"{name} is in two groups; make them one", key)
        apart: set[frozenset[_Key]] = set()
        for key, names in self._groups(table, "different"):
            for at, name in enumerate(names):
                for other in names[:at]:
                    self._check_apart(name, other, display, key)
                    apart.add(frozenset((_key(name), _key(other))))
        display = self._renamed(table, display)
        namesakes = self._namesakes(table)
        if not (display or apart or namesakes):
            return NO_ALIASES
        said = repr(
            (sorted(display.items()), sorted(map(sorted, apart)), sorted(namesakes.items()))
        )
        checksum = blake2b(said.encode(), digest_size=6).hexdigest()
        return Aliases(
            MappingProxyType(display), frozenset(apart), MappingProxyType(namesakes), checksum
        )

    def _check_apart(self, one: str, other: str, display: dict[_Key, str], key: str) -> None:
        shown = display.get(_key(one))
        if _key(one) == _key(other):
            raise self._error(
                f"{one} and {other} are spelled alike; tell them apart by [[namesakes]]", key
            )
        if shown is not None and shown == display.get(_key(other)):
            raise self._error(f"{one} and {other} are the same by another entry", key)

    def _groups(self, table: dict[str, Any], name: str) -> Iterator[tuple[str, Sequence[str]]]:
        groups = table.get(name, [])
        if not isinstance(groups, list):
            raise self._error('expected lists of names, such as [["Ivo Berg", "Ivar Berg"]]', name)
        for number, group in enumerate(groups, start=1):
            key = f"{name}, entry {number}"
            if not isinstance(group, list) or len(group) < 2:  # noqa: PLR2004 - a pair at least
                raise self._error("expected a list of two names or more", key)
            yield key, [self._text(item, key) for item in group]

    def _renamed(self, table: dict[str, Any], display: dict[_Key, str]) -> dict[_Key, str]:
        """`display` with the table `names`, which renames whole groups."""
        names = table.get("names", {})
        if not isinstance(names, dict):
            raise self._error('expected lines such as "Ivo Berg" = "Ivo H. Berg"', "names")
        renamed = dict(display)
        for name, shown in names.items():
            to = self._text(shown, f'names, "{name}"')
            before = display.get(_key(self._text(name, "names")))
            renamed[_key(name)] = to
            renamed |= {key: to for key, other in display.items() if other == before}
        return renamed

    def _namesakes(self, table: dict[str, Any]) -> dict[_Key, tuple[Namesake, ...]]:
        entries = table.get("namesakes", [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise self._error("expected [[namesakes]] tables", "namesakes")
        found: dict[_Key, tuple[Namesake, ...]] = {}
        for number, entry in enumerate(entries, start=1):
            key = f"namesakes, entry {number}"
            for name in sorted(entry.keys() - _NAMESAKE_KEYS):
                raise self._error(f"unknown key {name}; name, show, roles, countries", key)
            one = Namesake(
                name=self._text(entry.get("name"), f"{key}, name"),
                show=self._text(entry.get("show"), f"{key}, show"),
                roles=tuple(
                    map(str.casefold, self._texts(entry.get("roles", []), f"{key}, roles"))
                ),
                countries=tuple(self._codes(entry.get("countries", []), f"{key}, countries")),
            )
            if not one.roles and not one.countries:
                raise self._error("name roles or countries, or use [names]", key)
            found[_key(one.name)] = (*found.get(_key(one.name), ()), one)
        return found

    def _codes(self, value: object, key: str) -> Iterator[str]:
        for text in self._texts(value, key):
            code = countries.resolve(text)
            if code is None:
                raise self._error(f"{text} is no country; use its name or code", key)
            yield code

    def _texts(self, value: object, key: str) -> Sequence[str]:
        if not isinstance(value, list):
            raise self._error("expected a list of texts", key)
        return [self._text(item, key) for item in value]

    def _text(self, value: object, key: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._error(f"expected a text, not {value!r}", key)
        return " ".join(value.split())

    def _error(self, message: str, key: str) -> ConfigError:
        return ConfigError(message, where=self._where, key=key)
