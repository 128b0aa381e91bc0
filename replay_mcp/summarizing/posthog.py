"""The API's summaries, requested one session at a time, so that a slow or failing one does not delay the others."""

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
    GATEWAY_STATUSES,
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
from replay_mcp.summarizing.source import FoundSummary, Send, streamed
from replay_mcp.views.budget import size

CONCURRENT_REQUESTS: Final = 8
"""Maximum number of concurrent requests that are not slow yet (`Timing.slow_after`)."""
CONCURRENT_REQUESTS_WITH_SLOW: Final = 40
"""Maximum number of concurrent requests, slow ones included."""
MAX_ENTRY_CHARACTERS: Final = 200_000
"""Longer summaries are rejected. Real ones have at most a tenth of this, and many are cached."""
MAX_CONSECUTIVE_FAILURES: Final = 8
"""After this many consecutive failures, the API is assumed to be down and the remaining sessions are not requested."""

# Error details of builds without summaries (live behaviour).
_UNSUPPORTED: Final = ("only supported in PostHog Cloud", "not enabled for this user")
# Older builds reject the whole request if one id is unknown (live behaviour).
_UNKNOWN: Final = "not found or do not belong"
_OMITTED: Final = (
    "The API's response does not contain this session. Older builds omit sessions that they cannot summarise."
)
_EMPTY: Final = "The API returned an empty summary."
_TOO_LARGE: Final = "The API's summary is too large or too deeply nested."
_MAX_MESSAGE: Final = 1_000

_SHARED_ERRORS: Final = (Unauthenticated, Forbidden, EnvironmentNotFound)
"""Errors about the key or the environment: every other session would fail in the same way."""


def lacks_summaries(error: ReplayError) -> bool:
    """Whether the error shows that this build does not support summaries."""
    if isinstance(error, BadRequest):
        return any(words in (error.detail or "") for words in _UNSUPPORTED)
    return isinstance(error, NoSuchRoute | NotFound | MethodNotAllowed)


