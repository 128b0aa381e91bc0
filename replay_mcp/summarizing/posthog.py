"""Summaries that the API makes, asked for session by session, so that a slow or failing one holds up no other."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final

import anyio

from replay_mcp.api.endpoints import SUMMARIES_CREATE
from replay_mcp.api.models import Recording
from replay_mcp.api.params import SummariesCreate
from replay_mcp.api.summaries import FAILURES, Failure, SummaryEntry
from replay_mcp.api.types import check_json
from replay_mcp.caches.summaries import Summary
from replay_mcp.context import ToolContext
from replay_mcp.errors import (
    BadRequest,
    DeadlineExceeded,
    EnvironmentNotFound,
    Forbidden,
    MalformedResponse,
    MethodNotAllowed,
    NoSuchRoute,
    NoSummaries,
    NotFound,
    RateLimited,
    ReplayError,
    ServerFault,
    Unauthenticated,
    Unreachable,
)
from replay_mcp.summarizing.source import Found, Send, streamed
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


class PosthogSource:
    """Asks the API for summaries, each session by itself, several at a time.

    Args:
        context: what to ask with.
        focus: the focus area; empty for none.
        recordings: those that are known to exist, by id: their summaries are remembered.

    Attributes:
        stopped_by: why the rest was not asked for.
        unreachable: why at least one request had no answer at all.
    """

    def __init__(self, context: ToolContext, focus: str, recordings: Mapping[str, Recording]) -> None:
        self.stopped_by: ReplayError | None = None
        self.unreachable: ReplayError | None = None
        self._context = context
        self._focus = focus
        self._recordings = recordings
        self._awaited: set[str] = set()
        self._made_any = False
        self._quick = anyio.Semaphore(ASKED_AT_ONCE)
        self._slow = anyio.Semaphore(WAITED_FOR)
        self._scope = anyio.CancelScope()
        self._faults = 0
        self._paused_until = 0.0

    @property
    def pending(self) -> frozenset[str]:
        """The ids whose answer is awaited; after the iteration, those of which the time ended first."""
        return frozenset(self._awaited)

    def summaries(self, ids: Sequence[str], ends: float) -> AbstractAsyncContextManager[AsyncIterator[Found]]:
        """Ask until all are answered, `ends` (of the event loop's clock) is over, or the rest would fail alike."""
        return streamed(partial(self._run, ids, ends))

    async def _run(self, ids: Sequence[str], ends: float, send: Send) -> None:
        with anyio.CancelScope(deadline=ends) as self._scope:
            async with anyio.create_task_group() as tasks:
                for id in ids:
                    await self._slow.acquire()
                    if self.stopped_by is not None:
                        break
                    tasks.start_soon(self._take, id, ends, send)
        if self._made_any:
            self._context.summaries.mark_supported()

    async def _take(self, id: str, ends: float, send: Send) -> None:
        await self._ask(id, ends, send)
        self._slow.release()

    async def _ask(self, id: str, ends: float, send: Send) -> None:
        """Ask for one session, again where the API refused for having been asked too often."""
        while self.stopped_by is None:
            answer = await self._turn(id, ends)
            match answer:
                case SummaryEntry():
                    self._faults = 0
                    self._made_any = self._made_any or answer.error is None
                    summary = Summary.from_api(answer)
                    if recording := self._recordings.get(id):
                        self._context.summaries.put(recording, self._focus, "api", summary)
                    self._answer(id, summary, send)
                    return
                case RateLimited():
                    self._awaited.discard(id)
                    self._pause(answer, ends)
                case DeadlineExceeded() | None:
                    return
                case _:
                    self._failed(id, answer, send)
                    return

    def _answer(self, id: str, summary: Summary, send: Send) -> None:
        self._awaited.discard(id)
        send.send_nowait((id, summary))

    async def _turn(self, id: str, ends: float) -> SummaryEntry | ReplayError | None:
        """The outcome of asking once, when it is this session's turn; None where it need not be asked any more."""
        quick = True

        async def lose_patience() -> None:
            nonlocal quick
            await anyio.sleep(self._context.timing.slow_after)
            quick = False
            self._quick.release()

        await self._quick.acquire()
        try:
            await self._allowed()
            if self.stopped_by is not None:
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
        self._awaited.add(id)
        fields = {"session_ids": [id]} | ({"focus_area": self._focus} if self._focus else {})
        request = SummariesCreate.model_validate(fields)
        seconds = max(ends - anyio.current_time(), 0.001)
        try:
            answer = await self._context.api.call(SUMMARIES_CREATE, request, deadline=seconds)
        except ReplayError as error:
            return error
        entry = answer.root.get(id)
        return SummaryEntry.failure("summary_failed", _LEFT_OUT) if entry is None else _sound(entry)

    def _pause(self, error: RateLimited, ends: float) -> None:
        """Ask nothing until the API allows it again, or for good where that is too late."""
        timing = self._context.timing
        wait = (
            timing.default_retry_after if error.retry_after is None else max(error.retry_after, timing.min_retry_after)
        )
        now = anyio.current_time()
        if now + wait >= ends:
            self.stopped_by = error  # earlier requests may still be answered
        else:
            self._paused_until = max(self._paused_until, now + wait)

    def _failed(self, id: str, error: ReplayError, send: Send) -> None:
        if lacks_summaries(error) and not self._made_any:
            self._context.summaries.mark_unsupported()
            self._stop(NoSummaries(f"This PostHog build makes no session summaries. {error.why}"))
        elif isinstance(error, _HOPELESS):
            self._stop(error)
        elif isinstance(error, BadRequest) and _UNKNOWN in (error.detail or ""):
            self._answer(id, Summary(SummaryEntry.failure("recording_not_found"), "posthog"), send)
        elif isinstance(error, Unreachable):
            self.unreachable = error
            self._count_fault(error)  # it may have been asked, and be working on it
        elif isinstance(error, ServerFault) and error.status in _GATEWAYS:
            self._count_fault(error)  # a gateway gave up; the API may still be working on it
        else:
            self._answer(id, Summary(SummaryEntry.failure("summary_failed", error.why), "posthog"), send)
            if isinstance(error, ServerFault | MalformedResponse):
                self._count_fault(error)

    def _count_fault(self, error: ReplayError) -> None:
        self._faults += 1
        if self._faults >= FAULTS_IN_A_ROW:
            self._stop(error)

    def _stop(self, error: ReplayError) -> None:
        self.stopped_by = error
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
