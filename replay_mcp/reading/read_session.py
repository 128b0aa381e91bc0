"""Reads one session: the timeline of its recording together with its product events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import anyio
import anyio.to_thread

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingPath
from replay_mcp.context import ToolContext
from replay_mcp.progress import Progress
from replay_mcp.recording.product_events import ProductEvent
from replay_mcp.recording.timeline.rows import Row

from .read_events import EVENTS_SECONDS, read_events
from .read_recording import Reading, read_recording


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


def _from_start(events: Sequence[ProductEvent], recording: Recording, start: int) -> Sequence[ProductEvent]:
    """The events with the seconds of the timeline: its start may be another one, as without stray events."""
    begin = recording.start_time.timestamp() if recording.start_time else start / 1000
    later = round(begin - start / 1000, 2)
    return [replace(event, seconds=round(event.seconds + later, 2)) for event in events] if later else events


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
    work = read_recording(recording, context, deadline=ends - anyio.current_time(), progress=progress)
    reading = await progress.run(work)
    left = ends - anyio.current_time()
    found = await read_events([recording], context, seconds=min(EVENTS_SECONDS, left))
    timeline = reading.timeline
    events = _from_start(found.of(recording.id), recording, timeline.start)
    rows = await anyio.to_thread.run_sync(
        with_events, timeline.rows, events, timeline.windows, context.redaction, limiter=context.workload.threads
    )
    return SessionReading(recording, reading, rows, events, found.problem)
