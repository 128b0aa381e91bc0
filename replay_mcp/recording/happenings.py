"""One order of everything that happened in a session: its product events, and what only the recording knows."""

import hashlib
import itertools
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .account import Account, Click, FailedRequest, PageVisit
from .events import MAX_WINDOW_ID_LENGTH
from .redaction import Redaction, visible
from .untrusted import arr, obj, text

MAX_DESCRIPTION_LENGTH: Final = 1024
"""PostHog's bound for a key action's description."""
MAX_LABEL_LENGTH: Final = 80
MAX_URL_LENGTH: Final = 500
REQUEST_FAILED: Final = "request failed"
CONSOLE_ERROR: Final = "console error"
CLICKS: Final = frozenset({"$autocapture", "$rageclick", "$dead_click"})
CAUSE_MS: Final = 2_000
"""A request that started so soon after a click is taken to come from it; later ones may be a poll's."""
SAME_MOMENT_MS: Final = 100
"""Clocks of events and requests differ by milliseconds, and nobody reacts to an answer so fast."""
MAX_CLICKS_BEFORE: Final = 50
"""Most clicks among which the cause of a request is looked for."""

_NAMESPACE = uuid.UUID("5b0f1d5e-6a0b-5a3e-9a53-0f6f2b7d7c11")
_REDACTION = Redaction("standard")


@dataclass(frozen=True, slots=True)
class ProductEvent:
    """An event that PostHog's analytics captured during the session, e.g. `$pageview` or `order placed`."""

    uuid: str
    event: str
    timestamp: int
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened.

    Attributes:
        event: the product event's name; for what only the recording knows, PostHog's name for the same thing, else
            `REQUEST_FAILED`, `CONSOLE_ERROR` or the page's own tag.
        description: masked; never what was typed.
        notable: worth a place among the key actions.
        opens: the URL that the tab went to, if this is a page visit.
        exception: a technical failure: an exception, a console error, or a request answered with 400 or more.
        unrecovered: a request of the page's code that failed more than once and never succeeded later.
        confusion: a rage click or a dead click.
        recorded: known from the recording, not from a product event.
        target: what was clicked, to tell whether it is the same thing again; not masked, so never shown.
        until: when the last of several changes was, if they are told as one.
    """

    timestamp: int
    window_id: str
    url: str | None
    event: str
    event_type: str | None
    event_uuid: str
    description: str
    notable: bool = False
    opens: str | None = None
    exception: bool = False
    unrecovered: bool = False
    confusion: bool = False
    recorded: bool = False
    target: tuple[str, ...] | None = None
    until: int | None = None

    @property
    def click(self) -> bool:
        """A click or what it brings about: a rage click, a dead click, a form's submission."""
        return self.event in CLICKS and not self.edit

    @property
    def edit(self) -> bool:
        """A change of a field."""
        return (self.event, self.event_type) == ("$autocapture", "change")

    @property
    def own(self) -> bool:
        """An event that the product or the page named itself."""
        return not self.event.startswith("$") and not self.exception

    @property
    def failed(self) -> bool:
        """A technical failure or a sign of confusion."""
        return self.exception or self.confusion

    @property
    def event_id(self) -> str:
        """Eight hexadecimal digits, stable over runs."""
        return hashlib.sha256(self.event_uuid.encode()).hexdigest()[:8]


def page_name(url: str, limit: int = MAX_LABEL_LENGTH) -> str:
    """Host and path of a URL, masked: what people call the page."""
    shown = _REDACTION.url(url.partition("?")[0].partition("#")[0], limit)
    return shown.removeprefix("https://").removeprefix("http://")


def shown_url(url: str | None) -> str | None:
    """A URL with its parameters' values masked."""
    return _REDACTION.url(url, MAX_URL_LENGTH) if url else None


