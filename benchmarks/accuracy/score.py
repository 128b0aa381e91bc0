"""Counts of what is right and wrong, with a list of every fault."""

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
    """One thing that is wrong.

    Attributes:
        kind: `false dead`, `missed dead`, or the name of a check.
    """

    kind: str
    recording: str
    what: str


@dataclass(slots=True)
class Score:
    """The counts of some recordings.

    Attributes:
        hits: flags that a person would set, too.
        extra: flags that a person would not set.
        missed: flags that are missing.
        right: checks that hold.
        wrong: checks that do not.
        weak: claims that are right or wrong and were judged `not_shown`.
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
        """A flag is right."""
        self.hits[flag] += 1

    def false(self, flag: str, recording: str, what: str) -> None:
        """A flag is set where a person would not."""
        self.extra[flag] += 1
        self.faults.append(Fault(f"false {flag}", recording, what))

    def miss(self, flag: str, recording: str, what: str) -> None:
        """A flag is not set where a person would."""
        self.missed[flag] += 1
        self.faults.append(Fault(f"missed {flag}", recording, what))

    def check(self, name: str, recording: str, what: str, *, ok: bool) -> None:
        """Something holds or does not."""
        (self.right if ok else self.wrong)[name] += 1
        if not ok:
            self.faults.append(Fault(name, recording, what))

    def add(self, other: "Score") -> None:
        """Take in another's counts and faults."""
        self.recordings += other.recordings
        for mine, more in (
            (self.hits, other.hits), (self.extra, other.extra), (self.missed, other.missed),
            (self.right, other.right), (self.wrong, other.wrong),
        ):  # fmt: skip
            mine.update(more)
        self.weak += other.weak
        self.faults += other.faults

    def precision(self, *flags: str) -> float | None:
        """How many of the flags set are right; None where none is set."""
        return _share(self.hits, self.extra, flags)

    def recall(self, *flags: str) -> float | None:
        """How many of the flags that a person would set are there; None where there is none to set."""
        return _share(self.hits, self.missed, flags)


def _share(good: Counter[str], bad: Counter[str], flags: tuple[str, ...]) -> float | None:
    right, wrong = sum(good[flag] for flag in flags), sum(bad[flag] for flag in flags)
    return right / (right + wrong) if right + wrong else None
