"""The local API as an ASGI app: its routes and the processing of a request."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, Router
from starlette.types import Receive, Scope, Send

from replay_mcp import exact_json
from replay_mcp.api.endpoints import ENDPOINTS, EVENTS_QUERY, SUMMARIES_CREATE, Endpoint
from replay_mcp.limits import WRITING_THREADS

from . import errors
from .errors import ApiFailure
from .http import authorization
from .http.call import Call, Connect, Handler, Reply
from .http.endpoint import JsonEndpoint, either_slash, json_response, read_body, register_text
from .http.openapi import openapi_document
from .http.pages import LINK_HEADERS, link_page
from .http.posthog_builds import Build
from .http.request_body import Body
from .http.throttle import Throttle
from .player.open_recordings import OpenRecordings
from .player.overview import OverviewPages
from .player.pages import PlayerPages
from .player.responses import frontend_file
from .routes import SESSION_ONLY_PATHS, handlers
from .store.clock import Clock, now_ms
from .store.database import Store, reading

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""Larger request bodies are rejected with 413. The largest legitimate one (300 session ids) has 60 kB."""

CONCURRENT_SUMMARIES: Final = 2
"""Requests for summaries that are processed at the same time; others wait."""

logger = logging.getLogger(__name__)

register_text("digits", "[0-9]+")
# An id cannot contain a dot: such a path has no route (live behaviour).
register_text("no_dot", "[^/.]+")
register_text("page", "player|status")
register_text("kind", "js|css")


