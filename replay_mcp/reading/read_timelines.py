"""Reads the timelines of many recordings, and keeps them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, ReplayError
from replay_mcp.progress import Progress
from replay_mcp.reading.read_many import read_many
from replay_mcp.reading.read_recording import Reading

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

_CONTINUE: Final = "Call again in the same way: recordings that were read are cached."
_ASK_FOR_LESS: Final = "Ask for fewer recordings, or read one with session-recording-timeline."


@dataclass(frozen=True, slots=True)
class Timelines:
    """The timelines of recordings.

    Attributes:
        by_id: in the order of the recordings.
        partly_read: why some of them are incomplete, by id.
        unreadable: why others cannot be read, by id.
        not_tried: ids of the rest.
        stopped_by: why the rest was not tried.
    """

    by_id: "Mapping[str, Timeline]"
    partly_read: Mapping[str, str]
    unreadable: Mapping[str, str]
    not_tried: Sequence[str]
    stopped_by: ReplayError | None


async def read_timelines(recordings: Sequence[Recording], context: ToolContext, *, seconds: float) -> Timelines:
    """Read the recordings within so many seconds.

    Raises:
        ReplayError: none could be read, for a reason that applies to all of them.
    """
    found: dict[str, Timeline] = {}
    partly_read: dict[str, str] = {}
    progress = Progress.of(context, total=len(recordings))

    async def collect(recording: Recording, reading: Reading) -> None:
        found[recording.id] = reading.timeline
        coverage = reading.timeline.coverage
        if reading.stopped_by is not None:
            partly_read[recording.id] = reading.stopped_by.why
        elif coverage.gaps:
            partly_read[recording.id] = "; ".join([*coverage.gaps, *coverage.remarks])

    async def report(recording: Recording, failure: ReplayError | None) -> None:
        del failure
        await progress.complete(recording.id)

    many = await progress.run(read_many(recordings, context, seconds=seconds, on_read=collect, on_done=report))
    stop = many.stopped_by
    if isinstance(stop, DeadlineExceeded):
        stop = DeadlineExceeded(stop.why, next=_CONTINUE if found else _ASK_FOR_LESS)
    if stop is not None and not found:
        raise stop
    return Timelines(
        by_id={recording.id: found[recording.id] for recording in recordings if recording.id in found},
        partly_read={
            recording.id: partly_read[recording.id] for recording in recordings if recording.id in partly_read
        },
        unreadable={id: f"{error.why} {error.next}" for id, error in many.failed.items()},
        not_tried=many.not_tried,
        stopped_by=stop,
    )
