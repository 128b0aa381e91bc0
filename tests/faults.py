"""Faults between a client and the local API: an ASGI app that wraps another and answers some requests itself."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Fault:
    """What one request gets instead of its answer.

    Attributes:
        path: limits the fault to requests whose path ends with it; `body_has`: to requests whose body contains it.
        stall: never answers.
        after: lets the app handle the request first, then loses its answer.
        passes: lets one request through unchanged.
    """

    status: int = 500
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    path: str = ""
    method: str = ""
    body_has: bytes = b""
    stall: bool = False
    after: bool = False
    passes: bool = False


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that the wrapped app or a fault received."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Faults:
    """Wraps an ASGI app.

    Attributes:
        seen: all requests so far.
        stalled: set when a request has stalled; `stall_ended`: when such a request was given up.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._queue: deque[Fault] = deque()
        self._standing: list[Fault] = []
        self._answers: dict[str, Callable[[bytes], bytes]] = {}
        self.seen: list[ReceivedRequest] = []
        self.stalled = anyio.Event()
        self.stall_ended = anyio.Event()

    def then(self, *faults: Fault) -> None:
        """Queue faults, one for each of the next matching requests."""
        self._queue.extend(faults)

    def always(self, *faults: Fault) -> None:
        """Add faults that apply to every matching request until `recover`."""
        self._standing.extend(faults)

    def answer_each(self, path: str, body: Callable[[bytes], bytes]) -> None:
        """Answer requests to `path` with a body made from theirs."""
        self._answers[path] = body

    def recover(self) -> None:
        """Remove the faults of `always`."""
        self._standing.clear()

    def serve(self, app: ASGIApp) -> None:
        """Wrap another app instead."""
        self._app = app

    @property
    def lines(self) -> list[str]:
        """`METHOD path` of every request so far."""
        return [f"{seen.method} {seen.path}" for seen in self.seen]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        raw_path = scope["raw_path"].decode()
        self.seen.append(ReceivedRequest(scope["method"], raw_path, scope["query_string"].decode(), headers, body))

        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:  # a streamed answer listens for a disconnect
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        fault = self._next(scope["method"], raw_path, body)
        if fault is None or fault.passes:
            await self._app(scope, replay, send)
            return
        if fault.after:
            await self._app(scope, replay, _discard)
        if fault.stall:
            self.stalled.set()
            try:
                while (await receive())["type"] != "http.disconnect":  # on a socket only a disconnect ends it
                    pass
            finally:
                self.stall_ended.set()
            return
        raw_headers = [(name.encode(), value.encode()) for name, value in fault.headers.items()]
        await send({"type": "http.response.start", "status": fault.status, "headers": raw_headers})
        await send({"type": "http.response.body", "body": fault.body})

    def _next(self, method: str, path: str, body: bytes) -> Fault | None:
        if self._queue and _matches(self._queue[0], method, path, body):
            return self._queue.popleft()
        for end, answer in self._answers.items():
            if path.rstrip("/").endswith(end):
                return Fault(200, answer(body))
        return next((fault for fault in self._standing if _matches(fault, method, path, body)), None)


def _matches(fault: Fault, method: str, path: str, body: bytes) -> bool:
    return path.rstrip("/").endswith(fault.path) and fault.method in {"", method} and fault.body_has in body


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body


async def _discard(message: Message) -> None:
    del message
