"""The metadata that PostHog stores for a recording: times, counts, URLs and console lines."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from replay_mcp.errors import UnreadableRecording

from .activity import Activity
from .console import ConsoleLine, console_line
from .events import Event, EventType, IncrementalSource, MouseInteractions
from .network import requests
from .untrusted import obj, text, whole

MAX_URLS: Final = 500
MAX_URL_LENGTH: Final = 4096
MAX_START_URL_LENGTH: Final = 512
MAX_CONSOLE_LINES: Final = 10_000
MAX_WINDOWS: Final = 1_000
MAX_FAILED_REQUESTS: Final = 1_000
"""Maximum number of distinct pairs of host and status."""
MAX_HOST_LENGTH: Final = 255
FAILED: Final = 400
"""The lowest HTTP status of a failed request."""

POSTHOG_TAGS: Final = frozenset(
    {"sessionIdle", "sessionNoLongerIdle", "window hidden", "window visible", "recording paused", "recording resumed"}
)
"""Tags of custom events that PostHog adds by itself, besides those that begin with `$` (live behaviour)."""
_MOUSE_SOURCES = frozenset[int | None](
    {IncrementalSource.MOUSE_MOVE, IncrementalSource.MOUSE_INTERACTION, IncrementalSource.TOUCH_MOVE}
)
_CLICKS = frozenset[int | None](
    {
        MouseInteractions.CLICK,
        MouseInteractions.DBL_CLICK,
        MouseInteractions.TOUCH_END,
        MouseInteractions.CONTEXT_MENU,
    }
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """A recording's metadata. Times are epoch milliseconds; the rules are the live server's.

    Attributes:
        active_ms: active time; 1 for a single activity.
        urls: every URL with the time of its first visit, in order of these times, bounded.
        console: console lines in time order, bounded; the counts include all of them.
        failed_requests: hosts (with the port, if the URL has one) and statuses of requests with a status of 400 or
            more.
        window_ids: browser tabs in order of appearance.
    """

    start_time: int
    end_time: int
    active_ms: int
    event_count: int
    click_count: int
    keypress_count: int
    mouse_activity_count: int
    console_log_count: int
    console_warn_count: int
    console_error_count: int
    urls: Mapping[str, int]
    console: tuple[ConsoleLine, ...]
    failed_requests: frozenset[tuple[str, int]]
    window_ids: tuple[str, ...]

    @property
    def duration(self) -> int:
        """Whole seconds from the first event to the last."""
        return (self.end_time - self.start_time) // 1000

    @property
    def active_seconds(self) -> int:
        """Whole seconds with activity."""
        return self.active_ms // 1000

    @property
    def start_url(self) -> str | None:
        """The first URL, truncated as by PostHog."""
        return next(iter(self.urls))[:MAX_START_URL_LENGTH] if self.urls else None

    @property
    def activity_score(self) -> float:
        """PostHog's activity score: intent divided by noise, times 100, with two decimals."""
        intent = self.active_ms / 1000 + self.click_count + self.keypress_count + self.console_error_count
        console = self.console_error_count + self.console_log_count + self.console_warn_count
        noise = self.mouse_activity_count + self.duration + console
        return round(100 * intent / noise, 2) if noise else 0.0


def read_metadata(events: Iterable[Event]) -> Metadata:
    """Compute the metadata of events, given in time order.

    Raises:
        UnreadableRecording: there are no events.
    """
    tally = _MetadataCounter()
    for event in events:
        tally.add(event)
    return tally.metadata()


def is_click(event: Event) -> bool:
    """Whether PostHog counts an event as a click; like PostHog, it counts a tap and a double click twice."""
    return event.source == IncrementalSource.MOUSE_INTERACTION and whole(event.data.get("type")) in _CLICKS


def href(event: Event) -> str:
    """The URL in a Meta event, or in a custom `$pageview` or `$url_changed` event; empty for other events."""
    data = event.data
    found = text(data.get("href")).strip() or text(obj(data.get("payload")).get("href")).strip()
    return found[:MAX_URL_LENGTH]


def host(url: str) -> str:
    """The host of an absolute URL in lower case, with its port if it has one; empty for other URLs."""
    authority = url.partition("://")[2].partition("/")[0].partition("?")[0]
    return authority.rpartition("@")[2].lower()[:MAX_HOST_LENGTH]


class _MetadataCounter:
    """Counts events into a `Metadata`."""

    def __init__(self) -> None:
        self._first: int | None = None
        self._last = 0
        self._events = self._clicks = self._keypresses = self._mouse = 0
        self._levels = {"info": 0, "warn": 0, "error": 0}
        self._urls: dict[str, int] = {}
        self._windows: dict[str, None] = {}
        self._console: list[ConsoleLine] = []
        self._failed: set[tuple[str, int]] = set()
        self._activity = Activity()

    def add(self, event: Event) -> None:
        self._events += 1
        self._first = event.timestamp if self._first is None else min(self._first, event.timestamp)
        self._last = max(self._last, event.timestamp)
        self._activity.add(event)
        if len(self._windows) < MAX_WINDOWS:
            self._windows[event.window_id] = None
        if line := console_line(event):
            self._levels[line.level] += 1
            if len(self._console) < MAX_CONSOLE_LINES:
                self._console.append(line)
        elif event.type == EventType.INCREMENTAL_SNAPSHOT:
            self._count_interaction(event)
        elif (url := href(event)) and len(self._urls) < MAX_URLS:
            self._urls.setdefault(url, event.timestamp)
        else:
            self._failed.update(self._failures(event))

    def _count_interaction(self, event: Event) -> None:
        self._mouse += event.source in _MOUSE_SOURCES
        self._keypresses += event.source == IncrementalSource.INPUT
        self._clicks += is_click(event)

    def _failures(self, event: Event) -> Iterator[tuple[str, int]]:
        for request in requests(event):
            if request.status >= FAILED and len(self._failed) < MAX_FAILED_REQUESTS:
                yield host(request.url), request.status

    def metadata(self) -> Metadata:
        if self._first is None:
            raise UnreadableRecording("There is no rrweb event in it.")
        return Metadata(
            start_time=self._first,
            end_time=self._last,
            active_ms=self._activity.milliseconds,
            event_count=self._events,
            click_count=self._clicks,
            keypress_count=self._keypresses,
            mouse_activity_count=self._mouse,
            console_log_count=self._levels["info"],
            console_warn_count=self._levels["warn"],
            console_error_count=self._levels["error"],
            urls=self._urls,
            console=tuple(self._console),
            failed_requests=frozenset(self._failed),
            window_ids=tuple(self._windows),
        )
