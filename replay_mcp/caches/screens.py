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
"""Maximum number of bytes of all screens in a process."""


class ScreenMemory:
    """The screens of all caches of a process. Those that were used longest ago make room for others."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.kept: LRUCache[tuple[int, str], tuple[str, Screens, float]] = LRUCache(
            max_bytes, lambda entry: entry[1].size
        )


class ScreenCache:
    """Cache of screens by recording. Servers that serve different callers share only the memory.

    Args:
        memory: shared with other caches of the process; None for its own.
    """

    def __init__(self, memory: ScreenMemory | None = None) -> None:
        self._kept = (memory or ScreenMemory()).kept

    def get(self, recording: Recording) -> "Screens | None":
        """The cached screens for the current state of the recording."""
        known, screens, expires = self._kept.get(self._key(recording.id), ("", None, -math.inf))
        if screens is None or known != fingerprint(recording) or anyio.current_time() >= expires:
            return None
        return screens

    def put(self, recording: Recording, screens: "Screens", timeline: "Timeline") -> None:
        """Cache the screens of a recording with this timeline, unless they are too large."""
        if screens.size <= self._kept.maxsize:
            expires = anyio.current_time() + lifetime(recording, timeline)
            self._kept[self._key(recording.id)] = fingerprint(recording), screens, expires

    def drop(self, session_id: str) -> None:
        """Remove the screens of a deleted recording."""
        self._kept.pop(self._key(session_id), None)

    def clear(self) -> None:
        """Remove all screens of this cache; others may follow under the same identity."""
        for owner, session_id in [*self._kept]:
            if owner == id(self):
                self.drop(session_id)

    def _key(self, session_id: str) -> tuple[int, str]:
        return id(self), session_id
