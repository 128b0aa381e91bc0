"""The SSE transport, with a limit on the messages that a client does not read.

The SDK's own app starts a task for each message, and any number of them may wait for a client that does not read.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import anyio
from mcp.server.sse import SseServerTransport
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.message import SessionMessage
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from replay_mcp.limits import SocketLimits

from .refusals import TRY_AGAIN, RefusalLog, mcp_error, refusal

SSE_PATH: Final = "/sse"
_MESSAGES: Final = "/messages/"
_log: Final = logging.getLogger(__name__)

ServeStreams: TypeAlias = Callable[[Any, Any], Awaitable[None]]
"""Serves one client: reads its messages from the first stream until it ends, and writes ours to the second."""


def sse_app(serve: ServeStreams, security: TransportSecuritySettings, limits: SocketLimits) -> Starlette:
    """Return the app: `GET /sse` opens a session, whose messages are posted to `/messages/`."""
    transport = SseServerTransport(_MESSAGES, security_settings=security)
    sessions = _Sessions(transport, serve, limits.unread_messages)
    messages = _Messages(transport.handle_post_message, limits)
    return Starlette(routes=[Route(SSE_PATH, sessions, methods=["GET"]), Mount(_MESSAGES, messages)])


class _Sessions:
    def __init__(self, transport: SseServerTransport, serve: ServeStreams, unread: int) -> None:
        self._transport = transport
        self._serve = serve
        self._unread = unread
        self._log = RefusalLog(_log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with anyio.CancelScope() as session:
            async with self._transport.connect_sse(scope, receive, send) as (messages, ours):
                await self._serve(messages, _Outgoing(ours, self._unread, session))
        if session.cancel_called:
            self._log.count(f"ended a session whose client left {self._unread} messages unread")


class _Messages:
    """Passes messages to their sessions. A limit for each session prevents it from keeping the others waiting."""

    def __init__(self, app: ASGIApp, limits: SocketLimits) -> None:
        self._app = app
        self._limits = limits
        self._waiting: Counter[bytes] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        session: bytes = scope["query_string"]
        if self._waiting[session] >= self._limits.waiting_messages:
            why = f"The session is at its limit of {self._limits.waiting_messages} waiting messages. {TRY_AGAIN}"
            await refusal(503, mcp_error(why), self._limits.retry_seconds)(scope, receive, send)
            return
        self._waiting[session] += 1
        try:
            await self._app(scope, receive, send)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # the session ended after the message was accepted
        finally:
            self._waiting[session] -= 1
            if not self._waiting[session]:
                del self._waiting[session]


class _Outgoing:
    """The stream of our messages to a client. Ends the session when too many wait for the client to read."""

    def __init__(self, stream: Any, limit: int, session: anyio.CancelScope) -> None:
        self._stream = stream
        self._limit = limit
        self._session = session
        self._waiting = 0

    async def send(self, item: SessionMessage) -> None:
        if self._waiting >= self._limit:
            self._session.cancel()
        self._waiting += 1
        try:
            await self._stream.send(item)
        finally:
            self._waiting -= 1

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
