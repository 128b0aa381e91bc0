"""The ASGI app of `replay-mcp local`: what posthog-js asks for, a status page, and the Replay API behind them."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

import anyio.to_thread
import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from replay_mcp.local import errors
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.store.clock import Clock, now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.limits import Limits
from replay_mcp.local.store.sqlite_errors import answered

from . import assets, messages
from .assets import Assets
from .bodies import read_message, too_much
from .intake import Intake
from .remote_config import FLAGS, REMOTE_CONFIG
from .status import PAGE_HEADERS, StatusPage

logger = logging.getLogger(__name__)

_CONFIG: Final = re.compile(r"/array/(?P<token>[^/]+)/config(?P<script>\.js)?")
_TAKING: Final = re.compile(r"/(?:e|s|i/v0/e|batch|capture|track|engage)/?")
_FLAGS: Final = re.compile(r"/(?:flags|decide)/?")
_READING: Final = ("GET", "HEAD")
_ALLOWED_METHODS: Final = "GET, POST, OPTIONS"

Answering: TypeAlias = Callable[[Request], Awaitable[Response]]


class CaptureApp:
    """Serves posthog-js, and passes on what is not for it.

    Args:
        api: what serves every other request.
        store: where recordings go.
        limits: how much is taken in.
        posthog_js: the files of posthog-js.
        status: what `/` shows.
        clock: gives the time in epoch milliseconds.
    """

    def __init__(
        self,
        api: ASGIApp,
        store: Store,
        *,
        status: StatusPage,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        posthog_js: Assets,
        clock: Clock = now_ms,
    ) -> None:
        self._api = api
        self._intake = Intake(store, limits)
        self._limits = limits
        self._assets = posthog_js
        self._status = status
        self._clock = clock
        self._routes: tuple[tuple[re.Pattern[str], Answering], ...] = (
            (_TAKING, self._take),
            (_CONFIG, self._config),
            (_FLAGS, self._flags),
            (assets.PATH, self._asset),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        path: str = scope.get("path", "")
        if path == "/":
            await (await self._page(Request(scope, receive)))(scope, receive, send)
            return
        found = ((answering, pattern.fullmatch(path)) for pattern, answering in self._routes)
        answering, match = next(((answering, match) for answering, match in found if match), (None, None))
        if answering is None or match is None:
            await self._api(scope, receive, send)
            return
        request = Request({**scope, "path_params": match.groupdict()}, receive)
        try:
            response = await self._answer(request, answering)
        except ClientDisconnect:
            return
        response.headers.update(_cross_origin(request))
        await response(scope, receive, send)

    async def _answer(self, request: Request, answering: Answering) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204)
        if request.method not in {"GET", "POST", "HEAD"}:
            return _json(errors.method_not_allowed(request.method, _ALLOWED_METHODS.split(", ")).body, 405)
        try:
            with answered():
                return await answering(request)
        except ApiFailure as failure:
            self._status.contact().refused(self._clock(), f"{failure.status}: {(failure.body or {}).get('detail', '')}")
            logger.warning("%s was refused: %s", request.url.path, failure.body)
            return _json(failure.body, failure.status, failure.headers)
        except ClientDisconnect:
            raise
        except Exception:  # process edge: a crash is a 500, which posthog-js tries again
            logger.exception("%s %s crashed", request.method, request.url.path)
            return _json(errors.server_error().body, 500)

    async def _take(self, request: Request) -> Response:
        query = parse_qsl(request.url.query, keep_blank_values=True)
        body = await _read_body(request, self._limits.body_bytes)
        return await anyio.to_thread.run_sync(self._keep, body, query, request.headers.get("origin", ""))

    def _keep(self, body: bytes, query: Sequence[tuple[str, str]], origin: str) -> Response:
        """Runs in a worker thread."""
        now = self._clock()
        value = read_message(body, dict(query), self._limits.inflated_bytes)
        tokens = [value for name, value in query if name == "token" and value]
        message = messages.read(value, tokens=tokens, now=now)
        taken = self._intake.take(message, now)
        if message.chunks:
            self._status.contact(*message.tokens).sent(now, origin)
        for reason in message.refused:
            logger.warning("a part of a request was left out: %s", reason)
        answer: dict[str, Any] = {"status": 1}
        if message.refused or taken.broken:
            answer |= {"left_out": list(message.refused), "broken_events": taken.broken}
        return _json(answer)

    async def _config(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        origin = request.headers.get("origin", "")
        await anyio.to_thread.run_sync(self._status.asked, token, self._clock(), origin)
        if not request.path_params["script"]:
            return _json(REMOTE_CONFIG)
        name = orjson.dumps(token).decode().replace("<", "\\u003c")
        config = orjson.dumps(REMOTE_CONFIG).decode()
        script = f"(window._POSTHOG_REMOTE_CONFIG ??= {{}})[{name}] = {{config: {config}, siteApps: []}}\n"
        return Response(script, media_type="text/javascript")

    async def _flags(self, request: Request) -> Response:
        del request
        return _json(FLAGS)

    async def _asset(self, request: Request) -> Response:
        if request.method not in _READING:
            raise errors.method_not_allowed(request.method, _READING)
        path = request.url.path
        content = await anyio.to_thread.run_sync(self._assets.read, path)
        if content is None:
            raise errors.not_found(self._assets.missing(path))
        return Response(content, media_type=assets.media_type(path), headers={"Cache-Control": "no-cache"})

    async def _page(self, request: Request) -> Response:
        if request.method not in _READING:
            refusal = errors.method_not_allowed(request.method, _READING)
            return _json(refusal.body, refusal.status, refusal.headers)
        page = await anyio.to_thread.run_sync(self._status.render, request, self._clock())
        return HTMLResponse(page.html, page.status, headers=PAGE_HEADERS)


def _cross_origin(request: Request) -> dict[str, str]:
    """Headers for pages of other origins, which is where the recorder runs."""
    asked = request.headers.get("access-control-request-headers", "")
    headers = {
        "Access-Control-Allow-Origin": request.headers.get("origin") or "*",
        "Access-Control-Allow-Methods": _ALLOWED_METHODS,
        "Access-Control-Max-Age": "3600",
        "Vary": "Origin, Access-Control-Request-Headers",
        # Pages on the web ask before they talk to this machine.
        "Access-Control-Allow-Private-Network": "true",
    }
    if "origin" in request.headers:
        headers["Access-Control-Allow-Credentials"] = "true"
    if asked:
        headers["Access-Control-Allow-Headers"] = asked
    return headers


async def _read_body(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise too_much(f"The request has more than {limit} bytes (--max-body).")
        parts.append(part)
    return b"".join(parts)


def _json(body: dict[str, Any] | None, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body or {}), status, headers, media_type="application/json")
