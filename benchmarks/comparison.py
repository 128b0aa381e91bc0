"""Measurements of several sides side by side, and the table that shows them."""

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
"""What `Measurement.found` counts."""

Sides = Mapping[str, Callable[[Sequence[Path]], Measurement]]
"""How to measure files, by the name of the side; the baseline is one of them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each side took for the same files, round by round.

    Attributes:
        given: the files in words.
        sides: each side's measurements; as many as rounds.
    """

    given: str
    sides: dict[str, list[Measurement]]

    def ratio(self, side: str) -> float:
        """Median of the rounds' ratios of wall time to the baseline."""
        return statistics.median(self._ratios(side))

    def seconds(self, side: str) -> float:
        """Median of the wall time."""
        return statistics.median(one.seconds for one in self.sides[side])

    def __add__(self, other: "Comparison") -> "Comparison":
        """Both sets of files together."""
        sides = {
            side: [_both(one, two) for one, two in zip(measured, other.sides[side], strict=True)]
            for side, measured in self.sides.items()
        }
        return Comparison(f"{self.given} + {other.given}", sides)

    def __str__(self) -> str:
        return "\n".join((self.given, *map(self._line, self.sides)))

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
    """Let the sides take turns.

    Args:
        name: what the files are.
        paths: the files.
        sides: what to measure.
        rounds: how many turns each side has.
        passes: how often a turn reads the files; times are those of one pass.
    """
    size = sum(path.stat().st_size for path in paths) / MB
    taken: dict[str, list[Measurement]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, measure in sides.items():
            taken[side].append(_pass(measure([*paths] * passes), passes))
    return Comparison(f"{name} ({size:.1f} MB in {len(paths)})", taken)


def _pass(measured: Measurement, passes: int) -> Measurement:
    return Measurement(
        measured.seconds / passes,
        measured.cpu / passes,
        measured.found // passes,
        measured.before_mb,
        measured.peak_mb,
    )


def _both(one: Measurement, two: Measurement) -> Measurement:
    return Measurement(
        one.seconds + two.seconds,
        one.cpu + two.cpu,
        one.found + two.found,
        max(one.before_mb, two.before_mb),
        max(one.peak_mb, two.peak_mb),
    )
