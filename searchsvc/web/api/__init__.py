"""The JSON endpoints, version 1: a registry of operations, and all that is made from it."""

from searchsvc.web.api import counting, finding, serving, taking_out, things
from searchsvc.web.api.operations import Operation, Service
from searchsvc.web.api.routing import NAME, blueprint

OPERATIONS: tuple[Operation, ...] = (
    *finding.OPERATIONS,
    *counting.OPERATIONS,
    *things.OPERATIONS,
    *taking_out.OPERATIONS,
    *serving.OPERATIONS,
)
"""All operations, in the order in which they are documented."""

__all__ = ["NAME", "OPERATIONS", "Operation", "Service", "blueprint"]
