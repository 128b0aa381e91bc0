"""Reads recordings and compares their sessions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.context import ToolContext
from replay_mcp.reading.read_timelines import Timelines, read_timelines

if TYPE_CHECKING:
    from replay_mcp.recording.across.comparison import Comparison, Part
    from replay_mcp.recording.across.sessions import Known


@dataclass(frozen=True, slots=True)
class Question:
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


async def compare_recordings(
    question: Question, context: ToolContext, *, seconds: float
) -> "tuple[Comparison, Timelines]":
    """Read the recordings within so many seconds, those of the current window first, and compare them.

    Raises:
        ReplayError: none could be read, for a reason that applies to all of them.
    """
    recordings = [*question.recordings, *(question.earlier or ())]
    timelines = await read_timelines(recordings, context, seconds=seconds)
    work = partial(_compare, question, timelines)
    return await anyio.to_thread.run_sync(work, limiter=context.workload.threads), timelines


def _compare(question: Question, timelines: Timelines) -> "Comparison":
    from replay_mcp.recording.across.comparison import compare  # noqa: PLC0415 - imported on first use for a faster start

    read = timelines.by_id
    earlier = question.earlier
    return compare(
        {each.id: read[each.id] for each in question.recordings if each.id in read},
        {each.id: _known(each) for each in (*question.recordings, *(earlier or ()))},
        parts=question.parts,
        steps=question.steps,
        matching=question.matching,
        earlier=None if earlier is None else {each.id: read[each.id] for each in earlier if each.id in read},
    )


def _known(recording: Recording) -> "Known":
    from replay_mcp.recording.across.sessions import Known  # noqa: PLC0415 - imported on first use for a faster start

    person = recording.person
    key = (person.uuid or (person.id and str(person.id)) if person else None) or recording.distinct_id or ""
    return Known(person=key, ongoing=bool(recording.ongoing))
