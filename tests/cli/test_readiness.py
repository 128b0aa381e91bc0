"""Readiness: a local store that can be read, and an API that calls could reach. Probes cost no requests."""

import sqlite3
from pathlib import Path

import pytest
from mcp import Client

from replay_mcp.cli.readiness import ApiReadiness, StoreReadiness
from replay_mcp.local.store.database import Store
from replay_mcp.server.app import open_server
from replay_mcp.settings import Settings
from replay_mcp.workload import Workload

pytestmark = pytest.mark.anyio


async def test_a_store_is_ready_while_another_process_writes(store: Store) -> None:
    other = sqlite3.connect(store.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert await StoreReadiness(store)() is None
    finally:
        other.close()


async def test_a_removed_or_damaged_store_is_not_ready(store: Store, tmp_path: Path) -> None:
    moved = store.path.rename(tmp_path / "moved.sqlite")
    assert await StoreReadiness(store)() == "store_unreadable"
    moved.write_bytes(b"no database" * 1_000)
    moved.rename(store.path)
    with Store(store.path) as fresh:
        assert await StoreReadiness(fresh)() == "store_unreadable"


async def test_an_answer_is_reused_for_a_second(store: Store, tmp_path: Path) -> None:
    ready = StoreReadiness(store)
    assert await ready() is None
    store.path.rename(tmp_path / "moved.sqlite")
    assert await ready() is None


async def test_an_api_that_calls_cannot_reach_makes_the_server_unready_for_a_while(closed_port: int) -> None:
    settings = Settings(api_key=None, origin=f"http://127.0.0.1:{closed_port}", environment="1")
    workload = Workload()
    ready = ApiReadiness(workload)
    async with open_server(settings, api_key="phx_k", workload=workload) as server, Client(server) as client:
        before = await ready()
        await client.call_tool("session-recording-get", {"identity": "wrong argument"})
        unaffected = await ready()
        await client.call_tool("session-recording-get", {"id": "s1"})
        assert (before, unaffected, await ready()) == (None, None, "api_unreachable")
