"""Matches the rows of a timeline with the visitor's actions."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy.truth import Action, Truth
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import effect, target
from replay_mcp.recording.timeline.rows import Row

ACTION_KINDS: Final = frozenset({"click", "typing", "change"})
EARLY: Final = 0.2
"""Seconds by which a row may begin before its action: the clocks of visitor and browser differ."""
LATE: Final = 0.45
"""Seconds by which a row may begin after the end of its action."""
SHORTEST: Final = 0.5
"""Seconds in which rows are matched with an action, at least."""


def normalize(text: str) -> str:
    """Remove differences that do not matter to a reader: case, and the kinds of blanks and quotes."""
    straight = text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
    return " ".join(straight.split()).casefold()


def describe(row: Row) -> str:
    """A row as a line for people."""
    flags = f" {', '.join(row.flags)}" if row.flags else ""
    return f"{row.ref} {row.seconds:g} s {row.kind} {target(row)} | {effect(row)[:150]}{flags}"


@dataclass(frozen=True, slots=True)
class MatchedAction:
    """An action and the rows that may show it.

    Attributes:
        begins: in seconds of the timeline; `next`: when the next action begins.
        rows: rows of actions within its time.
    """

    action: Action
    begins: float
    next: float
    rows: tuple[Row, ...]

    @property
    def rows_of_kind(self) -> list[Row]:
        """The rows of its kind; a choice by a key or a click may be a row of kind `change` instead."""
        kind = self.action.kind
        return [row for row in self.rows if row.kind == kind or (kind != "typing" and row.kind == "change")]

    @property
    def rows_with_name(self) -> list[Row]:
        """The rows of its kind whose element has one of its names."""
        return [row for row in self.rows_of_kind if not self._names or self.has_name(row)]

    def has_name(self, row: Row) -> bool:
        """Whether the element of a row has one of the action's names."""
        return any(name in normalize(target(row)) for name in self._names)

    @property
    def _names(self) -> list[str]:
        return [normalize(name) for name in (self.action.name, *self.action.alt) if name]

    def is_current(self, row: Row) -> bool:
        """Whether a row begins between this action and the next."""
        return self.begins <= row.seconds < self.next

    @property
    def explained_rows(self) -> Iterator[Row]:
        """The rows that this action explains, so that they are not phantoms."""
        yield from self.rows_with_name or self.rows_of_kind
        changes = sorted((row for row in self.rows if row.kind == "change"), key=lambda row: not self.has_name(row))
        yield from changes[:1]
        kinds = {"click": ("click",), "typing": ("typing",), "change": ()}[self.action.kind]
        yield from (row for row in self.rows if row.kind in kinds)
        if self.action.kind == "change":  # a choice by a key or through its label is also a click
            yield from (row for row in self.rows if row.kind == "click" and self.has_name(row))
        if self.action.optional:
            yield from self.rows

    def __str__(self) -> str:
        """The action as a line for people."""
        why = f" ({self.action.why})" if self.action.why else ""
        return f"{self.begins + EARLY:.2f} s {self.action.kind} {self.action.name!r}{why}"


def match_actions(truth: Truth, timeline: Timeline) -> list[MatchedAction]:
    """Match the actions, in time order, with their rows."""
    actions = sorted(truth.actions, key=lambda action: action.t)
    rows = [row for row in timeline.rows if row.kind in ACTION_KINDS]
    pairs = itertools.pairwise([*actions, None])
    return [_match(action, following, rows, timeline.start) for action, following in pairs if action]


def _match(action: Action, following: Action | None, rows: Sequence[Row], start: int) -> MatchedAction:
    begins = (action.t - start) / 1000 - EARLY
    until = (following.t - start) / 1000 - EARLY if following else float("inf")
    last = max(min((action.end - start) / 1000 + LATE, until), begins + SHORTEST)
    return MatchedAction(action, begins, until, tuple(row for row in rows if begins <= row.seconds < last))
