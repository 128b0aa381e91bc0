"""The work of summarising many sessions: what has become of each, and those that are computed here."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from replay_mcp.api.client import DEADLINE_SECONDS
from replay_mcp.api.models import Recording
from replay_mcp.api.summaries import Failure, SummaryEntry
from replay_mcp.caches.summaries import Told, Way
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, Gone, NotFound, ReplayError
from replay_mcp.reading.listing import listed
from replay_mcp.reading.read_many import read_each
from replay_mcp.reading.reading import Reading

if TYPE_CHECKING:
    from replay_mcp.recording.timeline.reader import Timeline

logger = logging.getLogger(__name__)


@dataclass
class Work:
    """The sessions to summarise and what has become of them.

    Attributes:
        ids: each once, in the order asked for.
        focus: the focus area; empty for none.
        settled: is awaited when a session is told, with its id.
        ends: when the time is over, on the event loop's clock.
        tried_otherwise: what the API fails at is tried otherwise afterwards, and thus stays open.
        told: the entries so far.
        waiting: ids that an answer was still awaited for when the time ended.
        lacking: the answer that says that the build makes no summaries.
        unreachable: why at least one request had no answer at all.
        gave_up: why the API was not asked for all, before what it did not answer was tried otherwise.
        stopped_by: why the rest was not tried.
    """

    ids: Sequence[str]
    focus: str
    context: ToolContext
    settled: Callable[[str], Awaitable[None]]
    ends: float
    tried_otherwise: bool = False
    told: dict[str, Told] = field(default_factory=dict[str, Told])
    waiting: set[str] = field(default_factory=set[str])
    lacking: ReplayError | None = None
    unreachable: ReplayError | None = None
    gave_up: ReplayError | None = None
    stopped_by: ReplayError | None = None
    _recordings: dict[str, Recording] | None = None

    @property
    def open(self) -> list[str]:
        """The ids without an entry."""
        return [id for id in self.ids if id not in self.told]

    async def settle(self, id: str, told: Told) -> None:
        """Enter what there is to tell of a session."""
        first = id not in self.told
        self.told[id] = told
        if first:
            await self.settled(id)

    async def answered(self, id: str, told: Told) -> None:
        """Enter what the API answered, unless it failed at what is tried otherwise."""
        self.waiting.discard(id)
        if not self.tried_otherwise or told.entry.error in (None, "recording_not_found"):
            await self.settle(id, told)

    async def recall(self, way: Way) -> None:
        """Enter what was made before.

        Raises:
            ReplayError: the recordings cannot be listed, which tells whether they are as they were.
        """
        for id, recording in (await self.recordings(self.context.pace.recall)).items():
            if id not in self.told and (told := self.context.summaries.get(recording, self.focus, way)):
                await self.settle(id, told)

    async def recordings(self, seconds: float = DEADLINE_SECONDS) -> dict[str, Recording]:
        """The recordings that exist, by id; asked for once, within so many seconds.

        Raises:
            ReplayError: they cannot be listed.
        """
        if self._recordings is None:
            left = max(self.ends - anyio.current_time(), 0.0)
            self._recordings = await listed(self.ids, self.context, seconds=min(left, seconds))
        return self._recordings

    def keep(self, id: str, way: Way, told: Told) -> None:
        """Remember an entry for the next call."""
        if recording := (self._recordings or {}).get(id):
            self.context.summaries.put(recording, self.focus, way, told)


async def compute(work: Work) -> None:
    """Summarise the sessions that have no entry from their timelines, which are read here.

    Raises:
        ReplayError: the recordings cannot be listed.
    """
    recordings = await work.recordings()
    for id in work.open:
        if id not in recordings:
            await work.settle(id, Told(SummaryEntry.failure("recording_not_found"), "local"))

    async def take(recording: Recording, reading: Reading) -> None:
        if isinstance(reading.stopped_by, DeadlineExceeded):
            return  # half a recording must not pass for the whole; there is time for it in the next call
        told = Told(await anyio.to_thread.run_sync(_summary, recording.id, reading.timeline, work.focus), "local")
        if reading.stopped_by is None and not reading.timeline.coverage.missing_blocks:
            work.keep(recording.id, "here", told)
        await work.settle(recording.id, told)

    async def settled(recording: Recording, failure: ReplayError | None) -> None:
        if failure is not None and not isinstance(failure, DeadlineExceeded):
            await work.settle(recording.id, Told(_unreadable(failure), "local"))

    wanted = [recordings[id] for id in work.open]
    seconds = work.ends - anyio.current_time()
    many = await read_each(wanted, work.context, seconds=seconds, take=take, settled=settled)
    if not isinstance(many.stopped_by, DeadlineExceeded | None):
        work.stopped_by = many.stopped_by


def _summary(session_id: str, timeline: "Timeline", focus: str) -> SummaryEntry:
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
