"""Refusals of requests beyond a limit: their bodies, and one log line for many of them."""

import logging
import time
from collections.abc import Callable
from typing import Final, TypeAlias

import orjson
from starlette.responses import Response

JsonError: TypeAlias = Callable[[str], bytes]
"""Builds the body of an error response from its message."""

TRY_AGAIN: Final = "Try again in a few seconds."
_INVALID_REQUEST: Final = -32600
_LOG_SECONDS: Final = 60.0


def mcp_error(message: str) -> bytes:
    """Build a JSON-RPC error, which MCP clients show whatever the HTTP status is."""
    return orjson.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": _INVALID_REQUEST, "message": message}})


def api_error(message: str) -> bytes:
    """Build an error in the form of PostHog's API."""
    return orjson.dumps({"type": "server_error", "code": "overloaded", "detail": message, "attr": None})


def refusal(status: int, body: bytes, retry_seconds: int | None = None) -> Response:
    """Build an error response that closes the connection, which stops a client that is still sending."""
    headers = {"Connection": "close"}
    if retry_seconds is not None:
        headers["Retry-After"] = str(retry_seconds)
    return Response(body, status, headers, media_type="application/json")


class RefusalLog:
    """Logs refusals, at most one line a minute for each reason; the next line gives the number in between."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._logged_at: dict[str, float] = {}
        self._since: dict[str, int] = {}

    def count(self, reason: str) -> None:
        """Log the reason, or count it."""
        now = time.monotonic()
        if now - self._logged_at.get(reason, -_LOG_SECONDS) < _LOG_SECONDS:
            self._since[reason] = self._since.get(reason, 0) + 1
            return
        more = self._since.pop(reason, 0)
        self._logged_at[reason] = now
        self._logger.warning("The server %s%s", reason, f" ({more} more in the last minutes)" if more else "")
