"""What came of a session or a part of it, as far as its timeline shows: what was tried, what failed, what was done.

Nothing is guessed. A success is one that the page told of, or a filled-in form that its server took; a failure is the
same thing tried again and again without success, with nothing else after it. Everything else is not shown.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from replay_mcp.recording.dom.types import LANGUAGES
from replay_mcp.recording.timeline.coverage import Coverage
from replay_mcp.recording.timeline.rows import Row

from .form_submissions import SENDING, SENDS, fills, sends

ACTIONS: Final = frozenset({"click", "typing", "change"})
"""Kinds of rows that tell of what a person did and a page answers."""
EDITS: Final = frozenset({"typing", "change"})
CHANGING: Final = (*SENDING, "DELETE")
"""Methods of requests whose failure may be the failure of what was asked for."""
REPORTING_PLACES: Final = ("alert", "dialog", "status", "message")
"""Places whose texts are believed after any click; others name what was done before, as lists of orders do."""
_CONFIRMS: Final = re.compile(
    r"[/_-](?:received|done|success|thanks?|thank-?you|confirm(?:ed|ation)?|complete[d]?|sent|submitted|finish(?:ed)?)"
    r"(?:[/?#_.-]|$)",
    re.IGNORECASE,
)
"""Addresses of pages that confirm."""
UNSUCCESSFUL_TRIES: Final = 2
"""So many failed tries of the same thing are a failure; one may be an accident."""

RULES: Final = {
    "success shown": (
        f"The page said in words that something is done (in {LANGUAGES}): in its title, in"
        f" {', '.join(REPORTING_PLACES)}, or anywhere after a filled-in form was sent. Or,"
        " without words, the click that sent a filled-in form was answered with 2xx, and no page was opened but one"
        f" whose address confirms it ({SENDS})."
        " What had failed before was clicked again and then worked, or the page showed the success after it; one"
        " refusal of what sent no filled-in form does not count where a request was answered."
        " Afterwards nothing failed, no field was filled in, and nothing is missing"
    ),
    "failed": (
        f"What was clicked last was tried {UNSUCCESSFUL_TRIES} times or more, and every try failed: a request that it"
        f" started ({', '.join(CHANGING)}, never made unasked) was answered with 400 or more, or the page showed an"
        " error. Quick clicks are one try, or as many as requests failed."
        " Nothing else was clicked, filled in, opened or shown to be done after it."
        " Nothing is missing of the recording since the first try"
    ),
    "not shown": "Everything else. A part of a session is judged by what is recorded of that part",
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
class Unsuccessful:
    """What was tried again and again, and failed each time.

    Attributes:
        actions: the clicks, in time order.
        errors: the failed requests that they started, in time order.
    """

    actions: tuple[Row, ...]
    errors: tuple[Row, ...]

    @property
    def tries(self) -> int:
        """How many clicks those are: one row may tell of several."""
        return sum(action.count for action in self.actions)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        done: the last thing shown to be done, if any, whatever came after it.
        vain: what failed, if the session ends with it.
        success: see `RULES`; None: not shown.
    """

    done: Done | None
    unsuccessful: Unsuccessful | None
    success: bool | None

    @property
    def name(self) -> Literal["success", "failed", "not shown"]:
        """The key of its rule in `RULES`, as results name it."""
        return "not shown" if self.success is None else "success" if self.success else "failed"


@dataclass(frozen=True, slots=True)
class _LastAction:
    """What a person did last in a tab: whether it was a click, whether that may have sent something, what it shows."""

    clicked: bool
    sent: bool
    deed: Done | None

    def answered_by(self, shown: Row) -> bool:
        """Whether a text may answer it: anywhere where something was sent, else in a place made for it."""
        place = shown.element.role if shown.element else ""
        return self.clicked and (self.sent or place in REPORTING_PLACES)


