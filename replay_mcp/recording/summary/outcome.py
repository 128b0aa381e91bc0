"""The outcome of a session or a part of it, as far as its timeline shows one.

Nothing is guessed. A success is one that the page reported, or a filled-in form that the server accepted. A failure is
the same control clicked repeatedly without success, with nothing else after it. Everything else is not shown.
"""

import itertools
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from replay_mcp.recording.dom.types import LANGUAGES
from replay_mcp.recording.timeline.coverage import Coverage
from replay_mcp.recording.timeline.rows import CAUSED_MS, Row

from .completions import REPORTING_PLACES, Completion, LastAction, may_answer
from .doubts import DOUBTS_RULE, EDITS, has_doubt
from .form_submissions import fills_form, sends_form
from .open_failures import has_open_failure
from .repeated_failure import (
    CHANGING_METHODS,
    FAILED_RULES,
    RepeatedFailure,
    find_repeated_failure,
)

ACTIONS: Final = frozenset({"click", "typing", "change"})
"""Kinds of rows that are actions of the person, which a page answers."""
_CONFIRMATION: Final = re.compile(
    r"[/_-](?:received|done|success|thanks?|thank-?you|confirm(?:ed|ation)?|complete[d]?|sent|submitted|finish(?:ed)?)"
    r"(?:[/?#_.-]|$)",
    re.IGNORECASE,
)
"""Matches URLs of confirmation pages."""

RULES: Final[dict[str, tuple[str, ...]]] = {
    "success shown": (
        f"The page reported in words (in {LANGUAGES}) that something was done: in its title, in a place for messages"
        f" ({', '.join(REPORTING_PLACES)}), anywhere after a filled-in form was sent, or in a heading after a request"
        " that changed something",
        "Or the click that sent a filled-in form was answered with 2xx, and no page opened except one whose URL"
        " confirms it",
        "Or the page closed a dialog or showed a new heading after a request that was answered with 2xx: one that had"
        " been refused before, or one from a dialog that the click before had opened",
        "What had failed before was clicked again and worked, or the page reported the success after it. A single"
        " failed click is ignored if it sent no filled-in form and the click before the success sent a request, or if"
        " the person then repeated with success what had failed before it",
        DOUBTS_RULE,
        "No later part of the recording is missing",
    ),
    "failed": FAILED_RULES,
    "not shown": ("Everything else", "A part of a session is judged by the recording of that part"),
}
"""The published rules of each outcome, one sentence each."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a session or a part of it.

    Attributes:
        completion: the last thing shown as done, whatever followed it.
        failure: the repeated failure that ends the session or the part.
        success: see `RULES`; None if the outcome is not shown.
    """

    completion: Completion | None
    failure: RepeatedFailure | None
    success: bool | None

    @property
    def name(self) -> Literal["success", "failed", "not shown"]:
        """The outcome as results name it."""
        return "not shown" if self.success is None else "success" if self.success else "failed"


