"""The way to a cluster: one request in, its decoded answer out, and every failure by a name of ours.

A request goes to one of the nodes; where that one does not answer, or says that it cannot now, the
next one is asked, and it is left out for a while. What may be sent twice is asked again until
`opensearch.retry_s` are over, so that a node that is lost is no failed search. Where none answered for
so long, each question is tried once until one is answered, since nobody should wait for what others
have waited for in vain.
"""

from __future__ import annotations

import json
import os
import re
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from opensearchpy import OpenSearch, Transport
from opensearchpy.exceptions import (
    ConnectionError as Unreached,
)
from opensearchpy.exceptions import (
    ConnectionTimeout,
    SerializationError,
    SSLError,
    TransportError,
)
from urllib3 import Timeout, disable_warnings
from urllib3.exceptions import InsecureRequestWarning

from searchsvc.errors import ClusterUnreachable, ConfigError, EngineUnavailable

if TYPE_CHECKING:
    from opensearchpy.connection.base import Connection

    from searchsvc.settings import OpenSearchSettings

Body = Mapping[str, Any]

_WHOLE: Final[Body] = {"allow_partial_search_results": False}
"""Goes before each of several searches: half an answer is none."""
_PASSING: Final = frozenset((429, 502, 503, 504))
"""Answers that another node, or the same one a little later, may not give."""
_MOVING: Final = frozenset(
    (
        "already_closed_exception",
        "connect_transport_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "send_request_transport_exception",
        "illegal_index_shard_state_exception",
        "index_shard_closed_exception",
        "search_context_missing_exception",
        "shard_not_found_exception",
    )
)
"""What is said of a shard or node that went while it was asked, with statuses 500 and 404 as of faults
and of indices that are not there. The next attempt finds another copy, or no index."""
_BLOCKED: Final = "cluster_block_exception"
"""What is said, with the status of missing rights, of an index that nobody may write to, or of disks
that are too full for another index."""
_HALF: Final = re.compile("[\ud800-\udfff]")
_NOBODYS: Final = "\uffff"  # what Unicode keeps from being a character
_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 1.0
_CONNECTING_S: Final = 3.0
"""For which a node is waited for to take a connection; a machine that is gone never does."""


class Refused(Exception):
    """What a cluster answers to a request that it does not carry out; for this room alone.

    Attributes:
        status: of HTTP.
        kind: as OpenSearch calls what is wrong, `index_not_found_exception`.
        reason: in its words, with those of what caused it.
    """

    def __init__(self, status: int, kind: str, reason: str) -> None:
        """Build the message of the three."""
        self.status = status
        self.kind = kind
        self.reason = reason
        super().__init__(f"{status} {kind}: {reason}")


class _Silent(EngineUnavailable):
    """A node took a request and did not answer in time."""


class Barred(EngineUnavailable):
    """The cluster does not know us, or does not let us; asking again does not help."""


