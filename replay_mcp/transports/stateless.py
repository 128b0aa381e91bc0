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
    """ASGI middleware that refuses GET requests to the endpoint with 405, as the protocol provides.

    The SDK would open a stream that stays empty, because only sessions have messages for it.

    Args:
        app: serves the other requests.
        path: the endpoint's path.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        is_refused = scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == self._path
        await (_NO_STREAM if is_refused else self._app)(scope, receive, send)
