"""The client of the Replay API: `ApiClient.call(endpoint, params)`, and `stream` for long bodies."""

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from functools import cache, cached_property, partial
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx2
from pydantic import BaseModel

from replay_mcp import __version__
from replay_mcp.api.endpoints import Endpoint, Prefix
from replay_mcp.api.params import ApiRequest
from replay_mcp.errors import (
    DeadlineExceeded,
    InvalidArguments,
    OutcomeUnknown,
    ReplayError,
    response_lost,
)
from replay_mcp.loopback import is_loopback
from replay_mcp.redaction.secrets import SecretMask

from . import responses
from .body_budget import BodyBudget
from .chunks import ACCEPTED_ENCODING, ChunkDecoder
from .exchange import Deadline, http_errors
from .query import json_text, plain_text
from .request_count import count_request
from .retries import retry

USER_AGENT: Final = f"replay-mcp/{__version__}"
DEADLINE_SECONDS: Final = 25.0
"""Default deadline of a call, retries and waits included; MCP clients time out after 60 s or earlier."""
CONNECT_TIMEOUT_SECONDS: Final = 5.0
MAX_STREAM_BYTES: Final = 4 * 1024**3
"""Maximum size of a streamed body; a longer one is rejected while it is read."""

_MAX_CONCURRENT_PARSES: Final = 1
_PARSED_INLINE_BYTES: Final = 32 * 1024
"""Responses up to this size are parsed inline, which takes less time than passing them to a thread."""

P = TypeVar("P", bound=ApiRequest)
R = TypeVar("R", bound=BaseModel | bytes)