class _Nodes(Transport):
    """The nodes, and which of them this thread asked last."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as the library calls it
        """See the library."""
        self._last = threading.local()
        super().__init__(*args, **options)

    def get_connection(self) -> Connection:
        """See the library."""
        connection: Connection = super().get_connection()
        self._last.asked = connection
        return connection

    def leave_out_last(self) -> None:
        """Ask the node that was asked last no more for a while.

        The library does so by itself where a connection fails, but not where no answer comes.
        """
        self.mark_dead(self._last.asked)


class Client:
    """A cluster, asked over HTTP; one instance serves all threads."""

    def __init__(self, settings: OpenSearchSettings) -> None:
        """Remember where the cluster is; nothing is asked yet."""
        self.settings = settings
        self._held = os.getpid(), _client(settings)
        self._is_lost = False

    @property
    def where(self) -> str:
        """The cluster and the prefix, as messages name them."""
        return f"{self.settings.urls[0]}/{self.settings.prefix}"

    def get(self, path: str, params: Body | None = None) -> Any:  # noqa: ANN401 - JSON
        """What a GET answers; asked again where that may help."""
        return self.ask("GET", path, params=params)

    def ask(
        self,
        method: str,
        path: str,
        body: Body | Sequence[Body] | str | None = None,
        *,
        params: Body | None = None,
        again: bool = True,
        timeout_s: float | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """What a request answers; all requests go through here.

        Args:
            method: of HTTP.
            path: from the root of the cluster.
            body: sent as JSON; a sequence as one JSON text a line, a text as it is.
            params: of the query string.
            again: whether it may be sent twice.
            timeout_s: for which a node is waited for; None for `opensearch.timeout_s`.

        Raises:
            Refused: a cluster that answers does not carry it out.
            ClusterUnreachable: no node answers.
            EngineUnavailable: the cluster cannot do it now.
        """
        if not again:
            return self._once(method, path, body, params, timeout_s)
        return self._again(lambda: self._once(method, path, body, params, timeout_s))

    def question(
        self, path: str, body: str, params: Body, *, waited: Callable[[float], None] | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        """What a POST that changes nothing answers, asked again where that may help.

        Args:
            path: from the root of the cluster.
            body: as it is sent.
            params: of the query string.
            waited: is told how many seconds went by until the attempt that was answered.

        Raises:
            As `ask`.
        """
        return self._again(lambda: self._once("POST", path, body, params, None), waited)

    def searches(
        self, index: str, bodies: Sequence[Body], *, waited: Callable[[float], None] | None = None
    ) -> list[Any]:
        """What each of several searches of an index answers, all of them asked at once.

        Args:
            index: that is asked.
            bodies: of the searches.
            waited: as of `question`.

        Raises:
            As `ask`; Refused also where one of them alone is.
        """
        sent = asked(*(line for body in bodies for line in (_WHOLE, body)))
        return self._again(lambda: self._searched(index, sent), waited) if bodies else []

    def _searched(self, index: str, sent: str) -> list[Any]:
        answers = self._once("POST", f"/{index}/_msearch", sent, None, None)["responses"]
        for answer in answers:
            if "error" in answer:
                raise self._named(int(answer.get("status", 500)), answer)
        found: list[Any] = answers
        return found

    def _again(
        self, question: Callable[[], Any], waited: Callable[[float], None] | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        """What `question` gives, asked again while the cluster cannot answer.

        Of several nodes another one is asked where one is silent, however long that was waited for.
        """
        first = time.monotonic()
        others = len(self.settings.urls) > 1
        end = first + self.settings.retry_s
        pause = _FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            try:
                answer = question()
            except Barred:
                raise
            except EngineUnavailable as error:
                nobody = isinstance(error, ClusterUnreachable)
                goes_on = others and isinstance(error, _Silent)
                others = others and not goes_on
                late = time.monotonic() + pause > end and not goes_on
                if (nobody and self._is_lost) or late:
                    self._is_lost = nobody
                    raise
                self._is_lost = False
            else:
                self._is_lost = False
                if waited is not None:
                    waited(began - first)
                return answer
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def close(self) -> None:
        """Let go of the connections."""
        self._own().close()

    def _own(self) -> OpenSearch:
        """The connections of this process; one that was forked must leave those of its parent alone.

        Of two processes that ask over one connection, each reads what the other was answered.
        """
        pid, client = self._held
        if pid != os.getpid():
            client = _client(self.settings)
            self._held = os.getpid(), client
        return client

    def _once(
        self,
        method: str,
        path: str,
        body: Body | Sequence[Body] | str | None,
        params: Body | None,
        timeout_s: float | None,
    ) -> Any:  # noqa: ANN401 - JSON
        patience_s = timeout_s or self.settings.timeout_s
        timeout = Timeout(connect=min(_CONNECTING_S, patience_s), read=patience_s)
        given = {**(params or {}), "request_timeout": timeout}
        sent = lines(body) if isinstance(body, list | tuple) else body
        try:
            return self._own().transport.perform_request(method, path, params=given, body=sent)
        except ConnectionTimeout as error:
            nodes: Any = self._own().transport
            nodes.leave_out_last()
            raise _Silent(
                f"{self.where}: no answer in {patience_s:g} s (opensearch.timeout_s)"
            ) from error
        except SSLError as error:
            raise ClusterUnreachable(
                self.where, f"no safe connection ({error.info}); see opensearch.ca"
            ) from error
        except Unreached as error:
            raise ClusterUnreachable(self.where, "no node of the cluster answers") from error
        except SerializationError as error:
            raise EngineUnavailable(f"{self.where}: does not answer with JSON") from error
        except TransportError as error:
            raise self._named(int(error.status_code), error.info) from error

    def _named(self, status: int, info: object) -> Exception:
        refused = refusal(status, info)
        if refused.status in _PASSING or not _MOVING.isdisjoint(refused.kind.split()):
            return EngineUnavailable(f"{self.where}: {refused.reason or refused.status}")
        if refused.status in (401, 403) and _BLOCKED not in refused.kind.split():
            return Barred(
                f"{self.where}: does not let us in ({refused.reason or refused.status});"
                " see opensearch.user, opensearch.password and opensearch.api_key"
            )
        return refused


def lines(body: Sequence[Body]) -> str:
    """One JSON text a line, as bulk requests and several searches at once are written."""
    return "".join(
        json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in body
    )


def asked(*bodies: Body) -> str:
    """As `lines`, of questions. Halves of characters, which no document has, find nothing."""
    return _HALF.sub(_NOBODYS, lines(bodies))


def refusal(status: int, info: object) -> Refused:
    """What is wrong, by the body of an answer or of one part of it."""
    error = info.get("error", {}) if isinstance(info, dict) else {}
    if not isinstance(error, dict):
        return Refused(status, "", str(error))
    causes = [error, *error.get("root_cause", ())]
    causes += [shard.get("reason") or {} for shard in error.get("failed_shards", ())]
    caused = error.get("caused_by")
    while isinstance(caused, dict):
        causes.append(caused)
        caused = caused.get("caused_by")
    kinds = dict.fromkeys(str(cause["type"]) for cause in causes if cause.get("type"))
    reasons = dict.fromkeys(str(cause["reason"]) for cause in causes if cause.get("reason"))
    return Refused(status, " ".join(kinds), "; ".join(reasons))


def _trust(settings: OpenSearchSettings) -> ssl.SSLContext:
    """Checks certificates: by the authority that is set, else by those of the system.

    The library would take a list of its own for the latter.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca or None)
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror or error}", where=settings.ca, key="opensearch.ca"
        ) from error
    if settings.verify == "off":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        disable_warnings(InsecureRequestWarning)  # once for each connection
    return context


def _client(settings: OpenSearchSettings) -> OpenSearch:
    options: dict[str, Any] = {}
    if settings.api_key:
        options["headers"] = {"Authorization": f"ApiKey {settings.api_key}"}
    elif settings.user:
        secret = b64encode(f"{settings.user}:{settings.password}".encode()).decode("ascii")
        options["headers"] = {"Authorization": f"Basic {secret}"}
    if any(url.startswith("https:") for url in settings.urls):
        options["ssl_context"] = _trust(settings)
    return OpenSearch(
        list(settings.urls),
        transport_class=_Nodes,
        timeout=settings.timeout_s,
        max_retries=max(3, len(settings.urls)),
        retry_on_timeout=False,
        retry_on_status=(502, 503, 504),
        http_compress=False,
        pool_maxsize=16,
        **options,
    )
