"""Reads network requests, as recorded by posthog-js and rrweb's network plugin."""

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from .events import NETWORK_PLUGIN, Event, EventType
from .untrusted import arr, number, obj, text

POSTHOG_NETWORK_PLUGIN: Final = "posthog/network@1"
"""The plugin of older posthog-js: one request per event, with numbers as field names."""
NETWORK_PLUGINS: Final = frozenset({NETWORK_PLUGIN, POSTHOG_NETWORK_PLUGIN})
MAX_REQUESTS_PER_EVENT: Final = 5_000
MAX_URL_LENGTH: Final = 4096
SAME_MS: Final = 50
"""Maximum distance between the start times in two records of one request, which are computed from different clocks."""

_METHOD: Final = re.compile(r"[A-Z]{1,10}")
_FAR_MS: Final = 3_600_000
"""A start time further than this from the time of the event is ignored: it comes from a wrong clock."""
_NUMBERED: Final = {
    "0": "entryType",
    "1": "timeOrigin",
    "2": "name",
    "3": "startTime",
    "18": "initiatorType",
    "21": "responseStatus",
    "39": "duration",
    "40": "timestamp",
}
"""The field names for the numbers of `posthog/network@1`, as far as they are read here."""
_NO_REQUESTS: Final = frozenset(
    {
        "back-forward-cache-restoration", "element", "event", "first-input", "largest-contentful-paint", "layout-shift",
        "long-animation-frame", "longtask", "mark", "measure", "paint", "serverTiming", "soft-navigation",
        "taskattribution", "visibility-state",
    }
)  # fmt: skip
"""Types of performance entries that are recorded among requests but are not requests."""
_BY_CODE: Final = frozenset({"fetch", "xmlhttprequest"})
_BACK: Final = "back_forward"
"""The type of a performance entry for a page reached through the browser's history."""
_MAX_STATUS: Final = 999
_MAX_RECENT: Final = 5_000
_MAX_ALIKE: Final = 50
"""Maximum number of requests per URL and time step among which an earlier record is searched."""


class Request(Struct, frozen=True, gc=False, cache_hash=True):
    """A network request.

    Attributes:
        timestamp: when it started, epoch milliseconds; it is recorded up to seconds later.
        method: `GET` …; empty if the browser does not report it.
        url: without fragment.
        status: HTTP status; 0 if it is not known (opaque, aborted, still running), which is not a failure.
        by_code: whether the page's code made it (fetch or XHR), not the browser for a page, image or script.
        for_page: whether the browser made it for a page itself.
        back: whether that page was reached by going back or forward in the browser's history.
        duration_ms: time until the response was complete; None if not known.
        initial: whether the recorder read it from the browser's list of earlier requests when it started.
    """

    timestamp: int
    window_id: str
    method: str
    url: str
    status: int
    by_code: bool
    for_page: bool = False
    back: bool = False
    duration_ms: int | None = None
    initial: bool = False

    @property
    def target(self) -> tuple[str, str]:
        """Method and URL, which attempts at the same thing share; `?id=1` and `?id=2` are different things."""
        return self.method, self.url

    def completed(self, other: "Request") -> "Request":
        """This record, completed with the values that only the other record of the request has."""
        return replace(
            self,
            method=self.method or other.method,
            status=self.status or other.status,
            by_code=self.by_code or other.by_code,
            for_page=self.for_page or other.for_page,
            back=self.back or other.back,
            duration_ms=other.duration_ms if self.duration_ms is None else self.duration_ms,
        )


def requests(event: Event) -> Iterator[Request]:
    """Yield the requests that an event recorded, within bounds; none for other events."""
    if event.type != EventType.PLUGIN:
        return
    plugin, payload = event.data.get("plugin"), obj(event.data.get("payload"))
    if plugin == NETWORK_PLUGIN:
        recorded = [obj(fields) for fields in arr(payload.get("requests"))[:MAX_REQUESTS_PER_EVENT]]
    elif plugin == POSTHOG_NETWORK_PLUGIN:
        recorded = [{name: payload.get(place) for place, name in _NUMBERED.items()}]
    else:
        return
    initial = payload.get("isInitial") is True
    for fields in recorded:
        if text(fields.get("entryType")) not in _NO_REQUESTS:
            yield _request(event, fields, initial=initial or fields.get("isInitial") is True)


