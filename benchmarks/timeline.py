"""A timeline of a large recording: against decompressing and parsing the same bytes and nothing else, and its memory.

    python -m benchmarks.timeline [--rounds N] [--skip-long]

Budgets: 1.5x for 20 MB of lines (about 100 MB once their fields are inflated) and for the same events in one gzip file;
300 MB of memory for 1 GB of lines, which takes minutes. Reader and baseline take turns. Each measurement has a process
of its own, so that the memory of one does not count for another.
"""

import argparse
import gzip
import itertools
import resource
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from benchmarks.recordings import endless, lines
from replay_mcp.recording.redaction import Redaction
from replay_mcp.recording.timeline import TimelineReader

RATIO_BUDGET: Final = 1.5
MEMORY_BUDGET_MB: Final = 300
MB: Final = 1_000_000
SHORT: Final = 20 * MB
LONG: Final = 1_000 * MB
CHUNK_BYTES: Final = 256 * 1024

_PACKED_FIELDS = ("texts", "attributes", "removes", "adds")

A = TypeVar("A")
T = TypeVar("T")


class Comparison(NamedTuple):
    """What both took in each round, in seconds, for so many events that make so many rows."""

    given: str
    events: int
    rows: int
    baseline: list[float]
    reader: list[float]

    @property
    def ratio(self) -> float:
        """Median of the rounds' ratios."""
        return statistics.median(self._ratios)

    @property
    def _ratios(self) -> list[float]:
        return [ours / bare for bare, ours in zip(self.baseline, self.reader, strict=True)]

    def __str__(self) -> str:
        bare, ours = statistics.median(self.baseline), statistics.median(self.reader)
        return (
            f"{self.given}, {self.events} events, {self.rows} rows: "
            f"baseline {bare:.2f} s, reader {ours:.2f} s "
            f"({self.events / ours:.0f} events/s, {self.rows / ours:.0f} rows/s): "
            f"{self.ratio:.2f}x, {min(self._ratios):.2f}x to {max(self._ratios):.2f}x (budget {RATIO_BUDGET}x)"
        )


class Run(NamedTuple):
    """One reading of a file: how long, how many rows, and memory in MB before it and at most."""

    seconds: float
    rows: int
    before_mb: float
    peak_mb: float


def alone(function: Callable[[A], T], argument: A) -> T:
    """The function's result, from a process of its own."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, argument).result()


def seconds(call: Callable[[], object]) -> float:
    """How long `call` takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def rows(chunks: Iterable[bytes]) -> int:
    """How many rows the timeline of a recording has."""
    reader = TimelineReader(Redaction("standard"))
    for chunk in chunks:
        reader.feed(chunk)
    return len(reader.finish().rows)


def chunked(data: bytes) -> Iterator[bytes]:
    """The bytes as they come from a disk or a socket."""
    return (data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES))


def parse(data: bytes) -> None:
    """Inflate and parse what the lines hold."""
    for line in data.splitlines():
        _, event = orjson.loads(line)
        if "cv" not in event:
            continue
        packed: Any = event["data"]
        for field in [packed] if isinstance(packed, str) else [packed[name] for name in _PACKED_FIELDS]:
            orjson.loads(zlib.decompress(field.encode("latin-1"), wbits=31))


def compare(given: str, data: bytes, baseline: Callable[[bytes], None], events: int, rounds: int) -> Comparison:
    """The reader against the baseline, in turn."""
    found = Comparison(given, events, rows(chunked(data)), [], [])
    baseline(data)
    for _ in range(rounds):
        found.baseline.append(seconds(lambda: baseline(data)))
        found.reader.append(seconds(lambda: rows(chunked(data))))
    return found


def compare_lines(rounds: int) -> Comparison:
    """20 MB as PostHog serves them."""
    written = [*lines(SHORT)]
    data = b"".join(written)
    return compare(f"{len(data) / MB:.0f} MB of lines", data, parse, len(written), rounds)


def compare_file(rounds: int) -> Comparison:
    """The same events as a gzip file."""
    written = [*itertools.islice(endless(compressed=False), sum(1 for _ in lines(SHORT)))]
    plain = b"".join(written)
    data = gzip.compress(plain, 6, mtime=0)
    given = f"the same inflated, {len(plain) / MB:.0f} MB, in a gzip file of {len(data) / MB:.0f} MB"
    return compare(given, data, lambda data: parse(gzip.decompress(data)), len(written), rounds)


def peak_mb() -> float:
    """The most memory that this process has had so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MB if sys.platform == "darwin" else peak * 1024 / MB


def write_long(path: Path) -> int:
    """Write 1 GB of lines; how many events."""
    events = 0
    with path.open("wb") as file:
        for line in lines(LONG):
            events += 1
            file.write(line)
    return events


def read_long(path: Path) -> Run:
    """Read a file as a stream."""
    before, started = peak_mb(), time.perf_counter()
    with path.open("rb") as file:
        found = rows(iter(lambda: file.read(CHUNK_BYTES), b""))
    return Run(time.perf_counter() - started, found, before, peak_mb())


def main() -> int:
    """Print what was measured; 1 when it is over a budget."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--skip-long", action="store_true", help="leave the 1 GB recording out")
    options = parser.parse_args()
    met = True
    for comparison in (compare_lines, compare_file):
        found = alone(comparison, options.rounds)
        print(found)
        met = met and found.ratio <= RATIO_BUDGET
    if not options.skip_long:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "long.jsonl"
            events = alone(write_long, path)
            run = alone(read_long, path)
        print(f"{LONG / MB:.0f} MB of lines, {events} events, {run.rows} rows: {run.seconds:.0f} s")
        print(f"  {run.before_mb:.0f} MB after imports, at most {run.peak_mb:.0f} MB (budget {MEMORY_BUDGET_MB} MB)")
        met = met and run.peak_mb <= MEMORY_BUDGET_MB
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
