"""Upstream servers that send too much, too slowly, or without end: every call ends, in bounded memory."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import anyio.abc
import pytest
from anyio.abc import SocketStream
from inline_snapshot import snapshot

from replay_mcp.api import endpoints as e
from replay_mcp.api import params as p
from replay_mcp.api.models import MAX_ROWS
from replay_mcp.client.body_budget import BodyBudget
from replay_mcp.client.client import ApiClient, open_client
from replay_mcp.client.responses import MAX_VALUES
from replay_mcp.errors import ReplayError

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def upstream(answer: Callable[[SocketStream], Awaitable[None]], **options: Any) -> AsyncGenerator[ApiClient]:
    """A client of a server that answers every request with `answer`."""

    async def handle(stream: SocketStream) -> None:
        async with stream:
            await stream.receive()
            with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):  # the client may close the connection
                await answer(stream)

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, handle)
        origin = f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
        async with open_client(
            origin=origin, api_key="phx_test", prefix="projects", environment="1", **options
        ) as client:
            yield client
        tasks.cancel_scope.cancel()


REQUESTS: dict[str, p.ApiRequest] = {
    e.PLAYLISTS_LIST.name: p.PlaylistsList(),
    e.RECORDINGS_LIST.name: p.RecordingsList(),
    e.SNAPSHOT_SOURCES.name: p.RecordingPath(id="s1"),
    e.SUMMARIES_CREATE.name: p.SummariesCreate(session_ids=["s1"]),
    e.PLAYLISTS_RETRIEVE.name: p.PlaylistPath(short_id="aaaaaaaa"),
}


async def failure(client: ApiClient, endpoint: e.Endpoint[Any, Any], deadline: float = 0.5) -> str:
    with pytest.raises(ReplayError) as caught, anyio.fail_after(30):
        await client.call(endpoint, REQUESTS[endpoint.name], deadline=deadline)
    return f"{caught.value.kind}: {caught.value.why}"


async def informational(stream: SocketStream) -> None:
    while True:
        await stream.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)


async def one_informational_at_a_time(stream: SocketStream) -> None:
    while True:
        await stream.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        await anyio.lowlevel.checkpoint()


async def endless_headers(stream: SocketStream) -> None:
    await stream.send(HEAD)
    while True:
        await stream.send(b"X-Filler: " + b"a" * 60_000 + b"\r\n")


async def endless_body(stream: SocketStream) -> None:
    await stream.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await stream.send(b"1\r\n \r\n")


async def half_a_body(stream: SocketStream) -> None:
    await stream.send(HEAD + b"Content-Length: 100\r\n\r\n{")
    await anyio.sleep_forever()


async def half_an_error(stream: SocketStream) -> None:
    await stream.send(b"HTTP/1.1 500 X\r\nContent-Length: 100\r\n\r\n{")
    await anyio.sleep_forever()


async def half_a_head(stream: SocketStream) -> None:
    await stream.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    await anyio.sleep_forever()


@pytest.mark.parametrize(
    "answer",
    [informational, one_informational_at_a_time, endless_body, half_a_body, half_an_error, half_a_head],
)
async def test_an_answer_that_never_ends_ends_with_the_deadline(
    answer: Callable[[SocketStream], Awaitable[None]],
) -> None:
    async with upstream(answer) as client:
        assert await failure(client, e.PLAYLISTS_LIST) == "timeout: The API did not respond within 0 seconds."


async def test_endless_headers_are_refused() -> None:
    async with upstream(endless_headers) as client:
        assert (await failure(client, e.PLAYLISTS_LIST, deadline=10)).startswith("unreachable: ")


def answering(body: bytes) -> Callable[[SocketStream], Awaitable[None]]:
    async def answer(stream: SocketStream) -> None:
        await stream.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return answer


def page(*rows: bytes) -> bytes:
    return b'{"count": 1, "results": [' + b",".join(rows) + b"]}"


async def test_a_page_with_too_many_rows_is_refused_before_they_are_read() -> None:
    async with upstream(answering(page(*[b"{}"] * (MAX_ROWS + 1)))) as client:
        assert await failure(client, e.PLAYLISTS_LIST, 10) == snapshot(
            "malformed_response: The API's response to session_recording_playlists_list is not as documented, it has 10001 rows; the limit is 10000."
        )


async def test_an_answer_with_too_many_values_is_refused_before_decoding() -> None:
    async with upstream(answering(page(*[b"{}"] * (MAX_VALUES + 2)))) as client:
        assert await failure(client, e.PLAYLISTS_LIST, 10) == snapshot(
            "malformed_response: The API's response to session_recording_playlists_list has more than 500000 values."
        )


async def test_nested_values_count_too() -> None:
    rows = [b'{"id": "a", "z": ' + b"[" * 900 + b"]" * 900 + b"}"] * (MAX_VALUES // 900)
    async with upstream(answering(page(*rows))) as client:
        assert "more than 500000 values" in await failure(client, e.RECORDINGS_LIST, 10)


async def test_a_change_may_have_been_made_when_time_runs_out_before_its_answer_is_parsed() -> None:
    made = b'{"id": 1, "short_id": "a", "filters": ["' + b"x" * 40_000 + b'"]}'
    parsing = anyio.CapacityLimiter(1)
    await parsing.acquire_on_behalf_of("another call")
    async with upstream(answering(made), parsing=parsing) as client:
        request = p.PlaylistCreate(name="x", type="collection")
        with pytest.raises(ReplayError) as caught:
            await client.call(e.PLAYLISTS_CREATE, request, deadline=0.5)
    assert caught.value.kind == "outcome_unknown"


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        (e.PLAYLISTS_LIST, page(*[b"{}"] * MAX_ROWS)),
        (e.RECORDINGS_LIST, page(b'{"id": "a", "viewers": [' + b",".join([b"1"] * 400_000) + b"]}")),
        (e.SNAPSHOT_SOURCES, b'{"sources": [' + b",".join([b"{}"] * 400_000) + b"]}"),
        (e.SUMMARIES_CREATE, b"{" + b",".join(b'"s%d": 1' % number for number in range(400_000)) + b"}"),
        (
            e.PLAYLISTS_RETRIEVE,
            b'{"id": 1, "short_id": "a", "recordings_counts": {'
            + b",".join(b'"s%d": 1' % n for n in range(400_000))
            + b"}}",
        ),
    ],
    ids=["rows", "items of a row", "sources", "summaries", "counts"],
)
async def test_a_flood_of_wrong_values_gives_one_error(endpoint: e.Endpoint[Any, Any], body: bytes) -> None:
    async with upstream(answering(body)) as client:
        assert (await failure(client, endpoint, 20)).startswith(
            f"malformed_response: The API's response to {endpoint.name}"
        )


async def test_other_calls_go_on_while_a_large_answer_is_parsed() -> None:
    large = page(*[b'{"id": 1, "short_id": "a", "filters": [' + b",".join([b"0"] * 40) + b"]}"] * 3_000)
    finished: list[str] = []

    async def answer(stream: SocketStream) -> None:
        body, start = (large, parsing.set) if not finished and not parsing.is_set() else (page(), lambda: None)
        await stream.send(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        start()

    async def call(name: str) -> None:
        await client.call(e.PLAYLISTS_LIST, p.PlaylistsList())
        finished.append(name)

    parsing = anyio.Event()
    async with upstream(answer) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(call, "large")
        await parsing.wait()
        for _ in range(5):
            await call("small")
    assert finished == ["small"] * 5 + ["large"]


async def test_bodies_wait_for_each_other_once_their_budget_is_used_up() -> None:
    budget, order = BodyBudget(100), list[str]()

    async def read(name: str, chunks: int, ready: anyio.Event) -> None:
        with budget.body() as body:
            ready.set()
            for _ in range(chunks):
                await body.add(b"x" * 30)
                await anyio.lowlevel.checkpoint()
            order.append(f"{name} {len(body.content)}")

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            for name, chunks in (("oldest", 10), ("second", 3), ("third", 2)):
                ready = anyio.Event()
                tasks.start_soon(read, name, chunks, ready)
                await ready.wait()
    assert order == ["oldest 300", "second 90", "third 60"]


async def test_a_body_without_room_fails_at_its_deadline_and_releases_its_bytes() -> None:
    budget = BodyBudget(100)
    with budget.body() as oldest:
        await oldest.add(b"x" * 90)
        with anyio.move_on_after(0.01) as scope, budget.body() as waiting:
            await waiting.add(b"x" * 5)
            await waiting.add(b"x" * 50)
        assert scope.cancelled_caught
        with budget.body() as small, anyio.fail_after(30):
            await small.add(b"x" * 10)
