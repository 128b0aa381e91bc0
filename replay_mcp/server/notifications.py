"""Clients that listen are told when a recording arrives or grows.

Clients of the protocol of 2026 listen by a stream (`subscriptions/listen`) and hear of both. To those of the handshake
protocol a change of the list of resources is sent, which the handshake announces.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final, TypeAlias

import anyio
import anyio.to_thread
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ResourcesListChanged, ResourceUpdated

from replay_mcp.errors import ReplayError
from replay_mcp.server.resources import RECORDING_URI, TIMELINE_URI

LOOK_EVERY_SECONDS: Final = 0.25
TELL_SECONDS: Final = 1.0
MAX_SESSIONS: Final = 100
"""Most clients of the handshake protocol that are told; beyond, the oldest is not."""

Arrived: TypeAlias = Callable[[], Iterable[tuple[str, bool]]]
"""Recordings (id, and whether it is new) that arrived since it was called before; called in a worker thread."""

logger = logging.getLogger(__name__)


class Announcer:
    """Tells clients; also the middleware that gets to know those of the handshake protocol."""

    def __init__(self) -> None:
        self.bus = InMemorySubscriptionBus()
        self._sessions: deque[ServerSession] = deque(maxlen=MAX_SESSIONS)

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Pass a request on; announce at the handshake what is sent, and remember who made it."""
        result = await call_next(ctx)
        if ctx.method == "initialize" and isinstance(result, dict):
            result["capabilities"]["resources"]["listChanged"] = True
        elif ctx.method == "notifications/initialized":
            self._sessions.append(ctx.session)
        return result

    async def watch(self, arrived: Arrived) -> None:
        """Look for what arrived, and tell it, until cancelled."""
        while True:
            await anyio.sleep(LOOK_EVERY_SECONDS)
            try:
                found = list(await anyio.to_thread.run_sync(arrived))
            except ReplayError as error:  # the store is busy: the next look finds the same
                logger.warning("looking for recordings failed: %s", error.why)
                continue
            if any(new for _, new in found):
                await self._tell_list()
            for session_id, _ in found:
                for uri in (RECORDING_URI, TIMELINE_URI):
                    await self.bus.publish(ResourceUpdated(uri.replace("{id}", session_id)))

    async def _tell_list(self) -> None:
        await self.bus.publish(ResourcesListChanged())
        for session in list(self._sessions):
            try:
                with anyio.move_on_after(TELL_SECONDS):  # who does not read must not keep others waiting
                    await session.send_resource_list_changed()
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                with suppress(ValueError):  # it made room for another meanwhile
                    self._sessions.remove(session)
