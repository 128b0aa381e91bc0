"""uvicorn for the commands that listen on a socket: quiet, within limits, and stopped by our signal handlers."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from socket import socket
from typing import Any, Final, cast

import uvicorn

from replay_mcp.limits import DEFAULT_LIMITS, SWITCH_SECONDS, SocketLimits
from replay_mcp.transports.connections import BoundedConnection, bounded
from replay_mcp.transports.refusals import JsonError, mcp_error

_IDLE_SECONDS: Final = 20
"""How long a connection may wait for its next request.

HTTPX drops connections after 5 s, which is uvicorn's default as well: a request that it sent at that moment was lost.
"""
_GRACE_SECONDS: Final = 2
"""How long running requests may continue after a signal."""
_BACKLOG: Final = 128
"""Connections that may wait to be accepted. The server may accept that many at once, beyond its limit."""


class WebServer(uvicorn.Server):
    """Serves an ASGI app until `stop` is called. `Ending` handles the signals.

    Args:
        app: the app to serve.
        limits: the limits on its connections.
        json_error: builds the body of a refusal.
        options: uvicorn's own options.
    """

    def __init__(
        self, app: Any, limits: SocketLimits = DEFAULT_LIMITS, json_error: JsonError = mcp_error, **options: Any
    ) -> None:
        logging.getLogger("uvicorn.error").addFilter(_is_worth_logging)
        # log_config None: uvicorn's own handlers would write to stdout.
        super().__init__(
            uvicorn.Config(
                app,
                http=cast("type[asyncio.Protocol]", bounded(limits, json_error)),
                ws="none",
                backlog=_BACKLOG,
                log_config=None,
                access_log=False,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
                **options,
            )
        )

    async def on_tick(self, counter: int) -> bool:
        """Close the connections of slow clients. uvicorn calls it every 0.1 s."""
        now = time.monotonic()
        for connection in list(self.server_state.connections):
            cast("BoundedConnection", connection).check(now)
        return await super().on_tick(counter)

    async def serve(self, sockets: list[socket] | None = None) -> None:
        """Serve until `stop` is called. Threads of this process take shorter turns from then on."""
        sys.setswitchinterval(SWITCH_SECONDS)
        await super().serve(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signal handlers alone."""
        yield

    def stop(self) -> None:
        """Stop after a grace period for running requests. Safe in a signal handler."""
        # uvicorn's own signal handler, which sse-starlette wraps to close its streams.
        self.handle_exit(signal.SIGTERM, None)


_ENDED_STREAM: Final = "ASGI callable returned without completing response."


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Drop what is logged for each stream and request that ends because the server stops or a client is too slow."""
    is_cancelled = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not (is_cancelled or record.msg == _ENDED_STREAM)
