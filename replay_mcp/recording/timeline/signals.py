"""Judges how a person fared with pages and forms: the flags of `SIGNAL_RULES`. Each looks at the rows of one tab."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeVar

from .own_requests import is_of_site, is_poll, is_telemetry
from .pending_rows import PendingAction, PendingRow
from .rows import CAUSE_MS, CLOCK_MS, RAGE_GAP_MS
from .signal_rules import (
    BACK_MS,
    CLEARED,
    GLANCE_MS,
    LEFT_BY_CLICK_MS,
    LOOKUP_MS,
    MIN_RETYPED,
    REPEAT_MS,
    SAVED_MS,
    SEEN_ON_MS,
    WAIT_MS,
)
from .visited_pages import VisitedPage, path_of, visited_pages

_EDITS: Final = frozenset({"typing", "change"})
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_BETWEEN: Final = 500
"""Between two rows with more between them, nothing is concluded."""


_R = TypeVar("_R", bound=PendingRow)


def judge_signals(rows: Sequence[PendingRow], end: int) -> None:
    """Flag the rows of one tab, which are in the order of time and judged otherwise; `end`: when the tab ended."""
    judged = _Rows(rows, end)
    for action in judged.actions:
        if action.waited > WAIT_MS:
            action.flags.add("wait")
    judged.repeated()
    judged.retyped()
    judged.abandoned()
    judged.gone_back()


class _Rows:
    """The rows of one tab by what they tell of."""

    def __init__(self, rows: Sequence[PendingRow], end: int) -> None:
        self._end = end
        self.actions = [row for row in rows if isinstance(row, PendingAction)]
        self._asked = [row for row in rows if _is_own(row)]
        self._sent = [row for row in self._asked if row.request and row.request.method not in _READS]
        self._navigations = [row for row in rows if row.kind == "navigation"]
        self._visits = visited_pages(rows)
        self._pages = [
            page
            for before, page in pairwise([None, *self._visits])
            if page is not None and (before is None or before.path != page.path or page.row.reloaded)
        ]
        """Without visits that only gave the same page another address."""
        self._loads = [page.row.timestamp for page in self._visits if page.row.loaded]

    def _document(self, action: PendingAction) -> int:
        """How many documents were loaded before: the ids of nodes count from the beginning in each."""
        return bisect_right(self._loads, action.timestamp)

    def repeated(self) -> None:
        """Presses of a control that sends something, after the same without success."""
        for before, action in pairwise(self.actions):
            if action.kind != "click" or before.kind != "click" or not _is_same_sender(before, action):
                continue
            visited = _between(self._navigations, before.timestamp, action.timestamp)
            gap = action.timestamp - (max(before.end, before.points[-1][0]))
            if RAGE_GAP_MS < gap <= REPEAT_MS and not visited and _is_unsuccessful(before, action):
                action.flags.add("repeated_submit")
                action.again = before

    def retyped(self) -> None:
        """Fields that were cleared and typed into anew."""
        typed: dict[tuple[int, int], PendingAction] = {}
        for action in self.actions:
            if action.kind == "click" and action.element.sort in ("control", "link") and not _has_failed(action):
                typed.clear()
            if action.kind == "typing" and action.retypable:
                field = self._document(action), action.nodes[0]
                before = typed.get(field)
                if before is not None and _is_anew(before, action) and not self._has_worked(before, action):
                    action.flags.add("retyped")
                typed[field] = action

    def _has_worked(self, before: PendingAction, action: PendingAction) -> bool:
        """Whether what was typed before was sent, and nothing said that it was wrong."""
        actions = _between(self.actions, before.end, action.timestamp)
        if len(actions) > _MAX_BETWEEN:
            return True
        if any(each.kind == "click" and each.element.sort == "control" for each in actions):
            return False  # without success: what worked is no reason to type anew
        asked = _between(self._asked, before.timestamp, min(before.end + LOOKUP_MS, action.timestamp))
        return before.says != "error" and bool(asked or _between(self._sent, before.end, action.timestamp))

    def abandoned(self) -> None:
        """Forms that were filled in and never sent."""
        forms: dict[tuple[int, int], list[PendingAction]] = {}
        latest: dict[str, int] = {}
        for action in self.actions:
            if action.form:
                forms.setdefault((self._document(action), action.form), []).append(action)
                latest[path_of(action.page)] = action.timestamp
        for edits in forms.values():
            last = edits[-1]
            fields = {edit.key: edit for edit in edits}
            typed = any(edit.kind == "typing" and edit.characters and not edit.emptied for edit in fields.values())
            is_latest = latest[path_of(last.page)] == last.timestamp
            if typed and is_latest and all(edit.kind in _EDITS for edit in edits) and self._is_left(last):
                last.flags.add("abandoned_form")
                last.filled = len(fields)

    def _is_left(self, last: PendingAction) -> bool:
        """Whether a form whose last edit this is was left unsent, as far as anybody can tell."""
        place = bisect_right(self._pages, last.end, key=lambda page: page.row.timestamp)
        leaving = next((page for page in self._pages[place:] if page.path != path_of(last.page)), None)
        until = leaving.left_before if leaving else self._end
        later = _between(self.actions, last.end, until)
        if self._may_be_saved(last, later, until):
            return False
        if leaving is None:
            return self._end - last.end >= SEEN_ON_MS
        # else it may have been sent by a key that was lost with the page
        return not leaving.row.loaded or leaving.back is True or any(action.kind == "click" for action in later)

    def _may_be_saved(self, last: PendingAction, later: Sequence[PendingAction], until: int) -> bool:
        """Whether a request, an answer or the address shows that an edit, or something done `later`, was taken."""
        sent = _between(self._sent, last.end - CLOCK_MS, until)
        if max(len(later), len(sent)) > _MAX_BETWEEN:
            return True
        clicks = [action for action in later if action.kind == "click"]
        if any(row.timestamp - last.end <= SAVED_MS or _follows(row, clicks) for row in sent):
            return True
        lookup = _between(self._asked, last.end - CLOCK_MS, last.end + LOOKUP_MS)
        moved = _between(self._navigations, last.end, min(until, last.end + SAVED_MS))
        same_path = any(row.page != last.page and path_of(row.page) == path_of(last.page) for row in moved)
        return bool(lookup) or same_path or any(self._may_have_saved(action) for action in later)

    def _may_have_saved(self, action: PendingAction) -> bool:
        """Whether an action on a control worked; where no requests are recorded, any may have."""
        is_press = action.kind == "click" and action.element.sort == "control"
        return is_press and (action.says == "done" or not self._asked)

    def gone_back(self) -> None:
        """Pages that were left soon by going back."""
        for before, page, back in zip(self._pages, self._pages[1:], self._pages[2:], strict=False):
            if before.path != back.path or (back.row.loaded and back.back is not True):
                continue
            stayed = back.left_before - page.row.timestamp
            if GLANCE_MS <= stayed <= BACK_MS and not self._is_used(page, back):
                page.row.flags.add("quick_back")
                page.row.stayed = stayed

    def _is_used(self, page: VisitedPage, back: VisitedPage) -> bool:
        """Whether something was edited or sent on a page, or a click may have led away from it."""
        actions = _between(self.actions, page.row.timestamp, back.left_before)
        sent = _between(self._sent, page.row.timestamp, back.left_before)
        if max(len(actions), len(sent)) > _MAX_BETWEEN:
            return True
        if any(
            action.kind in _EDITS or action.form or back.left_before - action.end <= LEFT_BY_CLICK_MS
            for action in actions
        ):
            return True
        return any(_follows(row, actions) for row in sent)


def _time(row: PendingRow) -> int:
    return row.timestamp


def _between(rows: Sequence[_R], since: int, until: int) -> Sequence[_R]:
    """The rows after a time, and not after another."""
    return rows[bisect_right(rows, since, key=_time) : bisect_right(rows, until, key=_time)]


def _is_own(row: PendingRow) -> bool:
    """Whether a row is a request by the page's code that is about what the person does."""
    request = row.request
    if request is None or not request.by_code or is_telemetry(request.url) or is_poll(request.url):
        return False
    return is_of_site(request.url, row.page) or (bool(request.method) and request.method not in _READS)


