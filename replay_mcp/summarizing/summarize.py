"""Summarises many sessions: from the cache, from PostHog, and by computing, as far as the requested source allows."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.caches.summaries import Origin, Summary
from replay_mcp.client.client import DEADLINE_SECONDS
from replay_mcp.context import ToolContext
from replay_mcp.errors import DeadlineExceeded, EnvironmentNotFound, ReplayError, Unauthenticated
from replay_mcp.reading.listing import list_existing
from replay_mcp.summarizing.computed import ComputedSource
from replay_mcp.summarizing.posthog import PosthogSource

RequestedSource = Literal["auto", "posthog", "local"]
"""The requested source. `auto`: PostHog if it supports summaries, computed ones for the rest."""
_ORIGINS: Final[dict[RequestedSource, tuple[Origin, ...]]] = {
    "auto": ("api", "computed"),
    "posthog": ("api",),
    "local": ("computed",),
}

_SHARED_ERRORS: Final = (Unauthenticated, EnvironmentNotFound)
"""Errors after which computing would fail as well. A key without access to summaries may still read recordings."""


@dataclass(frozen=True, slots=True)
class Summarized:
    """The result of summarising many sessions.

    Attributes:
        summaries: by id, in the requested order.
        missing: ids of sessions that are not summarised yet.
        pending: ids of sessions that PostHog was still working on at the deadline for its responses.
        stopped_by: why the remaining sessions were not tried.
        posthog_stopped_by: with source auto, why PostHog did not summarise all sessions.
    """

    summaries: Mapping[str, Summary]
    missing: Sequence[str]
    pending: frozenset[str]
    stopped_by: ReplayError | None
    posthog_stopped_by: ReplayError | None


class Summarizer:
    """Summarises the sessions of one call.

    Args:
        ids: session ids without duplicates.
        focus: the focus area, or an empty string.
        context: provides the API client and the caches.
        on_done: awaited with the id of each session once it has a summary or a reason why it has none.
    """

    def __init__(
        self, ids: Sequence[str], focus: str, context: ToolContext, on_done: Callable[[str], Awaitable[None]]
    ) -> None:
        self._ids = ids
        self._focus = focus
        self._context = context
        self._on_done = on_done
        self._ends = anyio.current_time() + context.timing.deadline
        self._recordings: dict[str, Recording] | None = None
        self._summaries: dict[str, Summary] = {}
        self._pending: frozenset[str] = frozenset()

    async def run(self, source: RequestedSource) -> Summarized:
        """Summarise each session from the first source that has a summary of it.

        Raises:
            ReplayError: why no session could be summarised.
        """
        origins = _ORIGINS[source]
        computes = "computed" in origins
        posthog_stopped_by = stopped_by = None
        await self._take_cached(origins)
        if "api" in origins and self._missing and not (computes and self._context.summaries.unsupported):
            stopped_by = await self._request(computes=computes)
        if computes and not isinstance(stopped_by, _SHARED_ERRORS):
            posthog_stopped_by, stopped_by = stopped_by, await self._compute()
        if stopped_by is not None and not self._summaries:
            raise stopped_by
        return Summarized(
            summaries={id: self._summaries[id] for id in self._ids if id in self._summaries},
            missing=self._missing,
            pending=self._pending,
            stopped_by=stopped_by,
            posthog_stopped_by=posthog_stopped_by,
        )

    @property
    def _missing(self) -> list[str]:
        """Ids of the sessions without a summary."""
        return [id for id in self._ids if id not in self._summaries]

    async def _take_cached(self, origins: Sequence[Origin]) -> None:
        """Take the cached summaries of these origins."""
        try:
            recordings = await self._listed(self._context.timing.recheck)
        except ReplayError:
            return  # it is unknown whether the cached summaries are current, so all are made again
        for origin in origins:
            for id, recording in recordings.items():
                if id in self._summaries:
                    continue
                if cached := self._context.summaries.get(recording, self._focus, origin):
                    await self._add(id, cached)

    async def _request(self, *, computes: bool) -> ReplayError | None:
        """Request the missing summaries from PostHog.

        Args:
            computes: whether failed ones are computed afterwards; they then stay missing.

        Returns:
            Why some sessions were not summarised.
        """
        source = PosthogSource(self._context, self._focus, self._recordings or {})
        ends = min(self._ends, anyio.current_time() + self._context.timing.posthog) if computes else self._ends
        async with source.summaries(self._missing, ends) as found:
            async for id, summary in found:
                if not computes or summary.entry.error in (None, "recording_not_found"):
                    await self._add(id, summary)
        self._pending = source.pending
        return source.stopped_by or (source.unreachable if self._missing else None)

    async def _compute(self) -> ReplayError | None:
        """Compute the missing summaries.

        Returns:
            Why some were not computed; None if the time ran out.
        """
        if not self._missing:
            return None
        try:
            recordings = await self._listed()
        except DeadlineExceeded:
            return None
        except ReplayError as error:
            return error
        source = ComputedSource(self._context, self._focus, recordings)
        async with source.summaries(self._missing, self._ends) as found:
            async for id, summary in found:
                await self._add(id, summary)
        return source.stopped_by

    async def _add(self, id: str, summary: Summary) -> None:
        first = id not in self._summaries
        self._summaries[id] = summary
        if first:
            await self._on_done(id)

    async def _listed(self, seconds: float = DEADLINE_SECONDS) -> dict[str, Recording]:
        """The existing recordings, by id; the API lists them once.

        Raises:
            ReplayError: the recordings cannot be listed within `seconds`.
        """
        if self._recordings is None:
            left = max(self._ends - anyio.current_time(), 0.0)
            self._recordings = await list_existing(self._ids, self._context, seconds=min(left, seconds))
        return self._recordings
