"""What a supervisor is told: that the service is ready, and what it does."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import Final

_SOCKET: Final = "NOTIFY_SOCKET"


def notify(**state: str) -> None:
    """Tells systemd, as `sd_notify(3)` lays down; nothing where it did not ask for it.

    Args:
        state: such as `READY="1"` or `STATUS="what it does"`.
    """
    address = os.environ.get(_SOCKET)
    if not address:
        return
    if address.startswith("@"):  # a name of the kernel's instead of a path
        address = "\0" + address[1:]
    lines = (f"{name}={' '.join(value.split())}" for name, value in state.items())
    with (
        suppress(OSError),  # a supervisor that does not listen must not stop the work
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to,
    ):
        to.sendto("\n".join(lines).encode("utf-8", "replace"), address)