class Outcomes:
    """Finds the outcomes of one timeline and its parts. Rows are in time order."""

    def __init__(self, rows: Sequence[Row], coverage: Coverage) -> None:
        self._coverage = coverage
        self._by_ref = {row.ref: row for row in rows}
        started = {ref for row in rows for ref in row.requests}
        self._background = frozenset(row.endpoint for row in rows if row.kind == "network" and row.ref not in started)
        self._new_pages = frozenset(
            (row.tab, row.seconds) for row in rows if row.kind == "navigation" and not row.reloaded
        )
        self._changes = [row for row in rows if row.method in CHANGING_METHODS and _is_successful(row)]
        self._changes_by_endpoint = Counter(row.endpoint for row in self._changes)
        self._moved_on = frozenset(_clicks_that_moved_on(rows))
        self._unproven = frozenset(_unproven_errors(rows))
        self._failed_refs = frozenset(row.ref for row in rows if self._is_failed(row))
        self._completions = list(self._find_completions(rows))
        self.failure = self._repeated_failure(rows)

    def has_failed(self, row: Row) -> bool:
        """Whether a row is an action that failed."""
        return row.ref in self._failed_refs

    def of(self, rows: Sequence[Row]) -> Outcome:
        """The outcome of these rows: all rows of the timeline, or a part of them."""
        refs = {row.ref for row in rows}
        done = next((completion for completion in reversed(self._completions) if completion.row.ref in refs), None)
        failure = self.failure if self.failure and self.failure.actions[-1].ref in refs else None
        if failure is not None:
            return Outcome(done, failure, success=False)
        return Outcome(done, None, success=True if done and self._is_unquestioned(done, rows) else None)

    def _is_unquestioned(self, done: Completion, rows: Sequence[Row]) -> bool:
        """Whether nothing before or after a completion puts it in question."""
        after = [row for row in rows if _place(row) > _place(done.row)]
        answer = itertools.takewhile(lambda row: row.kind not in ACTIONS, after)
        confirmed = {row.ref for row in answer if row.kind == "navigation" and _CONFIRMATION.search(row.page)}
        opened = done.request is not None and any(row.kind == "navigation" for row in after if row.ref not in confirmed)
        completed = {row.key for row in rows if row.kind in EDITS and _place(row) < _place(done.row)}
        if opened or has_doubt(after, self._failed_refs, completed):
            return False
        titled = done.row.kind == "navigation" or self._is_on_new_page(done.row)
        return (titled or not self._has_open_failure(rows, done)) and self._coverage.is_whole_after(done.row.seconds)

    def _is_on_new_page(self, row: Row) -> bool:
        """Whether a text appeared together with a new page."""
        return (row.tab, row.seconds) in self._new_pages

    def _has_open_failure(self, rows: Sequence[Row], done: Completion) -> bool:
        """Whether something had failed before a completion and was not clicked again with success."""
        before = (row for row in reversed(rows) if row.kind in ACTIONS and _place(row) <= _place(done.row))
        last = next(before, None)
        reported = last is not None and done.request is None and last.meaning == "done"
        return has_open_failure(rows, self._failed_tries, last, reported=reported)

    def _is_failed(self, row: Row) -> bool:
        if row.kind not in ACTIONS:
            return False
        return (row.meaning == "error" and row.ref not in self._unproven) or bool(self._failed_requests(row))

    def _failed_requests(self, row: Row) -> list[Row]:
        """Requests of a click that were answered with 400 or more and did not succeed when repeated."""
        started = self.requests_of(row)
        answered = {request.endpoint for request in started if _is_successful(request)}
        return [request for request in started if (request.status or 0) >= 400 and request.endpoint not in answered]

    def _errors(self, row: Row) -> list[Row]:
        """Failed requests of a click that mean that the click failed."""
        return [
            request
            for request in self._failed_requests(row)
            if request.method in CHANGING_METHODS and request.endpoint not in self._background
        ]

    def _failed_tries(self, row: Row) -> int:
        """How often an action, which may stand for several quick clicks, is known to have failed."""
        errors = min(row.count, len(self._errors(row)))
        return max(errors, int(row.meaning == "error" and row.ref not in self._unproven))

    def _find_completions(self, rows: Iterable[Row]) -> Iterable[Completion]:
        filled: set[int] = set()
        failed: set[tuple[int, str]] = set()
        refused: set[tuple[int, str, tuple[str, str]]] = set()
        last: dict[int, LastAction] = {}
        asked: set[int] = set()
        for row in rows:
            if row.kind in ACTIONS:
                again = row.kind == "click" and (row.tab, row.key) in failed
                action = last[row.tab] = self._last_action(
                    row, refused, filled=again or row.tab in filled, confirms=row.tab in asked
                )
                asked.discard(row.tab)
                if action.completion is not None:
                    yield action.completion
                if fills_form(row):
                    filled.add(row.tab)
                elif row.ref in self._failed_refs:
                    failed |= {(row.tab, row.key)} if row.tab in filled else set()
                    refused |= {(row.tab, row.key, error.endpoint) for error in self._errors(row)}
                elif row.requests:  # it sent the fields filled in before
                    filled.discard(row.tab)
            elif row.meaning == "done" and may_answer(row, last):
                yield Completion(row)
            elif _is_dialog(row) and row.tab in last:
                asked.add(row.tab)
            if row.kind == "navigation":
                filled.discard(row.tab)
                failed = {each for each in failed if each[0] != row.tab}
                refused = {each for each in refused if each[0] != row.tab}

    def _last_action(
        self, row: Row, refused: Container[tuple[int, str, tuple[str, str]]], *, filled: bool, confirms: bool
    ) -> LastAction:
        """Describe an action for the rows that follow it."""
        accepted = self._accepted_request(row)
        clicked, sent = row.kind == "click", filled or accepted is not None
        completion: Completion | None = None
        if clicked and row.ref not in self._failed_refs:
            if row.meaning == "done" and sent:
                completion = Completion(row)
            elif accepted is not None:
                meant = confirms or (row.tab, row.key, accepted.endpoint) in refused
                if filled or (meant and row.ref in self._moved_on):
                    completion = Completion(row, accepted)
        return LastAction(clicked, sent, self._has_changed(row), completion)

    def _accepted_request(self, click: Row) -> Row | None:
        """The request of a click that sent a form and was answered with 2xx."""
        return next((request for request in self.requests_of(click) if self._is_accepted_request(click, request)), None)

    def _is_accepted_request(self, click: Row, request: Row) -> bool:
        return _is_successful(request) and request.endpoint not in self._background and sends_form(click, request)

    def _has_changed(self, click: Row) -> bool:
        """Whether a click started a request that changed something."""
        return any(
            request.method in CHANGING_METHODS and _is_successful(request) and request.endpoint not in self._background
            for request in self.requests_of(click)
        )

    def requests_of(self, row: Row) -> list[Row]:
        """The requests that a click on a control started."""
        return [self._by_ref[ref] for ref in row.requests if ref in self._by_ref]

    def _repeated_failure(self, rows: Sequence[Row]) -> RepeatedFailure | None:
        found = find_repeated_failure(rows, self._failed_tries, self._may_have_changed)
        if found is None:
            return None
        tries, leaving, others = found
        if not self._coverage.is_whole_after(tries[0].seconds):
            return None
        if any(_place(completion.row) > _place(tries[0]) for completion in self._completions):
            return None
        return RepeatedFailure(tries, tuple(error for row in tries for error in self._errors(row)), leaving, others)

    def _may_have_changed(self, click: Row) -> bool:
        """Whether a request that changed something, and was made only this once, may come from a click."""
        soon = (row for row in self._changes if 0 <= row.seconds - click.seconds <= CAUSED_MS / 1_000)
        return any(row.tab == click.tab and self._changes_by_endpoint[row.endpoint] == 1 for row in soon)


