"""What came of a session or a part of it, as far as its timeline shows: what was tried, what failed, what was done.

Nothing is guessed. A success is one that the page told of, or a filled-in form that its server took; a failure is the
same thing tried again and again in vain, with nothing else after it. Everything else is not shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .rows import Row

ACTS: Final = frozenset({"click", "typing", "change"})
"""Kinds of rows that tell of what a person did and a page answers."""
EDITS: Final = frozenset({"typing", "change"})
SENDING: Final = ("POST", "PUT", "PATCH")
"""Methods of requests that send what was filled in."""
VAIN_TRIES: Final = 2
"""So many failed tries of the same thing are a failure; one may be an accident."""

RULES: Final = {
    "success shown": (
        "a text or a page's title said that something is done (in English, German, French, Spanish, Portuguese, Italian"
        " or Dutch), or a click after a field was filled in started a request (POST, PUT or PATCH) that was answered"
        " with 2xx; and after it no act failed, no further field was filled in, and, where only an answer of 2xx says"
        " so, nobody went on to another page"
    ),
    "failed": (
        f"what was clicked last was clicked {VAIN_TRIES} times or more, failed each time (a request that it started was"
        " answered with 400 or more, or the page showed a text that speaks of an error), and nothing else was done,"
        " opened or shown to be done after it"
    ),
    "not shown": "everything else",
}
"""When an outcome is told: what is published."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that the recording shows to be done.

    Attributes:
        row: where it shows: a text, a page, a click.
        request: the form's request that was answered with 2xx, where no words said so.
    """

    row: Row
    request: Row | None = None


@dataclass(frozen=True, slots=True)
class Vain:
    """What was tried again and again, and failed each time.

    Attributes:
        acts: the clicks, in time order.
        errors: the failed requests that they started, in time order.
    """

    acts: tuple[Row, ...]
    errors: tuple[Row, ...]

    @property
    def tries(self) -> int:
        """How many clicks those are: one row may tell of several."""
        return sum(act.count for act in self.acts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        done: the last thing shown to be done, if any, whatever came after it.
        vain: what failed, if the session ends with it.
        success: see `RULES`; None: not shown.
    """

    done: Done | None
    vain: Vain | None
    success: bool | None


class Outcomes:
    """Judges stretches of one timeline, whose rows are given in the order of time."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_ref = {row.ref: row for row in rows}
        self._done = list(self._deeds(rows))
        self._failing = frozenset(row.ref for row in rows if self._fails(row))
        self.vain = self._in_vain(rows)

    def failing(self, row: Row) -> bool:
        """Whether a row tells of an act that failed."""
        return row.ref in self._failing

    def of(self, rows: Sequence[Row]) -> Outcome:
        """What came of these rows: all of the timeline's, or a part of them."""
        refs = {row.ref for row in rows}
        done = next((deed for deed in reversed(self._done) if deed.row.ref in refs), None)
        vain = self.vain if self.vain and not refs.isdisjoint(act.ref for act in self.vain.acts) else None
        if vain is not None:
            return Outcome(done, vain, success=False)
        return Outcome(done, None, success=True if done and self._stands(done, rows) else None)

    def _stands(self, done: Done, rows: Sequence[Row]) -> bool:
        """Whether nothing that was done afterwards puts it in question."""
        went_on = False
        for row in rows:
            if _place(row) <= _place(done.row):
                continue
            if row.ref in self._failing or row.kind in EDITS:
                return False
            if done.request is not None and went_on and row.kind == "navigation":
                return False
            went_on = went_on or row.kind in ACTS
        return True

    def _fails(self, row: Row) -> bool:
        return row.kind in ACTS and (row.says == "error" or bool(self.failed_requests(row)))

    def failed_requests(self, row: Row) -> list[Row]:
        """The requests that a click started and that were answered with 400 or more."""
        return [request for request in self._requests(row) if (request.status or 0) >= 400]

    def _requests(self, row: Row) -> list[Row]:
        return [self._by_ref[ref] for ref in row.requests if ref in self._by_ref]

    def _deeds(self, rows: Iterable[Row]) -> Iterable[Done]:
        filled: set[int] = set()
        for row in rows:
            if row.kind == "navigation":
                filled.discard(row.tab)
            if row.kind in EDITS:
                filled.add(row.tab)
            if row.says == "done":
                yield Done(row)
                continue
            taken = next(filter(_takes, self._requests(row)), None)
            if taken is not None and row.tab in filled and not self._fails(row):
                yield Done(row, taken)

    def _in_vain(self, rows: Sequence[Row]) -> Vain | None:
        moves = [row for row in rows if row.kind in ACTS or row.kind == "navigation"]
        last = moves[-1] if moves else None
        if last is None or last.kind != "click" or not last.key or last.ref not in self._failing:
            return None
        tries: list[Row] = []
        for row in reversed(moves):
            if (row.kind, row.key, row.tab) != ("click", last.key, last.tab):
                continue
            if row.ref not in self._failing:  # it worked then, as far as can be seen
                break
            tries.insert(0, row)
        since = [deed for deed in self._done if _place(deed.row) > _place(tries[0])]
        if since or sum(row.count for row in tries) < VAIN_TRIES:
            return None
        return Vain(tuple(tries), tuple(error for row in tries for error in self.failed_requests(row)))


def _takes(request: Row) -> bool:
    """Whether a request sent something that was taken."""
    return request.target.partition(" ")[0] in SENDING and 200 <= (request.status or 0) < 300


def _place(row: Row) -> int:
    return int(row.ref[1:])
