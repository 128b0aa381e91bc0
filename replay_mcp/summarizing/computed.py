"""Summaries computed from timelines, which are read here."""

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
from replay_mcp.summarizing.source import Found, Send, streamed

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

logger = logging.getLogger(__name__)


class ComputedSource:
    """Reads recordings and summarises them by rules.

    Args:
        context: what to read with.
        focus: the focus area; empty for none.
        recordings: those that exist, by id.

    Attributes:
        stopped_by: why the rest was not read; None where all were, or the time ran out.
    """

    def __init__(self, context: ToolContext, focus: str, recordings: Mapping[str, Recording]) -> None:
        self.stopped_by: ReplayError | None = None
        self._context = context
        self._focus = focus
        self._recordings = recordings

    def summaries(self, ids: Sequence[str], ends: float) -> AbstractAsyncContextManager[AsyncIterator[Found]]:
        """Summarise these sessions until `ends`, a time of the event loop's clock."""
        return streamed(partial(self._run, ids, ends))

    async def _run(self, ids: Sequence[str], ends: float, send: Send) -> None:
        for id in ids:
            if id not in self._recordings:
                send.send_nowait((id, Summary(SummaryEntry.failure("recording_not_found"), "local")))

        async def take(recording: Recording, reading: Reading) -> None:
            if isinstance(reading.stopped_by, DeadlineExceeded):
                return  # half a recording must not pass for the whole; there is time for it in the next call
            threads = self._context.workload.threads
            entry = await anyio.to_thread.run_sync(_entry, recording.id, reading.timeline, self._focus, limiter=threads)
            summary = Summary(entry, "local")
            if reading.stopped_by is None and not reading.timeline.coverage.missing_blocks:
                self._context.summaries.put(recording, self._focus, "computed", summary)
            send.send_nowait((recording.id, summary))

        async def settled(recording: Recording, failure: ReplayError | None) -> None:
            if failure is not None and not isinstance(failure, DeadlineExceeded):
                send.send_nowait((recording.id, Summary(_unreadable(failure), "local")))

        wanted = [self._recordings[id] for id in ids if id in self._recordings]
        seconds = ends - anyio.current_time()
        many = await read_many(wanted, self._context, seconds=seconds, on_read=take, on_done=settled)
        if not isinstance(many.stopped_by, DeadlineExceeded):
            self.stopped_by = many.stopped_by


def _entry(session_id: str, timeline: "Timeline", focus: str) -> SummaryEntry:
    from replay_mcp.recording.summary.summary import summarize  # noqa: PLC0415 - a server lists its tools sooner

    try:
        made = summarize(session_id, timeline, focus)
        return SummaryEntry.failure("no_events_or_too_short") if made is None else SummaryEntry.model_validate(made)
    except Exception:  # one session that crashes the summariser must not cost the others theirs
        logger.exception("summarising %s crashed", session_id)
        return SummaryEntry.failure("summary_failed")


def _unreadable(error: ReplayError) -> SummaryEntry:
    kind: Failure = "recording_not_found" if isinstance(error, Gone | NotFound) else "summary_failed"
    return SummaryEntry.failure(kind, f"The recording cannot be read. {error.why} {error.next}")