class RecentRequests:
    """Finds the earlier record of a request that was recorded twice, among the latest requests.

    A recorder that restarts lists the earlier requests of the page again, without method and status and with a start
    time that differs by milliseconds. Two requests that the page's code really made are recorded in the same way, so
    both count. Within one event, two records are never matched to the same earlier one unless they are equal.
    """

    def __init__(self) -> None:
        self._recent: dict[Request, None] = {}
        self._near: dict[tuple[str, str, int], list[Request]] = {}
        """The recent requests by window, URL and start time, in steps of `SAME_MS`."""
        self._batch: Event | None = None
        self._matched: set[Request] = set()

    def earlier(self, request: Request, event: Event) -> Request | None:
        """The earlier record of the same request; None if the request is new.

        Args:
            request: one of `requests(event)`.
            event: the event that recorded it.
        """
        if request in self._recent:
            return request
        if event is not self._batch:
            self._batch, self._matched = event, set()
        window, url, step = _near_key(request)
        for near in (step, step - 1, step + 1):
            for known in self._near.get((window, url, near), ()):
                if known not in self._matched and _is_same_request(known, request):
                    self._matched.add(known)
                    return known
        return None

    def add(self, request: Request) -> None:
        """Add a request; the oldest ones are forgotten."""
        self._recent[request] = None
        self._matched.add(request)
        near = self._near.setdefault(_near_key(request), [])
        if len(near) < _MAX_ALIKE:
            near.append(request)
        if len(self._recent) > _MAX_RECENT:
            first = next(iter(self._recent))
            del self._recent[first]
            self._near.pop(_near_key(first), None)


def _near_key(request: Request) -> tuple[str, str, int]:
    return request.window_id, request.url, request.timestamp // SAME_MS


def _is_same_request(known: Request, request: Request) -> bool:
    """Whether two records are of one request; the browser's own list has no method, and often no status."""
    twice = (
        known.initial or request.initial or (known.by_code and request.by_code and _one_lacks_method(known, request))
    )
    return (
        twice
        and abs(known.timestamp - request.timestamp) <= SAME_MS
        and (known.method == request.method or _one_lacks_method(known, request))
        and (not known.status or not request.status or known.status == request.status)
    )


def _one_lacks_method(one: Request, other: Request) -> bool:
    return bool(one.method) != bool(other.method)


def _request(event: Event, fields: dict[str, Any], *, initial: bool) -> Request:
    started = number(fields.get("timestamp"))
    origin, offset = number(fields.get("timeOrigin")), number(fields.get("startTime"))
    if started is None and origin is not None and offset is not None:
        started = origin + offset
    method = text(fields.get("method")).upper()
    method = method if _METHOD.fullmatch(method) else ""
    initiator = text(fields.get("initiatorType"))
    duration = number(fields.get("duration"))
    return Request(
        timestamp=event.timestamp if started is None or abs(started - event.timestamp) > _FAR_MS else round(started),
        window_id=event.window_id,
        method=method,
        url=(text(fields.get("name")) or text(fields.get("url"))).partition("#")[0][:MAX_URL_LENGTH],
        status=_status(fields.get("status")) or _status(fields.get("responseStatus")),
        by_code=bool(method) or initiator in _BY_CODE,
        for_page="navigation" in (initiator, text(fields.get("entryType"))),
        back=text(fields.get("type")) == _BACK,
        duration_ms=round(duration) if duration is not None and 0 <= duration <= _FAR_MS else None,
        initial=initial,
    )


def _status(value: object) -> int:
    """An HTTP status; 0 if the value is not one."""
    status = number(value)
    return int(status) if status is not None and 0 < status <= _MAX_STATUS and status == int(status) else 0
