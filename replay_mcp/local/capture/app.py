"""The ASGI app of `replay-mcp local`: the endpoints of posthog-js, a status page and the Replay API."""

import logging
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
import orjson
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from replay_mcp.limits import WRITING_THREADS
from replay_mcp.local import errors
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.http.endpoint import JsonEndpoint, Respond, error_response, json_response, read_body
from replay_mcp.local.http.pages import APP_HEADERS
from replay_mcp.local.store.clock import Clock, now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.limits import Limits

from . import assets, messages
from .assets import Assets
from .bodies import read_message, too_much
from .intake import Intake
from .remote_config import FLAGS, REMOTE_CONFIG
from .status import StatusPage

logger = logging.getLogger(__name__)

_CAPTURE: Final = ("/e", "/s", "/i/v0/e", "/batch", "/capture", "/track", "/engage")
_FLAGS: Final = ("/flags", "/decide")
_READ_METHODS: Final = ("GET", "HEAD")
_ALLOWED_METHODS: Final = ("GET", "POST", "OPTIONS")


class RecorderCors(CORSMiddleware):
    """Allows the recorder's requests from pages of every origin, because posthog-js runs in them."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            app,
            allow_origin_regex=".*",  # responds with the origin, not "*", as requests with credentials require
            allow_methods=_ALLOWED_METHODS,
            allow_headers=["*"],
            allow_credentials=True,
            allow_private_network=True,  # browsers send a preflight before a public page may reach this machine
            max_age=3600,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """Starlette's response without its body, as in PostHog."""
        response = super().preflight_response(request_headers)
        if response.status_code != 200:
            return response
        headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
        return Response(status_code=204, headers=headers)


class CaptureApp:
    """Serves posthog-js and passes other requests on to the API.

    Args:
        api: serves all other requests.
        store: stores the recordings.
        limits: limits of accepted requests.
        posthog_js: the files of posthog-js.
        status: the page at `/`.
        clock: returns the time in epoch milliseconds.
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
        self._intake = Intake(store, limits)
        self._writing = anyio.CapacityLimiter(WRITING_THREADS)
        self._limits = limits
        self._assets = posthog_js
        self._status = status
        self._clock = clock
        either_slash = [(f"{path}{slash}", self._capture) for path in _CAPTURE for slash in ("", "/")]
        either_slash += [(f"{path}{slash}", self._flags) for path in _FLAGS for slash in ("", "/")]
        routes: list[tuple[str, Respond]] = [
            *either_slash,
            ("/array/{token}/config", self._config),
            ("/array/{token}/config.js", self._config_script),
            *((path, self._asset) for path in assets.PATHS),
        ]
        self._router = Router(
            [
                Route("/", JsonEndpoint(self._page, refused=_log_refusal)),
                Route("/recorders", JsonEndpoint(self._recorders, refused=_log_refusal)),
                *(
                    Route(path, self._endpoint(respond), middleware=[Middleware(RecorderCors)])
                    for path, respond in routes
                ),
            ],
            redirect_slashes=False,
            default=api,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        await self._router(scope, receive, send)

    def _endpoint(self, respond: Respond) -> JsonEndpoint:
        async def checked(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(status_code=204)
            if request.method not in {*_ALLOWED_METHODS, *_READ_METHODS}:
                return error_response(errors.method_not_allowed(request.method, _ALLOWED_METHODS))
            return await respond(request)

        return JsonEndpoint(checked, refused=self._note_refusal)

    def _note_refusal(self, request: Request, failure: ApiFailure) -> None:
        self._status.contact().refused(self._clock(), f"{failure.status}: {(failure.body or {}).get('detail', '')}")
        _log_refusal(request, failure)

    async def _capture(self, request: Request) -> Response:
        query = parse_qsl(request.url.query, keep_blank_values=True)
        limit = self._limits.body_bytes
        body = await read_body(request, limit, too_much(f"The request has more than {limit} bytes (--max-body)."))
        origin = request.headers.get("origin", "")
        return await anyio.to_thread.run_sync(self._store, body, query, origin, limiter=self._writing)

    def _store(self, body: bytes, query: Sequence[tuple[str, str]], origin: str) -> Response:
        """Parse and store a message, in a worker thread."""
        now = self._clock()
        value = read_message(body, dict(query), self._limits.inflated_bytes)
        tokens = [value for name, value in query if name == "token" and value]
        message = messages.read(value, tokens=tokens, now=now)
        taken = self._intake.take(message, now)
        if message.chunks:
            self._status.contact(*message.tokens).sent(now, origin)
        for reason in message.refused:
            logger.warning("part of a request was ignored: %s", reason)
        response: dict[str, Any] = {"status": 1}
        if message.refused or taken.broken:
            response |= {"left_out": list(message.refused), "broken_events": taken.broken}
        return json_response(response)

    async def _config(self, request: Request) -> Response:
        await self._note_config(request)
        return json_response(REMOTE_CONFIG)

    async def _config_script(self, request: Request) -> Response:
        await self._note_config(request)
        name = orjson.dumps(request.path_params["token"]).decode().replace("<", "\\u003c")
        config = orjson.dumps(REMOTE_CONFIG).decode()
        script = f"(window._POSTHOG_REMOTE_CONFIG ??= {{}})[{name}] = {{config: {config}, siteApps: []}}\n"
        return Response(script, media_type="text/javascript")

    async def _note_config(self, request: Request) -> None:
        token, origin = request.path_params["token"], request.headers.get("origin", "")
        await anyio.to_thread.run_sync(self._status.config_loaded, token, self._clock(), origin)

    async def _flags(self, request: Request) -> Response:
        del request
        return json_response(FLAGS)

    async def _asset(self, request: Request) -> Response:
        _check_method(request)
        response = await self._assets.response(request.path_params["name"], request.scope)
        if response is None:
            raise errors.not_found(self._assets.missing(request.url.path))
        return response

    async def _page(self, request: Request) -> Response:
        _check_method(request)
        page = await anyio.to_thread.run_sync(self._status.render, request, self._clock())
        return HTMLResponse(page.html, page.status, headers=APP_HEADERS)

    async def _recorders(self, request: Request) -> Response:
        _check_method(request)
        found = await anyio.to_thread.run_sync(self._status.recorders, request, self._clock())
        return json_response(found, headers={"Cache-Control": "no-store"})


def _check_method(request: Request) -> None:
    if request.method not in _READ_METHODS:
        raise errors.method_not_allowed(request.method, _READ_METHODS)


def _log_refusal(request: Request, failure: ApiFailure) -> None:
    logger.warning("%s was refused: %s", request.url.path, failure.body)
