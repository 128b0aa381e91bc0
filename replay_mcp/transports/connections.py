"""HTTP connections with limits on their number, and on how long clients may take to send and to read.

uvicorn limits only the time between requests, so this module extends its protocol class.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from replay_mcp.limits import SocketLimits

from .refusals import TRY_AGAIN, JsonError, RefusalLog, refusal

_ARRIVING: Final = (h11.IDLE, h11.SEND_BODY)
"""States of a client that has not sent the whole request."""
_log: Final = logging.getLogger(__name__)


class BoundedConnection(H11Protocol):
    """A connection that ends if its client takes too long to send a request or to read what was sent.

    Args:
        limits: the limits of the server.
        json_error: builds the body of a refusal.
        log: where refusals are counted.
        options: uvicorn's own options.
    """

    def __init__(self, limits: SocketLimits, json_error: JsonError, log: RefusalLog, **options: Any) -> None:
        super().__init__(**options)
        self._limits = limits
        self._json_error = json_error
        self._log = log
        self.waiting_since: float | None = None
        self._unread = 0
        self._unread_since = 0.0

    def connection_made(self, transport: Any) -> None:
        """Accept the connection. Beyond the limit, close the one that has waited longest for a request."""
        super().connection_made(transport)
        self.waiting_since = self._unread_since = time.monotonic()
        if len(self.connections) <= self._limits.connections:
            return
        others = (cast("BoundedConnection", other) for other in self.connections if other is not self)
        waiting = [other for other in others if other.is_waiting()]
        if waiting:
            self._log.count("closed a connection without a request, to make room for another")
            min(waiting, key=_waiting_since).transport.abort()
        else:
            why = f"The server is at its limit of {self._limits.connections} connections. {TRY_AGAIN}"
            self._log.count("refused a request with 503, because all connections are in use")
            self.app = cast("Any", refusal(503, self._json_error(why), self._limits.retry_seconds))

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self.waiting_since = time.monotonic()
        super().on_response_complete()

    def check(self, now: float) -> None:
        """Close the connection if its client is too slow. Called several times a second."""
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            return
        if self.is_waiting():
            self.waiting_since = now if self.waiting_since is None else self.waiting_since
            if now - self.waiting_since > self._limits.request_seconds:
                self._time_out()
        else:
            self.waiting_since = None
        unread = self.transport.get_write_buffer_size()
        if not unread or unread < self._unread:
            self._unread_since = now
        elif now - self._unread_since > self._limits.unread_seconds:
            self._log.count(f"closed a connection whose client read nothing for {self._limits.unread_seconds:g} s")
            self.transport.abort()
        self._unread = unread

    def is_waiting(self) -> bool:
        """Whether the client has not sent the whole request."""
        return self.conn.their_state in _ARRIVING and not self.transport.is_closing()

    def _time_out(self) -> None:
        """Send an error if no response has begun, and close the connection."""
        why = f"The request took longer than {self._limits.request_seconds:g} seconds to arrive."
        self._log.count(f"refused a request with 408: {why}")
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = self._json_error(why)
            headers = [
                ("content-type", "application/json"),
                ("content-length", str(len(body))),
                ("connection", "close"),
            ]
            response = h11.Response(status_code=408, reason=b"Request Timeout", headers=headers)
            for event in (response, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _waiting_since(connection: BoundedConnection) -> float:
    return connection.waiting_since or 0.0


def bounded(limits: SocketLimits, json_error: JsonError) -> Callable[..., BoundedConnection]:
    """Return the function that uvicorn calls for each new connection."""
    log = RefusalLog(_log)

    def connect(**options: Any) -> BoundedConnection:
        return BoundedConnection(limits, json_error, log, **options)

    return connect
