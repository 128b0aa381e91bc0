"""Measures timelines of recordings of several shapes, against decompressing and parsing the same bytes, and spoiler.

    python -m benchmarks.timeline [--only SHAPE…] [--rounds N] [--collector on] [--without-spoiler] [PATH…]

PATH: recordings of real visits, files or directories; by default `../shared/corpus/apps`, if it exists.
Baseline, reader and spoiler take turns, each in a fresh process, so that they do not share memory and meet the same
load on the machine. Ratios are medians of the rounds' ratios. The command exits with 1 if a budget is missed.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks import spoiler
from benchmarks.comparison import BASELINE, READER, SPOILER, Comparison, Sides, compare
from benchmarks.measurement import DEMO, ROOT, TIMEOUT, Measurement, measure, recordings_in

DENSE_BUDGET: Final = 1.1
SESSIONS_BUDGET: Final = 3.5
RECORDINGS_BUDGET: Final = 5.0
MEMORY_BUDGET_MB: Final = 300
APPS: Final = ROOT.parent / "shared" / "corpus" / "apps"
PASSES: Final = 3
"""How often each process reads the small recordings, whose times would be too short to measure otherwise."""


class Benchmark:
    """The measurements of one run, and the budgets they miss."""

    def __init__(self, sides: Sides, rounds: int, apps: Sequence[Path], directory: Path) -> None:
        self._sides = sides
        self._rounds = rounds
        self._apps = apps
        self._directory = directory
        self.missed: list[str] = []

    def dense(self) -> None:
        """A page of tables that are rendered whole again and again."""
        self._synthetic("dense", DENSE_BUDGET)

    def sessions(self) -> None:
        """20 MB of visits with the mutation sizes and user actions of real ones."""
        self._synthetic("sessions", SESSIONS_BUDGET)

    def recordings(self) -> None:
        """Small real recordings, each with its own timeline."""
        found = compare("demo recordings", DEMO, self._sides, self._rounds, PASSES)
        print(found, flush=True)
        if self._apps:
            apps = compare("app recordings", self._apps, self._sides, self._rounds, PASSES)
            print(apps, flush=True)
            found = apps + found
            print(found, flush=True)
        else:
            print("  Without recordings of apps: none were given, and ../shared/corpus/apps does not exist.")
        self._judge("recordings", found, RECORDINGS_BUDGET)
        if SPOILER in found.sides and found.seconds(READER) >= found.seconds(SPOILER):
            self.missed.append(f"recordings: {found.seconds(READER):.3f} s, spoiler {found.seconds(SPOILER):.3f} s")

    def long(self) -> None:
        """The memory that streaming 1 GB of lines takes, with the garbage collector on, as in a server."""
        path = self._write("long")
        found = measure("reader", [path], "--collector", "on")
        path.unlink()
        print(f"long: 1 GB of lines, {found.found} rows: {found.seconds:.0f} s")
        print(
            f"  {found.before_mb:.0f} MB after imports, at most {found.peak_mb:.0f} MB (budget {MEMORY_BUDGET_MB} MB)"
        )
        if found.peak_mb > MEMORY_BUDGET_MB:
            self.missed.append(f"long: {found.peak_mb:.0f} MB, budget {MEMORY_BUDGET_MB} MB")

    def _synthetic(self, shape: str, budget: float) -> None:
        found = compare(shape, [self._write(shape)], self._sides, self._rounds)
        print(found, flush=True)
        self._judge(shape, found, budget)

    def _write(self, shape: str) -> Path:
        """Write a recording in another process, so that writing does not count."""
        path = self._directory / f"{shape}.jsonl"
        command = [sys.executable, "-m", "benchmarks.recordings", shape, str(path)]
        subprocess.run(command, cwd=ROOT, check=True, timeout=TIMEOUT)
        return path

    def _judge(self, shape: str, found: Comparison, budget: float) -> None:
        ratio = found.ratio(READER)
        print(f"  {ratio:.2f}x, budget {budget}x", flush=True)
        if ratio > budget:
            self.missed.append(f"{shape}: {ratio:.2f}x, budget {budget}x")


SHAPES: Final[dict[str, Callable[[Benchmark], None]]] = {
    "dense": Benchmark.dense,
    "sessions": Benchmark.sessions,
    "recordings": Benchmark.recordings,
    "long": Benchmark.long,
}


def make_sides(collector: str, *, with_spoiler: bool) -> Sides:
    """Baseline, reader, and spoiler if it can be installed."""
    sides: dict[str, Callable[[Sequence[Path]], Measurement]] = {
        BASELINE: lambda paths: measure("baseline", paths, "--collector", collector),
        READER: lambda paths: measure("reader", paths, "--collector", collector),
    }
    if with_spoiler:
        try:
            program = spoiler.install()
        except spoiler.CannotInstallError as error:
            print(f"Without spoiler, which cannot be installed: {error}")
        else:
            sides[SPOILER] = lambda paths: measure("spoiler", [program, *paths])
    return sides


def main() -> int:
    """Print the measurements; return 1 if a budget is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="*", type=Path, default=[APPS] if APPS.exists() else [])
    parser.add_argument("--only", action="append", choices=SHAPES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--collector", choices=("on", "off"), default="off")
    parser.add_argument("--without-spoiler", action="store_true")
    options = parser.parse_args()
    sides = make_sides(options.collector, with_spoiler=not options.without_spoiler)
    apps = recordings_in(options.paths)
    with tempfile.TemporaryDirectory() as directory:
        benchmark = Benchmark(sides, options.rounds, apps, Path(directory))
        for shape in options.only or SHAPES:
            SHAPES[shape](benchmark)
    for budget in benchmark.missed:
        print(f"Over the budget: {budget}")
    return 1 if benchmark.missed else 0


if __name__ == "__main__":
    sys.exit(main())
