"""What else is this called? Other names of what a query names, shown and switched off at will."""

from searchsvc.aliases.expansion import expand, key_of
from searchsvc.aliases.file import AliasFile
from searchsvc.aliases.table import Aliases, built_in

__all__ = ["AliasFile", "Aliases", "built_in", "expand", "key_of"]
