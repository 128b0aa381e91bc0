"""The small facts of a recording that need no DOM: pages, clicks, edits, console errors, failed requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from .events import Event, EventType, IncrementalSource
from .metadata import POSTHOG_TAGS, ConsoleLine, console_line, href
from .network import Request, requests
from .taps import Taps
from .untrusted import text, whole

MAX_FACTS: Final = 10_000
"""Most facts of one kind that are kept, the earliest."""
RADIO_MS: Final = 10
"""The recorder tells so soon after a choice which radio button it unchecked."""


@dataclass(frozen=True, slots=True)
class PageVisit:
    """A tab went to another URL. A repeated snapshot of the same URL is none."""

    timestamp: int
    window_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Click:
    """A click or tap, once however many events tell of it.

    Attributes:
        node: rrweb's id of the element, which says only whether it is the same one; no two pages share their ids.
    """

    timestamp: int
    window_id: str
    node: int | None


@dataclass(frozen=True, slots=True)
class InputRun:
    """Changes of one field without another field between them. What was typed is not kept.

    Attributes:
        until: when the last of the changes was.
    """

    timestamp: int
    window_id: str
    count: int
    until: int


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """A network request that the page made and that was answered with a status of 400 or more.

    Attributes:
        timestamp: when the request started, not when it was recorded.
        method: `GET` …; empty where the browser does not say.
        url: without query string and fragment.
        by_code: whether the page's code made it (fetch or XHR), not the browser for a page, image or script.
        attempts: how often this method and URL, with its query, failed in the recording, this time included.
        recovered: whether a later request of this method and URL, with its query, was answered below 400.
    """

    timestamp: int
    window_id: str
    method: str
    url: str
    status: int
    by_code: bool
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
        last_success: when the last request of the page's code that was answered below 400 started.
    """

    span: tuple[int, int] | None
    pages: tuple[PageVisit, ...]
    clicks: tuple[Click, ...]
    inputs: tuple[InputRun, ...]
    console_errors: tuple[ConsoleLine, ...]
    failed_requests: tuple[FailedRequest, ...]
    custom: tuple[CustomEvent, ...]
    last_success: int | None


def read_account(events: Iterable[Event]) -> Account:
    """The account of a recording's events, which come in time order."""
    clerk = _Clerk()
    for event in events:
        clerk.add(event)
    return clerk.account()


class _Clerk:
    def __init__(self) -> None:
        self._span: tuple[int, int] | None = None
        self._pages: list[PageVisit] = []
        self._clicks: list[Click] = []
        self._inputs: list[InputRun] = []
        self._errors: list[ConsoleLine] = []
        self._custom: list[CustomEvent] = []
        self._failures: dict[Request, None] = {}
        self._successes: dict[tuple[str, str], int] = {}
        self._last_success: int | None = None
        self._taps = Taps()
        self._urls: dict[str, str] = {}
        self._fields: dict[str, tuple[int | None, bool]] = {}

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
        if self._taps.is_new_click(event):
            _keep(self._clicks, Click(event.timestamp, event.window_id, whole(event.data.get("id"))))
        elif event.source == IncrementalSource.INPUT:
            self._input(event)

    def _input(self, event: Event) -> None:
        """Runs of changes, without the radio button that the choice of another unchecked."""
        field, checked = whole(event.data.get("id")), event.data.get("isChecked") is True
        last = self._inputs[-1] if self._inputs and self._inputs[-1].window_id == event.window_id else None
        last_field, last_checked = self._fields.get(event.window_id, (None, False))
        if last and last_field == field:
            self._inputs[-1] = InputRun(last.timestamp, last.window_id, last.count + 1, event.timestamp)
        elif last and last_checked and not checked and event.timestamp - last.until <= RADIO_MS:
            return
        else:
            _keep(self._inputs, InputRun(event.timestamp, event.window_id, 1, event.timestamp))
        self._fields[event.window_id] = field, checked

    def _navigation(self, event: Event) -> None:
        url = href(event)
        if url and self._urls.get(event.window_id) != url:
            self._urls[event.window_id] = url
            self._fields.pop(event.window_id, None)  # the next page numbers its fields anew
            _keep(self._pages, PageVisit(event.timestamp, event.window_id, url))
        tag = text(event.data.get("tag"))
        if event.type == EventType.CUSTOM and tag and not tag.startswith("$") and tag not in POSTHOG_TAGS:
            _keep(self._custom, CustomEvent(event.timestamp, event.window_id, tag))

    def _plugin(self, event: Event) -> None:
        if (line := console_line(event)) and line.level == "error" and not line.from_extension:
            _keep(self._errors, line)
        for request in requests(event):
            self._request(request)

    def _request(self, request: Request) -> None:
        if request.by_code and 0 < request.status < 400:
            self._last_success = max(request.timestamp, self._last_success or 0)
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
                    url=_without_query(failure.url),
                    status=failure.status,
                    by_code=failure.by_code,
                    attempts=attempts[failure.target],
                    recovered=self._successes.get(failure.target, 0) > failure.timestamp,
                )
                for failure in self._failures
            ),
            custom=tuple(self._custom),
            last_success=self._last_success,
        )


def _keep(facts: list[Any], fact: object) -> None:
    if len(facts) < MAX_FACTS:
        facts.append(fact)


def _without_query(url: str) -> str:
    return url.partition("?")[0]
