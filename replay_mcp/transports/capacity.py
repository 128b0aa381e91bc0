"""Limits on the requests and the streams that a server has open at the same time."""

import logging
from collections.abc import Callable
from typing import Final, TypeAlias

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from replay_mcp.limits import SocketLimits

from .refusals import TRY_AGAIN, JsonError, RefusalLog, refusal

IsStream: TypeAlias = Callable[[Scope], bool]

SMALL_BODY: Final = 64 * 1024
"""Bodies up to this size are always accepted, because the limit on connections bounds their total size."""
_WITH_BODY: Final = frozenset({"PATCH", "POST", "PUT"})
_METHOD: Final = (b"mcp-method", b"subscriptions/listen")
_log: Final = logging.getLogger(__name__)


def is_mcp_stream(scope: Scope) -> bool:
    """Whether the response stays open: an SSE session, a session's GET request, or a subscription.

    A header names the subscription, and the SDK refuses requests whose header and body differ.
    """
    return scope["method"] == "GET" or _METHOD in scope["headers"]


def is_no_stream(scope: Scope) -> bool:
    """Return False, for servers without streams."""
    del scope
    return False


class Capacity:
    """ASGI middleware that refuses requests and streams beyond the limits, with 503 and `Retry-After`.

    A request counts once it has arrived, so slow senders do not keep others out.

    Args:
        app: serves the accepted requests. Work that it does before it reads the body counts against no limit.
        limits: the limits of the server.
        is_stream: whether a request opens a stream.
        json_error: builds the body of a refusal.
    """

    def __init__(self, app: ASGIApp, limits: SocketLimits, is_stream: IsStream, json_error: JsonError) -> None:
        self._app = app
        self._limits = limits
        self._is_stream = is_stream
        self._json_error = json_error
        self._requests = _Places(limits.requests, "requests")
        self._streams = _Places(limits.streams, "streams")
        self._bodies = _Places(limits.body_bytes, "bytes in requests")
        self._log = RefusalLog(_log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it at once."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        places = self._streams if self._is_stream(scope) else self._requests
        request = _IncomingRequest(receive, places, self._bodies)
        try:
            if scope["method"] in _WITH_BODY or await request.receive_all():
                await self._app(scope, request.receive, send)
            if request.refused is not None:
                await self._refusal(request.refused)(scope, receive, send)
        finally:
            request.release()

    def _refusal(self, full: "_Places") -> Response:
        why = f"at its limit of {full.limit} {full.unit} at the same time"
        self._log.count(f"refused a request with 503, because it is {why}")
        why = f"The server is {why}. {TRY_AGAIN}"
        return refusal(503, self._json_error(why), self._limits.retry_seconds)


class _Places:
    """A limit, and how much of it is taken."""

    def __init__(self, limit: int, unit: str) -> None:
        self.limit = limit
        self.unit = unit
        self.taken = 0


class _IncomingRequest:
    """A request while it is received, and its share of the limits.

    Beyond a limit, the app receives `http.disconnect`, and the refusal is sent instead of its response.
    """

    def __init__(self, receive: Receive, places: _Places, bodies: _Places) -> None:
        self._receive = receive
        self._places = places
        self._bodies = bodies
        self._size = 0
        self._is_complete = False
        self._received: list[Message] = []
        self.refused: _Places | None = None

    async def receive_all(self) -> bool:
        """Receive the whole request, because apps skip the bodies of GET requests; return whether to serve it."""
        while not self._is_complete:
            message = await self.receive()
            if message["type"] != "http.request":
                return False
            self._received.insert(0, message)
        return True

    async def receive(self) -> Message:
        """Receive a message, and count it."""
        if self._is_complete and self._received:
            return self._received.pop()
        message = await self._receive()
        if message["type"] != "http.request" or self._is_complete:
            return message
        size = len(message.get("body", b""))
        self._size += size
        self._bodies.taken += size
        if self._size > SMALL_BODY and self._bodies.taken - self._size > self._bodies.limit:
            self.refused = self._bodies
        elif not message.get("more_body", False):
            if self._places.taken < self._places.limit:
                self._places.taken += 1
                self._is_complete = True
            else:
                self.refused = self._places
        return message if self.refused is None else {"type": "http.disconnect"}

    def release(self) -> None:
        """Release the request's share of the limits."""
        self._bodies.taken -= self._size
        self._places.taken -= self._is_complete
