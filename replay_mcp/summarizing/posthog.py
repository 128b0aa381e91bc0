"""Asking the API for summaries, session by session, so that one's failure or slowness costs only itself."""

from typing import Final

import anyio

from replay_mcp.api.endpoints import SUMMARIES_CREATE
from replay_mcp.api.params import SummariesCreate
from replay_mcp.api.summaries import FAILURES, Failure, SummaryEntry
from replay_mcp.api.types import check_json
from replay_mcp.caches.summaries import Told
from replay_mcp.errors import (
    BadRequest,
    DeadlineExceeded,
    EnvironmentNotFound,
    Forbidden,
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
from replay_mcp.summarizing.work import Work
from replay_mcp.views.budget import size

ASKED_AT_ONCE: Final = 8
"""Sessions that the API is asked for at a time …"""
WAITED_FOR: Final = 40
"""Sessions whose answer is awaited at a time: beside the former those that it takes longer for."""
MAX_ENTRY_CHARACTERS: Final = 200_000
"""A longer summary is none: real ones have a tenth of it at most, and many are kept."""
FAULTS_IN_A_ROW: Final = 8
"""So many failures without any answer between them are the API's, not the sessions': the rest is not asked for."""

# What builds without summaries answer (live behaviour).
_MAKES_NONE: Final = ("only supported in PostHog Cloud", "not enabled for this user")
# Older builds refuse a whole call for one unknown id (live behaviour).
_UNKNOWN: Final = "not found or do not belong"
_LEFT_OUT: Final = "The API answered without this session, as older builds do where a summary fails."
_EMPTY: Final = "The API answered with an empty summary."
_TOO_LARGE: Final = "The API's summary is too large, or too deeply nested."
_MAX_MESSAGE: Final = 1_000
_GATEWAYS: Final = frozenset({502, 503, 504})

# These say something about the key or the environment: the next session would fail in the same way.
_HOPELESS: Final = (Unauthenticated, Forbidden, EnvironmentNotFound)


def lacks_summaries(error: ReplayError) -> bool:
    """Whether an answer says that this build makes no summaries at all."""
    if isinstance(error, BadRequest):
        return any(words in (error.detail or "") for words in _MAKES_NONE)
    return isinstance(error, NoSuchRoute | NotFound | MethodNotAllowed)


class Asking:
    """Asks the API for the summaries of the sessions that have none, each by itself.

    Attributes:
        made_any: whether it made any of them.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._quick = anyio.Semaphore(ASKED_AT_ONCE)
        self._slow = anyio.Semaphore(WAITED_FOR)
        self._scope = anyio.CancelScope()
        self._faults = 0
        self.made_any = False
        self._paused_until = 0.0

    async def run(self, ends: float) -> None:
        """Ask until all is told, the time is over, or the API says what it would say of the rest as well."""
        with anyio.CancelScope(deadline=ends) as self._scope:
            async with anyio.create_task_group() as tasks:
                for id in self._work.open:
                    await self._slow.acquire()
                    if self._work.stopped_by is not None:
                        break
                    tasks.start_soon(self._take, id, ends)

    async def _take(self, id: str, ends: float) -> None:
        await self._ask(id, ends)
        self._slow.release()

    async def _ask(self, id: str, ends: float) -> None:
        """Ask for one session, again where the API refused for having been asked too often."""
        while self._work.stopped_by is None:
            answer = await self._turn(id, ends)
            match answer:
                case SummaryEntry():
                    self._faults = 0
                    self.made_any = self.made_any or answer.error is None
                    told = Told.by_api(answer)
                    self._work.keep(id, "api", told)
                    await self._work.answered(id, told)
                    return
                case RateLimited():
                    self._work.waiting.discard(id)
                    self._pause(answer, ends)
                case DeadlineExceeded() | None:
                    return
                case _:
                    await self._failed(id, answer)
                    return

    async def _turn(self, id: str, ends: float) -> SummaryEntry | ReplayError | None:
        """What comes of asking once, when it is this session's turn; None where it need not be asked any more."""
        quick = True

        async def lose_patience() -> None:
            nonlocal quick
            await anyio.sleep(self._work.context.pace.patience)
            quick = False
            self._quick.release()

        await self._quick.acquire()
        try:
            await self._allowed()
            if self._work.stopped_by is not None:
                return None
            outcome = None
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(lose_patience)
                outcome = await self._outcome(id, ends)
                tasks.cancel_scope.cancel()
            return outcome
        finally:
            if quick:
                self._quick.release()

    async def _allowed(self) -> None:
        until = 0.0
        while until < self._paused_until:  # those under way may be refused as well meanwhile
            until = self._paused_until
            await anyio.sleep_until(until)

    async def _outcome(self, id: str, ends: float) -> SummaryEntry | ReplayError:
        """The entry or why there is none; nothing is raised, since a task group would wrap it."""
        self._work.waiting.add(id)
        fields = {"session_ids": [id]} | ({"focus_area": self._work.focus} if self._work.focus else {})
        request = SummariesCreate.model_validate(fields)
        seconds = max(ends - anyio.current_time(), 0.001)
        try:
            answer = await self._work.context.api.call(SUMMARIES_CREATE, request, deadline=seconds)
        except ReplayError as error:
            return error
        entry = answer.root.get(id)
        return SummaryEntry.failure("summary_failed", _LEFT_OUT) if entry is None else _sound(entry)

    def _pause(self, error: RateLimited, ends: float) -> None:
        """Let nobody ask until the API allows it again, or for good where that is too late."""
        pace = self._work.context.pace
        wait = pace.refused if error.retry_after is None else max(error.retry_after, pace.shortest_wait)
        now = anyio.current_time()
        if now + wait >= ends:
            self._work.stopped_by = error  # what was asked before may still be answered
        else:
            self._paused_until = max(self._paused_until, now + wait)

    async def _failed(self, id: str, error: ReplayError) -> None:
        if lacks_summaries(error) and not self.made_any:
            self._work.lacking = error
            self._scope.cancel()
        elif isinstance(error, _HOPELESS):
            self._stop(error)
        elif isinstance(error, BadRequest) and _UNKNOWN in (error.detail or ""):
            await self._work.answered(id, Told(SummaryEntry.failure("recording_not_found"), "posthog"))
        elif isinstance(error, Unreachable):
            self._work.unreachable = error
            self._count_fault(error)  # it may have been asked, and be working on it
        elif isinstance(error, ServerFault) and error.status in _GATEWAYS:
            self._count_fault(error)  # a gateway gave up; the API may still be working on it
        else:
            await self._work.answered(id, Told(SummaryEntry.failure("summary_failed", error.why), "posthog"))
            if isinstance(error, ServerFault | MalformedResponse):
                self._count_fault(error)

    def _count_fault(self, error: ReplayError) -> None:
        self._faults += 1
        if self._faults >= FAULTS_IN_A_ROW:
            self._stop(error)

    def _stop(self, error: ReplayError) -> None:
        self._work.stopped_by = error
        self._scope.cancel()


def _sound(entry: SummaryEntry) -> SummaryEntry:
    """The entry, or a failure in its place: of a kind that there is, and small enough to keep."""
    try:
        shown = entry.documented()
        check_json(shown)
    except ValueError:  # deeper than can be written
        return SummaryEntry.failure("summary_failed", _TOO_LARGE)
    if entry.error:
        said = (entry.error_message or "")[:_MAX_MESSAGE]
        known: Failure | None = next((kind for kind in FAILURES if kind == entry.error), None)
        if known is None:
            return SummaryEntry.failure("summary_failed", f"{entry.error[:_MAX_MESSAGE]}: {said}")
        return SummaryEntry.failure(known, said)
    if size(shown) > MAX_ENTRY_CHARACTERS:
        return SummaryEntry.failure("summary_failed", _TOO_LARGE)
    if not (entry.session_outcome or entry.segment_outcomes or entry.key_actions or entry.segments):
        return SummaryEntry.failure("summary_failed", _EMPTY)
    return entry
