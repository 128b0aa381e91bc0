"""Streamable HTTP with `--stateful`: clients of the handshake protocol can be asked and notified."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import ElicitRequestParams, ElicitResult, ResourceListChangedNotification, ResourceUpdatedNotification

from replay_mcp.cli.local_store import open_local
from tests.commands import run
from tests.recording import rrweb
from tests.seeding import add_recording
from tests.servers import clean_environment, listening_port, serving
from tests.test_recording_notifications import store_events

pytestmark = pytest.mark.anyio
FAR_FUTURE_MS = 4_000_000_000_000
WAIT_SECONDS = 60
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two recordings."""
    path = tmp_path_factory.mktemp("stateful") / "s.sqlite"
    with open_local(path) as local, local.store.connection() as db:
        for id in ("auto", "legacy"):
            add_recording(db, id, expiry_time=FAR_FUTURE_MS)
    return path


@pytest.fixture(scope="module")
def url(store: Path) -> Generator[str]:
    log = store.with_suffix(".log")
    arguments = ["serve", "--transport", "http", "--stateful", "--port", "0", "--local", str(store)]
    with serving(arguments, clean_environment(), log):
        yield f"http://127.0.0.1:{listening_port(log)}/mcp"


@ERAS
async def test_a_person_is_asked_in_both_eras(url: str, mode: str) -> None:
    questions: list[str] = []

    async def agree(context: Any, params: ElicitRequestParams) -> ElicitResult:
        del context
        questions.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    async with Client(url, mode=mode, elicitation_callback=agree) as client:
        result = await client.call_tool("session-recording-delete", {"ids": [mode]})
    assert (result.structured_content, len(questions)) == ({"complete": True, "done": [mode]}, 1)


@pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")
async def test_an_older_client_is_notified_as_the_capabilities_announce(url: str, store: Path) -> None:
    uri = "replay://recordings/first/timeline"
    listed, updated = anyio.Event(), anyio.Event()

    async def handle(message: Any) -> None:
        if isinstance(message, ResourceListChangedNotification):
            listed.set()
        elif isinstance(message, ResourceUpdatedNotification):
            assert message.params.uri == uri
            updated.set()

    with open_local(store) as local, anyio.fail_after(WAIT_SECONDS):
        async with Client(url, mode="legacy", message_handler=handle) as client:
            resources = client.server_capabilities.resources
            await client.subscribe_resource(uri)  # pyright: ignore[reportDeprecated]
            number = 0
            while not (listed.is_set() and updated.is_set()):  # until the client's stream is open, nothing reaches it
                store_events(local.store, "first", rrweb.meta(number, "https://shop.example/"))
                store_events(local.store, f"other{number}", rrweb.meta(0, "https://shop.example/"))
                number += 1
                with anyio.move_on_after(1):
                    await listed.wait()
                    await updated.wait()
            await client.unsubscribe_resource(uri)  # pyright: ignore[reportDeprecated]
    assert resources is not None
    assert (resources.subscribe, resources.list_changed) == (True, True)


@pytest.mark.parametrize("transport", ["stdio", "sse"])
def test_stateful_is_refused_where_it_has_no_effect(transport: str, tmp_path: Path) -> None:
    ended = run("serve", "--transport", transport, "--stateful", "--local", str(tmp_path / "s.sqlite"))
    assert ended.returncode == 2
    assert f"--stateful has no effect on {transport}" in ended.stderr
