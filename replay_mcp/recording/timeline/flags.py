"""Sets the flags of rows by `RULES`, or the reason why a click is not judged."""

import re
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from .not_judged import UNJUDGED_SORTS
from .own_requests import MAX_OWN_REQUESTS, background_part, is_of_site
from .pending_rows import OWN_EVENTS_MS, PendingAction, PendingRow
from .rows import (
    AFTER_MS,
    ALERT_MS,
    CAUSED_MS,
    CLOCK_MS,
    RAGE_CLICKS,
    RAGE_DISTANCE,
    RAGE_GAP_MS,
    RESPONSE_MS,
    SILENCE_MS,
    UNJUDGED_END_MS,
    Meaning,
)
from .signals import judge_signals
from .visited_pages import VisitedPage, visited_pages

_SEVERITY: Final[tuple[Meaning, ...]] = ("", "done", "error")
_SOON_ANSWERED_MS: Final = 1_000
_WORD: Final = re.compile(r"[a-z]+")
_MIN_WORD: Final = 4
_MIN_POLLS: Final = 2
"""This many equal requests that no action started are a poll."""
_STEP_NAMES: Final = re.compile(
    r"\b(?:next|prev(?:ious)?|increase|decrease|increment|decrement)\b"
    r"|^[\s<>+\-\u2012-\u2015\u2039\u203a\u2190-\u21ff\u2212\u25a0-\u25ff\u00ab\u00bb]+$",
    re.IGNORECASE,
)
"""Names of controls that people press repeatedly (posthog-js leaves out next, prev, <, >, + and -)."""
_OFFLINE: Final = "browser offline"
_ONLINE: Final = "browser online"
_NAVIGATIONS: Final = frozenset({"navigation", "reload", "tab"})
_MIN_UNANSWERED: Final = 2
"""Minimum clicks of a rage run that got no response of their own."""


def judge(pending: Iterable[PendingRow], ends: dict[int, int]) -> list[PendingRow]:
    """The rows in time order, with flags. Each run of rage clicks is merged into one row.

    Args:
        pending: rows in any order.
        ends: by tab number, the time of its last event.
    """
    by_time = sorted(pending, key=_time)
    for entry in by_time:
        if isinstance(entry, PendingAction):
            entry.settle_response(ends.get(entry.tab, 0))
    ordered = _merge_rage_clicks(by_time)
    by_tab: dict[int, list[PendingRow]] = {}
    for entry in ordered:
        by_tab.setdefault(entry.tab, []).append(entry)
    for tab, own in by_tab.items():
        actions = [entry for entry in own if isinstance(entry, PendingAction)]
        _clear_back_navigations(actions, visited_pages(own))
        _assign_requests(actions, [entry for entry in own if entry.request and entry.request.by_code])
        _note_offline(own)
        _assign_errors(actions, [entry for entry in own if entry.is_error and not _is_browser_note(entry)])
        for action in actions:
            if action.kind == "click":
                _judge_click(action, ends.get(tab, 0))
        judge_signals(own, ends.get(tab, 0))
    return ordered


def _latest(actions: Sequence[PendingAction], entry: PendingRow, within: int) -> PendingAction | None:
    """The latest action before `entry`, if it ended at most `within` milliseconds before."""
    place = bisect_right(actions, entry.timestamp + CLOCK_MS, key=_time)
    return actions[place - 1] if place and entry.timestamp - actions[place - 1].end <= within else None


def _time(entry: PendingRow) -> int:
    return entry.timestamp


def _clear_back_navigations(actions: Sequence[PendingAction], pages: Sequence[VisitedPage]) -> None:
    """Remove responses that were navigations by the browser's back button: the page did not respond."""
    by_back = {page.row.timestamp for page in pages if page.back}
    for action in actions if by_back else ():
        response = action.response
        if response is not None and response.kind in _NAVIGATIONS and action.timestamp + response.ms in by_back:
            action.response = None


def _assign_requests(actions: Sequence[PendingAction], requests: Sequence[PendingRow]) -> None:
    """Assign to each click the requests that it may have started, and the slowest of them."""
    causes = [(entry, _latest(actions, entry, CAUSED_MS)) for entry in requests]
    by_page = Counter(entry.key for entry, action in causes if action is None)
    for entry, action in causes:
        if (
            action is None
            or action.kind != "click"
            or by_page[entry.key] >= _MIN_POLLS
            or not is_own_request(entry, action)
        ):
            continue
        if action.element.sort in ("control", "link", "content") and (
            action.slowest_request is None or entry.duration > action.slowest_request.duration
        ):
            action.slowest_request = entry
        if action.element.sort == "control":
            action.requests.append(entry)


def is_own_request(entry: PendingRow, action: PendingAction) -> bool:
    """Whether a request goes to the page's own site and is not made by an analytics library or a poll."""
    if entry.request is None or len(action.requests) >= MAX_OWN_REQUESTS:
        return False
    spontaneous = background_part(entry.request.url)
    return is_of_site(entry.request.url, action.page) and (not spontaneous or _is_named_for(action, spontaneous))


def _is_named_for(action: PendingAction, path: str) -> bool:
    """Whether the label of the clicked element contains a word of the path: "Sync calendar" for /sync."""
    words = {word for word in _WORD.findall(path.lower()) if len(word) >= _MIN_WORD}
    return any(word in action.element.label.lower() for word in words)


