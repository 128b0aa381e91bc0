"""Summarising many sessions, so that one session's failure or slowness costs only itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import anyio

from replay_mcp.api.endpoints import RECORDINGS_LIST, SUMMARIES_CREATE
from replay_mcp.api.models import Recording
from replay_mcp.api.params import RecordingsList, SummariesCreate
from replay_mcp.api.summaries import Failure, SummaryEntry
from replay_mcp.errors import (
    BadRequest,
    DeadlineExceeded,
    EnvironmentNotFound,
    Forbidden,
    Gone,
    MalformedResponse,
    MethodNotAllowed,
    NoSuchRoute,
    NotFound,
    RateLimited,
    ReplayError,
    ServerFault,
    Unauthenticated,
    Unreachable,
)

from ._reading import Reading
from ._reading_many import read_each
from ._summaries import Told, Way
from ._tool import Replay

ASKED_AT_ONCE: Final = 8
"""Sessions that the API is asked for at a time …"""
PATIENCE_SECONDS: Final = 5.0
"""… not counting those that it has taken longer for …"""
WAITED_FOR: Final = 40
"""… of which there are at most so many."""
LISTED_AT_ONCE: Final = 100
LISTING_SECONDS: Final = 25.0
RECALL_SECONDS: Final = 5.0
"""Listing what is remembered must not cost the time for what is not."""
FAULTS_IN_A_ROW: Final = 8
"""So many failures without any answer between them are the API's, not the sessions': the rest is not asked for."""
WAIT_SECONDS: Final = 5.0
"""How long to wait after a refusal for asking too often that does not say how long."""

# What builds without summaries answer (live behaviour).
_MAKES_NONE: Final = ("only supported in PostHog Cloud", "not enabled for this user")
# Older builds refuse a whole call for one unknown id (live behaviour).
_UNKNOWN: Final = "not found or do not belong"
_LEFT_OUT: Final = "The API answered without this session, as older builds do where a summary fails."
_GATEWAYS: Final = frozenset({502, 503, 504})

# These say something about the key or the environment: the next session would fail in the same way.
_HOPELESS: Final = (Unauthenticated, Forbidden, EnvironmentNotFound)


def lacks_summaries(error: ReplayError) -> bool:
    """Whether an answer says that this build makes no summaries at all."""
    if isinstance(error, BadRequest):
        return any(words in (error.detail or "") for words in _MAKES_NONE)
    return isinstance(error, NoSuchRoute | NotFound | MethodNotAllowed)


@dataclass
class Work:
    """The sessions to summarise and what has become of them.

    Attributes:
        ids: each once, in the order asked for.
        focus: the focus area; empty for none.
        settled: is awaited when a session is told, with its id.
        told: the entries so far.
        waiting: ids that an answer was still awaited for when the time ended.
        lacking: the answer that says that the build makes no summaries.
        stopped_by: why the rest was not tried.
    """

    ids: Sequence[str]
    focus: str
    replay: Replay
    settled: Callable[[str], Awaitable[None]]
    told: dict[str, Told] = field(default_factory=dict[str, Told])
    waiting: set[str] = field(default_factory=set[str])
    lacking: ReplayError | None = None
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

    def reopen(self) -> None:
        """Take back what the API could not summarise, so that it is tried otherwise."""
        hopeless = "recording_not_found"
        self.told = {id: told for id, told in self.told.items() if told.entry.error in (None, hopeless)}

    async def recall(self, way: Way) -> None:
        """Enter what was made before.

        Raises:
            ReplayError: the recordings cannot be listed, which tells whether they are as they were.
        """
        for id, recording in (await self.recordings(RECALL_SECONDS)).items():
            if id not in self.told and (told := self.replay.summaries.get(recording, self.focus, way)):
                await self.settle(id, told)

    async def recordings(self, seconds: float = LISTING_SECONDS) -> dict[str, Recording]:
        """The recordings that exist, by id; asked for once, each request within so many seconds.

        Raises:
            ReplayError: they cannot be listed.
        """
        if self._recordings is None:
            found: dict[str, Recording] = {}
            for start in range(0, len(self.ids), LISTED_AT_ONCE):
                some = list(self.ids[start : start + LISTED_AT_ONCE])
                request = RecordingsList(session_ids=some, limit=len(some))
                page = await self.replay.api.call(RECORDINGS_LIST, request, deadline=seconds)
                found |= {recording.id: recording for recording in page.results}
            self._recordings = found
        return self._recordings

    def keep(self, id: str, way: Way, told: Told) -> None:
        """Remember an entry for the next call."""
        if recording := (self._recordings or {}).get(id):
            self.replay.summaries.put(recording, self.focus, way, told)


class Asking:
    """Asks the API for the summaries of the sessions that have none, each by itself."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._quick = anyio.Semaphore(ASKED_AT_ONCE)
        self._slow = anyio.Semaphore(WAITED_FOR)
        self._scope = anyio.CancelScope()
        self._faults = 0
        self._paused_until = 0.0

    async def run(self, ends: float) -> None:
        """Ask until all is told, the time is over, or the API says what it would say of the rest as well."""
        with anyio.CancelScope(deadline=ends) as self._scope:
            async with anyio.create_task_group() as tasks:
                for id in self._work.open:
                    await self._slow.acquire()
                    await self._quick.acquire()
                    if self._work.stopped_by is not None:
                        break
                    tasks.start_soon(self._take, id, ends)

    async def _take(self, id: str, ends: float) -> None:
        quick = True

        async def lose_patience() -> None:
            nonlocal quick
            await anyio.sleep(PATIENCE_SECONDS)
            quick = False
            self._quick.release()

        self._work.waiting.add(id)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lose_patience)
            await self._ask(id, ends)
            tasks.cancel_scope.cancel()
        if quick:
            self._quick.release()
        self._slow.release()

    async def _ask(self, id: str, ends: float) -> None:
        """Ask for one session, again where the API refused for having been asked too often."""
        while self._work.stopped_by is None:
            await anyio.sleep_until(self._paused_until)
            try:
                entry = await self._entry(id, ends - anyio.current_time())
            except RateLimited as error:
                wait = WAIT_SECONDS if error.retry_after is None else error.retry_after
                if anyio.current_time() + wait >= ends:
                    self._work.stopped_by = error  # what was asked before may still be answered
                    return
                self._paused_until = max(self._paused_until, anyio.current_time() + wait)
            except DeadlineExceeded:
                return
            except ReplayError as error:
                await self._failed(id, error)
                return
            else:
                self._faults = 0
                self._work.waiting.discard(id)
                told = Told.by_api(entry)
                self._work.keep(id, "api", told)
                await self._work.settle(id, told)
                return

    async def _entry(self, id: str, seconds: float) -> SummaryEntry:
        fields = {"session_ids": [id]} | ({"focus_area": self._work.focus} if self._work.focus else {})
        request = SummariesCreate.model_validate(fields)
        answer = await self._work.replay.api.call(SUMMARIES_CREATE, request, deadline=max(seconds, 0.001))
        return answer.root.get(id) or SummaryEntry.failure("summary_failed", _LEFT_OUT)

    async def _failed(self, id: str, error: ReplayError) -> None:
        if lacks_summaries(error):
            self._work.lacking = error
            self._scope.cancel()
        elif isinstance(error, _HOPELESS):
            self._stop(error)
        elif isinstance(error, BadRequest) and _UNKNOWN in (error.detail or ""):
            await self._tell(id, SummaryEntry.failure("recording_not_found"))
        elif isinstance(error, Unreachable) or (isinstance(error, ServerFault) and error.status in _GATEWAYS):
            self._count_fault(error)  # a gateway gave up; the API may still be working on it
        else:
            await self._tell(id, SummaryEntry.failure("summary_failed", error.why))
            if isinstance(error, ServerFault | MalformedResponse):
                self._count_fault(error)

    async def _tell(self, id: str, entry: SummaryEntry) -> None:
        self._work.waiting.discard(id)
        await self._work.settle(id, Told(entry, "posthog"))

    def _count_fault(self, error: ReplayError) -> None:
        self._faults += 1
        if self._faults >= FAULTS_IN_A_ROW:
            self._stop(error)

    def _stop(self, error: ReplayError) -> None:
        self._work.stopped_by = error
        self._scope.cancel()


