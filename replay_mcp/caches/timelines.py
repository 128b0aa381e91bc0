"""Cache of timelines: recent ones in memory, those of finished recordings also on disk."""

import math
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakValueDictionary

import anyio
from cachetools import LRUCache

from replay_mcp.api.models import Recording
from replay_mcp.recording.timeline.rows import FORMAT

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

MAX_IN_MEMORY: Final = 200
"""Maximum number of timelines in memory: those of one comparison of two windows."""
MAX_ROWS_IN_MEMORY: Final = 60_000
"""Maximum number of rows in memory, about 45 MB; a single timeline may have more."""

PARTIAL_SECONDS: Final = 60.0
"""How long an incomplete timeline stays in the cache."""
ONGOING_SECONDS: Final = 5.0
"""How long a timeline of an ongoing recording stays; late events may not change the recording's metadata."""


class TimelineStorage(Protocol):
    """Persistent storage of packed timelines. It does blocking disk I/O: call it in a worker thread."""

    def get(self, session_id: str, fingerprint: str) -> bytes | None:
        """The data stored for this state of the recording, or None."""
        ...

    def put(self, session_id: str, fingerprint: str, data: bytes) -> None:
        """Store data, replacing any earlier data of the recording."""
        ...

    def drop(self, session_id: str) -> None:
        """Remove the data of a deleted recording."""
        ...


class TimelineCache:
    """LRU cache of timelines by recording. The fingerprint changes when the recording gets more events."""

    def __init__(self, storage: TimelineStorage | None = None) -> None:
        self._storage = storage
        self._locks: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()
        self._latest: LRUCache[str, tuple[str, Timeline, float]] = LRUCache(MAX_ROWS_IN_MEMORY, _size)

    def lock(self, session_id: str) -> anyio.Lock:
        """The lock to hold while a recording is read, so that concurrent calls do not read it twice."""
        return self._locks.setdefault(session_id, anyio.Lock())

    async def get(self, recording: Recording) -> "Timeline | None":
        """The cached timeline for the current state of the recording."""
        now = fingerprint(recording)
        known, timeline, read_at = self._latest.get(recording.id, ("", None, 0.0))
        if timeline is not None and known == now and anyio.current_time() - read_at < lifetime(recording, timeline):
            return timeline
        if self._storage is None or recording.ongoing:
            return None
        packed = await anyio.to_thread.run_sync(self._storage.get, recording.id, now)
        if packed is None:
            return None
        from replay_mcp.recording.timeline.reader import Timeline  # noqa: PLC0415 - imported on first use for a faster start

        try:
            timeline = await anyio.to_thread.run_sync(Timeline.unpacked, packed)
        except ValueError:  # written by another program under the same name
            return None
        self._keep(recording, now, timeline)
        return timeline

    async def put(self, recording: Recording, timeline: "Timeline") -> None:
        """Cache a timeline; on disk only if it is complete and the recording is finished."""
        now = fingerprint(recording)
        self._keep(recording, now, timeline)
        if self._storage is not None and not recording.ongoing and not timeline.coverage.missing_blocks:
            packed = await anyio.to_thread.run_sync(timeline.packed)
            await anyio.to_thread.run_sync(self._storage.put, recording.id, now, packed)

    async def drop(self, session_id: str) -> None:
        """Remove the timeline of a deleted recording."""
        self._latest.pop(session_id, None)
        if self._storage is not None:
            await anyio.to_thread.run_sync(self._storage.drop, session_id)

    def _keep(self, recording: Recording, state: str, timeline: "Timeline") -> None:
        self._latest[recording.id] = state, timeline, anyio.current_time()


def _size(kept: "tuple[str, Timeline, float]") -> int:
    """The share of `MAX_ROWS_IN_MEMORY` that a timeline takes: its rows, within the bounds that both limits give."""
    return min(max(len(kept[1].rows), MAX_ROWS_IN_MEMORY // MAX_IN_MEMORY), MAX_ROWS_IN_MEMORY)


def lifetime(recording: Recording, timeline: "Timeline") -> float:
    """How many seconds a timeline may be reused."""
    if recording.ongoing:
        return ONGOING_SECONDS
    # An incomplete timeline serves the next pages only: the missing part may become readable again.
    return PARTIAL_SECONDS if timeline.coverage.missing_blocks else math.inf


def fingerprint(recording: Recording) -> str:
    """A text that changes when the recording gets more events; equal for the list's and the single object."""
    counts = (
        recording.recording_duration, recording.click_count, recording.keypress_count, recording.mouse_activity_count,
        recording.console_log_count, recording.console_warn_count, recording.console_error_count,
    )  # fmt: skip
    end = recording.end_time.isoformat() if recording.end_time else ""
    return f"{FORMAT} {end} {' '.join('' if count is None else str(int(count)) for count in counts)}"
