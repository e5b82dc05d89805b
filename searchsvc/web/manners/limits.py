"""How often one client may ask."""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import g, request
from limits import RateLimitItem, parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from searchsvc.errors import ConfigError
from searchsvc.web.manners import exchange

if TYPE_CHECKING:
    from flask import Flask, Response

    from searchsvc.settings import ApiSettings

_FREE: Final = frozenset({"static", "api.alive", "api.ready", "api.metrics"})
"""Operations that never count: what pages are made up with, and what keeps the service running."""
_NETWORK_BITS: Final = 64
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Left:
    """What a limit leaves to a client."""

    most: int
    remaining: int
    reset_s: int


def install(app: Flask, settings: ApiSettings) -> None:
    """Refuse what is more than the settings allow a key, or an address without one.

    Written with the library underneath Flask-Limiter, which does the same for a third of a
    millisecond a request.

    Raises:
        ConfigError: a limit cannot be understood, or there is no such storage.
    """
    if not settings.limits:
        return
    limits = tuple(_read(text) for text in settings.limits)
    limiter = FixedWindowRateLimiter(_storage(settings.limit_storage))

    @app.before_request
    def count() -> None:
        if request.endpoint in _FREE or request.method == "OPTIONS":
            return
        client = _client()
        try:
            passed = [limiter.test(limit, client) for limit in limits]
            if all(
                passed
            ):  # what is refused spends nothing; two at once may still be one too many
                passed = [limiter.hit(limit, client) for limit in limits]
            left = [_left(limiter, limit, client) for limit in limits]
        except StorageError as error:
            _LOG.error("requests cannot be counted and are let through: %s", error)
            return
        g.left = min(left, key=lambda each: (each.remaining, -each.reset_s))
        if not all(passed):
            waiting = max(each.reset_s for each, ok in zip(left, passed, strict=True) if not ok)
            raise TooManyRequests(_refusal(limits, passed, waiting), retry_after=waiting)

    @app.after_request
    def tell(response: Response) -> Response:
        left: _Left | None = g.get("left")
        if left is not None:
            # https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06
            response.headers["RateLimit-Limit"] = str(left.most)
            response.headers["RateLimit-Remaining"] = str(left.remaining)
            response.headers["RateLimit-Reset"] = str(left.reset_s)
        return response


def _client() -> str:
    """Who asks: the key, else the address, of which half is chosen freely where it is a long one."""
    key = exchange.current().key
    if key:
        return f"key {key}"
    address = _without_port(request.remote_addr or "")
    if ":" not in address:
        return address
    try:
        long = ipaddress.IPv6Address(address.partition("%")[0])
        if long.ipv4_mapped:  # ::ffff:192.0.2.1, as a server that listens on both says it
            return str(long.ipv4_mapped)
        return str(ipaddress.ip_network((long, _NETWORK_BITS), strict=False))
    except ValueError:  # not an address: a proxy that is trusted says so
        return address


def _without_port(address: str) -> str:
    """Without what some proxies put behind: `192.0.2.1:5678`, `[2001:db8::1]:5678`."""
    host, _, port = address.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    has_port = port.isdigit() and (":" not in host or host != bare)
    return bare if has_port else address


def _left(limiter: FixedWindowRateLimiter, limit: RateLimitItem, client: str) -> _Left:
    stats = limiter.get_window_stats(limit, client)
    reset_s = max(1, math.ceil(stats.reset_time - time.time()))
    return _Left(limit.amount, max(0, stats.remaining), reset_s)


def _refusal(limits: tuple[RateLimitItem, ...], passed: list[bool], waiting_s: int) -> str:
    broken = ", ".join(
        f"{limit.amount:,} in {limit.get_expiry():,} seconds"
        for limit, ok in zip(limits, passed, strict=True)
        if not ok
    )
    return f"More requests than allowed: {broken}. Go on in {waiting_s:,} seconds, as Retry-After says."


def _read(text: str) -> RateLimitItem:
    try:
        return parse(text)
    except ValueError as error:
        message = f"expected a limit such as 60 per minute, not {text!r}"
        raise ConfigError(message, where="settings", key="api.limits") from error


def _storage(uri: str) -> Storage:
    try:
        storage = storage_from_string(uri, wrap_exceptions=True)
    except ConfigurationError as error:
        raise ConfigError(str(error), where="settings", key="api.limit_storage") from error
    if isinstance(storage, Storage):
        return storage
    message = f"{uri!r} is for programs of another kind; leave out async+"
    raise ConfigError(message, where="settings", key="api.limit_storage")
