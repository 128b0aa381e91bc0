"""Reads one session: the timeline of its recording together with its product events."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import anyio

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingPath
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded
from replay_mcp.progress import Progress
from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.recording.timeline.rows import Row

from .in_thread import in_thread
from .read_events import EVENTS_SECONDS, from_start, read_events
from .read_recording import Reading, read_recording

MIN_ROWS_SECONDS: Final = 1.0
"""Time limit of making the rows of product events when reading the recording took all of the time."""


@dataclass(frozen=True, slots=True)
class SessionReading:
    """What was read of a session.

    Attributes:
        rows: of the recording and of its product events, in order of time.
        events: the product events; `events_problem`: why some are missing, empty if all were read.
    """

    recording: Recording
    reading: Reading
    rows: Sequence[Row]
    events: Sequence[ProductEvent]
    events_problem: str

    @property
    def version(self) -> int:
        """A number that changes when the recording or its product events become more."""
        return self.reading.timeline.coverage.events + len(self.events)


async def read_session(session_id: str, context: ToolContext, *, seconds: float) -> SessionReading:
    """Read a session within so many seconds. Without its product events, the result says why.

    Raises:
        NotFound: there is no such recording.
        ReplayError: as `read_recording`.
    """
    from replay_mcp.recording.timeline.event_rows import with_events  # noqa: PLC0415 - imported on first use for a faster start

    ends = anyio.current_time() + seconds
    recording = await context.api.call(RECORDINGS_RETRIEVE, RecordingPath(id=session_id))
    progress = Progress.of(context, total=1)
    reads = read_recording(recording, context, deadline=ends - anyio.current_time(), progress=progress)
    reading = await progress.run(reads)
    left = ends - anyio.current_time()
    found = await read_events([recording], context, seconds=min(EVENTS_SECONDS, left))
    timeline = reading.timeline
    events = from_start(found.of(recording.id), recording, timeline.start)
    work = partial(with_events, timeline.rows, events, timeline.windows, context.redaction)
    try:
        rows = await in_thread(work, context, max(ends, anyio.current_time() + MIN_ROWS_SECONDS))
    except DeadlineExceeded as error:
        return SessionReading(recording, reading, timeline.rows, (), error.why)
    return SessionReading(recording, reading, rows, events, found.problem)
