"""`ApiClient.stream`: long bodies over real sockets and in process, and every way in which they can break."""

import gzip
import time
import tracemalloc
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from anyio.abc import SocketStream
from inline_snapshot import snapshot
from starlette.types import ASGIApp, Receive, Scope, Send

from replay_mcp.api import endpoints as e
from replay_mcp.api import params as p
from replay_mcp.client.chunks import CHUNK_BYTES
from replay_mcp.client.client import ApiClient, open_client
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.client.retries import ATTEMPTS
from replay_mcp.errors import DeadlineExceeded, InvalidArguments, ReplayError, Unreachable
from tests.client.test_client import explanation, http_answer, raw_server
from tests.conftest import BASE_URL
from tests.faults import Fault, Faults

pytestmark = pytest.mark.anyio

BLOCKS = p.SnapshotsRead(id="s1", source="blob_v2", start_blob_key=0, end_blob_key=0)
MIB = 2**20
BODY = b"".join(b"line %d\n" % number for number in range(100_000))


@pytest.fixture
async def api(faults: Faults) -> AsyncGenerator[ApiClient]:
    async with client_of(faults) as client:
        yield client


@asynccontextmanager
async def client_of(app: ASGIApp) -> AsyncGenerator[ApiClient]:
    transport = InProcessTransport(app)
    async with open_client(
        origin=BASE_URL, api_key="phx_k", prefix="environments", environment="1", transport=transport
    ) as client:
        yield client


@asynccontextmanager
async def client_at(origin: str) -> AsyncGenerator[ApiClient]:
    async with open_client(origin=origin, api_key="phx_k", prefix="environments", environment="1") as client:
        yield client


@asynccontextmanager
async def socket_server(answer: Callable[[SocketStream], Awaitable[None]]) -> AsyncGenerator[str]:
    """A TCP server that reads a request and calls `answer`; yields its origin."""

    async def handle(stream: SocketStream) -> None:
        async with stream:
            await stream.receive()
            await answer(stream)

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, handle)
        yield f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
        tasks.cancel_scope.cancel()


def encoded(body: bytes, encoding: str) -> bytes:
    return http_answer(body).replace(b"Content-Type", b"Content-Encoding: " + encoding.encode() + b"\r\nContent-Type")


async def read(api: ApiClient, **options: Any) -> list[bytes]:
    received: list[bytes] = []
    await feed(received.append, api, **options)
    return received


async def feed(reader: Callable[[bytes], object], api: ApiClient, **options: Any) -> None:
    async with api.stream(e.SNAPSHOTS, BLOCKS, **options) as chunks:
        async for chunk in chunks:
            reader(chunk)


async def failing(api: ApiClient, reader: Callable[[bytes], object] = len, **options: Any) -> ReplayError:
    with pytest.raises(ReplayError) as caught:
        await feed(reader, api, **options)
    return caught.value


