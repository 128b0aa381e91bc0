"""Cache of screens in memory. They hold recorded text that is not masked, so they are never written to disk."""

import math
from typing import TYPE_CHECKING, Final

import anyio
from cachetools import LRUCache

from replay_mcp.api.models import Recording

from .timelines import fingerprint, lifetime

if TYPE_CHECKING:
    from replay_mcp.recording.screen.log import Screens
    from replay_mcp.recording.timeline.reader import Timeline

MAX_BYTES: Final = 128 * 1024 * 1024
"""Maximum number of bytes of all screens in memory."""


class ScreenCache:
    """LRU cache of screens by recording."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._latest: LRUCache[str, tuple[str, Screens, float]] = LRUCache(max_bytes, lambda kept: kept[1].size)

    def get(self, recording: Recording) -> "Screens | None":
        """The cached screens for the current state of the recording."""
        known, screens, expires = self._latest.get(recording.id, ("", None, -math.inf))
        if screens is None or known != fingerprint(recording) or anyio.current_time() >= expires:
            return None
        return screens

    def put(self, recording: Recording, screens: "Screens", timeline: "Timeline") -> None:
        """Cache the screens of a recording with this timeline, unless they are too large."""
        if screens.size <= self._latest.maxsize:
            expires = anyio.current_time() + lifetime(recording, timeline)
            self._latest[recording.id] = fingerprint(recording), screens, expires

    def drop(self, session_id: str) -> None:
        """Remove the screens of a deleted recording."""
        self._latest.pop(session_id, None)
