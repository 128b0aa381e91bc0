"""The repeated failure that ends a session: the same control clicked again and again, and every try refused."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from replay_mcp.recording.timeline.rows import Row
from replay_mcp.recording.timeline.signal_rules import CLOSED_MS

from .form_submissions import SENDING_METHODS, leaves

_ACTIONS: Final = frozenset({"click", "typing", "change"})
MIN_FAILED_TRIES: Final = 2
"""Minimum failed tries of a failure; a single one may be an accident."""
MAX_LEAVING_CLICKS: Final = 3
"""Maximum clicks that lead away after the last try. Someone who continues for longer had another goal."""

CHANGING_METHODS: Final = (*SENDING_METHODS, "DELETE")
"""Methods of requests whose failure means that an action failed."""

FAILED_RULES: Final = (
    f"A control was tried {MIN_FAILED_TRIES} times or more, and every try failed: a request that it started"
    f" ({', '.join(CHANGING_METHODS)}) was answered with 400 or more, or the page showed an error",
    "Requests that also occur without a click do not count. Where requests are recorded, neither does an error outside"
    " the places for messages. Quick clicks are one try, or as many as requests failed",
    f"Afterwards the person did nothing or left: with up to {MAX_LEAVING_CLICKS} clicks on links, on controls named"
    " cancel, close, back or the like, or that only closed the error message, or by going back. Up to"
    f" {MAX_LEAVING_CLICKS} clicks that failed too may lie between, with what was filled in for them",
    "Nothing else was filled in or reported as done afterwards, and no part of the recording is missing since the first"
    " try",
)
"""The published rules of a failure."""


@dataclass(frozen=True, slots=True)
class RepeatedFailure:
    """Repeated clicks on one control that all failed.

    Attributes:
        actions: the clicks, in time order.
        errors: the failed requests that the clicks started, in time order.
        leaving: the clicks that led away afterwards, and visits to earlier pages, in time order.
        others: the clicks on other controls that failed afterwards, in time order.
    """

    actions: tuple[Row, ...]
    errors: tuple[Row, ...]
    leaving: tuple[Row, ...] = ()
    others: tuple[Row, ...] = ()

    @property
    def tries(self) -> int:
        """The number of clicks; one row may stand for several."""
        return sum(action.count for action in self.actions)


def find_repeated_failure(
    rows: Sequence[Row],
    failed_tries: Callable[[Row], int],
    changed: Callable[[Row], bool],
) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]] | None:
    """The failed tries that end a timeline, how the person left, and what else failed; None if it ends otherwise.

    Args:
        rows: the actions, page visits and texts of a timeline, in time order.
        failed_tries: how often a click is known to have failed.
        changed: whether a click started a request that changed something.
    """
    actions = [row for row in rows if row.kind in _ACTIONS]
    closing = _clicks_that_close_errors(rows)
    leaving: list[Row] = []
    others: list[Row] = []
    following = ""
    while actions and max(len(leaving), len(others)) <= MAX_LEAVING_CLICKS:
        last = actions[-1]
        tries = _tries(actions, last, failed_tries)
        if sum(map(failed_tries, tries)) >= MIN_FAILED_TRIES:
            returns = _returns(rows, tries[-1], following)
            return None if returns is None else (tuple(tries), (*returns, *leaving), tuple(others))
        if has_failed := last.kind == "click" and failed_tries(last) > 0:
            others.insert(0, last)
        elif (leaves(last) or last.ref in closing) and not changed(last):
            leaving.insert(0, last)
        else:
            return None
        following = _pop_with_edits(actions) if has_failed else actions.pop().ref
    return None


def _pop_with_edits(actions: list[Row]) -> str:
    """Remove the last action and the edits that it sent, with the clicks into their fields; the ref of the first."""
    removed, field = actions.pop(), ""
    while actions and (actions[-1].kind != "click" or (field and actions[-1].key == field)):
        removed = actions.pop()
        field = removed.key
    return removed.ref


def _clicks_that_close_errors(rows: Sequence[Row]) -> frozenset[str]:
    """Refs of the clicks that sent and showed nothing, and after which an error message disappeared at once."""
    last: dict[int, Row] = {}
    errors: set[tuple[int, str]] = set()
    found: set[str] = set()
    for row in rows:
        if row.kind in _ACTIONS:
            last[row.tab] = row
            if row.meaning == "error":
                errors.update((row.tab, text) for text in row.texts)
        elif row.gone and row.tab in last and not errors.isdisjoint((row.tab, text) for text in row.texts):
            click = last[row.tab]
            if not (click.requests or click.texts) and row.seconds - click.seconds <= CLOSED_MS / 1_000:
                found.add(click.ref)
    return frozenset(found)


def _tries(actions: Sequence[Row], last: Row, failed_tries: Callable[[Row], int]) -> list[Row]:
    """The failed clicks on the control of the last action, back to one that worked as far as is recorded."""
    if last.kind != "click" or not last.key:
        return []
    same = (row for row in reversed(actions) if (row.kind, row.key, row.tab) == ("click", last.key, last.tab))
    return list(itertools.takewhile(failed_tries, same))[::-1]


def _returns(rows: Sequence[Row], last: Row, end: str) -> list[Row] | None:
    """The visits to earlier pages after the last try and before the row `end`; None if an unexpected page was opened.

    A page that shows an error, at once or after another page, is the answer to the try.
    """
    at = next(index for index, row in enumerate(rows) if row.ref == last.ref)
    visited = {row.page for row in rows[:at]}
    found: list[Row] = []
    has_error = False
    for row in reversed(list(itertools.takewhile(lambda row: row.ref != end, rows[at + 1 :]))):
        has_error |= row.kind == "text" and row.meaning == "error"
        if row.kind == "navigation" and not has_error and row.meaning != "error":
            if row.page not in visited:
                return None
            found.append(row)
    return found[::-1]
