"""Summaries that were made before, and whether the API makes any: what a server's calls share."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal

import anyio

from replay_mcp.api.models import Recording
from replay_mcp.api.summaries import SummaryEntry
from replay_mcp.caches.timelines import fingerprint

Maker = Literal["posthog", "local"]
"""Who made a summary: PostHog, or our own rules from the recording's timeline, here or in the local API."""

Way = Literal["api", "here"]
"""How a summary came about: the API was asked for it, or the timeline was read and summarised here."""

LACKING_SECONDS: Final = 3_600.0
"""So long a build is taken to make no summaries once it has said so; it may be updated."""
MAX_KEPT: Final = 1_000
"""Most summaries in memory, some 10 kB each."""


@dataclass(frozen=True, slots=True)
class Told:
    """One session's entry and who made it."""

    entry: SummaryEntry
    maker: Maker

    @classmethod
    def by_api(cls, entry: SummaryEntry) -> "Told":
        """An entry as the API gave it; the local API says that it computed its own."""
        return cls(entry, "local" if entry.computed else "posthog")


class Summaries:
    """Summaries of finished recordings, the latest used, each for one state of its recording and one focus."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, Way], tuple[str, Told]] = OrderedDict()
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

    def get(self, recording: Recording, focus: str, way: Way) -> Told | None:
        """The summary of the recording as it is now, if it was made before."""
        key = recording.id, focus, way
        state, told = self._kept.get(key, ("", None))
        if told is None or state != fingerprint(recording):
            return None
        self._kept.move_to_end(key)
        return told

    def put(self, recording: Recording, focus: str, way: Way, told: Told) -> None:
        """Keep a summary, unless more of the recording is expected, or there is none to keep."""
        if not recording.ongoing and told.entry.error is None:
            key = recording.id, focus, way
            self._kept[key] = fingerprint(recording), told
            self._kept.move_to_end(key)
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)

    def drop(self, session_id: str) -> None:
        """Forget a recording that is no longer there."""
        for key in [key for key in self._kept if key[0] == session_id]:
            del self._kept[key]
