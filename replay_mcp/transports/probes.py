"""`/health` and `/ready`, for load balancers and container platforms."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HEALTH_PATH: Final = "/health"
READY_PATH: Final = "/ready"

Ready: TypeAlias = Callable[[], Awaitable[str | None]]
"""Returns why the server cannot serve, as one word; None if it can."""

_NO_STORE: Final = {"Cache-Control": "no-store"}


class Probes:
    """ASGI middleware that answers the probes, and passes other requests on.

    It must wrap everything that checks requests: probes have no token, use an IP address as their Host, and need a
    response even when the server is at its limits. The responses contain nothing confidential.

    Args:
        app: serves the other paths.
        ready: whether the server can serve requests.
    """

    def __init__(self, app: ASGIApp, ready: Ready) -> None:
        self._app = app
        self._ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        path = scope["path"] if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} else ""
        if path == HEALTH_PATH:
            await JSONResponse({"status": "ok"}, headers=_NO_STORE)(scope, receive, send)
        elif path == READY_PATH:
            await (await self._readiness())(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _readiness(self) -> JSONResponse:
        reason = await self._ready()
        if reason is None:
            return JSONResponse({"status": "ready"}, headers=_NO_STORE)
        return JSONResponse({"status": "not_ready", "reason": reason}, 503, _NO_STORE)
