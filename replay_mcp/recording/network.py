"""Network requests as posthog-js and rrweb's network plugin record them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from .events import NETWORK_PLUGIN, Event, EventType
from .untrusted import arr, number, obj, text, whole

MAX_REQUESTS_PER_EVENT: Final = 5_000
MAX_URL_LENGTH: Final = 4096
_METHOD: Final = re.compile(r"[A-Z]{1,10}")
_FAR_MS: Final = 3_600_000
"""A request that says it started so far from when it was recorded has a clock of its own, which is not believed."""


@dataclass(frozen=True, slots=True)
class Request:
    """A network request.

    Attributes:
        timestamp: when it started, epoch milliseconds; it is recorded up to seconds later.
        method: `GET` …; empty where the browser does not say.
        url: without fragment.
        status: HTTP status; 0 when it is not known (opaque, aborted, still running), which is no failure.
        by_code: whether the page's code made it (fetch or XHR), not the browser for a page, image or script.
        for_page: whether the browser made it for a page itself.
        duration_ms: until the answer was complete; None when not known.
    """

    timestamp: int
    window_id: str
    method: str
    url: str
    status: int
    by_code: bool
    for_page: bool = False
    duration_ms: int | None = None

    @property
    def target(self) -> tuple[str, str]:
        """What makes two requests attempts at the same thing; `?id=1` and `?id=2` are two things."""
        return self.method, self.url


def requests(event: Event) -> Iterator[Request]:
    """The requests that the event recorded, bounded; none for another kind of event."""
    if event.type == EventType.PLUGIN and event.data.get("plugin") == NETWORK_PLUGIN:
        found = arr(obj(event.data.get("payload")).get("requests"))
        for fields in found[:MAX_REQUESTS_PER_EVENT]:
            yield _request(event, obj(fields))


def _request(event: Event, fields: dict[str, Any]) -> Request:
    started = number(fields.get("timestamp"))
    origin, offset = number(fields.get("timeOrigin")), number(fields.get("startTime"))
    if started is None and origin is not None and offset is not None:
        started = origin + offset
    method = text(fields.get("method")).upper()
    method = method if _METHOD.fullmatch(method) else ""
    duration = number(fields.get("duration"))
    return Request(
        timestamp=event.timestamp if started is None or abs(started - event.timestamp) > _FAR_MS else round(started),
        window_id=event.window_id,
        method=method,
        url=text(fields.get("name")).partition("#")[0][:MAX_URL_LENGTH],
        status=whole(fields.get("responseStatus")) or whole(fields.get("status")) or 0,
        by_code=bool(method) or text(fields.get("initiatorType")) in {"fetch", "xmlhttprequest"},
        for_page=text(fields.get("initiatorType")) == "navigation" or text(fields.get("entryType")) == "navigation",
        duration_ms=round(duration) if duration is not None and 0 <= duration <= _FAR_MS else None,
    )
