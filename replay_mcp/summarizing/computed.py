"""A source that reads timelines and computes summaries from them."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.api.summaries import Failure, SummaryEntry
from replay_mcp.caches.summaries import Summary
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, Gone, NotFound, ReplayError
from replay_mcp.reading.read_many import read_many
from replay_mcp.reading.read_recording import Reading
from replay_mcp.summarizing.source import FoundSummary, Send, streamed

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

logger = logging.getLogger(__name__)


class ComputedSource:
    """Reads recordings and summarises them by rules.

    Args:
        context: provides the API client and the cache of summaries.
        focus: the focus area, or an empty string.
        recordings: the existing recordings, by id.

    Attributes:
        stopped_by: why the remaining recordings were not read; None if all were read or the time ran out.
    """

    def __init__(self, context: ToolContext, focus: str, recordings: Mapping[str, Recording]) -> None:
        self.stopped_by: ReplayError | None = None
        self._context = context
        self._focus = focus
        self._recordings = recordings

    def summaries(self, ids: Sequence[str], ends: float) -> AbstractAsyncContextManager[AsyncIterator[FoundSummary]]:
        """Summarise these sessions until `ends`, in the event loop's time."""
        return streamed(partial(self._run, ids, ends))

    async def _run(self, ids: Sequence[str], ends: float, send: Send) -> None:
        for id in ids:
            if id not in self._recordings:
                send.send_nowait((id, Summary(SummaryEntry.failure("recording_not_found"), "local")))

        async def summarize_reading(recording: Recording, reading: Reading) -> None:
            if isinstance(reading.stopped_by, DeadlineExceeded):
                return  # only part of it was read; the next call has time for all of it
            threads = self._context.workload.threads
            entry = await anyio.to_thread.run_sync(_entry, recording.id, reading.timeline, self._focus, limiter=threads)
            summary = Summary(entry, "local")
            if reading.stopped_by is None and not reading.timeline.coverage.missing_blocks:
                self._context.summaries.put(recording, self._focus, "computed", summary)
            send.send_nowait((recording.id, summary))

        async def report_failure(recording: Recording, failure: ReplayError | None) -> None:
            if failure is not None and not isinstance(failure, DeadlineExceeded):
                send.send_nowait((recording.id, Summary(_unreadable(failure), "local")))

        existing = [self._recordings[id] for id in ids if id in self._recordings]
        seconds = ends - anyio.current_time()
        many = await read_many(
            existing, self._context, seconds=seconds, on_read=summarize_reading, on_done=report_failure
        )
        if not isinstance(many.stopped_by, DeadlineExceeded):
            self.stopped_by = many.stopped_by


def _entry(session_id: str, timeline: "Timeline", focus: str) -> SummaryEntry:
    from replay_mcp.recording.summary.summary import summarize  # noqa: PLC0415 - not needed to list the tools

    try:
        summary = summarize(session_id, timeline, focus)
        return (
            SummaryEntry.failure("no_events_or_too_short") if summary is None else SummaryEntry.model_validate(summary)
        )
    except Exception:  # a crash in one session must not prevent the summaries of the others
        logger.exception("session %s could not be summarised", session_id)
        return SummaryEntry.failure("summary_failed")


def _unreadable(error: ReplayError) -> SummaryEntry:
    kind: Failure = "recording_not_found" if isinstance(error, Gone | NotFound) else "summary_failed"
    return SummaryEntry.failure(kind, f"The recording cannot be read. {error.why} {error.next}")
