"""Counts of right and wrong results, with a list of all faults."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from replay_mcp.recording.timeline.rows import Flag

FLAGS: Final[tuple[Flag, ...]] = (
    "rage", "dead", "slow", "error_after", "error_shown", "repeated_submit", "retyped", "abandoned_form", "wait",
    "quick_back",
)  # fmt: skip
CHECKS: Final = (
    "actions", "names", "clicks", "typed lengths", "no phantom action", "texts", "texts with a row", "visits",
    "no extra visit", "typed text hidden", "outcome", "said to have failed", "summary clicks", "summary fields",
    "claims",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong result.

    Attributes:
        kind: `false dead`, `missed dead`, or the name of a check.
    """

    kind: str
    recording: str
    what: str


@dataclass(slots=True)
class Score:
    """The counts of one or more recordings.

    Attributes:
        hits: flags that a person would set as well.
        extra: flags that a person would not set.
        missed: flags that only a person would set.
        right: checks that hold.
        wrong: checks that do not hold.
        weak: claims judged `not_shown` that are true or false.
    """

    recordings: int = 0
    hits: Counter[str] = field(default_factory=Counter[str])
    extra: Counter[str] = field(default_factory=Counter[str])
    missed: Counter[str] = field(default_factory=Counter[str])
    right: Counter[str] = field(default_factory=Counter[str])
    wrong: Counter[str] = field(default_factory=Counter[str])
    weak: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])

    def hit(self, flag: str) -> None:
        """Count a right flag."""
        self.hits[flag] += 1

    def false(self, flag: str, recording: str, what: str) -> None:
        """Count a flag that a person would not set."""
        self.extra[flag] += 1
        self.faults.append(Fault(f"false {flag}", recording, what))

    def miss(self, flag: str, recording: str, what: str) -> None:
        """Count a flag that only a person would set."""
        self.missed[flag] += 1
        self.faults.append(Fault(f"missed {flag}", recording, what))

    def check(self, name: str, recording: str, what: str, *, ok: bool) -> None:
        """Count a check."""
        (self.right if ok else self.wrong)[name] += 1
        if not ok:
            self.faults.append(Fault(name, recording, what))

    def add(self, other: "Score") -> None:
        """Add the counts and faults of another score."""
        self.recordings += other.recordings
        for mine, more in (
            (self.hits, other.hits), (self.extra, other.extra), (self.missed, other.missed),
            (self.right, other.right), (self.wrong, other.wrong),
        ):  # fmt: skip
            mine.update(more)
        self.weak += other.weak
        self.faults += other.faults

    def precision(self, *flags: str) -> float | None:
        """The share of set flags that are right; None if none is set."""
        return _share(self.hits, self.extra, flags)

    def recall(self, *flags: str) -> float | None:
        """The share of flags a person would set that are set; None if there are none."""
        return _share(self.hits, self.missed, flags)


def _share(good: Counter[str], bad: Counter[str], flags: tuple[str, ...]) -> float | None:
    right, wrong = sum(good[flag] for flag in flags), sum(bad[flag] for flag in flags)
    return right / (right + wrong) if right + wrong else None
