"""Timelines that were read before: the latest in memory, those of finished recordings on disk too."""

import math
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakValueDictionary

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.recording.timeline.rows import FORMAT

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

MAX_IN_MEMORY: Final = 20
"""Most timelines in memory: those of one comparison."""
MAX_ROWS_IN_MEMORY: Final = 40_000
"""Most rows of all these together, if that is more than one timeline has; about 30 MB."""


PARTIAL_SECONDS: Final = 60.0
"""So long a timeline is kept that lacks blocks."""
ONGOING_SECONDS: Final = 5.0
"""So long one of a recording that grows: what comes late may change nothing that its metadata shows."""


class Cache(Protocol):
    """Keeps what was derived from recordings. Blocks on the disk: call it in a worker thread."""

    def get(self, session_id: str, fingerprint: str) -> bytes | None:
        """What was kept for this state of the recording, or None."""
        ...

    def put(self, session_id: str, fingerprint: str, data: bytes) -> None:
        """Keep it in place of what was kept for the recording before."""
        ...

    def drop(self, session_id: str) -> None:
        """Forget a recording that was deleted."""
        ...


class Timelines:
    """Timelines by recording, each for one state of it: when more of it arrives, it has another fingerprint."""

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache
        self._turns: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()
        self._latest: OrderedDict[str, tuple[str, Timeline, float]] = OrderedDict()

    def turn(self, session_id: str) -> anyio.Lock:
        """Held while a recording is read, so that it is not read twice at the same time."""
        return self._turns.setdefault(session_id, anyio.Lock())

    async def get(self, recording: Recording) -> "Timeline | None":
        """The timeline of the recording as it is now, if it was read before."""
        now = fingerprint(recording)
        known, timeline, read_at = self._latest.get(recording.id, ("", None, 0.0))
        if timeline is not None and known == now and anyio.current_time() - read_at < _lasts(recording, timeline):
            self._latest.move_to_end(recording.id)
            return timeline
        if self._cache is None or recording.ongoing:
            return None
        packed = await anyio.to_thread.run_sync(self._cache.get, recording.id, now)
        if packed is None:
            return None
        from replay_mcp.recording.timeline.reader import Timeline  # noqa: PLC0415 - the reader loads at its first use

        try:
            timeline = await anyio.to_thread.run_sync(Timeline.unpacked, packed)
        except ValueError:  # written by other code under the same name
            return None
        self._keep(recording, now, timeline)
        return timeline

    async def put(self, recording: Recording, timeline: "Timeline") -> None:
        """Keep a timeline; on disk only where it is whole, and no more of the recording is expected."""
        now = fingerprint(recording)
        self._keep(recording, now, timeline)
        if self._cache is not None and not recording.ongoing and not timeline.coverage.missing_blocks:
            packed = await anyio.to_thread.run_sync(timeline.packed)
            await anyio.to_thread.run_sync(self._cache.put, recording.id, now, packed)

    async def drop(self, session_id: str) -> None:
        """Forget a recording that is no longer there."""
        self._latest.pop(session_id, None)
        if self._cache is not None:
            await anyio.to_thread.run_sync(self._cache.drop, session_id)

    def _keep(self, recording: Recording, state: str, timeline: "Timeline") -> None:
        self._latest[recording.id] = state, timeline, anyio.current_time()
        self._latest.move_to_end(recording.id)
        rows = sum(len(kept.rows) for _, kept, _ in self._latest.values())
        while len(self._latest) > 1 and (len(self._latest) > MAX_IN_MEMORY or rows > MAX_ROWS_IN_MEMORY):
            _, (_, dropped, _) = self._latest.popitem(last=False)
            rows -= len(dropped.rows)


def _lasts(recording: Recording, timeline: "Timeline") -> float:
    """Seconds for which a timeline is told again without reading."""
    if recording.ongoing:
        return ONGOING_SECONDS
    # What lacks a part serves the next pages, not the next question: the part may be back.
    return PARTIAL_SECONDS if timeline.coverage.missing_blocks else math.inf


def fingerprint(recording: Recording) -> str:
    """What changes when more of a recording arrives; the list and the single recording agree on it."""
    counts = (
        recording.recording_duration, recording.click_count, recording.keypress_count, recording.mouse_activity_count,
        recording.console_log_count, recording.console_warn_count, recording.console_error_count,
    )  # fmt: skip
    end = recording.end_time.isoformat() if recording.end_time else ""
    return f"{FORMAT} {end} {' '.join('' if count is None else str(int(count)) for count in counts)}"