async def compute(work: Work, seconds: float) -> None:
    """Summarise the sessions that have no entry from their timelines, which are read here.

    Raises:
        ReplayError: the recordings cannot be listed.
    """
    from replay_mcp.recording.summary import summarize  # noqa: PLC0415 - a server lists its tools sooner

    ends = anyio.current_time() + seconds
    recordings = await work.recordings()
    for id in work.open:
        if id not in recordings:
            await work.settle(id, Told(SummaryEntry.failure("recording_not_found"), "local"))

    async def take(recording: Recording, reading: Reading) -> None:
        if isinstance(reading.stopped_by, DeadlineExceeded):
            return  # half a recording must not pass for the whole; there is time for it in the next call
        made = await anyio.to_thread.run_sync(summarize, recording.id, reading.timeline, work.focus)
        if made is None:
            await work.settle(recording.id, Told(SummaryEntry.failure("no_events_or_too_short"), "local"))
            return
        told = Told(SummaryEntry.model_validate(made), "local")
        if reading.stopped_by is None and not reading.timeline.coverage.missing_blocks:
            work.keep(recording.id, "here", told)
        await work.settle(recording.id, told)

    async def settled(recording: Recording, failure: ReplayError | None) -> None:
        if failure is not None and not isinstance(failure, DeadlineExceeded):
            await work.settle(recording.id, Told(_unreadable(failure), "local"))

    wanted = [recordings[id] for id in work.open]
    many = await read_each(wanted, work.replay, seconds=ends - anyio.current_time(), take=take, settled=settled)
    if not isinstance(many.stopped_by, DeadlineExceeded | None):
        work.stopped_by = many.stopped_by


def _unreadable(error: ReplayError) -> SummaryEntry:
    kind: Failure = "recording_not_found" if isinstance(error, Gone | NotFound) else "summary_failed"
    return SummaryEntry.failure(kind, f"The recording cannot be read. {error.why} {error.next}")
