"""Counts the HTTP requests of a tool call."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class RequestCount:
    """The number of HTTP requests sent so far."""

    sent: int = 0


_current: ContextVar[RequestCount | None] = ContextVar("request_count", default=None)


@contextmanager
def requests_counted() -> Generator[RequestCount]:
    """Count the requests that are sent in the block, also by tasks started in it."""
    count = RequestCount()
    token = _current.set(count)
    try:
        yield count
    finally:
        _current.reset(token)


def count_request() -> None:
    """Count a request for the surrounding `requests_counted`, if any."""
    if (count := _current.get()) is not None:
        count.sent += 1
