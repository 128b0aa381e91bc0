"""The in-process transport: answers arrive as they are sent, and apps end when nobody reads."""

import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread
import httpx2
import pytest
from inline_snapshot import snapshot
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from replay_mcp.client.in_process import InProcessTransport

pytestmark = pytest.mark.anyio

HEAD: Message = {"type": "http.response.start", "status": 200, "headers": [(b"x-made", b"here")]}
caller: ContextVar[str] = ContextVar("caller")


def body(data: bytes = b"", *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def client(app: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=InProcessTransport(app), base_url="http://replay.test")


def replies(*messages: Message, then: Callable[[], Awaitable[None]] | None = None) -> ASGIApp:
    """An app that sends these messages, awaits `then` and ends."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        for message in messages:
            await send(message)
        if then is not None:
            await then()

    return app


class Waiting:
    """Wait forever, inside an app; `ended` is set when the wait is cancelled."""

    def __init__(self) -> None:
        self.begun, self.ended = anyio.Event(), anyio.Event()

    async def __call__(self) -> None:
        self.begun.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.ended.set()


async def test_the_app_gets_the_request_and_the_client_its_answer() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend([scope, await receive()])
        await send({"type": "http.response.start", "status": 201, "headers": HEAD["headers"]})
        await send({"type": "http.response.body", "body": b"made"})

    async with client(app) as http:
        response = await http.post("/a%2Fb/?c=%20d", content=b"asked")
    assert (response.status_code, response.headers["x-made"], response.content) == (201, "here", b"made")
    headers = dict(seen[0].pop("headers"))
    assert (headers[b"host"], headers[b"content-length"]) == (b"replay.test", b"5")
    assert seen == snapshot(
        [
            {
                "type": "http",
                "asgi": {"version": "3.0", "spec_version": "2.4"},
                "http_version": "1.1",
                "method": "POST",
                "scheme": "http",
                "path": "/a/b/",
                "raw_path": b"/a%2Fb/",
                "query_string": b"c=%20d",
                "server": ("replay.test", None),
                "client": ("127.0.0.1", 123),
                "root_path": "",
            },
            {"type": "http.request", "body": b"asked", "more_body": False},
        ]
    )


async def test_the_app_runs_in_the_callers_context() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send(HEAD)
        await send(body(caller.get().encode()))

    caller.set("span 7")
    async with client(app) as http:
        assert (await http.get("/")).text == "span 7"


async def test_a_chunk_arrives_before_the_next_is_sent() -> None:
    arrived = anyio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send(HEAD)
        await send(body(b"one", more=True))
        await arrived.wait()
        await send(body(b"two"))

    async with client(app) as http, http.stream("GET", "/") as response:
        chunks = aiter(response.aiter_raw())
        assert await anext(chunks) == b"one"
        arrived.set()
        assert [chunk async for chunk in chunks] == [b"two"]


async def test_the_app_is_at_most_one_chunk_ahead_of_the_reader() -> None:
    sent = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal sent
        del scope, receive
        await send(HEAD)
        for number in range(10):
            sent += 1
            await send(body(b"%d" % number, more=True))
        await send(body())

    ahead: list[int] = []
    async with client(app) as http, http.stream("GET", "/") as response:
        async for chunk in response.aiter_raw():
            await anyio.wait_all_tasks_blocked()
            ahead.append(sent - 1 - int(chunk))
    assert ahead == [1] * 9 + [0]


async def test_empty_chunks_do_not_reach_the_reader() -> None:
    app = replies(HEAD, body(more=True), body(b"x", more=True), body(more=True), body())
    async with client(app) as http, http.stream("GET", "/") as response:
        assert [chunk async for chunk in response.aiter_raw()] == [b"x"]


async def test_leaving_an_answer_early_ends_the_app() -> None:
    waiting = Waiting()
    async with client(replies(HEAD, body(b"x", more=True), then=waiting)) as http:
        async with http.stream("GET", "/") as response:
            assert await anext(response.aiter_raw()) == b"x"
            await waiting.begun.wait()
        assert waiting.ended.is_set()


async def test_an_app_cancelled_before_it_answers_has_ended_when_the_caller_continues() -> None:
    waiting = Waiting()
    async with client(replies(then=waiting)) as http, anyio.create_task_group() as tasks:
        tasks.start_soon(http.get, "/")
        await waiting.begun.wait()
        tasks.cancel_scope.cancel()
    assert waiting.ended.is_set()


async def test_work_in_a_thread_finishes_before_a_cancelled_caller_continues(caplog: pytest.LogCaptureFixture) -> None:
    begun, release = anyio.Event(), threading.Event()
    steps: list[str] = []

    def work() -> None:
        anyio.from_thread.run_sync(begun.set)
        release.wait()
        steps.append("worked")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await anyio.to_thread.run_sync(work)
        await send(HEAD)
        steps.append("sent")

    async def call(http: httpx2.AsyncClient) -> None:
        try:
            await http.get("/")
        finally:
            steps.append("left")

    async with client(app) as http, anyio.create_task_group() as tasks:
        tasks.start_soon(call, http)
        await begun.wait()
        tasks.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            await anyio.wait_all_tasks_blocked()
        release.set()
    assert steps == ["worked", "left"]
    assert caplog.messages == []


async def fail() -> None:
    raise KeyError("lost")


@pytest.mark.parametrize("messages", [[], [HEAD], [HEAD, body(b"x", more=True)]])
@pytest.mark.parametrize("then", [None, fail])
async def test_an_app_that_ends_too_soon_is_a_broken_connection(
    messages: list[Message], then: Callable[[], Awaitable[None]] | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(replies(*messages, then=then)) as http:
        with pytest.raises(httpx2.RemoteProtocolError) as caught:
            await http.get("/here")
    assert isinstance(caught.value.__cause__, KeyError) == (then is fail)
    assert caplog.messages == ([] if then is None else ["GET /here failed in process"])


async def test_chunks_that_were_sent_are_read_before_the_connection_breaks() -> None:
    async with client(replies(HEAD, body(b"x", more=True), then=fail)) as http, http.stream("GET", "/") as response:
        chunks = response.aiter_raw()
        assert await anext(chunks) == b"x"
        with pytest.raises(httpx2.RemoteProtocolError):
            await anext(chunks)


async def test_an_app_finishes_its_work_after_a_complete_answer() -> None:
    after: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await receive()
        await send(HEAD)
        await send(body(b"x"))
        after.append((await receive())["type"])
        await anyio.lowlevel.checkpoint()
        with pytest.raises(OSError, match="Nobody reads"):
            await send(body(b"more"))
        after.append("done")

    async with client(app) as http:
        assert (await http.get("/")).content == b"x"
    assert after == ["http.disconnect", "done"]


async def test_a_cancelled_caller_does_not_wait_for_work_after_the_answer() -> None:
    waiting = Waiting()
    async with client(replies(HEAD, body(b"x"), then=waiting)) as http, anyio.create_task_group() as tasks:
        tasks.start_soon(http.get, "/")
        await waiting.begun.wait()
        tasks.cancel_scope.cancel()
    assert waiting.ended.is_set()


async def test_closing_the_transport_ends_answers_that_nobody_closed() -> None:
    waiting = Waiting()
    async with client(replies(HEAD, then=waiting)) as http:
        response = await http.send(http.build_request("GET", "/"), stream=True)
        await waiting.begun.wait()
    assert not response.is_closed
    assert waiting.ended.is_set()
