"""Summaries made before, and whether the API makes any; all calls of a server share them."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.api.summaries import SummaryEntry
from replay_mcp.caches.timelines import fingerprint

Source = Literal["posthog", "local"]
"""Who made a summary: PostHog, or our own rules from the recording's timeline, here or in the local API."""

Origin = Literal["api", "computed"]
"""Where a summary came from: the API made it, or it was computed here from the timeline."""

LACKING_SECONDS: Final = 3_600.0
"""So long a build is taken to make no summaries once it has said so; it may be updated."""
MAX_KEPT: Final = 1_000
"""Most summaries in memory, some 10 kB each."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One session's summary, or why there is none, and who made it."""

    entry: SummaryEntry
    source: Source

    @classmethod
    def from_api(cls, entry: SummaryEntry) -> "Summary":
        """A summary from the API's answer; the local API marks its own as computed."""
        return cls(entry, "local" if entry.computed else "posthog")


class SummaryCache:
    """Summaries of finished recordings, the latest used, each for one state of its recording and one focus."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, Origin], tuple[str, Summary]] = OrderedDict()
        self._lacking_until = -math.inf

    @property
    def lacking(self) -> bool:
        """Whether the API is known to make no summaries."""
        return anyio.current_time() < self._lacking_until

    def found_lacking(self) -> None:
        """Remember for a while that the API makes no summaries."""
        self._lacking_until = anyio.current_time() + LACKING_SECONDS

    def found_making(self) -> None:
        """The API made one: it was updated, if it was known to make none."""
        self._lacking_until = -math.inf

    def get(self, recording: Recording, focus: str, origin: Origin) -> Summary | None:
        """The summary of the recording as it is now, if it was made before."""
        key = recording.id, focus, origin
        state, summary = self._kept.get(key, ("", None))
        if summary is None or state != fingerprint(recording):
            return None
        self._kept.move_to_end(key)
        return summary

    def put(self, recording: Recording, focus: str, origin: Origin, summary: Summary) -> None:
        """Keep a summary, unless more of the recording is expected, or there is none to keep."""
        if not recording.ongoing and summary.entry.error is None:
            key = recording.id, focus, origin
            self._kept[key] = fingerprint(recording), summary
            self._kept.move_to_end(key)
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)

    def drop(self, session_id: str) -> None:
        """Forget a recording that is no longer there."""
        for key in [key for key in self._kept if key[0] == session_id]:
            del self._kept[key]