def happenings(session_id: str, account: Account, product_events: Sequence[ProductEvent]) -> list[Happening]:
    """Everything in time order; the same click may be there twice, as a product event and from the recording."""
    found = [*map(_product, product_events), *_recorded(session_id, account)]
    found.sort(key=lambda happening: happening.timestamp)
    return found


def told_once(found: Iterable[Happening]) -> list[Happening]:
    """What happened without repeats: page views, clicks and edits come from product events if any tell of them."""
    found = list(found)
    captured = {(happening.event, happening.event_type) for happening in found if not happening.recorded}
    return [
        happening
        for happening in found
        if not happening.recorded or happening.exception or (happening.event, happening.event_type) not in captured
    ]


class Clicks:
    """The clicks of a session, by tab and in time order."""

    def __init__(self, everything: Iterable[Happening]) -> None:
        self._clicks: dict[str, list[Happening]] = {}
        self._opened: dict[str, list[int]] = {}
        for happening in everything:
            if happening.click:
                self._clicks.setdefault(happening.window_id, []).append(happening)
            if happening.opens:
                self._opened.setdefault(happening.window_id, []).append(happening.timestamp)

    def causes(self, failure: Happening) -> list[Happening]:
        """The last click on the page before a request, and what happened at the same moment."""
        window, earliest = failure.window_id, failure.timestamp - CAUSE_MS
        opened = self._opened.get(window, [])
        if visits := bisect_right(opened, failure.timestamp):
            earliest = max(earliest, opened[visits - 1])
        found = self._between(window, earliest, failure.timestamp + SAME_MOMENT_MS)
        return [click for click in found if click.timestamp >= found[-1].timestamp - SAME_MOMENT_MS]

    def alike(self, clicks: set[Happening]) -> set[Happening]:
        """These clicks, those on the same elements, and what came at the same moment as one of them.

        At the same moment come a form's submission and, of one click, the product event and the recorded one.
        """
        targets = {click.target for click in clicks} - {None}
        alike: set[Happening] = set()
        for tab in self._clicks.values():
            times = [click.timestamp for click in tab if click in clicks or click.target in targets]
            for click in tab:
                nearest = bisect_left(times, click.timestamp - SAME_MOMENT_MS)
                if nearest < len(times) and times[nearest] <= click.timestamp + SAME_MOMENT_MS:
                    alike.add(click)
        return alike

    def _between(self, window: str, earliest: int, latest: int) -> list[Happening]:
        clicks = self._clicks.get(window, [])
        end = bisect_right(clicks, latest, key=_time)
        return clicks[max(bisect_left(clicks, earliest, key=_time), end - MAX_CLICKS_BEFORE) : end]


def _time(happening: Happening) -> int:
    return happening.timestamp


def _product(event: ProductEvent) -> Happening:
    properties = event.properties
    url = text(properties.get("$current_url"))
    window_id = visible(text(properties.get("$window_id")), MAX_WINDOW_ID_LENGTH)
    element = text(properties.get("$elements_chain")), text(properties.get("$el_text"))
    description, notable = _described(event, url)
    return Happening(
        timestamp=event.timestamp,
        window_id=window_id,
        url=shown_url(url),
        event=_REDACTION.text(event.event, MAX_LABEL_LENGTH),
        event_type=_REDACTION.text(text(properties.get("$event_type")), MAX_LABEL_LENGTH) or None,
        event_uuid=event.uuid,
        description=description[:MAX_DESCRIPTION_LENGTH],
        notable=notable,
        opens=url if event.event == "$pageview" and url else None,
        exception=event.event == "$exception",
        confusion=event.event in {"$rageclick", "$dead_click"},
        target=("element", window_id, url, *element) if any(element) else None,
    )


