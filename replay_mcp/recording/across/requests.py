"""The requests of several sessions, by method, path, status and page: how many, how long, how many abandoned.

Timelines keep all requests up to the limit of rows of a kind, so that nothing else has to be read for this.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Final

from replay_mcp.recording.timeline.own_requests import is_telemetry
from replay_mcp.recording.timeline.rows import CLOCK_MS, Row

from .sessions import ComparedSession, Endpoint, Sessions, endpoint_of

REPLACED_SECONDS: Final = 0.25
"""A request that ends within this time after the start of the next one to the same path was replaced by it."""
_FAILED: Final = 400
_RECORDER: Final = re.compile(r"/array/[^/?#]+/config(?:\.js)?(?:[?#]|$)")
"""The request of posthog-js for its configuration."""
_CLOCK: Final = CLOCK_MS / 1_000
_BY_CODE: Final = 2
"""Minimum weight of requests that the page's code made or that failed; others are images, styles and scripts."""

ABORTED_RULE: Final = (
    "A request without a recorded status was aborted if other requests to the same method and path have one, and if it"
    f" ended at the moment at which the next of them began in that tab ({CLOCK_MS} ms before to"
    f" {REPLACED_SECONDS * 1_000:g} ms after). Its duration is not a response time. Any other request without a status"
    " is counted with status absent: it may have been of another origin, or still running"
)
"""The published rule of aborted requests."""


@dataclass(frozen=True, slots=True)
class CountedRequest:
    """A request in a session.

    Attributes:
        aborted: whether a later request replaced it before it was answered; its duration is not a response time.
    """

    session_id: str
    row: Row
    aborted: bool

    @property
    def answered_ms(self) -> int | None:
        """How long the response took; None if it is not known, or if there was none."""
        return None if self.aborted else self.row.duration_ms


@dataclass(frozen=True, slots=True)
class RequestGroup:
    """Requests of the same kind.

    Attributes:
        path: host and path, with ids as `:id`.
        status: of the response; 0 if it is not known: aborted, of another origin, or still running.
        page: the page that sent them.
    """

    method: str
    path: str
    status: int
    page: str
    requests: tuple[CountedRequest, ...]

    @property
    def session_ids(self) -> tuple[str, ...]:
        """The ids of the sessions, each once."""
        return tuple(dict.fromkeys(request.session_id for request in self.requests))

    @property
    def aborted(self) -> int:
        """How many were replaced before they were answered."""
        return sum(request.aborted for request in self.requests)

    @property
    def durations(self) -> list[int]:
        """Response times in milliseconds, shortest first, without those of aborted requests."""
        return sorted(each.answered_ms for each in self.requests if each.answered_ms is not None)

    @property
    def median_ms(self) -> int | None:
        """The median response time; None if no response time is known."""
        return round(median(self.durations)) if self.durations else None

    @property
    def p95_ms(self) -> int | None:
        """The response time that 95 % did not exceed (nearest rank); of fewer than 20, the longest."""
        durations = self.durations
        return durations[ceil(len(durations) * 0.95) - 1] if durations else None

    @property
    def slowest(self) -> CountedRequest:
        """The request that took longest."""
        return max(self.requests, key=lambda each: (not each.aborted, each.row.duration_ms or 0))


def request_groups(sessions: Sessions) -> list[RequestGroup]:
    """Group the requests of the page's code and failed ones: those that failed first, then by the time they took."""
    known = {endpoint_of(row) for session in sessions.values() for row in _requests(session) if row.status}
    found: dict[tuple[str, str, int, str], list[CountedRequest]] = {}
    for session in sessions.values():
        rows = list(_requests(session))
        replaced = aborted_refs(rows, known)
        for row in rows:
            key = (*endpoint_of(row), row.status or 0, session.visits.page_of(row))
            found.setdefault(key, []).append(CountedRequest(session.id, row, row.ref in replaced))
    groups = [RequestGroup(*key, tuple(requests)) for key, requests in found.items()]
    return sorted(groups, key=_order)


def aborted_by_session(sessions: Sessions) -> dict[str, frozenset[str]]:
    """Refs of the requests that were replaced before they were answered, by session id."""
    known = {endpoint_of(row) for session in sessions.values() for row in _requests(session) if row.status}
    return {session.id: aborted_refs(list(_requests(session)), known) for session in sessions.values()}


def aborted_refs(requests: Sequence[Row], known: Iterable[Endpoint]) -> frozenset[str]:
    """Refs of the requests that a later one to the same method and path replaced before they were answered.

    The recorder does not say that a request was aborted. It is taken as aborted if no status was recorded, although
    other requests to the same path have one, and it ended when the next one to the same path began.

    Args:
        requests: of one session, in time order.
        known: the endpoints whose status is recorded in some request.
    """
    statuses = frozenset(known)
    by_endpoint: dict[tuple[int, Endpoint], list[Row]] = {}
    for row in requests:
        by_endpoint.setdefault((row.tab, endpoint_of(row)), []).append(row)
    return frozenset(
        earlier.ref
        for (_, endpoint), rows in by_endpoint.items()
        if endpoint in statuses
        for earlier, later in pairwise(rows)
        if _is_replaced(earlier, later)
    )


def _is_replaced(earlier: Row, later: Row) -> bool:
    if earlier.status or earlier.duration_ms is None:
        return False
    ended_after = earlier.seconds + earlier.duration_ms / 1_000 - later.seconds
    return -_CLOCK <= ended_after <= REPLACED_SECONDS


def _requests(session: ComparedSession) -> Iterator[Row]:
    """Requests of the page's code and failed ones, without analytics that worked."""
    return (
        row
        for row in session.timeline.rows
        if row.kind == "network"
        and row.weight >= _BY_CODE
        and ((row.status or 0) >= _FAILED or not (is_telemetry(row.url) or _RECORDER.search(row.url)))
    )


def _order(group: RequestGroup) -> tuple[bool, int, int, tuple[str, str, int, str]]:
    """Failed ones by sessions, the others by the time that people spent on them."""
    failed = group.status >= _FAILED
    weight = len(group.session_ids) if failed else sum(each.row.duration_ms or 0 for each in group.requests)
    return not failed, -weight, -len(group.requests), (group.path, group.method, group.status, group.page)
