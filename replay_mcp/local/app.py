"""The local API as an ASGI app: routing, bodies, and the one place where failures become answers."""

import logging
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
import orjson
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from replay_mcp.api.endpoints import ENDPOINTS, SUMMARIES_CREATE, Endpoint
from replay_mcp.local import errors

from .errors import ApiFailure
from .http import authorization as access
from .http.call import Call, Connect, Handler, Reply
from .http.link_page import LINK, PAGE_HEADERS, link_page
from .http.openapi import openapi_document
from .http.posthog_builds import Build
from .http.request_body import Body
from .http.throttle import Throttle
from .routes import SESSION_ONLY_PATHS, handlers
from .store.clock import Clock, now_ms
from .store.database import Store, reading
from .store.sqlite_errors import answered

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""A larger request body is refused with 413; the largest honest one (300 session ids) has 60 kB."""

SUMMARISED_AT_ONCE: Final = 2
"""Requests for summaries that are worked on at a time; others wait, and cost nothing when they are given up."""

logger = logging.getLogger(__name__)


class LocalApi:
    """The Replay API over a store as an ASGI application, under both prefixes, with or without a trailing slash.

    Args:
        store: the open store; the caller closes it after the last request.
        clock: gives the time in epoch milliseconds.
        throttle: PostHog's rate limits; None for no limits.
        summaries: which kind of PostHog build to be where summaries are asked for.
    """

    def __init__(
        self, store: Store, *, clock: Clock = now_ms, throttle: Throttle | None = None, summaries: Build = "made"
    ) -> None:
        self._store = store
        self._clock = clock
        self._throttle = throttle
        # Summarising is work for the processor: more at once would take longer each, and keep other requests waiting.
        self._summarising = anyio.CapacityLimiter(SUMMARISED_AT_ONCE)
        self._handlers = handlers(summaries)
        self._operations = _operations(self._handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request; the lifespan protocol is declined, as ASGI allows."""
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']!r} is not served here")
        request = Request(scope, receive)
        try:
            with answered():
                response = await self._respond(request)
        except ApiFailure as failure:
            if failure.status >= 503:  # what the person who runs this can do something about
                logger.warning("%s %s was refused: %s", request.method, request.url.path, failure.body)
            response = _json(failure.body, failure.status, failure.headers)
        except ClientDisconnect:
            return
        except Exception:  # process edge: a crash is a 500 of the API, never a broken connection
            logger.exception("%s %s crashed", request.method, request.url.path)
            response = _json(errors.server_error().body, 500)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        url_path: str = request.scope["path"]
        if url_path.rstrip("/") == "/api/schema":
            served = [endpoint for endpoint in ENDPOINTS if endpoint.name in self._handlers]
            return _json(openapi_document(str(request.base_url), served))
        if link := LINK.fullmatch(url_path):
            return HTMLResponse(link_page(link, str(request.base_url).rstrip("/")), headers=PAGE_HEADERS)
        for pattern, methods in self._operations:
            if match := pattern.fullmatch(url_path):
                body = Body(await _read_body(request), request.headers.get("content-type", ""))
                slow = SUMMARIES_CREATE in methods.values()
                return await anyio.to_thread.run_sync(
                    self._serve, request, methods, match.groupdict(), body, limiter=self._summarising if slow else None
                )
        raise errors.not_found("Endpoint not found.")

    def _serve(
        self, request: Request, methods: Mapping[str, Endpoint[Any, Any]], path: dict[str, str], body: Body
    ) -> Response:
        """Runs in a worker thread: authenticate, authorise, handle."""
        now = self._clock()
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        endpoint = methods.get(request.method)
        with self._store.connection() as db:
            key = access.authenticate(db, request.headers.get("authorization"), body, query)
            if not methods:
                raise errors.forbidden("This action does not support Personal API Key access")
            team, user = access.authorize(db, key, path.pop("environment"), endpoint)
            if endpoint is None:
                raise errors.method_not_allowed(request.method, methods)
            if self._throttle is not None:
                self._throttle.check(key, endpoint, now)
            url = str(request.url)
            call = Call(db=db, team=team, user=user, key=key, path=path, query=query, content=body, url=url, now=now)
            handler = self._handlers[endpoint.name]
            if request.method == "GET":
                with reading(db):
                    return _response(handler(call), self._store.connection)
            return _response(handler(call), self._store.connection)


def _operations(handlers: Mapping[str, Handler]) -> list[tuple[re.Pattern[str], dict[str, Endpoint[Any, Any]]]]:
    by_path: dict[str, dict[str, Endpoint[Any, Any]]] = {path: {} for path in SESSION_ONLY_PATHS}
    for endpoint in (endpoint for endpoint in ENDPOINTS if endpoint.name in handlers):
        methods = by_path.setdefault(endpoint.path, {})
        methods[endpoint.method] = endpoint
        if endpoint.method == "PATCH":
            methods["PUT"] = endpoint  # undocumented alias (live behaviour)
    # Fixed segments before parameters: `/session_recordings/bulk_delete` is not a recording.
    paths = sorted(by_path, key=lambda path: [part.startswith("{") for part in path.split("/")])
    return [(_pattern(path), by_path[path]) for path in paths]


def _pattern(path: str) -> re.Pattern[str]:
    # A playlist item's id may hold no dot: such a path does not route (live behaviour).
    named = path.replace("{session_recording_id}", "(?P<session_recording_id>[^/.]+)")
    named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", named)
    return re.compile(rf"/api/(?:environments|projects)/(?P<environment>[^/]+){named}/?")


async def _read_body(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise ApiFailure(413, {"error": f"The request body has more than {MAX_BODY_BYTES} bytes."})
        chunks.append(chunk)
    return b"".join(chunks)


def _response(reply: Reply, connect: Connect) -> Response:
    content = reply.content
    if callable(content):
        return StreamingResponse(content(connect), reply.status, dict(reply.headers), media_type=reply.media_type)
    if isinstance(content, BaseModel):
        content = content.model_dump_json(by_alias=True).encode()
    elif not isinstance(content, bytes | None):
        content = orjson.dumps(content)
    return Response(content, reply.status, dict(reply.headers), media_type=reply.media_type if content else None)


def _json(body: dict[str, Any] | None, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    content = None if body is None else orjson.dumps(body)
    return Response(content, status, headers, media_type="application/json" if content else None)
