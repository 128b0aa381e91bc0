"""Rows of a timeline laid beside what the visitor did."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy.truth import Act, Truth
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row

ACTIONS: Final = frozenset({"click", "typing", "change"})
EARLY: Final = 0.2
"""Seconds: clocks of visitor and browser differ by so much."""
LATE: Final = 0.45
"""Seconds: a row begins so late after the act's end at most."""
SHORTEST: Final = 0.5


def normal(text: str) -> str:
    """Text without what does not matter to a reader: case, kinds of blanks and quotes."""
    straight = text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
    return " ".join(straight.split()).casefold()


def shown(row: Row) -> str:
    """A row, for people."""
    flags = f" {', '.join(row.flags)}" if row.flags else ""
    return f"{row.ref} {row.seconds:g} s {row.kind} {target(row)} | {effect(row)[:150]}{flags}"


@dataclass(frozen=True, slots=True)
class Told:
    """An act and the rows that may tell of it.

    Attributes:
        begins: seconds of the timeline; `next`: when the next act begins.
        rows: actions told within its time.
    """

    act: Act
    begins: float
    next: float
    rows: tuple[Row, ...]

    @property
    def fitting(self) -> list[Row]:
        """The rows of its kind; what a key or click chooses may be told as a change, too."""
        kind = self.act.kind
        return [row for row in self.rows if row.kind == kind or (kind != "typing" and row.kind == "change")]

    @property
    def named(self) -> list[Row]:
        """Those of the fitting rows that call the element by one of its names."""
        return [row for row in self.fitting if not self._names or self.calls(row)]

    def calls(self, row: Row) -> bool:
        """Whether a row calls the element by one of its names."""
        return any(name in normal(target(row)) for name in self._names)

    @property
    def _names(self) -> list[str]:
        return [normal(name) for name in (self.act.name, *self.act.alt) if name]

    def during(self, row: Row) -> bool:
        """Whether a row lies between this act and the next."""
        return self.begins <= row.seconds < self.next

    @property
    def accounted(self) -> Iterator[Row]:
        """The rows that are this act's, so that nobody calls them phantoms."""
        yield from self.named or self.fitting
        changes = sorted((row for row in self.rows if row.kind == "change"), key=lambda row: not self.calls(row))
        yield from changes[:1]
        kinds = {"click": ("click",), "typing": ("typing",), "change": ()}[self.act.kind]
        yield from (row for row in self.rows if row.kind in kinds)
        if self.act.kind == "change":  # a choice by a key or through its label is a click, too
            yield from (row for row in self.rows if row.kind == "click" and self.calls(row))
        if self.act.optional:
            yield from self.rows

    def __str__(self) -> str:
        """The act, for people."""
        why = f" ({self.act.why})" if self.act.why else ""
        return f"{self.begins + EARLY:.2f} s {self.act.kind} {self.act.name!r}{why}"


def told(truth: Truth, timeline: Timeline) -> list[Told]:
    """The acts in the order of time, each with its rows."""
    acts = sorted(truth.acts, key=lambda act: act.t)
    own = [row for row in timeline.rows if row.kind in ACTIONS]
    return [_told(act, following, own, timeline.start) for act, following in itertools.pairwise([*acts, None]) if act]


def _told(act: Act, following: Act | None, own: Sequence[Row], start: int) -> Told:
    begins = (act.t - start) / 1000 - EARLY
    until = (following.t - start) / 1000 - EARLY if following else float("inf")
    last = max(min((act.end - start) / 1000 + LATE, until), begins + SHORTEST)
    return Told(act, begins, until, tuple(row for row in own if begins <= row.seconds < last))