class PosthogSource:
    """Requests summaries from the API, one session per request, several at a time.

    Args:
        context: provides the API client and the cache of summaries.
        focus: the focus area, or an empty string.
        recordings: the existing recordings, by id; their summaries are cached.

    Attributes:
        stopped_by: why the remaining sessions were not requested.
        unreachable: why at least one request received no response.
    """

    def __init__(self, context: ToolContext, focus: str, recordings: Mapping[str, Recording]) -> None:
        self.stopped_by: ReplayError | None = None
        self.unreachable: ReplayError | None = None
        self._context = context
        self._focus = focus
        self._recordings = recordings
        self._pending: set[str] = set()
        self._has_summary = False
        self._quick = anyio.Semaphore(CONCURRENT_REQUESTS)
        self._slow = anyio.Semaphore(CONCURRENT_REQUESTS_WITH_SLOW)
        self._scope = anyio.CancelScope()
        self._failures = 0
        self._paused_until = 0.0

    @property
    def pending(self) -> frozenset[str]:
        """Ids whose response is awaited; after the iteration, those still pending at the deadline."""
        return frozenset(self._pending)

    def summaries(self, ids: Sequence[str], ends: float) -> AbstractAsyncContextManager[AsyncIterator[FoundSummary]]:
        """Request summaries until all are done, `ends` is reached, or an error would affect the rest as well.

        `ends` is in the event loop's time.
        """
        return streamed(partial(self._run, ids, ends))

    async def _run(self, ids: Sequence[str], ends: float, send: Send) -> None:
        with anyio.CancelScope(deadline=ends) as self._scope:
            async with anyio.create_task_group() as tasks:
                for id in ids:
                    await self._slow.acquire()
                    if self.stopped_by is not None:
                        break
                    tasks.start_soon(self._take, id, ends, send)
        if self._has_summary:
            self._context.summaries.mark_supported()

    async def _take(self, id: str, ends: float, send: Send) -> None:
        await self._request_until_done(id, ends, send)
        self._slow.release()

    async def _request_until_done(self, id: str, ends: float, send: Send) -> None:
        """Request one summary, again after each 429 response."""
        while self.stopped_by is None:
            outcome = await self._request_in_turn(id, ends)
            match outcome:
                case SummaryEntry():
                    self._failures = 0
                    self._has_summary = self._has_summary or outcome.error is None
                    summary = Summary.from_api(outcome)
                    if recording := self._recordings.get(id):
                        self._context.summaries.put(recording, self._focus, "api", summary)
                    self._complete(id, summary, send)
                    return
                case RateLimited():
                    self._pending.discard(id)
                    self._pause(outcome, ends)
                case DeadlineExceeded() | None:
                    return
                case _:
                    self._handle_error(id, outcome, send)
                    return

    def _complete(self, id: str, summary: Summary, send: Send) -> None:
        self._pending.discard(id)
        send.send_nowait((id, summary))

    async def _request_in_turn(self, id: str, ends: float) -> SummaryEntry | ReplayError | None:
        """Send one request when a slot is free, and return its outcome; None if the source has stopped."""
        quick = True

        async def release_when_slow() -> None:
            nonlocal quick
            await anyio.sleep(self._context.timing.slow_after)
            quick = False
            self._quick.release()

        await self._quick.acquire()
        try:
            await self._wait_for_pause()
            if self.stopped_by is not None:
                return None
            outcome = None
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(release_when_slow)
                outcome = await self._request(id, ends)
                tasks.cancel_scope.cancel()
            return outcome
        finally:
            if quick:
                self._quick.release()

    async def _wait_for_pause(self) -> None:
        until = 0.0
        while until < self._paused_until:  # a 429 response to another request may prolong the pause
            until = self._paused_until
            await anyio.sleep_until(until)

    async def _request(self, id: str, ends: float) -> SummaryEntry | ReplayError:
        """Request one summary; errors are returned, because a task group would wrap raised ones."""
        self._pending.add(id)
        fields = {"session_ids": [id]} | ({"focus_area": self._focus} if self._focus else {})
        request = SummariesCreate.model_validate(fields)
        seconds = max(ends - anyio.current_time(), 0.001)
        try:
            response = await self._context.api.call(SUMMARIES_CREATE, request, deadline=seconds)
        except ReplayError as error:
            return error
        entry = response.root.get(id)
        return SummaryEntry.failure("summary_failed", _OMITTED) if entry is None else _checked(entry)

    def _pause(self, error: RateLimited, ends: float) -> None:
        """Send no request until the API accepts them again; stop if that is after `ends`."""
        timing = self._context.timing
        wait = (
            timing.default_retry_after if error.retry_after is None else max(error.retry_after, timing.min_retry_after)
        )
        now = anyio.current_time()
        if now + wait >= ends:
            self.stopped_by = error  # requests under way may still succeed
        else:
            self._paused_until = max(self._paused_until, now + wait)

    def _handle_error(self, id: str, error: ReplayError, send: Send) -> None:
        if lacks_summaries(error) and not self._has_summary:
            self._context.summaries.mark_unsupported()
            self._stop(NoSummaries(f"This PostHog build does not support session summaries. {error.why}"))
        elif isinstance(error, _SHARED_ERRORS):
            self._stop(error)
        elif isinstance(error, BadRequest) and _UNKNOWN in (error.detail or ""):
            self._complete(id, Summary(SummaryEntry.failure("recording_not_found"), "posthog"), send)
        elif isinstance(error, Unreachable):
            self.unreachable = error
            self._count_failure(error)  # the API may have received the request and be working on it
        elif isinstance(error, ServerFault) and error.status in GATEWAY_STATUSES:
            self._count_failure(error)  # the gateway gave up, but the API may still be working on it
        else:
            self._complete(id, Summary(SummaryEntry.failure("summary_failed", error.why), "posthog"), send)
            if isinstance(error, ServerFault | MalformedResponse):
                self._count_failure(error)

    def _count_failure(self, error: ReplayError) -> None:
        self._failures += 1
        if self._failures >= MAX_CONSECUTIVE_FAILURES:
            self._stop(error)

    def _stop(self, error: ReplayError) -> None:
        self.stopped_by = error
        self._scope.cancel()


def _checked(entry: SummaryEntry) -> SummaryEntry:
    """The entry, with a documented kind of error; a failure if it is empty, too large or too deep."""
    try:
        shown = entry.documented()
        check_json(shown)
    except ValueError:  # nested too deeply to be serialized
        return SummaryEntry.failure("summary_failed", _TOO_LARGE)
    if entry.error:
        message = (entry.error_message or "")[:_MAX_MESSAGE]
        kind: Failure | None = next((each for each in FAILURES if each == entry.error), None)
        if kind is None:
            return SummaryEntry.failure("summary_failed", f"{entry.error[:_MAX_MESSAGE]}: {message}")
        return SummaryEntry.failure(kind, message)
    if size(shown) > MAX_ENTRY_CHARACTERS:
        return SummaryEntry.failure("summary_failed", _TOO_LARGE)
    if not (entry.session_outcome or entry.segment_outcomes or entry.key_actions or entry.segments):
        return SummaryEntry.failure("summary_failed", _EMPTY)
    return entry