async def begun(send: Send, chunk: bytes) -> None:
    """Send a success and the first chunk of its body."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def test_chunks_arrive_while_the_server_is_still_sending() -> None:
    arrived = anyio.Event()

    async def answer(stream: SocketStream) -> None:
        await stream.send(http_answer(b"one", length=6))
        await arrived.wait()
        await stream.send(b"two")

    async with socket_server(answer) as origin, client_at(origin) as api:
        async with api.stream(e.SNAPSHOTS, BLOCKS) as chunks:
            assert await anext(chunks) == b"one"
            arrived.set()
            assert [chunk async for chunk in chunks] == [b"two"]


@pytest.mark.parametrize("whole", [http_answer(BODY), encoded(gzip.compress(BODY), "gzip")])
async def test_a_body_arrives_decompressed_in_chunks_of_bounded_size(whole: bytes) -> None:
    async with raw_server(whole) as (origin, requests), client_at(origin) as api:
        chunks = await read(api)
    assert b"".join(chunks) == BODY
    assert max(map(len, chunks)) <= CHUNK_BYTES
    assert b"accept-encoding: gzip\r\n" in requests[0].lower()


async def test_one_large_chunk_in_process_is_split_too(api: ApiClient, faults: Faults) -> None:
    faults.then(Fault(status=200, body=b"x" * (2 * CHUNK_BYTES + 1)))
    assert [len(chunk) for chunk in await read(api)] == [CHUNK_BYTES, CHUNK_BYTES, 1]


async def test_an_empty_body_has_no_chunks(api: ApiClient, faults: Faults) -> None:
    faults.then(Fault(status=200))
    assert await read(api) == []


@pytest.mark.slow
async def test_a_small_body_that_inflates_endlessly_is_refused_within_bounded_memory(
    api: ApiClient, faults: Faults
) -> None:
    packer = zlib.compressobj(wbits=31)
    zeros = bytes(MIB)
    bomb = b"".join(packer.compress(zeros) for _ in range(128)) + packer.flush()
    faults.then(Fault(status=200, body=bomb, headers={"Content-Encoding": "gzip"}))
    sizes: list[int] = []
    tracemalloc.start()
    try:
        error = await failing(api, lambda chunk: sizes.append(len(chunk)), limit=100 * MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert explanation(error) == snapshot(
        ("malformed_response", "The API's response has more than 100 MiB.", "Ask for less per call.")
    )
    assert max(sizes) == CHUNK_BYTES
    assert 100 * MIB - CHUNK_BYTES < sum(sizes) <= 100 * MIB
    assert peak < 4 * MIB


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(BODY)[:-9] + b"\0" * 9),
        ("gzip", gzip.compress(BODY)[:-1]),
        ("gzip", b""),
        ("gzip", gzip.compress(BODY) + b"more"),
        ("br", BODY),
        ("deflate", zlib.compress(BODY)),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
    ],
)
async def test_a_body_that_cannot_be_decompressed_completely_is_an_error(
    api: ApiClient, faults: Faults, encoding: str, body: bytes
) -> None:
    faults.then(Fault(status=200, body=body, headers={"Content-Encoding": encoding}))
    assert (await failing(api)).kind == "malformed_response"


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("cut", [http_answer(b"half", length=8), CHUNKED + b"4\r\nhalf\r\n", CHUNKED + b"8\r\nhalf"])
async def test_a_body_that_breaks_off_is_an_error_and_is_not_read_again(cut: bytes) -> None:
    async with raw_server(cut, http_answer(b"whole")) as (origin, requests), client_at(origin) as api:
        received: list[bytes] = []
        error = await failing(api, received.append)
    assert (received, len(requests)) == ([b"half"], 1)
    assert isinstance(error, Unreachable)
    assert error.why == "The connection closed before the response was complete."


async def test_a_connection_that_breaks_before_the_answer_is_tried_again() -> None:
    async with raw_server(b"", http_answer(b"whole")) as (origin, requests), client_at(origin) as api:
        assert await read(api) == [b"whole"]
    assert len(requests) == 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_refused_request_is_repeated_until_a_body_begins(api: ApiClient, faults: Faults, status: int) -> None:
    faults.then(Fault(status=status), Fault(status=status), Fault(status=200, body=b"whole"))
    assert await read(api) == [b"whole"]
    assert len(faults.seen) == 3


async def test_attempts_are_bounded(api: ApiClient, faults: Faults) -> None:
    faults.always(Fault(status=503))
    assert (await failing(api)).kind == "server_error"
    assert len(faults.seen) == ATTEMPTS


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=302, headers={"Location": "https://elsewhere.example/"}), "malformed_response"),
        (Fault(status=400, body=b'{"detail": "no"}'), "bad_request"),
        (Fault(status=404), "no_such_route"),
        (Fault(status=404, body=b'{"detail": "Recording not found"}'), "not_found"),
        (Fault(status=410, body=b'{"error": "recording_deleted"}'), "gone"),
        (Fault(status=429, headers={"Retry-After": "3600"}), "rate_limited"),
        (Fault(status=500), "server_error"),
    ],
)
async def test_an_error_status_raises_the_same_error_as_a_call(
    api: ApiClient, faults: Faults, fault: Fault, kind: str
) -> None:
    faults.then(fault, fault)
    streamed = await failing(api)
    with pytest.raises(ReplayError) as called:
        await api.call(e.SNAPSHOTS, BLOCKS)
    assert explanation(streamed) == explanation(called.value)
    assert streamed.kind == kind


async def test_an_id_that_cannot_be_sent_is_refused_before_any_request(api: ApiClient, faults: Faults) -> None:
    with pytest.raises(InvalidArguments):
        async with api.stream(e.SNAPSHOTS, p.SnapshotsRead.model_construct(id="a/b", _fields_set={"id"})):
            pass
    assert faults.seen == []


async def test_a_deadline_ends_the_wait_for_an_answer(api: ApiClient, faults: Faults) -> None:
    faults.then(Fault(stall=True))
    assert isinstance(await failing(api, deadline=0.05), DeadlineExceeded)
    assert faults.stall_ended.is_set()


class Stalling:
    """An app that never sends the rest of its answer; `ended` is set when it is cancelled."""

    def __init__(self) -> None:
        self.begun, self.ended = anyio.Event(), anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await begun(send, b"half")
        self.begun.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.ended.set()


async def test_a_deadline_ends_the_wait_for_the_rest() -> None:
    app, received = Stalling(), list[bytes]()
    async with client_of(app) as api:
        error = await failing(api, received.append, deadline=0.5)
    assert isinstance(error, DeadlineExceeded)
    assert (received, app.ended.is_set()) == ([b"half"], True)


async def test_the_reader_s_own_time_counts_but_is_not_interrupted(api: ApiClient, faults: Faults) -> None:
    faults.then(Fault(status=200, body=b"x" * CHUNK_BYTES))
    busy_until = time.monotonic() + 0.3

    async def read_slowly() -> None:
        async with api.stream(e.SNAPSHOTS, BLOCKS, deadline=0.2) as chunks:
            assert len(await anext(chunks)) == CHUNK_BYTES
            with anyio.move_on_after(busy_until - time.monotonic()) as busy:
                await anyio.Event().wait()
            assert busy.cancelled_caught  # not by the deadline
            await anext(chunks)

    with pytest.raises(DeadlineExceeded):
        await read_slowly()


async def test_leaving_early_ends_the_answer() -> None:
    app = Stalling()
    async with client_of(app) as api:
        async with api.stream(e.SNAPSHOTS, BLOCKS) as chunks:
            async for _ in chunks:
                break
            await app.begun.wait()
        assert app.ended.is_set()


async def test_leaving_without_reading_ends_the_answer() -> None:
    ended = anyio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        try:
            await begun(send, b"half")
        finally:
            ended.set()

    async with client_of(app) as api:
        async with api.stream(e.SNAPSHOTS, BLOCKS):
            assert not ended.is_set()
        assert ended.is_set()


async def test_leaving_early_closes_the_connection() -> None:
    closed = anyio.Event()

    async def answer(stream: SocketStream) -> None:
        await stream.send(http_answer(b"half", length=8))
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await stream.receive()
        closed.set()

    async with socket_server(answer) as origin, client_at(origin) as api:
        async with api.stream(e.SNAPSHOTS, BLOCKS) as chunks:
            assert await anext(chunks) == b"half"
        with anyio.fail_after(30):
            await closed.wait()


@pytest.mark.parametrize(
    "error", [KeyError("own"), TimeoutError("own"), httpx2.ReadError("own"), Unreachable("own")], ids=repr
)
async def test_exceptions_of_the_reader_pass_unchanged(error: Exception) -> None:
    def broken(chunk: bytes) -> None:
        del chunk
        raise error

    app = Stalling()
    async with client_of(app) as api:
        with pytest.raises(type(error)) as caught:
            await feed(broken, api)
        assert caught.value is error
        assert app.ended.is_set()


async def test_a_cancelled_reader_stops_the_answer() -> None:
    app = Stalling()
    async with client_of(app) as api:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read, api)
            await app.begun.wait()
            tasks.cancel_scope.cancel()
        assert app.ended.is_set()


async def test_an_app_that_breaks_off_in_process_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await begun(send, b"half")
        raise KeyError("lost")

    async with client_of(app) as api:
        assert explanation(await failing(api)) == snapshot(
            (
                "unreachable",
                "The connection closed before the response was complete.",
                "Try again.",
            )
        )
    assert len(caplog.messages) == 1