class Outcomes:
    """Judges stretches of one timeline, whose rows are given in the order of time."""

    def __init__(self, rows: Sequence[Row], coverage: Coverage) -> None:
        self._coverage = coverage
        self._by_ref = {row.ref: row for row in rows}
        asked = {ref for row in rows for ref in row.requests}
        self._spontaneous = frozenset(row.endpoint for row in rows if row.kind == "network" and row.ref not in asked)
        self._new_pages = frozenset(
            (row.tab, row.seconds) for row in rows if row.kind == "navigation" and not row.reloaded
        )
        self._failing = frozenset(row.ref for row in rows if self._fails(row))
        self._done = list(self._deeds(rows))
        self.unsuccessful = self._is_unsuccessful_try(rows)

    def failing(self, row: Row) -> bool:
        """Whether a row tells of an action that failed."""
        return row.ref in self._failing

    def of(self, rows: Sequence[Row]) -> Outcome:
        """What came of these rows: all of the timeline's, or a part of them."""
        refs = {row.ref for row in rows}
        done = next((deed for deed in reversed(self._done) if deed.row.ref in refs), None)
        unsuccessful = self.unsuccessful if self.unsuccessful and self.unsuccessful.actions[-1].ref in refs else None
        if unsuccessful is not None:
            return Outcome(done, unsuccessful, success=False)
        return Outcome(done, None, success=True if done and self._stands(done, rows) else None)

    def _stands(self, done: Done, rows: Sequence[Row]) -> bool:
        """Whether nothing that was done before or afterwards puts it in question."""
        after = [row for row in rows if _place(row) > _place(done.row)]
        answer = itertools.takewhile(lambda row: row.kind not in ACTIONS, after)
        confirmed = {row.ref for row in answer if row.kind == "navigation" and _CONFIRMS.search(row.page)}
        if any(self._casts_doubt(row, done) for row in after if row.ref not in confirmed):
            return False
        titled = done.row.kind == "navigation" or self._is_on_new_page(done.row)
        return (titled or not self._left_failed(rows, done)) and self._coverage.is_whole_after(done.row.seconds)

    def _is_on_new_page(self, row: Row) -> bool:
        """Whether a text came with another page, as a confirmation does."""
        return (row.tab, row.seconds) in self._new_pages

    def _casts_doubt(self, row: Row, done: Done) -> bool:
        """Whether a row after something done does."""
        if row.kind in ACTIONS:
            return row.ref in self._failing or row.kind in EDITS
        return done.request is not None and row.kind == "navigation"

    def _left_failed(self, rows: Sequence[Row], done: Done) -> bool:
        """Whether something of what failed was not clicked again, or failed again, when something else was done.

        One refusal that nobody tried to get past, and that sent no form, leaves a success in words as it is.
        """
        failed: Counter[tuple[int, str]] = Counter()
        filled = False
        for row in rows:
            filled |= fills(row)
            if row.kind != "click":
                continue
            if tries := self._tries(row):
                failed[row.tab, row.key] += max(tries, UNSUCCESSFUL_TRIES * filled)
            else:
                failed.pop((row.tab, row.key), None)
            filled &= not (tries or row.requests)
        before = (row for row in reversed(rows) if row.kind in ACTIONS and _place(row) <= _place(done.row))
        last = next(before, None)
        if last is not None and done.request is None and last.says == "done":
            failed.pop((last.tab, last.key), None)
        answered = last is not None and bool(last.requests)
        return any(tries >= (UNSUCCESSFUL_TRIES if answered else 1) for tries in failed.values())

    def _fails(self, row: Row) -> bool:
        return row.kind in ACTIONS and (row.says == "error" or bool(self._failed_requests(row)))

    def _failed_requests(self, row: Row) -> list[Row]:
        """The requests that a click started, were answered with 400 or more, and did not succeed when made again."""
        asked = self._requests(row)
        answered = {request.endpoint for request in asked if _is_good(request)}
        return [request for request in asked if (request.status or 0) >= 400 and request.endpoint not in answered]

    def _errors(self, row: Row) -> list[Row]:
        """The failed requests of a click that tell that what it asked for failed."""
        return [
            request
            for request in self._failed_requests(row)
            if request.method in CHANGING and request.endpoint not in self._spontaneous
        ]

    def _tries(self, row: Row) -> int:
        """How often an action, which stands for several where clicks were quick, is known to have failed."""
        errors = min(row.count, len(self._errors(row)))
        return max(errors, int(row.says == "error"))

    def _deeds(self, rows: Iterable[Row]) -> Iterable[Done]:
        filled: set[int] = set()
        failed: set[tuple[int, str]] = set()
        last: dict[int, _LastAction] = {}
        for row in rows:
            if row.kind in ACTIONS:
                again = row.kind == "click" and (row.tab, row.key) in failed
                action = last[row.tab] = self._action(row, filled=again or row.tab in filled)
                if action.deed is not None:
                    yield action.deed
                if fills(row):
                    filled.add(row.tab)
                elif row.ref in self._failing:
                    failed |= {(row.tab, row.key)} if row.tab in filled else set()
                elif row.requests:  # it sent what had been filled in
                    filled.discard(row.tab)
            elif row.says == "done" and _is_accepted(row, last):
                yield Done(row)
            if row.kind == "navigation":
                filled.discard(row.tab)
                failed = {each for each in failed if each[0] != row.tab}

    def _action(self, row: Row, *, filled: bool) -> "_LastAction":
        """What an action is for the texts after it, and what it shows to be done by itself."""
        taken = self._taken(row)
        clicked, sent = row.kind == "click", filled or taken is not None
        deed: Done | None = None
        if clicked and row.ref not in self._failing:
            if row.says == "done" and sent:
                deed = Done(row)
            elif taken is not None and filled:
                deed = Done(row, taken)
        return _LastAction(clicked, sent, deed)

    def _taken(self, click: Row) -> Row | None:
        """The request of a click that sent a form which was taken."""
        return next((request for request in self._requests(click) if self._is_taken(click, request)), None)

    def _is_taken(self, click: Row, request: Row) -> bool:
        return _is_good(request) and request.endpoint not in self._spontaneous and sends(click, request)

    def _requests(self, row: Row) -> list[Row]:
        return [self._by_ref[ref] for ref in row.requests if ref in self._by_ref]

    def _is_unsuccessful_try(self, rows: Sequence[Row]) -> Unsuccessful | None:
        moves = [row for row in rows if row.kind in ACTIONS or row.kind == "navigation"]
        last = moves[-1] if moves else None
        if last is None or last.kind != "click" or not last.key:
            return None
        tries: list[Row] = []
        for row in reversed(moves):
            if (row.kind, row.key, row.tab) != ("click", last.key, last.tab):
                continue
            if not self._tries(row):  # it worked then, as far as can be seen
                break
            tries.insert(0, row)
        if sum(map(self._tries, tries)) < UNSUCCESSFUL_TRIES or not self._coverage.is_whole_after(tries[0].seconds):
            return None
        if any(_place(deed.row) > _place(tries[0]) for deed in self._done):
            return None
        return Unsuccessful(tuple(tries), tuple(error for row in tries for error in self._errors(row)))


def _is_accepted(row: Row, last: Mapping[int, _LastAction]) -> bool:
    """Whether what a title or a text says was done can have been done by what came before."""
    if row.kind == "navigation":
        return bool(last)
    return row.kind == "text" and row.tab in last and last[row.tab].answered_by(row)


def _is_good(request: Row) -> bool:
    return 200 <= (request.status or 0) < 300


def _place(row: Row) -> int:
    return int(row.ref[1:])