class ApiClient:
    """Calls endpoints of one environment with one key. Create it with `open_client`.

    Args:
        parsing: limits how many large responses are parsed at once; clients of one process may share it.

    Attributes:
        mask: replaces the client's key in results and errors.
        deadline: default deadline of a call, in seconds.
        key_refused: whether the API's last response was a 401.
    """

    def __init__(
        self,
        connect: Callable[[], httpx2.AsyncClient],
        *,
        prefix: Prefix,
        environment: str,
        mask: SecretMask | None = None,
        deadline: float = DEADLINE_SECONDS,
        parsing: anyio.CapacityLimiter | None = None,
    ) -> None:
        self._connect = connect
        self._prefix: Prefix = prefix
        self._environment = environment
        self._bodies = BodyBudget()
        self._parsing = parsing or anyio.CapacityLimiter(_MAX_CONCURRENT_PARSES)
        self.mask = mask or SecretMask()
        self.deadline = deadline
        self.key_refused = False

    @cached_property
    def _http(self) -> httpx2.AsyncClient:
        # Created at the first call: loading certificates takes longer than the rest of a server's start.
        return self._connect()

    async def aclose(self) -> None:
        """Close the connections, if any."""
        if "_http" in self.__dict__:
            await self._http.aclose()

    async def call(self, endpoint: Endpoint[P, R], params: P, *, deadline: float | None = None) -> R:
        """Send the request and return the parsed response within `deadline` seconds (default: the client's deadline).

        Idempotent requests are retried with backoff and jitter on broken connections, 429 and gateway statuses; write
        requests only if they were certainly not carried out. A `Retry-After` beyond the deadline ends the call.

        Raises:
            InvalidArguments: an id cannot be part of a URL; nothing was sent.
            OutcomeUnknown: a write request was sent and its response was lost.
            DeadlineExceeded: the deadline passed.
            Unreachable: there was no HTTP response.
            MalformedResponse: a success with an unusable body, or a redirect.
            ApiError: an error status; see `errors.error_class` for the subclasses.
        """
        seconds = self.deadline if deadline is None else deadline
        request = self._request(endpoint, params, seconds)
        ends = Deadline(seconds)
        try:
            return await retry(partial(self._send, endpoint, request, ends), endpoint, ends)
        except ReplayError as error:
            if not endpoint.writes:
                raise
            if response_lost(error):
                raise OutcomeUnknown.of(error) from error
            if isinstance(error, DeadlineExceeded):
                raise DeadlineExceeded(error.why, next="This change was not sent; try again in a minute.") from error
            raise

    @asynccontextmanager
    async def stream(
        self,
        endpoint: Endpoint[P, bytes],
        params: P,
        *,
        deadline: float = DEADLINE_SECONDS,
        limit: int = MAX_STREAM_BYTES,
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Send the request and stream the response body in chunks of at most `chunks.CHUNK_BYTES`.

        Read the chunks inside the block. Leaving the block early closes the connection; exceptions of the block are not
        translated. `deadline` covers the request and the whole body, including the time the reader spends between
        chunks. The request is retried as in `call` until a success begins: a body is never read twice.

        Raises:
            ReplayError: before the block, as in `call`.
            DeadlineExceeded: while reading a chunk: the deadline passed.
            Unreachable: while reading a chunk: the connection broke before the body was complete.
            MalformedResponse: while reading a chunk: it cannot be decompressed, or the body exceeds `limit` bytes.
        """
        request = self._request(endpoint, params, deadline)
        ends = Deadline(deadline)
        response = await retry(partial(self._open, request, ends), endpoint, ends)
        try:
            async with aclosing(_chunks(response, ends, limit)) as chunks:
                yield chunks
        finally:
            await response.aclose()

    def _request(self, endpoint: Endpoint[P, R], params: P, deadline: float) -> httpx2.Request:
        fields = params.wire()
        try:
            url = endpoint.url(self._prefix, self._environment, fields)
        except ValueError as error:
            raise InvalidArguments(f"The id cannot be used in a request: {error}.") from error
        json: dict[str, Any] | None = fields or None
        if endpoint.method in {"GET", "DELETE"}:
            encode = json_text if endpoint.quoted_query else plain_text
            query = urlencode({name: encode(value) for name, value in fields.items() if value is not None})
            url, json = f"{url}?{query}" if query else url, None
        # `AsyncClient.build_request` would take four times as long, to merge what is merged here.
        return httpx2.Request(
            endpoint.method,
            f"{self._http.base_url}".rstrip("/") + url,
            headers=self._http.headers,
            json=json,
            extensions={"timeout": httpx2.Timeout(deadline, connect=CONNECT_TIMEOUT_SECONDS).as_dict()},
        )

    async def _send(self, endpoint: Endpoint[Any, R], request: httpx2.Request, ends: Deadline) -> R:
        response = await self._open(request, ends)
        # A failure before the response is parsed counts as a lost response: the request has arrived.
        with self._bodies.body() as body, ends.sending():
            try:
                with http_errors(request):
                    content = await responses.read_body(response, body)
            finally:
                await response.aclose()
            parse = partial(responses.parse, endpoint, content, self.mask)
            if len(content) <= _PARSED_INLINE_BYTES:
                return parse()
            return await anyio.to_thread.run_sync(parse, limiter=self._parsing)

    async def _open(self, request: httpx2.Request, ends: Deadline) -> httpx2.Response:
        """Send the request; return a success with its body unread, and raise any other response."""
        count_request()
        with ends.sending(), http_errors(request):
            response = await self._http.send(request, stream=True)
            self.key_refused = response.status_code == HTTPStatus.UNAUTHORIZED
            if response.is_success:
                return response
            try:
                with self._bodies.body() as body:
                    content = await responses.read_body(response, body)
            finally:
                await response.aclose()
        raise responses.to_error(response, content, self.mask)


@asynccontextmanager
async def open_client(
    *,
    origin: str,
    api_key: str,
    prefix: Prefix,
    environment: str,
    transport: httpx2.AsyncBaseTransport | None = None,
    deadline: float = DEADLINE_SECONDS,
    parsing: anyio.CapacityLimiter | None = None,
) -> AsyncGenerator[ApiClient]:
    """Open a client for `origin` (scheme and host). `transport` replaces the network.

    The key is only sent to `origin`: redirects are not followed. Proxy settings of the environment apply, except to
    loopback addresses.
    """
    headers = {
        "Authorization": f"Bearer {api_key}",
        "User-Agent": USER_AGENT,
        "Accept": "application/json, */*",
        "Accept-Encoding": ACCEPTED_ENCODING,
    }

    def connect() -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=origin,
            headers=headers,
            follow_redirects=False,
            transport=transport,
            trust_env=not is_loopback(urlsplit(origin).hostname or ""),
            # Plain HTTP needs no certificates, and loading them takes longer than the rest of a first call.
            verify=_tls() if origin.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    client = ApiClient(
        connect,
        prefix=prefix,
        environment=environment,
        mask=SecretMask([api_key]),
        deadline=deadline,
        parsing=parsing,
    )
    try:
        yield client
    finally:
        await client.aclose()


@cache
def _tls() -> ssl.SSLContext:
    """Return the trusted certificates. All clients share them, because a context contains no state of a connection."""
    return httpx2.create_ssl_context()


async def _chunks(response: httpx2.Response, ends: Deadline, limit: int) -> AsyncGenerator[bytes]:
    decoder = ChunkDecoder(response.headers.get("content-encoding", ""), limit=limit)
    async with aclosing(response.aiter_raw()) as pieces:
        while True:
            # One scope per piece: a scope around `yield` would cancel the reader's own work between chunks.
            with ends.enforce(), http_errors(response.request):
                await anyio.lowlevel.checkpoint_if_cancelled()  # a buffered piece would not wait
                piece = await anext(pieces, None)
            if piece is None:
                break
            for chunk in decoder.decode(piece):
                yield chunk
    decoder.finish()