def _merge_rage_clicks(ordered: Sequence[PendingRow]) -> list[PendingRow]:
    runs: dict[int, list[PendingAction]] = {}
    merged: set[int] = set()
    finished: list[list[PendingAction]] = []
    for entry in ordered:
        if not isinstance(entry, PendingAction):
            continue
        run = runs.get(entry.tab, [])
        if run and _continues_run(run[-1], entry):
            run.append(entry)
        else:
            finished.append(run)
            runs[entry.tab] = [entry] if _counts_for_rage(entry) else []
    for run in [*finished, *runs.values()]:
        if _is_rage(run):
            _merge(run)
            merged.update(id(action) for action in run[1:])
    return [entry for entry in ordered if id(entry) not in merged]


def _continues_run(last: PendingAction, entry: PendingAction) -> bool:
    if not _counts_for_rage(entry):
        return False
    (before, x, y), (now, to_x, to_y) = last.points[-1], entry.points[0]
    return now - before < RAGE_GAP_MS and abs(to_x - x) + abs(to_y - y) < RAGE_DISTANCE


def _counts_for_rage(action: PendingAction) -> bool:
    selected = action.response is not None and action.response.kind == "selection"
    exempt = (
        action.element.no_rage or action.element.sort in ("field", "media") or _STEP_NAMES.search(action.element.label)
    )
    return action.kind == "click" and not exempt and not selected


def _is_rage(run: Sequence[PendingAction]) -> bool:
    """Whether a run of quick clicks is long enough, and enough of them got no response before the next."""
    if len(run) < RAGE_CLICKS:
        return False
    until = [*(action.timestamp for action in run[1:]), run[-1].completed_at + RAGE_GAP_MS]
    without_error = (action for action in run if action.meaning != "error")  # an error is no response
    answers = deque(
        sorted({action.timestamp + action.response.ms for action in without_error if action.response is not None})
    )
    unanswered = 0
    for action, end in zip(run, until, strict=True):  # each takes the first response that no earlier one took
        while answers and answers[0] < action.timestamp:
            answers.popleft()
        unanswered += not answers or answers.popleft() > end
    return unanswered >= _MIN_UNANSWERED


def _merge(run: Sequence[PendingAction]) -> None:
    first = run[0]
    first.flags.add("rage")
    first.count = len(run)
    first.until = run[-1].timestamp
    first.is_repeat = False
    first.beside = any(action.key != first.key for action in run)
    first.response = next(
        (
            replace(action.response, ms=action.timestamp + action.response.ms - first.timestamp)
            for action in run
            if action.response is not None
        ),
        None,
    )
    first.shown_texts = list(dict.fromkeys(text for action in run for text in action.shown_texts))
    first.other_text = next((action.other_text for action in run if action.other_text), "")
    first.waited_ms = max(action.waited_ms for action in run)
    first.meaning = _SEVERITY[max(_SEVERITY.index(action.meaning) for action in run)]


def _judge_click(action: PendingAction, end: int) -> None:
    answered = action.response.ms - (action.completed_at - action.timestamp) if action.response else None
    went = action.response is not None and action.response.kind in _NAVIGATIONS
    if action.slowest_request is not None and action.slowest_request.duration > RESPONSE_MS:
        action.flags.add("slow")
    elif answered is not None and answered <= RESPONSE_MS:
        return
    elif went and action.element.sort in ("link", "control"):
        action.flags.add("slow")
    elif reason := _reason_not_judged(action, end):
        action.not_judged = reason
    else:
        action.flags.add("dead" if answered is None else "slow")


def _reason_not_judged(action: PendingAction, end: int) -> str:
    """Why a click without a prompt response is not judged; empty if it is."""
    reasons = {
        UNJUDGED_SORTS.get(action.element.sort, ""): action.element.sort in UNJUDGED_SORTS,
        "left out": action.element.no_dead,
        "repeat": action.is_repeat,
        action.browser_answer: bool(action.browser_answer),
        "end": action.response is None and end - action.completed_at < UNJUDGED_END_MS,
        "silence": _is_silent(action),
        "unclear": action.unclear,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def _is_silent(action: PendingAction) -> bool:
    """Whether a browser dialog may have been open, because no event was recorded for a while.

    A mouse is never quite still, so silence suggests a dialog. With keys and touch, only silence after an answered
    request of the click does.
    """
    if action.slowest_request is not None:
        answered = action.slowest_request.timestamp + action.slowest_request.duration
        begin, end = action.longest_silence
        if (
            answered - action.completed_at <= _SOON_ANSWERED_MS
            and begin - answered <= OWN_EVENTS_MS
            and end - answered > ALERT_MS
        ):
            return True
    if action.errors or (action.without_mouse and action.element.sort == "control"):
        return False
    return action.next_event_at is None or action.next_event_at - action.completed_at > SILENCE_MS


def _is_browser_note(entry: PendingRow) -> bool:
    """Whether a console line is the browser's note that an observer was called again in the next frame."""
    return entry.message.startswith("ResizeObserver loop")


def _note_offline(rows: Iterable[PendingRow]) -> None:
    """Note which requests of a tab got no answer because the browser was offline, as posthog-js records."""
    offline = False
    for row in rows:
        if row.kind == "custom" and row.message in (_OFFLINE, _ONLINE):
            offline = row.message == _OFFLINE
        elif offline and row.request is not None and row.request.by_code and not row.request.status:
            row.offline = is_of_site(row.request.url, row.page) and not background_part(row.request.url)


def _assign_errors(actions: Sequence[PendingAction], errors: Sequence[PendingRow]) -> None:
    """Assign each error to the latest action before it within `AFTER_MS`."""
    for error in errors:
        if action := _latest(actions, error, AFTER_MS):
            action.flags.add("error_after")
            action.errors.append(error)
