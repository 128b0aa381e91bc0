"""Summarising many sessions: what was made before, then PostHog, then our own rules, as far as the source allows."""

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

Wanted = Literal["auto", "posthog", "local"]
"""Who is to summarise: `auto` is PostHog where it makes any, and our rules for the rest."""
_ORIGINS: Final[dict[Wanted, tuple[Origin, ...]]] = {
    "auto": ("api", "computed"),
    "posthog": ("api",),
    "local": ("computed",),
}

# Computing would fail in the same way; a key that may not have summaries made may still read recordings.
_REFUSALS: Final = (Unauthenticated, EnvironmentNotFound)


@dataclass(frozen=True, slots=True)
class Summarized:
    """What became of the sessions.

    Attributes:
        summaries: by id, in the order asked for.
        missing: ids of sessions that are not summarised yet.
        pending: ids of sessions that PostHog was still working on when the time for asking it ended.
        stopped_by: why the rest was not tried.
        posthog_stopped_by: why PostHog was not asked for all, before the rest was computed.
    """

    summaries: Mapping[str, Summary]
    missing: Sequence[str]
    pending: frozenset[str]
    stopped_by: ReplayError | None
    posthog_stopped_by: ReplayError | None


class Summarizer:
    """Summarises the sessions of one call.

    Args:
        ids: each once.
        focus: the focus area; empty for none.
        context: what to summarise with.
        settled: awaited with the id of each session that has a summary, or never will have one.
    """

    def __init__(
        self, ids: Sequence[str], focus: str, context: ToolContext, settled: Callable[[str], Awaitable[None]]
    ) -> None:
        self._ids = ids
        self._focus = focus
        self._context = context
        self._settled = settled
        self._ends = anyio.current_time() + context.timing.deadline
        self._recordings: dict[str, Recording] | None = None
        self._summaries: dict[str, Summary] = {}
        self._pending: frozenset[str] = frozenset()

    async def run(self, wanted: Wanted) -> Summarized:
        """Summarise the sessions, each by the first source that has a summary of it.

        Raises:
            ReplayError: no session could be summarised, for this reason.
        """
        origins = _ORIGINS[wanted]
        computes = "computed" in origins
        posthog_stopped_by = stopped_by = None
        await self._recall(origins)
        if "api" in origins and self._open and not (computes and self._context.summaries.unsupported):
            stopped_by = await self._ask(computes=computes)
        if computes and not isinstance(stopped_by, _REFUSALS):
            posthog_stopped_by, stopped_by = stopped_by, await self._compute()
        if stopped_by is not None and not self._summaries:
            raise stopped_by
        return Summarized(
            summaries={id: self._summaries[id] for id in self._ids if id in self._summaries},
            missing=self._open,
            pending=self._pending,
            stopped_by=stopped_by,
            posthog_stopped_by=posthog_stopped_by,
        )

    @property
    def _open(self) -> list[str]:
        """The ids without a summary."""
        return [id for id in self._ids if id not in self._summaries]

    async def _recall(self, origins: Sequence[Origin]) -> None:
        """Take what was made before."""
        try:
            recordings = await self._listed(self._context.timing.recheck)
        except ReplayError:
            return  # without their present state, all are summarised anew
        for origin in origins:
            for id, recording in recordings.items():
                if id not in self._summaries and (known := self._context.summaries.get(recording, self._focus, origin)):
                    await self._settle(id, known)

    async def _ask(self, *, computes: bool) -> ReplayError | None:
        """Have PostHog summarise what is open; why it did not summarise all.

        `computes`: what it fails at is computed afterwards, so it stays open.
        """
        source = PosthogSource(self._context, self._focus, self._recordings or {})
        ends = min(self._ends, anyio.current_time() + self._context.timing.posthog) if computes else self._ends
        async with source.summaries(self._open, ends) as found:
            async for id, summary in found:
                if not computes or summary.entry.error in (None, "recording_not_found"):
                    await self._settle(id, summary)
        self._pending = source.pending
        return source.stopped_by or (source.unreachable if self._open else None)

    async def _compute(self) -> ReplayError | None:
        """Compute what is open; why the rest was not computed, unless the time ran out."""
        if not self._open:
            return None
        try:
            recordings = await self._listed()
        except DeadlineExceeded:
            return None
        except ReplayError as error:
            return error
        source = ComputedSource(self._context, self._focus, recordings)
        async with source.summaries(self._open, self._ends) as found:
            async for id, summary in found:
                await self._settle(id, summary)
        return source.stopped_by

    async def _settle(self, id: str, summary: Summary) -> None:
        first = id not in self._summaries
        self._summaries[id] = summary
        if first:
            await self._settled(id)

    async def _listed(self, seconds: float = DEADLINE_SECONDS) -> dict[str, Recording]:
        """The recordings that exist, by id, listed once and within so many seconds.

        Raises:
            ReplayError: they cannot be listed.
        """
        if self._recordings is None:
            left = max(self._ends - anyio.current_time(), 0.0)
            self._recordings = await list_existing(self._ids, self._context, seconds=min(left, seconds))
        return self._recordings
