"""ASGI endpoints that turn errors into the API's JSON responses."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import orjson
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from replay_mcp.local import errors
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.store.sqlite_errors import as_api_failures

Respond: TypeAlias = Callable[[Request], Awaitable[Response]]

logger = logging.getLogger(__name__)


class JsonEndpoint:
    """Calls a handler for requests of any method and turns its errors into JSON responses.

    Routes accept every method, because the API checks the key before the method.

    Args:
        respond: returns the response.
        refused: called with each error before its response is sent.
    """

    def __init__(self, respond: Respond, *, refused: Callable[[Request, ApiFailure], None]) -> None:
        self._respond = respond
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        request = Request(scope, receive)
        try:
            with as_api_failures():
                response = await self._respond(request)
        except ApiFailure as failure:
            self._refused(request, failure)
            response = error_response(failure)
        except ClientDisconnect:
            return
        except Exception:  # process edge: a crash becomes a 500 response, never a broken connection
            logger.exception("%s %s crashed", request.method, request.url.path)
            response = error_response(errors.server_error())
        await response(scope, receive, send)


def either_slash(path: str, endpoint: JsonEndpoint) -> list[Route]:
    """Routes for a path with and without a trailing slash; neither redirects to the other."""
    return [Route(path, endpoint), Route(f"{path}/", endpoint)]


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def error_response(failure: ApiFailure) -> Response:
    """The response that an error describes."""
    if failure.body is None:
        return Response(None, failure.status, failure.headers)
    return json_response(failure.body, failure.status, failure.headers)


async def read_body(request: Request, limit: int, too_large: ApiFailure) -> bytes:
    """Read the whole body of a request.

    Raises:
        ApiFailure: `too_large`, as soon as more than `limit` bytes were received.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


class _RegexConvertor(Convertor[str]):
    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def register_text(name: str, pattern: str) -> None:
    """Register a regular expression as a type of route parameters: `{parameter:name}`."""
    register_url_convertor(name, type(name, (_RegexConvertor,), {"regex": pattern})())
