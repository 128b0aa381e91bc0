"""Summaries of many sessions by a server process: progress that reaches the client, and cancelling that ends the work."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
import uvicorn
from inline_snapshot import snapshot
from mcp import Client

from replay_mcp.cli import sockets
from replay_mcp.cli.local_store import open_local
from replay_mcp.local.app import LocalApi
from replay_mcp.local.http.posthog_builds import Build
from tests.agent import Listener
from tests.faults import Fault, Faults
from tests.seeding import add_recording, clicks, record
from tests.servers import clean_environment
from tests.test_serve import FAR_FUTURE_MS, upstream_client

pytestmark = pytest.mark.anyio
TOOL = "create-session-summaries"
SUMMARIES = "/create_session_summaries_individually"
SNAPSHOTS = "/snapshots"
SLOW = pytest.mark.slow
FULL = pytest.mark.full


@asynccontextmanager
async def upstream(directory: Path, build: Build, ids: list[str]) -> AsyncGenerator[tuple[Faults, dict[str, str]]]:
    """A local API on a socket, behind faults, with these recordings; and the settings of a server that uses it."""
    with open_local(directory / "upstream.sqlite") as local:
        with local.store.connection() as db:
            record(db, ids[0], clicks(1), expiry_time=FAR_FUTURE_MS)
            for id in ids[1:]:
                add_recording(db, id, expiry_time=FAR_FUTURE_MS)
        faults = Faults(LocalApi(local.store, summaries=build))
        listener = sockets.listen("127.0.0.1", 0)
        environment = clean_environment(
            POSTHOG_PERSONAL_API_KEY=local.key.value,
            POSTHOG_HOST=sockets.origin(listener),
            POSTHOG_ENVIRONMENT_ID="1",
        )
        server = uvicorn.Server(uvicorn.Config(faults, log_config=None, access_log=False, lifespan="off"))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            yield faults, environment
            server.should_exit = True


@pytest.mark.parametrize(
    ("build", "transport", "mode", "count"),
    [
        pytest.param("made", "http", "legacy", 40, marks=FULL),
        pytest.param("made", "stdio", "auto", 300, marks=FULL),
        pytest.param("cloud-only", "http", "auto", 40, marks=SLOW),
        pytest.param("removed", "stdio", "legacy", 40, marks=SLOW),
    ],
)
async def test_progress_names_the_sessions_one_by_one_as_they_are_done(
    tmp_path: Path, transport: str, mode: Any, build: Build, count: int
) -> None:
    ids = [f"0192f7a8-6c3a-7d2e-9d63-{number:012}" for number in range(count)]
    listener = Listener(wanted=count)
    with anyio.fail_after(200):
        async with (
            upstream(tmp_path, build, ids[: count // 2]) as (_, environment),
            upstream_client(transport, environment, mode, tmp_path) as client,
        ):
            result = await client.call_tool(TOOL, {"session_ids": ids}, progress_callback=listener)
    assert not result.is_error
    assert result.structured_content is not None
    content = result.structured_content
    named = {*(row["session_id"] for row in content["results"]), *content.get("did_not_fit", [])}
    assert (sum(content["counts"].values()), len(named) + content.get("not_named", 0)) == (count, count)
    values = [progress for progress, _, _ in listener.heard]
    assert values == sorted(set(values))
    assert (values[-1], {total for _, total, _ in listener.heard}) == (count, {count})
    messages = [message.partition(": ") for _, _, message in listener.heard if message]
    assert sorted(name for _, _, name in messages if name != "still waiting") == ids
    assert messages[-1][0] == f"{count} of {count}"


@pytest.mark.parametrize(
    ("transport", "mode"),
    [
        ("stdio", "auto"),
        pytest.param("stdio", "legacy", marks=FULL),
        pytest.param("http", "auto", marks=FULL),
    ],
)
@pytest.mark.parametrize(("build", "path"), [("made", SUMMARIES), pytest.param("removed", SNAPSHOTS, marks=FULL)])
async def test_a_call_cancelled_midway_sends_no_more_requests(
    tmp_path: Path, transport: str, mode: Any, build: Build, path: str
) -> None:
    ids = [f"s{number}" for number in range(100)]
    listener = Listener(wanted=5)
    source = "posthog" if build == "made" else "auto"
    with anyio.fail_after(200):
        async with (
            upstream(tmp_path, build, ids) as (faults, environment),
            upstream_client(transport, environment, mode, tmp_path) as client,
        ):
            faults.then(*[Fault(path=path, passes=True)] * 12)
            faults.always(Fault(path=path, stall=True))
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(cancellable, client, ids, source, listener)
                await listener.reached.wait()
                await faults.stalled.wait()
                tasks.cancel_scope.cancel()
            await faults.stall_ended.wait()
            faults.recover()  # a call that continued would be answered from now on
            await client.call_tool("session-recordings-list", {"limit": 1})  # requests in flight have arrived
            known = len(faults.seen)
            await client.call_tool("session-recordings-list", {"limit": 2})
            more = [line.rpartition("/environments/1/")[2] for line in faults.lines[known:]]
    assert more == snapshot(["session_recordings/"])


async def cancellable(client: Client, ids: list[str], source: str, listener: Listener) -> None:
    await client.call_tool(TOOL, {"session_ids": ids, "source": source}, progress_callback=listener)
