"""Streamable HTTP without sessions."""

from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .refusals import mcp_error

_NO_STREAM: Final = Response(
    mcp_error("This server has no sessions, so there is no stream to open with GET. Send each request with POST."),
    405,
    {"Allow": "POST"},
    media_type="application/json",
)


class WithoutStreams:
    """ASGI middleware that refuses GET requests with 405, as the protocol provides.

    The SDK would open a stream that stays empty, because only sessions have messages for it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        is_get = scope["type"] == "http" and scope["method"] == "GET"
        await (_NO_STREAM if is_get else self._app)(scope, receive, send)
