"""Cache of product events in memory, for the next pages of a timeline. They are not masked, so never on disk."""

from typing import Final

import anyio
from cachetools import LRUCache

from replay_mcp.api.models import Recording
from replay_mcp.recording.product_events import ProductEvent

from .timelines import ONGOING_SECONDS, fingerprint

KEPT_SECONDS: Final = 60.0
"""How long the events of a finished recording stay: others may arrive later without changing the recording."""
MAX_EVENTS: Final = 5_000
"""Maximum number of events in memory."""

_EACH: Final = 10
"""What a recording without events counts towards `MAX_EVENTS`."""

Events = tuple[ProductEvent, ...]


class EventCache:
    """LRU cache of the product events of recordings, for one state of each recording."""

    def __init__(self) -> None:
        self._kept: LRUCache[str, tuple[str, Events, float]] = LRUCache(MAX_EVENTS, lambda kept: len(kept[1]) + _EACH)

    def get(self, recording: Recording) -> Events | None:
        """The cached events of the recording."""
        state, events, read_at = self._kept.get(recording.id, ("", (), 0.0))
        lifetime = ONGOING_SECONDS if recording.ongoing else KEPT_SECONDS
        fresh = state == fingerprint(recording) and anyio.current_time() - read_at < lifetime
        return events if fresh else None

    def put(self, recording: Recording, events: Events) -> None:
        """Cache all events of the recording."""
        if len(events) + _EACH <= MAX_EVENTS:
            self._kept[recording.id] = fingerprint(recording), events, anyio.current_time()

    def drop(self, session_id: str) -> None:
        """Remove the events of a deleted recording."""
        self._kept.pop(session_id, None)
