"""Calls end before clients give up. The clock of these tests jumps, so their event loop cannot be shared."""

from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.agent import Agent
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import checkout, record
from tests.tools.test_reading import JUMPING, SNAPSHOTS, jump

pytestmark = pytest.mark.anyio


class Gate:
    """An ASGI app that holds requests until it is opened."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.reached, self.opened = anyio.Event(), anyio.Event()
        self.opened.set()

    def close(self) -> None:
        self.opened = anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.set()
        await self.opened.wait()
        await self._app(scope, receive, send)


@pytest.fixture
def local(local: Local) -> Local:
    """The local API with one recording."""
    with local.store.connection() as db:
        record(db, "s1", checkout())
    return local


@pytest.fixture
def gate(local: Local) -> Gate:
    return Gate(local.app)


@pytest.fixture
def faults(gate: Gate) -> Faults:
    return Faults(gate)


@pytest.mark.parametrize("anyio_backend", [JUMPING])
async def test_reading_a_timeline_ends_before_clients_give_up(agent: Agent, gate: Gate, faults: Faults) -> None:
    faults.always(Fault(path=SNAPSHOTS, stall=True))
    gate.close()
    ended = anyio.Event()
    async with anyio.create_task_group() as tasks:

        async def call() -> None:
            assert (await agent.fail("session-recording-timeline", id="s1"))["kind"] == "timeout"
            ended.set()

        tasks.start_soon(call)
        await gate.reached.wait()
        jump(20)
        gate.opened.set()
        await faults.stalled.wait()
        jump(38)
        with anyio.move_on_after(30):
            await ended.wait()
        tasks.cancel_scope.cancel()
    assert ended.is_set()


@pytest.mark.parametrize("anyio_backend", [JUMPING])
async def test_reading_a_screen_ends_before_clients_give_up(agent: Agent, faults: Faults) -> None:
    faults.always(Fault(path=SNAPSHOTS, stall=True))
    errors: list[dict[str, Any]] = []
    with anyio.fail_after(600):
        async with anyio.create_task_group() as tasks:

            async def call() -> None:
                errors.append(await agent.fail("session-recording-screen", id="s1", at="5"))

            tasks.start_soon(call)
            await faults.stalled.wait()
            jump(58)
    assert errors == snapshot(
        [
            {
                "kind": "timeout",
                "what": "session-recording-screen 's1' failed",
                "why": "The API did not respond within 50 seconds.",
                "next": "Ask for less (a smaller limit, a shorter date window, fewer ids) or try again in a minute.",
            }
        ]
    )
