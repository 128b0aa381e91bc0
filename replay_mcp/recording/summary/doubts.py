"""Whether the rows after a success cast doubt on it: something failed, or a form was begun and not finished."""

from collections.abc import Container, Iterable
from typing import Final

from replay_mcp.recording.timeline.rows import Row

from .form_submissions import SENDING_METHODS, cancels, fills_form

EDITS: Final = frozenset({"typing", "change"})
SAVED_MS: Final = 1_500
"""A request this soon after an edit saves it."""

DOUBTS_RULE: Final = (
    "Afterwards nothing failed and no field was filled in. Searching, filling in the same fields again, and edits that"
    f" were cancelled or saved (by a request within {SAVED_MS} ms, or as the page reported) are allowed"
)
"""The published rule of what may follow a success."""


def has_doubt(after: Iterable[Row], failed_refs: Container[str], completed: Container[str]) -> bool:
    """Whether an action after a success failed, or an edit was neither saved nor cancelled.

    Args:
        after: the rows after the success.
        failed_refs: refs of the actions that failed.
        completed: keys of the fields that were filled in before the success.
    """
    open_edits: dict[int, Row] = {}
    for row in after:
        if row.ref in failed_refs:
            return True
        if row.kind == "change" or fills_form(row):
            if row.meaning == "done" or row.key in completed:
                continue
            open_edits[row.tab] = row
        elif row.tab in open_edits and (cancels(row) or _saves(row, open_edits[row.tab])):
            del open_edits[row.tab]
    return bool(open_edits)


def _saves(request: Row, edit: Row) -> bool:
    ended = edit.seconds if edit.until is None else edit.until
    accepted = request.method in SENDING_METHODS and 200 <= (request.status or 0) < 300
    return accepted and 0 <= request.seconds - ended <= SAVED_MS / 1_000