def _follows(row: PendingRow, actions: Sequence[PendingAction]) -> bool:
    """Whether a request may come from one of the actions."""
    return any(-CLOCK_MS <= row.timestamp - action.end <= CAUSE_MS for action in actions)


def _is_same_sender(before: PendingAction, action: PendingAction) -> bool:
    """Whether two clicks are on one control that sends something."""
    wrote = any(row.request and row.request.method and row.request.method not in _READS for row in before.requests)
    sends = bool(before.form and action.form) or wrote
    return sends and action.element.sort == "control" and (action.key, action.page) == (before.key, before.page)


def _is_unsuccessful(before: PendingAction, action: PendingAction) -> bool:
    """Whether nothing answered the press before, or only an error, which came again."""
    if before.response is None:
        return not before.not_judged
    if before.timestamp + before.response.ms >= action.timestamp:
        return True
    if before.says != "error" or action.says == "done":
        return False
    return not set(before.shows).isdisjoint(action.shows) or (
        not action.shows and _failures(before) == _failures(action)
    )


def _failures(action: PendingAction) -> set[tuple[str, str, int]]:
    return {(row.request.method, row.url, row.request.status) for row in action.errors if row.request is not None}


def _has_failed(action: PendingAction) -> bool:
    """Whether a click was answered by an error, or by nothing."""
    return action.says == "error" or bool(action.errors) or action.response is None


def _is_anew(before: PendingAction, action: PendingAction) -> bool:
    """Whether what was typed before was cleared, and something else typed letter by letter."""
    lengths = (before.characters or 0, action.characters or 0, action.count)
    held = action.before is not None and action.before == before.characters
    return min(lengths) >= MIN_RETYPED and held and action.least <= CLEARED
