"""How long a moment takes, against reading the whole recording in the same process."""

import gzip
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeVar

from benchmarks.recordings import dense
from replay_mcp.recording.screen.log import ScreenLog, Screens
from replay_mcp.recording.screen.screen import screen_at
from replay_mcp.recording.timeline.reader import Timeline, TimelineReader
from replay_mcp.redaction import Redaction

MOMENTS: Final = 20
"""Number of moments, evenly spread."""
_REDACTION: Final = Redaction("standard")

T = TypeVar("T")


class Speed(NamedTuple):
    """Times as ratios of the time that the timeline takes.

    Attributes:
        with_screens: the timeline and the screens in one reading.
        page: the page of a moment, median and worst.
        outline: the page and its outline, median and worst.
        size: bytes of the screens in memory.
    """

    with_screens: float
    page: tuple[float, float]
    outline: tuple[float, float]
    size: int


def measure(recording: bytes) -> Speed:
    """Measure one recording."""
    alone, _ = _timed(lambda: _read(recording, None))
    log = ScreenLog()
    seconds, (timeline, screens) = _timed(lambda: (_read(recording, log), log.finish()))
    pages, outlines = zip(*_moments(timeline, screens), strict=True)
    return Speed(
        seconds / alone,
        (statistics.median(pages) / alone, max(pages) / alone),
        (statistics.median(outlines) / alone, max(outlines) / alone),
        screens.size,
    )


def dense_recording() -> bytes:
    """The dense page of the timeline's benchmark."""
    return gzip.compress(b"\n".join(dense()))


def _read(recording: bytes, log: ScreenLog | None) -> Timeline:
    reader = TimelineReader(_REDACTION, observer=log)
    reader.feed(recording)
    return reader.finish()


def _moments(timeline: Timeline, screens: Screens) -> Iterator[tuple[float, float]]:
    """Seconds for the page, and for the page with its outline, of each moment."""
    for place in range(1, MOMENTS + 1):
        at = timeline.start + (timeline.end - timeline.start) * place // MOMENTS
        page, screen = _timed(lambda at=at: screen_at(screens, 1, at, _REDACTION))
        lines, _ = _timed(lambda screen=screen: screen.lines if screen is not None else [])
        yield page, page + lines


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