def _described(event: ProductEvent, url: str) -> tuple[str, bool]:
    """The description, and whether the event is notable."""
    label = _REDACTION.text(text(event.properties.get("$el_text")).strip(), MAX_LABEL_LENGTH)
    clicked = f'Clicked "{label}"' if label else "Clicked"
    match event.event:
        case "$pageview":
            return f"Opened {page_name(url)}", True
        case "$rageclick":
            return f"{clicked} again and again in quick succession (rage click)", True
        case "$dead_click":
            return f"{clicked}, and nothing changed within 2.5 s (dead click)", True
        case "$exception":
            return f"Exception: {_exception(event.properties)}", True
        case "$autocapture":
            kind = text(event.properties.get("$event_type"))
            done = {"submit": "Submitted a form", "change": "Changed a field"}.get(kind, clicked)
            return done, bool(label) or kind in {"submit", "change"}
        case name:
            return _REDACTION.text(name, MAX_LABEL_LENGTH), not name.startswith("$")


def _exception(properties: dict[str, Any]) -> str:
    first = obj(next(iter(arr(properties.get("$exception_list"))), None))
    kind = text(first.get("type")) or text(properties.get("$exception_type")) or "unknown"
    message = text(first.get("value")) or text(properties.get("$exception_message"))
    return _REDACTION.text(f"{kind}: {message}" if message else kind, MAX_DESCRIPTION_LENGTH)


def _recorded(session_id: str, account: Account) -> Iterator[Happening]:
    """What the recording's own events tell."""
    visits = sorted(account.pages, key=lambda page: page.timestamp)
    places = _Places(visits)
    ordinals = itertools.count()

    def happening(fact: Any, event: str, description: str, *, event_type: str | None = None, **flags: Any) -> Happening:
        window_id, url = visible(fact.window_id, MAX_WINDOW_ID_LENGTH), places.at(fact.window_id, fact.timestamp)
        node = ("node", window_id, url or "", str(fact.node)) if isinstance(fact, Click) and fact.node else None
        return Happening(
            timestamp=fact.timestamp,
            window_id=window_id,
            url=shown_url(url),
            event=event,
            event_type=event_type,
            event_uuid=str(uuid.uuid5(_NAMESPACE, f"{session_id}/{next(ordinals)}")),
            description=description[:MAX_DESCRIPTION_LENGTH],
            recorded=True,
            target=node,
            **flags,
        )

    for page in visits:
        yield happening(page, "$pageview", f"Opened {page_name(page.url)}", notable=True, opens=page.url)
    for click in account.clicks:
        yield happening(click, "$autocapture", "Clicked", event_type="click")
    for run in account.inputs:
        changes = "once" if run.count == 1 else f"{run.count} times"
        told = f"Changed a field {changes}"
        yield happening(run, "$autocapture", told, event_type="change", notable=True, until=run.until)
    for request in account.failed_requests:
        unrecovered = request.by_code and request.attempts > 1 and not request.recovered
        described = _failed_request(request)
        yield happening(request, REQUEST_FAILED, described, notable=True, exception=True, unrecovered=unrecovered)
    for line in account.console_errors:
        message = _REDACTION.text(line.message, MAX_DESCRIPTION_LENGTH)
        description = f"Console error: {message}"
        yield happening(line, CONSOLE_ERROR, description, notable=True, exception=True)
    for custom in account.custom:
        tag = _REDACTION.text(custom.tag, MAX_LABEL_LENGTH)
        yield happening(custom, tag, tag, notable=True)


def _failed_request(request: FailedRequest) -> str:
    """A failed request in words, e.g. `POST shop.example/api/pay answered 500`."""
    return f"{request.method or 'A request to'} {page_name(request.url, 200)} answered {request.status}"


class _Places:
    """Which URL a tab showed at a time. Takes visits in time order."""

    def __init__(self, visits: Iterable[PageVisit]) -> None:
        self._visits: dict[str, list[PageVisit]] = {}
        for visit in visits:
            self._visits.setdefault(visit.window_id, []).append(visit)

    def at(self, window_id: str, timestamp: int) -> str | None:
        visits = self._visits.get(window_id, [])
        place = bisect_right(visits, timestamp, key=lambda visit: visit.timestamp)
        return visits[place - 1].url if place else None
