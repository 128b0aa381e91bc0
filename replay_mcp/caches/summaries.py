"""In-memory cache of summaries, and whether the API supports them; shared by all calls of a server."""

import math
from dataclasses import dataclass
from typing import Final, Literal

import anyio
from cachetools import LRUCache

from replay_mcp.api.models import Recording
from replay_mcp.api.summaries import SummaryEntry
from replay_mcp.caches.timelines import fingerprint

Source = Literal["posthog", "local"]
"""The source of a summary: PostHog, or our rules and the recording's timeline, in this process or in the local API."""

Origin = Literal["api", "computed"]
"""Where a summary came from: the API, or computed in this process from the timeline."""

UNSUPPORTED_SECONDS: Final = 3_600.0
"""How long a PostHog build is assumed to lack summaries after it reported that; it may be updated in the meantime."""
MAX_KEPT: Final = 1_000
"""Maximum number of summaries in memory, about 10 kB each."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One session's summary, or why there is none, and its source."""

    entry: SummaryEntry
    source: Source

    @classmethod
    def from_api(cls, entry: SummaryEntry) -> "Summary":
        """Wrap an entry of the API's response; the local API marks its entries as computed."""
        return cls(entry, "local" if entry.computed else "posthog")


class SummaryCache:
    """LRU cache of summaries of finished recordings, by recording, focus and origin, for one state of the recording."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[str, str, Origin], tuple[str, Summary]] = LRUCache(MAX_KEPT)
        self._unsupported_until = -math.inf

    @property
    def unsupported(self) -> bool:
        """Whether the API is known not to support summaries."""
        return anyio.current_time() < self._unsupported_until

    def mark_unsupported(self) -> None:
        """Remember for `UNSUPPORTED_SECONDS` that the API does not support summaries."""
        self._unsupported_until = anyio.current_time() + UNSUPPORTED_SECONDS

    def mark_supported(self) -> None:
        """Remember that the API supports summaries."""
        self._unsupported_until = -math.inf

    def get(self, recording: Recording, focus: str, origin: Origin) -> Summary | None:
        """The cached summary for the current state of the recording."""
        state, summary = self._kept.get((recording.id, focus, origin), ("", None))
        return summary if state == fingerprint(recording) else None

    def put(self, recording: Recording, focus: str, origin: Origin, summary: Summary) -> None:
        """Cache a summary, unless the recording is ongoing or the entry is an error."""
        if not recording.ongoing and summary.entry.error is None:
            self._kept[recording.id, focus, origin] = fingerprint(recording), summary

    def drop(self, session_id: str) -> None:
        """Remove the summaries of a deleted recording."""
        for key in [key for key in self._kept if key[0] == session_id]:
            del self._kept[key]
