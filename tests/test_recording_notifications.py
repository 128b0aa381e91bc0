"""A real server process notifies clients about new and extended recordings over stdio."""

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import ResourcesListChanged, ResourceUpdated
from mcp.types import ResourceListChangedNotification

from replay_mcp.cli.local_store import open_local
from replay_mcp.local.recordings.watch import RecordingChange, watching
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.server.app import open_server
from replay_mcp.server.notifications import MAX_URI_LENGTH, MAX_URIS
from replay_mcp.settings import LOCAL_ORIGIN, Settings
from tests.recording import rrweb
from tests.servers import clean_environment

pytestmark = pytest.mark.anyio
WAIT_SECONDS = 60
BEGAN = now_ms() - 60_000


def store_events(store: Store, session_id: str, *raws: dict[str, Any], team_id: int = 1) -> None:
    with store.connection() as db:
        team = accounts.find_team(db, team_id)
        assert team is not None
        store_recording(db, team, RecordingData(session_id, "somebody", rrweb.lines(*map(just_now, raws))), now_ms())


def just_now(raw: dict[str, Any]) -> dict[str, Any]:
    """Shift an event into a session that began a minute before this module was loaded: servers use the real time."""
    return raw | {"timestamp": raw["timestamp"] - rrweb.START + BEGAN}


@asynccontextmanager
async def client_of(store: Path, mode: str, **options: Any) -> AsyncGenerator[Client]:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "replay_mcp", "--local", str(store)],
        env=clean_environment(),
        cwd=Path(__file__).parents[1],
    )
    async with Client(stdio_client(server), mode=mode, **options) as client:
        yield client


def test_a_watch_reports_new_and_extended_recordings_of_its_environment_once(store: Store) -> None:
    with store.connection() as db:
        accounts.add_key(db, accounts.NewKey("a@b.example", environment=2, scopes=("*",)), now_ms())
    store_events(store, "before", rrweb.meta(0, "https://shop.example/"))
    with watching(store, 1) as watch:
        assert watch.changes() == []
        store_events(store, "first", rrweb.meta(0, "https://shop.example/"))
        store_events(store, "elsewhere", rrweb.meta(0, "https://shop.example/"), team_id=2)
        assert watch.changes() == [RecordingChange("first", new=True)]
        assert watch.changes() == []
        store_events(store, "first", rrweb.press(5_000, 1))
        store_events(store, "second", rrweb.meta(0, "https://shop.example/"))
        assert watch.changes() == [RecordingChange("first", new=False), RecordingChange("second", new=True)]


def test_a_watch_reports_added_events_that_are_not_the_latest(store: Store) -> None:
    with watching(store, 1) as watch:
        store_events(store, "first", rrweb.meta(0, "https://shop.example/"), rrweb.press(9_000, 1))
        assert watch.changes() == [RecordingChange("first", new=True)]
        store_events(store, "first", rrweb.press(5_000, 1))
        assert watch.changes() == [RecordingChange("first", new=False)]


@pytest.mark.slow
async def test_a_subscribed_client_is_notified_about_new_and_extended_recordings(tmp_path: Path) -> None:
    path = tmp_path / "replay.sqlite"
    uri = "replay://recordings/first/timeline"
    with open_local(path) as local, anyio.fail_after(WAIT_SECONDS):
        async with client_of(path, "auto") as client:
            async with client.listen(resources_list_changed=True, resource_subscriptions=[uri]) as changes:
                store_events(local.store, "first", rrweb.meta(0, "https://shop.example/"))
                notifications = {await anext(changes), await anext(changes)}
                [listed] = (await client.list_resources()).resources
    assert notifications == {ResourcesListChanged(), ResourceUpdated(uri)}
    assert listed.model_dump(exclude_none=True, exclude={"description"}) == snapshot(
        {
            "name": "first",
            "title": "What happened in first",
            "uri": "replay://recordings/first/timeline",
            "mime_type": "application/json",
        }
    )


@pytest.mark.slow
async def test_a_client_of_the_handshake_protocol_is_notified_as_the_capabilities_announce(tmp_path: Path) -> None:
    path = tmp_path / "replay.sqlite"
    notified = anyio.Event()

    async def handle(message: Any) -> None:
        if isinstance(message, ResourceListChangedNotification):
            notified.set()

    with open_local(path) as local, anyio.fail_after(WAIT_SECONDS):
        async with client_of(path, "legacy", message_handler=handle) as client:
            resources = client.server_capabilities.resources
            await client.list_tools()
            store_events(local.store, "first", rrweb.meta(0, "https://shop.example/"))
            await notified.wait()
    assert resources is not None
    assert resources.list_changed


@pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")
async def test_the_subscriptions_of_an_older_client_are_bounded() -> None:
    settings = Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1")
    async with open_server(settings, api_key="phx_key", recording_changes=list) as server:
        async with Client(server, mode="legacy") as client:
            for number in range(MAX_URIS):
                await client.subscribe_resource(f"replay://recordings/{number}")  # pyright: ignore[reportDeprecated]
            await client.subscribe_resource("replay://recordings/0")  # pyright: ignore[reportDeprecated]
            refused: list[str] = []
            for uri in ("replay://recordings/one-more", "replay://recordings/" + "x" * MAX_URI_LENGTH):
                with pytest.raises(MCPError) as error:
                    await client.subscribe_resource(uri)  # pyright: ignore[reportDeprecated]
                refused.append(error.value.message)
            await client.unsubscribe_resource("replay://recordings/0")  # pyright: ignore[reportDeprecated]
            await client.subscribe_resource("replay://recordings/one-more")  # pyright: ignore[reportDeprecated]
    assert refused == ["Subscribe to at most 100 URIs of 1000 characters each."] * 2