def _clicks_that_moved_on(rows: Iterable[Row]) -> Iterator[str]:
    """Refs of actions after which the page closed a dialog or showed a new heading."""
    last: dict[int, str] = {}
    for row in rows:
        role = row.element.role if row.element else ""
        if row.kind in ACTIONS:
            last[row.tab] = row.ref
        elif row.kind == "text" and row.tab in last and role == ("dialog" if row.gone else "heading"):
            yield last[row.tab]


def _unproven_errors(rows: Sequence[Row]) -> Iterator[str]:
    """Refs of actions that only a text outside of places for messages calls failed, though requests are recorded."""
    if not any(row.kind == "network" and row.method in CHANGING_METHODS for row in rows):
        return
    last: dict[int, Row] = {}
    proven: set[str] = set()
    for row in rows:
        if row.kind in ACTIONS:
            last[row.tab] = row
        elif row.tab in last and (row.kind == "navigation" or (row.meaning == "error" and _is_marked(row))):
            proven.add(last[row.tab].ref)
    yield from (row.ref for row in rows if row.meaning == "error" and not row.errors and row.ref not in proven)


def _is_dialog(row: Row) -> bool:
    """Whether a row reports that a dialog opened."""
    return row.kind == "text" and not row.gone and row.element is not None and row.element.role == "dialog"


def _is_marked(text: Row) -> bool:
    return text.element is not None and text.element.role != "text"


def _is_successful(request: Row) -> bool:
    return 200 <= (request.status or 0) < 300


def _place(row: Row) -> int:
    return int(row.ref[1:])
