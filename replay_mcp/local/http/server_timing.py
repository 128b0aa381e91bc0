"""Durations of the steps of a request, as spans and as a `Server-Timing` header (live behaviour)."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from .tracing import tracer


class ServerTiming:
    """The steps of one request. Each step is also a child of the current span."""

    def __init__(self) -> None:
        self._milliseconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Time the block as a step of this name."""
        started = time.perf_counter()
        try:
            with tracer.start_as_current_span(name):
                yield
        finally:
            self._milliseconds[name] = (time.perf_counter() - started) * 1000

    def headers(self) -> dict[str, str]:
        """The header, with durations in milliseconds."""
        steps = (f"{name};dur={milliseconds:.2f}" for name, milliseconds in self._milliseconds.items())
        return {"Server-Timing": ", ".join(steps)}
