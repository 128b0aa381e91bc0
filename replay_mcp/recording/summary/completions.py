"""Completions that a timeline shows, and the texts that may report the success of an action."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from replay_mcp.recording.timeline.rows import Row

REPORTING_PLACES: Final = ("alert", "dialog", "status", "message")
"""Places whose texts count after any click; others may name earlier successes, as a list of orders does."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A completed task, as shown by the recording.

    Attributes:
        row: the row that shows it: a text, a page visit, a click.
        request: the request of a form that was answered with 2xx, if no words reported the success.
    """

    row: Row
    request: Row | None = None


@dataclass(frozen=True, slots=True)
class LastAction:
    """The last action in a tab.

    Attributes:
        clicked: whether it was a click.
        sent: whether it may have sent a form.
        changed: whether a request that it started changed something.
        completion: the completion that the action shows by itself.
    """

    clicked: bool
    sent: bool
    changed: bool
    completion: Completion | None

    def answered_by(self, shown: Row) -> bool:
        """Whether a text may report its success: anywhere if a form was sent, otherwise in `REPORTING_PLACES`.

        A heading may, too, if a request changed something: the last step of several sends no field of its own.
        """
        place = shown.element.role if shown.element else ""
        return self.clicked and (self.sent or place in REPORTING_PLACES or (self.changed and place == "heading"))


def may_answer(row: Row, last: Mapping[int, LastAction]) -> bool:
    """Whether a title or a text that reports a success may be the answer to an earlier action."""
    if row.kind == "navigation":
        return bool(last)
    return row.kind == "text" and row.tab in last and last[row.tab].answered_by(row)
