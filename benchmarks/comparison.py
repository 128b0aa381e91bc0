"""Compares the measurements of several sides, and prints them as a table."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measurement import MB, Measurement

BASELINE: Final = "baseline"
READER: Final = "replay-mcp"
SPOILER: Final = "spoiler"
FOUND: Final = {BASELINE: "events", READER: "rows", SPOILER: "traces"}
"""The unit of `Measurement.found`, by side."""

Sides = Mapping[str, Callable[[Sequence[Path]], Measurement]]
"""Functions that measure files, by side. The baseline must be among them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The measurements of each side for the same files, round by round.

    Attributes:
        files: a description of the files.
        sides: each side's measurements, one per round.
    """

    files: str
    sides: dict[str, list[Measurement]]

    def ratio(self, side: str) -> float:
        """The median over the rounds of the ratio of wall time to the baseline."""
        return statistics.median(self._ratios(side))

    def seconds(self, side: str) -> float:
        """The median wall time."""
        return statistics.median(one.seconds for one in self.sides[side])

    def __add__(self, other: "Comparison") -> "Comparison":
        """Combine the measurements of two sets of files."""
        sides = {
            side: [_add(one, two) for one, two in zip(measurements, other.sides[side], strict=True)]
            for side, measurements in self.sides.items()
        }
        return Comparison(f"{self.files} + {other.files}", sides)

    def __str__(self) -> str:
        return "\n".join((self.files, *map(self._line, self.sides)))

    def _ratios(self, side: str) -> list[float]:
        pairs = zip(self.sides[side], self.sides[BASELINE], strict=True)
        return [one.seconds / bare.seconds for one, bare in pairs]

    def _cpu(self, side: str) -> float:
        return statistics.median(one.cpu for one in self.sides[side])

    def _line(self, side: str) -> str:
        ratios = self._ratios(side)
        wall = f"{self.seconds(side):7.3f} s {self.ratio(side):6.2f}x ({min(ratios):.2f}x to {max(ratios):.2f}x)"
        cpu = f"CPU {self._cpu(side):7.3f} s {self._cpu(side) / self._cpu(BASELINE):6.2f}x"
        peak = max(one.peak_mb for one in self.sides[side])
        return f"  {side:<10} {wall}, {cpu}, {peak:4.0f} MB, {self.sides[side][0].found} {FOUND[side]}"


def compare(name: str, paths: Sequence[Path], sides: Sides, rounds: int, passes: int = 1) -> Comparison:
    """Measure the sides in turns.

    Args:
        name: a name for the files.
        paths: the files.
        sides: the sides to measure.
        rounds: how many times each side is measured.
        passes: how often a measurement reads the files; times are divided by it.
    """
    size = sum(path.stat().st_size for path in paths) / MB
    measurements: dict[str, list[Measurement]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, measure in sides.items():
            measurements[side].append(_per_pass(measure([*paths] * passes), passes))
    return Comparison(f"{name} ({size:.1f} MB in {len(paths)})", measurements)


def _per_pass(total: Measurement, passes: int) -> Measurement:
    return Measurement(
        total.seconds / passes,
        total.cpu / passes,
        total.found // passes,
        total.before_mb,
        total.peak_mb,
    )


def _add(one: Measurement, two: Measurement) -> Measurement:
    return Measurement(
        one.seconds + two.seconds,
        one.cpu + two.cpu,
        one.found + two.found,
        max(one.before_mb, two.before_mb),
        max(one.peak_mb, two.peak_mb),
    )
