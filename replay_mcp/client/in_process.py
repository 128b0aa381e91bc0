"""An ASGI app in this process as an HTTP transport that streams; HTTPX's own transport collects whole bodies."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

import anyio
import anyio.lowlevel
import httpx2
from starlette.types import ASGIApp, Message, Scope

logger: Final = logging.getLogger(__name__)


class InProcessTransport(httpx2.AsyncBaseTransport):
    """Sends requests to an ASGI app and passes each chunk of its response on as the app sends it.

    The app waits in `send` until its chunk is taken. It runs in a task per request that ends before the response is
    closed: of itself when the answer is complete, by cancellation when the reader leaves earlier. For asyncio only.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: set[_Exchange] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response as soon as the app starts it. The caller reads the body and closes the response.

        Raises:
            httpx2.RemoteProtocolError: the app ended before its response was complete; its error, if any, is the
                cause. Reading the body raises it as well.
        """
        exchange = _Exchange(self._app, request, await request.aread(), on_close=self._open.discard)
        self._open.add(exchange)
        try:
            return await exchange.response()
        except BaseException:
            await exchange.aclose()
            raise

    async def aclose(self) -> None:
        """End the requests whose responses were not closed."""
        for exchange in list(self._open):
            await exchange.aclose()


class _Exchange(httpx2.AsyncByteStream):
    """One request in the app, and the body of its response."""

    def __init__(
        self, app: ASGIApp, request: httpx2.Request, body: bytes, *, on_close: "Callable[[_Exchange], None]"
    ) -> None:
        self._request = request
        self._request_body: bytes | None = body
        self._on_close = on_close
        self._head: Message | None = None
        self._chunk = b""  # sent and not yet taken
        self._complete = False
        self._failure: Exception | None = None
        self._sent = asyncio.Event()  # something new for the reader: the head, a chunk, or that the app has ended
        self._taken = asyncio.Event()
        self._over = asyncio.Event()  # the answer is complete, or nobody reads it any more
        # Ends the app's task as a scope around it would: what is shielded, like work in threads, runs out first.
        self._scope = anyio.CancelScope()
        self._task = asyncio.create_task(self._run(app))
        self._task.add_done_callback(lambda _: self._sent.set())

    async def response(self) -> httpx2.Response:
        while self._head is None:
            await self._news()
        return httpx2.Response(self._head["status"], headers=self._head.get("headers", []), stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            while not self._chunk:
                if self._complete:
                    return
                await self._news()
            yield self._take()

    async def aclose(self) -> None:
        self._over.set()
        try:
            if self._complete:
                await self._end()
        finally:
            if not self._task.done():
                self._scope.cancel()
                with anyio.CancelScope(shield=True):
                    await self._end()
            self._on_close(self)

    async def _run(self, app: ASGIApp) -> None:
        try:
            with self._scope:
                await app(_scope(self._request), self._receive, self._send)
        except Exception as error:  # process edge: a crash of the app is a broken connection to its reader
            logger.exception("%s %s failed in process", self._request.method, self._request.url.path)
            self._failure = error

    async def _receive(self) -> Message:
        body, self._request_body = self._request_body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self._over.is_set():
            await anyio.lowlevel.checkpoint_if_cancelled()  # which the app was, unless its answer was complete
            raise OSError("Nobody reads this answer any more.")
        if message["type"] == "http.response.start":
            self._head = message
        else:
            self._chunk = message.get("body", b"")
            self._complete = not message.get("more_body", False)
        self._sent.set()
        if self._complete:
            self._over.set()
        elif self._chunk:
            # The last chunk is not waited for: the app of a small answer is then done before the reader wakes.
            self._taken.clear()
            await self._taken.wait()

    def _take(self) -> bytes:
        chunk, self._chunk = self._chunk, b""
        self._taken.set()
        return chunk

    async def _news(self) -> None:
        """Wait until the app has sent something.

        Raises:
            httpx2.RemoteProtocolError: the app has ended.
        """
        if self._task.done():
            message = "The app ended before its answer was complete."
            raise httpx2.RemoteProtocolError(message, request=self._request) from self._failure
        self._sent.clear()
        await self._sent.wait()

    async def _end(self) -> None:
        if not self._task.done():
            await asyncio.wait([self._task])


def _scope(request: httpx2.Request) -> Scope:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},  # 2.4: `send` raises OSError after the reader has left
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "server": (url.host, url.port),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }
