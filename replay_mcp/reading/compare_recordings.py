"""Reads recordings and compares their sessions."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.reading.in_thread import in_thread
from replay_mcp.reading.read_events import EVENTS_SECONDS, SessionEvents, from_start, read_events
from replay_mcp.reading.read_timelines import Timelines, read_timelines
from replay_mcp.redaction import Redaction

if TYPE_CHECKING:
    from replay_mcp.recording.across.comparison import Comparison, Part
    from replay_mcp.recording.across.sessions import Known
    from replay_mcp.recording.timeline.reader import Timeline

COMPARING_SECONDS: Final = 8.0
"""Time limit of comparing after reading: MCP clients time out at 60 s."""

MIN_EVENTS_SECONDS: Final = 1.0
"""Time limit of reading product events when the recordings took all of the time."""


@dataclass(frozen=True, slots=True)
class ComparisonQuestion:
    """What is compared.

    Attributes:
        recordings: of the current window.
        earlier: recordings of an earlier window; None if none is compared.
        matching: ids of the current recordings that meet the condition of a split; None without one.
        parts: what to compare beside the steps.
        steps: texts, in order.
    """

    recordings: Sequence[Recording]
    earlier: Sequence[Recording] | None
    matching: Collection[str] | None
    parts: "Collection[Part]"
    steps: Sequence[str]

    @property
    def all(self) -> list[Recording]:
        """The recordings of both windows, those of the current one first."""
        return [*self.recordings, *(self.earlier or ())]


@dataclass(frozen=True, slots=True)
class ComparisonAnswer:
    """What was compared.

    Attributes:
        no_events: why product events may be missing; empty if all were read.
    """

    comparison: "Comparison"
    timelines: Timelines
    no_events: str


async def compare_recordings(question: ComparisonQuestion, context: ToolContext, *, seconds: float) -> ComparisonAnswer:
    """Read the recordings within so many seconds, those of the current window first, and compare them.

    Raises:
        ReplayError: none could be read, for a reason that applies to all of them; or comparing took too long.
    """
    ends = anyio.current_time() + seconds
    timelines = await read_timelines(question.all, context, seconds=seconds)
    read = [each for each in question.all if each.id in timelines.by_id]
    left = max(MIN_EVENTS_SECONDS, min(EVENTS_SECONDS, ends - anyio.current_time()))
    events = await read_events(read, context, seconds=left) if question.steps and read else SessionEvents({})
    work = partial(_compare, question, timelines, events, context.redaction)
    comparison = await in_thread(work, context, anyio.current_time() + COMPARING_SECONDS)
    return ComparisonAnswer(comparison, timelines, events.problem)


def _compare(
    question: ComparisonQuestion,
    timelines: Timelines,
    events: SessionEvents,
    redaction: Redaction,
    expired: Callable[[], bool],
) -> "Comparison":
    from replay_mcp.recording.across.comparison import compare  # noqa: PLC0415 - imported on first use for a faster start

    read, earlier = timelines.by_id, question.earlier
    return compare(
        {each.id: read[each.id] for each in question.recordings if each.id in read},
        {each.id: _known(each, events, read.get(each.id), redaction) for each in question.all},
        parts=question.parts,
        steps=question.steps,
        matching=question.matching,
        earlier=None if earlier is None else {each.id: read[each.id] for each in earlier if each.id in read},
        expired=expired,
    )


def _known(recording: Recording, events: SessionEvents, timeline: "Timeline | None", redaction: Redaction) -> "Known":
    from replay_mcp.recording.across.sessions import Known  # noqa: PLC0415 - imported on first use for a faster start

    person = recording.person
    key = (person.uuid or (person.id and str(person.id)) if person else None) or recording.distinct_id or ""
    label = person.label if person and person.id is not None else None  # PostHog has no person for anonymous visitors
    found = events.of(recording.id)
    return Known(
        person=key,
        label=(redaction.identity(label) or "") if label else "",
        ongoing=bool(recording.ongoing),
        events=found if timeline is None else from_start(found, recording, timeline.start),
        has_all_events=not events.problem,
    )
