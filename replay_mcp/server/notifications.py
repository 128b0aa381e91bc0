"""Notifies clients about new and extended recordings.

Clients of the 2026 protocol subscribe through a stream (`subscriptions/listen`) and get both kinds of notifications.
Clients of the handshake protocol are notified that the list of resources changed, a capability that the handshake
announces.
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

POLL_SECONDS: Final = 0.25
SEND_TIMEOUT_SECONDS: Final = 1.0
MAX_SESSIONS: Final = 100
"""Maximum number of handshake-protocol clients to notify; the oldest is dropped first."""

RecordingChanges: TypeAlias = Callable[[], Iterable[tuple[str, bool]]]
"""Returns the recordings (id, whether it is new) that changed since the last call; called in a worker thread."""

logger = logging.getLogger(__name__)


class ResourceNotifier:
    """Sends notifications; also the middleware that registers clients of the handshake protocol."""

    def __init__(self) -> None:
        self.bus = InMemorySubscriptionBus()
        self._sessions: deque[ServerSession] = deque(maxlen=MAX_SESSIONS)

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Handle a request; on a handshake, announce the capability and register the client."""
        result = await call_next(ctx)
        if ctx.method == "initialize" and isinstance(result, dict):
            result["capabilities"]["resources"]["listChanged"] = True
        elif ctx.method == "notifications/initialized":
            self._sessions.append(ctx.session)
        return result

    async def watch(self, recording_changes: RecordingChanges) -> None:
        """Poll for changes and send notifications, until cancelled."""
        while True:
            await anyio.sleep(POLL_SECONDS)
            try:
                changed = list(await anyio.to_thread.run_sync(recording_changes))
            except ReplayError as error:  # the store is busy: the next poll finds the same changes
                logger.warning("polling for recordings failed: %s", error.why)
                continue
            if any(new for _, new in changed):
                await self._notify_list_changed()
            for session_id, _ in changed:
                for uri in (RECORDING_URI, TIMELINE_URI):
                    await self.bus.publish(ResourceUpdated(uri.replace("{id}", session_id)))

    async def _notify_list_changed(self) -> None:
        await self.bus.publish(ResourcesListChanged())
        for session in list(self._sessions):
            try:
                with anyio.move_on_after(SEND_TIMEOUT_SECONDS):  # a slow reader must not delay other clients
                    await session.send_resource_list_changed()
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                with suppress(ValueError):  # already dropped from the queue
                    self._sessions.remove(session)
