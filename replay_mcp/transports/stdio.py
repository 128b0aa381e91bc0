"""Serves one client over a pair of pipes. Malformed lines get an error, and `initialize` may follow a discovery."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCError, JSONRPCMessage, JSONRPCRequest, RequestId

from .messages import Malformed
from .pipes import ClientLeft, PipeReader, PipeWriter
from .requests import OpenRequests

LAST_ANSWERS_SECONDS: Final = 1.0
"""How long pending requests may take after the client has closed its side."""
_CLOSE_SECONDS: Final = 0.5

Received: TypeAlias = "MemoryObjectReceiveStream[SessionMessage | Exception]"
Serve: TypeAlias = Callable[[Received, MemoryObjectSendStream[SessionMessage]], Awaitable[None]]
"""Serves one client over a stream of its messages and a stream of ours, until the first ends."""


async def serve_stdio(serve: Serve, stdin: int, stdout: int) -> None:
    """Serve the client on these descriptors until it closes one of them."""
    await _Connection(serve, PipeReader(stdin), PipeWriter(stdout)).run()


class _Session:
    """One run of the server, in one protocol era."""

    def __init__(self) -> None:
        self._scope = anyio.CancelScope()
        self._abandoned = False
        self._input, self._received = anyio.create_memory_object_stream[SessionMessage | Exception]()
        self._output, self._sent = anyio.create_memory_object_stream[SessionMessage]()

    async def run(self, serve: Serve, write: Callable[[JSONRPCMessage], Awaitable[None]]) -> None:
        async with self._input, anyio.create_task_group() as tasks:
            tasks.start_soon(self._write, write)
            with self._scope:
                await serve(self._received, self._output)

    async def receive(self, message: JSONRPCMessage) -> None:
        await self._input.send(SessionMessage(message))

    async def end(self) -> None:
        await self._input.aclose()

    def abandon(self) -> None:
        """End the session at once; further output is discarded."""
        self._abandoned = True
        self._scope.cancel()

    async def _write(self, write: Callable[[JSONRPCMessage], Awaitable[None]]) -> None:
        async with self._sent:  # close it when writing ends, so that no sender waits
            async for sent in self._sent:
                if not self._abandoned:
                    await write(sent.message)


class _Connection:
    """A client and the session that serves it.

    The SDK fixes the protocol era at the first request. A client that sent `server/discover` and timed out may still
    send `initialize`: then a new session serves the older era.
    """

    def __init__(self, serve: Serve, reader: PipeReader, writer: PipeWriter) -> None:
        self._serve = serve
        self._reader = reader
        self._writer = writer
        self._open = OpenRequests()
        self._era_chosen = False
        self._discovered = False

    async def run(self) -> None:
        try:
            async with anyio.create_task_group() as self._tasks:
                self._session = self._start()
                async for batch in self._reader.batches():
                    for index, message in enumerate(batch):
                        await self._take(message, batch[index + 1 :])
                await self._finish(self._tasks.cancel_scope)
        except* ClientLeft:
            pass

    def _start(self) -> _Session:
        session = _Session()
        self._tasks.start_soon(session.run, self._serve, self._write)
        return session

    async def _finish(self, scope: anyio.CancelScope) -> None:
        """Wait briefly for pending requests, because the SDK cancels them when its input ends."""
        scope.deadline = anyio.current_time() + LAST_ANSWERS_SECONDS + _CLOSE_SECONDS
        with anyio.move_on_after(LAST_ANSWERS_SECONDS):
            await self._open.wait_until_answered()
        await self._session.end()

    async def _take(self, message: JSONRPCMessage | Malformed, behind: Sequence[object]) -> None:
        match message:
            case Malformed():
                await self._refuse(message)
            case JSONRPCError(id=None):
                await self._end_calls(self._open.to_client(), message)
            case JSONRPCRequest() if not self._era_chosen:
                await self._open_era(message, behind)
            case _:
                await self._receive(message)

    async def _open_era(self, request: JSONRPCRequest, behind: Sequence[object]) -> None:
        if request.method == "server/discover":
            if any(isinstance(later, JSONRPCRequest) and later.method == "initialize" for later in behind):
                return  # the client no longer waits for the response, and some clients treat it as an error
            self._discovered = True
        else:
            self._era_chosen = True
            if request.method == "initialize" and self._discovered:
                self._session.abandon()
                self._open.forget()
                self._session = self._start()
        await self._receive(request)

    async def _receive(self, message: JSONRPCMessage) -> None:
        self._open.received(message)
        await self._session.receive(message)

    async def _refuse(self, malformed: Malformed) -> None:
        """Respond to malformed input with an error; if it is a response to a request of ours, end the waiting call."""
        error = malformed.error
        ended = self._open.answered_by(malformed)
        await self._end_calls(ended, error)
        if not ended:
            # The id of a response is one of ours. The client would take it for the id of its own request.
            await self._write(_with_id(error, None) if malformed.role == "response" else error)

    async def _end_calls(self, waiting_for: list[RequestId], error: JSONRPCError) -> None:
        for id in waiting_for:
            await self._receive(_with_id(error, id))

    async def _write(self, message: JSONRPCMessage) -> None:
        self._open.sending(message)
        await self._writer.write(message)
        self._open.sent(message)


def _with_id(error: JSONRPCError, id: RequestId | None) -> JSONRPCError:
    return error.model_copy(update={"id": id})