class LocalApi:
    """The Replay API over a store as an ASGI application, under both prefixes, with or without a trailing slash.

    Args:
        store: the open store; the caller closes it after the last request.
        clock: returns the time in epoch milliseconds.
        throttle: PostHog's rate limits; None for no limits.
        summaries: the kind of PostHog build to imitate when summaries are requested.
        keyless_player: whether the player shows recordings to browsers of this machine without a key.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock = now_ms,
        throttle: Throttle | None = None,
        summaries: Build = "made",
        keyless_player: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._throttle = throttle
        # Summarising is CPU-bound: with more at once, each would take longer and other requests would wait.
        self._summarizing = anyio.CapacityLimiter(CONCURRENT_SUMMARIES)
        self._writing = anyio.CapacityLimiter(WRITING_THREADS)
        self._handlers = handlers(summaries)
        player = PlayerPages(store, clock, OpenRecordings(), keyless=keyless_player)
        overview = OverviewPages(store, clock, keyless=keyless_player)
        link = _endpoint(_link_page)
        not_found = _endpoint(_not_found)
        operations = Router(self._operation_routes(), redirect_slashes=False, default=not_found)
        self._router = Router(
            [
                *either_slash("/api/schema", _endpoint(self._schema)),
                Mount("/api/environments/{environment}", operations),
                Mount("/api/projects/{environment}", operations),
                Route("/player/{page:page}.{kind:kind}", _endpoint(frontend_file)),
                Route("/player/{environment:digits}/sessions", _endpoint(overview.sessions)),
                Route("/player/{environment:digits}/{id:no_dot}/problems", _endpoint(overview.problems)),
                Route("/player/{environment:digits}/{id:no_dot}/recording", _endpoint(player.recording)),
                Route("/player/{environment:digits}/{id:no_dot}/frame", _endpoint(player.frame)),
                Route("/project/{environment:digits}/replay/{id:no_dot}", _endpoint(player.page)),
                Route("/project/{environment:digits}/replay", link),
                Route("/project/{environment:digits}/replay/{rest:path}", link),
            ],
            redirect_slashes=False,
            default=not_found,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request. The lifespan protocol is not supported, which ASGI allows."""
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']!r} is not served here")
        await self._router(scope, receive, send)

    def _operation_routes(self) -> list[Route]:
        by_path: dict[str, dict[str, Endpoint[Any, Any]]] = {path: {} for path in SESSION_ONLY_PATHS}
        for endpoint in (endpoint for endpoint in ENDPOINTS if endpoint.name in self._handlers):
            methods = by_path.setdefault(endpoint.path, {})
            methods[endpoint.method] = endpoint
            if endpoint.method == "PATCH":
                methods["PUT"] = endpoint  # undocumented alias (live behaviour)
        # Fixed segments come before parameters: `bulk_delete` in `/session_recordings/bulk_delete` is not an id.
        paths = sorted(by_path, key=lambda path: [part.startswith("{") for part in path.split("/")])
        return [
            route
            for path in paths
            for route in either_slash(
                re.sub(r"\{(\w+)\}", r"{\1:no_dot}", path),
                _endpoint(partial(self._operate, by_path[path])),
            )
        ]

    async def _schema(self, request: Request) -> Response:
        served = [endpoint for endpoint in ENDPOINTS if endpoint.name in self._handlers]
        return json_response(openapi_document(str(request.base_url), served))

    async def _operate(self, methods: Mapping[str, Endpoint[Any, Any]], request: Request) -> Response:
        too_large = ApiFailure(413, {"error": f"The request body has more than {MAX_BODY_BYTES} bytes."})
        raw = await read_body(request, MAX_BODY_BYTES, too_large)
        body = Body(raw, request.headers.get("content-type", ""))
        limiter = None if request.method == "GET" or EVENTS_QUERY in methods.values() else self._writing
        if SUMMARIES_CREATE in methods.values():
            limiter = self._summarizing
        return await anyio.to_thread.run_sync(self._serve, request, methods, body, limiter=limiter)

    def _serve(self, request: Request, methods: Mapping[str, Endpoint[Any, Any]], body: Body) -> Response:
        """Authenticate, authorise and call the handler, in a worker thread."""
        now = self._clock()
        path: dict[str, str] = dict(request.path_params)
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        endpoint = methods.get(request.method)
        with self._store.connection() as db:
            key = authorization.authenticate(db, request.headers.get("authorization"), body, query)
            if not methods:
                raise errors.forbidden("This action does not support Personal API Key access")
            team, user = authorization.authorize(db, key, path.pop("environment"), endpoint)
            if endpoint is None:
                raise errors.method_not_allowed(request.method, methods)
            if self._throttle is not None:
                self._throttle.check(key, endpoint, now)
            call = Call(
                db=db,
                team=team,
                user=user,
                key=key,
                method=request.method,
                path=path,
                query=query,
                content=body,
                url=str(request.url),
                now=now,
                connect=self._store.connection,
            )
            handler: Handler = self._handlers[endpoint.name]
            if request.method == "GET":
                with reading(db):
                    return _response(handler(call), self._store.connection)
            return _response(handler(call), self._store.connection)


def _endpoint(respond: Callable[[Request], Awaitable[Response]]) -> JsonEndpoint:
    return JsonEndpoint(respond, refused=_log_refusal)


def _log_refusal(request: Request, failure: ApiFailure) -> None:
    is_damaged = failure.body is not None and failure.body.get("code") == "store_damaged"
    if failure.status >= 503 or is_damaged:  # the person who runs the server can fix it
        logger.warning("%s %s was refused: %s", request.method, request.url.path, failure.body)


async def _link_page(request: Request) -> Response:
    path, origin = request.path_params, str(request.base_url).rstrip("/")
    return HTMLResponse(link_page(path["environment"], path.get("rest", ""), origin), headers=LINK_HEADERS)


async def _not_found(request: Request) -> Response:
    del request
    raise errors.not_found("Endpoint not found.")


def _response(reply: Reply, connect: Connect) -> Response:
    content = reply.content
    if callable(content):
        return StreamingResponse(content(connect), reply.status, dict(reply.headers), media_type=reply.media_type)
    if isinstance(content, BaseModel):
        content = content.model_dump_json(by_alias=True).encode()
    elif not isinstance(content, bytes | None):
        content = exact_json.dumps(content)
    return Response(content, reply.status, dict(reply.headers), media_type=reply.media_type if content else None)
