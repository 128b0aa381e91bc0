"""The small facts of a recording that need no DOM: pages, clicks, edits, console errors, failed requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from .events import NETWORK_PLUGIN, Event, EventType, IncrementalSource
from .metadata import ConsoleLine, console_line, href, is_click
from .untrusted import arr, number, obj, text, whole

MAX_FACTS: Final = 10_000
"""Most facts of one kind that are kept, the earliest."""
MAX_REQUESTS_PER_EVENT: Final = 5_000
MAX_URL_LENGTH: Final = 4096


@dataclass(frozen=True, slots=True)
class PageVisit:
    """A tab went to another URL. A repeated snapshot of the same URL is none."""

    timestamp: int
    window_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Click:
    """A click or tap; without the DOM, where it went is unknown."""

    timestamp: int
    window_id: str


@dataclass(frozen=True, slots=True)
class InputRun:
    """Changes of one field without another field between them. What was typed is not kept."""

    timestamp: int
    window_id: str
    count: int


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """A network request that the page made and that was answered with a status of 400 or more.

    Attributes:
        timestamp: when the request started, not when it was recorded.
        method: `GET` …; empty where the browser does not say.
        url: without query string and fragment.
        attempts: how often this method and URL failed in the recording, this time included.
        recovered: whether a later request of this method and URL was answered below 400.
    """

    timestamp: int
    window_id: str
    method: str
    url: str
    status: int
    attempts: int
    recovered: bool


@dataclass(frozen=True, slots=True)
class CustomEvent:
    """An rrweb custom event that the page itself added; PostHog's own tags are left out."""

    timestamp: int
    window_id: str
    tag: str


@dataclass(frozen=True, slots=True)
class Account:
    """Everything of each kind, in the order of the events, bounded. Times are epoch milliseconds.

    Attributes:
        span: times of the first and last event; None without events.
    """

    span: tuple[int, int] | None
    pages: tuple[PageVisit, ...]
    clicks: tuple[Click, ...]
    inputs: tuple[InputRun, ...]
    console_errors: tuple[ConsoleLine, ...]
    failed_requests: tuple[FailedRequest, ...]
    custom: tuple[CustomEvent, ...]


_POSTHOG_TAGS = frozenset(
    {"sessionIdle", "sessionNoLongerIdle", "window hidden", "window visible", "recording paused", "recording resumed"}
)


def read_account(events: Iterable[Event]) -> Account:
    """The account of a recording's events, which come in time order."""
    clerk = _Clerk()
    for event in events:
        clerk.add(event)
    return clerk.account()


@dataclass(frozen=True, slots=True)
class _Request:
    timestamp: int
    window_id: str
    method: str
    url: str
    status: int

    @property
    def target(self) -> tuple[str, str]:
        return self.method, self.url


class _Clerk:
    def __init__(self) -> None:
        self._span: tuple[int, int] | None = None
        self._pages: list[PageVisit] = []
        self._clicks: list[Click] = []
        self._inputs: list[InputRun] = []
        self._errors: list[ConsoleLine] = []
        self._custom: list[CustomEvent] = []
        self._failures: dict[_Request, None] = {}
        self._successes: dict[tuple[str, str], int] = {}
        self._urls: dict[str, str] = {}
        self._fields: dict[str, Any] = {}

    def add(self, event: Event) -> None:
        first, last = self._span or (event.timestamp, event.timestamp)
        self._span = min(first, event.timestamp), max(last, event.timestamp)
        if event.type == EventType.INCREMENTAL_SNAPSHOT:
            self._interaction(event)
        elif event.type == EventType.PLUGIN:
            self._plugin(event)
        else:
            self._navigation(event)

    def _interaction(self, event: Event) -> None:
        if is_click(event):
            _keep(self._clicks, Click(event.timestamp, event.window_id))
        if event.source != IncrementalSource.INPUT:
            return
        field = whole(event.data.get("id"))
        last = self._inputs[-1] if self._inputs else None
        if last and last.window_id == event.window_id and self._fields.get(event.window_id) == field:
            self._inputs[-1] = InputRun(last.timestamp, last.window_id, last.count + 1)
        else:
            _keep(self._inputs, InputRun(event.timestamp, event.window_id, 1))
        self._fields[event.window_id] = field

    def _navigation(self, event: Event) -> None:
        url = href(event)
        if url and self._urls.get(event.window_id) != url:
            self._urls[event.window_id] = url
            _keep(self._pages, PageVisit(event.timestamp, event.window_id, url))
        tag = text(event.data.get("tag"))
        if event.type == EventType.CUSTOM and tag and not tag.startswith("$") and tag not in _POSTHOG_TAGS:
            _keep(self._custom, CustomEvent(event.timestamp, event.window_id, tag))

    def _plugin(self, event: Event) -> None:
        if line := console_line(event):
            if line.level == "error" and not line.from_extension:
                _keep(self._errors, line)
        elif event.data.get("plugin") == NETWORK_PLUGIN:
            requests = arr(obj(event.data.get("payload")).get("requests"))
            for fields in requests[:MAX_REQUESTS_PER_EVENT]:
                self._request(_request(event, obj(fields)))

    def _request(self, request: _Request) -> None:
        if request.status >= 400 and len(self._failures) < MAX_FACTS:
            self._failures[request] = None  # the recorder may send a request twice
        elif 0 < request.status < 400 and (request.target in self._successes or len(self._successes) < MAX_FACTS):
            self._successes[request.target] = max(request.timestamp, self._successes.get(request.target, 0))

    def account(self) -> Account:
        attempts: dict[tuple[str, str], int] = {}
        for failure in self._failures:
            attempts[failure.target] = attempts.get(failure.target, 0) + 1
        return Account(
            span=self._span,
            pages=tuple(self._pages),
            clicks=tuple(self._clicks),
            inputs=tuple(self._inputs),
            console_errors=tuple(self._errors),
            failed_requests=tuple(
                FailedRequest(
                    timestamp=failure.timestamp,
                    window_id=failure.window_id,
                    method=failure.method,
                    url=failure.url,
                    status=failure.status,
                    attempts=attempts[failure.target],
                    recovered=self._successes.get(failure.target, 0) > failure.timestamp,
                )
                for failure in self._failures
            ),
            custom=tuple(self._custom),
        )


def _keep(facts: list[Any], fact: object) -> None:
    if len(facts) < MAX_FACTS:
        facts.append(fact)


def _request(event: Event, fields: dict[str, Any]) -> _Request:
    """A request's own time, where it has one: it is recorded up to seconds after it started."""
    started = number(fields.get("timestamp"))
    origin, offset = number(fields.get("timeOrigin")), number(fields.get("startTime"))
    if started is None and origin is not None and offset is not None:
        started = origin + offset
    status = whole(fields.get("responseStatus")) or whole(fields.get("status")) or 0
    url = text(fields.get("name")).partition("?")[0].partition("#")[0]
    method = text(fields.get("method")).upper()[:10]
    timestamp = event.timestamp if started is None or abs(started - event.timestamp) > 3_600_000 else round(started)
    return _Request(timestamp, event.window_id, method, url[:MAX_URL_LENGTH], status)
