"""Sets the flags of `SIGNAL_RULES`, about difficulties with pages and forms, on the rows of one tab."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeVar

from .entries import FieldEntry, is_refused, sent_back
from .own_requests import is_of_site, is_poll, is_telemetry
from .pending_rows import PendingAction, PendingRow
from .rows import CAUSED_MS, CLOCK_MS, RAGE_GAP_MS
from .signal_rules import (
    BACK_MS,
    CLOSED_MS,
    LEFT_BY_CLICK_MS,
    LOOKUP_MS,
    MIN_BACK_MS,
    MIN_RECORDED_MS,
    REPEAT_MS,
    SAVED_MS,
    WAIT_MS,
)
from .visited_pages import VisitedPage, path_of, visited_pages

_EDITS: Final = frozenset({"typing", "change"})
_READ_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_BETWEEN: Final = 500
"""Two rows with more rows between them are not compared."""
_MAX_ENTRIES: Final = 100
"""Maximum fields of a tab whose texts may still be corrected."""


_R = TypeVar("_R", bound=PendingRow)


def judge_signals(rows: Sequence[PendingRow], end: int) -> None:
    """Flag the rows of one tab, in time order, after all other flags are set; `end` is the time of its last event."""
    judged = _Rows(rows, end)
    for action in judged.actions:
        if action.waited_ms > WAIT_MS:
            action.flags.add("wait")
    judged.flag_repeated_submits()
    judged.flag_retyped_fields()
    judged.flag_abandoned_forms()
    judged.flag_quick_backs()


class _Rows:
    """The rows of one tab, by what they report."""

    def __init__(self, rows: Sequence[PendingRow], end: int) -> None:
        self._end = end
        self.actions = [row for row in rows if isinstance(row, PendingAction)]
        self._own_requests = [row for row in rows if _is_own_request(row)]
        self._writes = [row for row in self._own_requests if row.request and row.request.method not in _READ_METHODS]
        self._gone = [row for row in rows if row.gone]
        self._navigations = [row for row in rows if row.kind == "navigation"]
        self._visits = visited_pages(rows)
        self._pages = [
            page
            for before, page in pairwise([None, *self._visits])
            if page is not None and (before is None or before.path != page.path or page.row.reloaded)
        ]
        """Without visits that only changed the URL of the same page."""
        self._loaded_at = [page.row.timestamp for page in self._visits if page.row.loaded]

    def _document(self, action: PendingAction) -> int:
        """How many documents were loaded before an action. Each document has its own node ids."""
        return bisect_right(self._loaded_at, action.timestamp)

    def flag_repeated_submits(self) -> None:
        """Flag presses that repeat an unsuccessful press of the same control."""
        before: PendingAction | None = None
        followed_at = [*(action.timestamp for action in self.actions[1:]), self._end]
        for action, until in zip(self.actions, followed_at, strict=False):
            if before is not None and self._repeats(before, action):
                action.flags.add("repeated_submit")
                action.repeated_press = before
            if before is None or not self._only_closes(action, until, before):
                before = action

    def _repeats(self, before: PendingAction, action: PendingAction) -> bool:
        """Whether an action repeats an unsuccessful press of the same control."""
        if action.kind != "click" or before.kind != "click" or not _is_same_sender(before, action):
            return False
        visited = _between(self._navigations, before.timestamp, action.timestamp)
        gap = action.timestamp - (max(before.end, before.points[-1][0]))
        return RAGE_GAP_MS < gap <= REPEAT_MS and not visited and _is_unsuccessful(before, action)

    def _only_closes(self, action: PendingAction, until: int, press: PendingAction) -> bool:
        """Whether a click did nothing, until the next action, but close the message that answered a press."""
        if action.kind != "click" or action.requests or action.shown_texts:
            return False
        gone = _between(self._gone, action.timestamp, min(until, action.end + CLOSED_MS))
        return any(not set(row.texts).isdisjoint(press.shown_texts) for row in gone[:_MAX_BETWEEN])

    def flag_retyped_fields(self) -> None:
        """Flag edits of fields that were cleared and typed into again."""
        typed: dict[tuple[int, int], FieldEntry] = {}
        for action in self.actions:
            if action.kind == "click" and action.element.sort in ("control", "link"):
                typed = {field: entry for field, entry in typed.items() if entry.remains_after(action)}
            if action.kind == "typing" and action.retypable:
                field = self._document(action), action.nodes[0]
                before = typed.get(field) or sent_back(typed.values(), action)
                if before is not None and self._is_correction(before, action):
                    action.flags.add("retyped")
                typed[field] = FieldEntry(action)
                if len(typed) > _MAX_ENTRIES:
                    del typed[next(iter(typed))]

    def _is_correction(self, before: FieldEntry, action: PendingAction) -> bool:
        """Whether an edit replaces what was typed before, which is no entry that was accepted."""
        if not before.is_replaced_by(action):
            return False
        if before.refused_by is not None:
            return is_refused(before.refused_by) or self._leads_on(before.refused_by, action.end)
        is_live = bool(before.edit.other_text) and before.edit.meaning != "error"
        return not is_live and not self._was_sent(before.edit, action)

    def _leads_on(self, press: PendingAction, since: int) -> bool:
        """Whether the next press of a control, after `since`, opened another page."""
        later = _between(self.actions, since, since + REPEAT_MS)[:_MAX_BETWEEN]
        found = next((each for each in later if each.key == press.key), None)
        return found is not None and found.response is not None and found.response.kind == "navigation"

    def _was_sent(self, before: PendingAction, action: PendingAction) -> bool:
        """Whether the previous text was sent without an error, so that the next one is a new entry."""
        actions = _between(self.actions, before.end, action.timestamp)
        if len(actions) > _MAX_BETWEEN:
            return True
        if any(each.kind == "click" and each.element.sort == "control" for each in actions):
            return False  # these clicks failed: after one that worked, no edit is remembered
        requested = _between(self._own_requests, before.timestamp, min(before.end + LOOKUP_MS, action.timestamp))
        return before.meaning != "error" and bool(requested or _between(self._writes, before.end, action.timestamp))

    def flag_abandoned_forms(self) -> None:
        """Flag the last edit of each form that was filled in and never sent."""
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
            if typed and is_latest and all(edit.kind in _EDITS for edit in edits) and self._is_abandoned(last):
                last.flags.add("abandoned_form")
                last.filled = len(fields)

    def _is_abandoned(self, last: PendingAction) -> bool:
        """Whether the form of this last edit was left unsent, as far as the recording shows."""
        place = bisect_right(self._pages, last.end, key=lambda page: page.row.timestamp)
        leaving = next((page for page in self._pages[place:] if page.path != path_of(last.page)), None)
        until = leaving.left_before if leaving else self._end
        later = _between(self.actions, last.end, until)
        if self._may_be_saved(last, later, until):
            return False
        if leaving is None:
            return self._end - last.end >= MIN_RECORDED_MS
        # otherwise a key that the page did not survive to record may have sent it
        return not leaving.row.loaded or leaving.back is True or any(action.kind == "click" for action in later)

    def _may_be_saved(self, last: PendingAction, later: Sequence[PendingAction], until: int) -> bool:
        """Whether a request, a message or the URL suggests that the form was saved after its last edit."""
        writes = _between(self._writes, last.end - CLOCK_MS, until)
        if max(len(later), len(writes)) > _MAX_BETWEEN:
            return True
        clicks = [action for action in later if action.kind == "click"]
        if any(row.timestamp - last.end <= SAVED_MS or _may_come_from(row, clicks) for row in writes):
            return True
        lookup = _between(self._own_requests, last.end - CLOCK_MS, last.end + LOOKUP_MS)
        moved = _between(self._navigations, last.end, min(until, last.end + SAVED_MS))
        same_path = any(row.page != last.page and path_of(row.page) == path_of(last.page) for row in moved)
        return bool(lookup) or same_path or any(self._may_have_saved(action) for action in later)

    def _may_have_saved(self, action: PendingAction) -> bool:
        """Whether an action on a control may have saved the form: any may if no requests are recorded."""
        is_press = action.kind == "click" and action.element.sort == "control"
        return is_press and (action.meaning == "done" or not self._own_requests)

    def flag_quick_backs(self) -> None:
        """Flag pages that were soon left by going back."""
        for before, page, back in zip(self._pages, self._pages[1:], self._pages[2:], strict=False):
            if before.path != back.path or (back.row.loaded and back.back is not True):
                continue
            stayed = back.left_before - page.row.timestamp
            if MIN_BACK_MS <= stayed <= BACK_MS and not self._is_used(page, back):
                page.row.flags.add("quick_back")
                page.row.stayed_ms = stayed

    def _is_used(self, page: VisitedPage, back: VisitedPage) -> bool:
        """Whether something was edited or sent on a page, or a click may have caused leaving it."""
        actions = _between(self.actions, page.row.timestamp, back.left_before)
        writes = _between(self._writes, page.row.timestamp, back.left_before)
        if max(len(actions), len(writes)) > _MAX_BETWEEN:
            return True
        if any(
            action.kind in _EDITS or action.form or back.left_before - action.end <= LEFT_BY_CLICK_MS
            for action in actions
        ):
            return True
        return any(_may_come_from(row, actions) for row in writes)


def _time(row: PendingRow) -> int:
    return row.timestamp


def _between(rows: Sequence[_R], since: int, until: int) -> Sequence[_R]:
    """The rows after `since`, up to `until`."""
    return rows[bisect_right(rows, since, key=_time) : bisect_right(rows, until, key=_time)]


def _is_own_request(row: PendingRow) -> bool:
    """Whether a row is a request by the page's code that concerns the person's actions: no analytics, no polling."""
    request = row.request
    if request is None or not request.by_code or is_telemetry(request.url) or is_poll(request.url):
        return False
    return is_of_site(request.url, row.page) or (bool(request.method) and request.method not in _READ_METHODS)


def _may_come_from(row: PendingRow, actions: Sequence[PendingAction]) -> bool:
    """Whether one of the actions may have caused a request."""
    return any(-CLOCK_MS <= row.timestamp - action.end <= CAUSED_MS for action in actions)


def _is_same_sender(before: PendingAction, action: PendingAction) -> bool:
    """Whether two clicks are on the same control, and it sends something."""
    wrote = any(
        row.request and row.request.method and row.request.method not in _READ_METHODS for row in before.requests
    )
    sends = bool(before.form and action.form) or wrote
    return sends and action.element.sort == "control" and (action.key, action.page) == (before.key, before.page)


def _is_unsuccessful(before: PendingAction, action: PendingAction) -> bool:
    """Whether the press before got no response, or only an error that appeared again."""
    if before.response is None:
        return not before.not_judged
    if before.timestamp + before.response.ms >= action.timestamp:
        return True
    if before.meaning != "error" or action.meaning == "done":
        return False
    return not set(before.shown_texts).isdisjoint(action.shown_texts) or (
        not action.shown_texts and _failures(before) == _failures(action)
    )


def _failures(action: PendingAction) -> set[tuple[str, str, int]]:
    return {(row.request.method, row.url, row.request.status) for row in action.errors if row.request is not None}
