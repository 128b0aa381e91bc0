"""Judges what was written down: the flags of `RULES`, each with its threshold, and what is not judged."""

import re
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from .own_requests import MAX_OWN_REQUESTS, background_part, is_of_site
from .pending_rows import OWN_EVENTS_MS, PendingAction, PendingRow
from .rows import (
    AFTER_MS,
    ALERT_MS,
    CAUSE_MS,
    CLOCK_MS,
    RAGE_CLICKS,
    RAGE_DISTANCE,
    RAGE_GAP_MS,
    RESPONSE_MS,
    SILENCE_MS,
    UNJUDGED_END_MS,
    UNJUDGED_SORTS,
    Meaning,
)
from .signals import judge_signals
from .visited_pages import VisitedPage, visited_pages

_GRAVITY: Final[tuple[Meaning, ...]] = ("", "done", "error")
_SOON_ANSWERED_MS: Final = 1_000
_WORD: Final = re.compile(r"[a-z]+")
_MIN_WORD: Final = 4
_POLLS: Final = 2
"""So many requests of one kind that no action started are a page's own."""
_STEPS: Final = re.compile(
    r"\b(?:next|prev(?:ious)?|increase|decrease|increment|decrement)\b"
    r"|^[\s<>+\-\u2012-\u2015\u2039\u203a\u2190-\u21ff\u2212\u25a0-\u25ff\u00ab\u00bb]+$",
    re.IGNORECASE,
)
"""Names of controls that people press again and again: posthog-js leaves out next, prev, <, >, + and -."""
_WENT: Final = frozenset({"navigation", "reload", "tab"})
_UNANSWERED: Final = 2
"""With fewer clicks without an answer of their own, quick clicks are no rage."""


def judge(pending: Iterable[PendingRow], ends: dict[int, int]) -> list[PendingRow]:
    """The pending in the order of time with their flags; quick clicks that are rage become one.

    Args:
        pending: in any order.
        ends: when each tab, by number, recorded its last event.
    """
    by_time = sorted(pending, key=_time)
    for entry in by_time:
        if isinstance(entry, PendingAction):
            entry.settle(ends.get(entry.tab, 0))
    ordered = _rage(by_time)
    by_tab: dict[int, list[PendingRow]] = {}
    for entry in ordered:
        by_tab.setdefault(entry.tab, []).append(entry)
    for tab, own in by_tab.items():
        actions = [entry for entry in own if isinstance(entry, PendingAction)]
        _going_back(actions, visited_pages(own))
        _requests(actions, [entry for entry in own if entry.request and entry.request.by_code])
        _errors(actions, [entry for entry in own if entry.is_error])
        for action in actions:
            if action.kind == "click":
                _click(action, ends.get(tab, 0))
        judge_signals(own, ends.get(tab, 0))
    return ordered


def _latest(actions: Sequence[PendingAction], entry: PendingRow, within: int) -> PendingAction | None:
    """The latest action before `entry`, if that was at most so long before."""
    place = bisect_right(actions, entry.timestamp + CLOCK_MS, key=_time)
    return actions[place - 1] if place and entry.timestamp - actions[place - 1].end <= within else None


def _time(entry: PendingRow) -> int:
    return entry.timestamp


def _going_back(actions: Sequence[PendingAction], pages: Sequence[VisitedPage]) -> None:
    """Who goes back with the browser's button is not answered by the page."""
    by_back = {page.row.timestamp for page in pages if page.back}
    for action in actions if by_back else ():
        response = action.response
        if response is not None and response.kind in _WENT and action.timestamp + response.ms in by_back:
            action.response = None


def _requests(actions: Sequence[PendingAction], requests: Sequence[PendingRow]) -> None:
    """Give each click those requests to its own site that it may have started, and the slowest of them."""
    causes = [(entry, _latest(actions, entry, CAUSE_MS)) for entry in requests]
    by_page = Counter(entry.key for entry, action in causes if action is None)
    for entry, action in causes:
        if action is None or action.kind != "click" or by_page[entry.key] >= _POLLS or not is_own(entry, action):
            continue
        if action.element.sort in ("control", "link", "content") and (
            action.asked is None or entry.duration > action.asked.duration
        ):
            action.asked = entry
        if action.element.sort == "control":
            action.requests.append(entry)


def is_own(entry: PendingRow, action: PendingAction) -> bool:
    """Whether a request goes to the site of the page that was acted on, for no analytics library and as no poll."""
    if entry.request is None or len(action.requests) >= MAX_OWN_REQUESTS:
        return False
    spontaneous = background_part(entry.request.url)
    return is_of_site(entry.request.url, action.page) and (not spontaneous or _is_named_for(action, spontaneous))


def _is_named_for(action: PendingAction, path: str) -> bool:
    """Whether the element that was clicked speaks of what a path does: "Sync calendar" of /sync."""
    words = {word for word in _WORD.findall(path.lower()) if len(word) >= _MIN_WORD}
    return any(word in action.element.label.lower() for word in words)


def _rage(ordered: Sequence[PendingRow]) -> list[PendingRow]:
    runs: dict[int, list[PendingAction]] = {}
    merged: set[int] = set()
    finished: list[list[PendingAction]] = []
    for entry in ordered:
        if not isinstance(entry, PendingAction):
            continue
        run = runs.get(entry.tab, [])
        if run and _continues(run[-1], entry):
            run.append(entry)
        else:
            finished.append(run)
            runs[entry.tab] = [entry] if _may_rage(entry) else []
    for run in [*finished, *runs.values()]:
        if _is_rage(run):
            _merge(run)
            merged.update(id(action) for action in run[1:])
    return [entry for entry in ordered if id(entry) not in merged]


def _continues(last: PendingAction, entry: PendingAction) -> bool:
    if not _may_rage(entry):
        return False
    (before, x, y), (now, to_x, to_y) = last.points[-1], entry.points[0]
    return now - before < RAGE_GAP_MS and abs(to_x - x) + abs(to_y - y) < RAGE_DISTANCE


def _may_rage(action: PendingAction) -> bool:
    selected = action.response is not None and action.response.kind == "selection"
    exempt = action.element.no_rage or action.element.sort in ("field", "media") or _STEPS.search(action.element.label)
    return action.kind == "click" and not exempt and not selected


def _is_rage(run: Sequence[PendingAction]) -> bool:
    """Whether enough of quick clicks had no answer before the next one."""
    if len(run) < RAGE_CLICKS:
        return False
    until = [*(action.timestamp for action in run[1:]), run[-1].last + RAGE_GAP_MS]
    pleased = (action for action in run if action.says != "error")  # the same error again answers nobody
    answers = deque(
        sorted({action.timestamp + action.response.ms for action in pleased if action.response is not None})
    )
    unanswered = 0
    for action, end in zip(run, until, strict=True):  # each takes the first answer that none before it took
        while answers and answers[0] < action.timestamp:
            answers.popleft()
        unanswered += not answers or answers.popleft() > end
    return unanswered >= _UNANSWERED


def _merge(run: Sequence[PendingAction]) -> None:
    first = run[0]
    first.flags.add("rage")
    first.count = len(run)
    first.until = run[-1].timestamp
    first.repeats = False
    first.beside = any(action.key != first.key for action in run)
    first.response = next(
        (
            replace(action.response, ms=action.timestamp + action.response.ms - first.timestamp)
            for action in run
            if action.response is not None
        ),
        None,
    )
    first.shows = list(dict.fromkeys(text for action in run for text in action.shows))
    first.plain = next((action.plain for action in run if action.plain), "")
    first.waited = max(action.waited for action in run)
    first.says = _GRAVITY[max(_GRAVITY.index(action.says) for action in run)]


def _click(action: PendingAction, end: int) -> None:
    answered = action.response.ms - (action.last - action.timestamp) if action.response else None
    went = action.response is not None and action.response.kind in _WENT
    if action.asked is not None and action.asked.duration > RESPONSE_MS:
        action.flags.add("slow")
    elif answered is not None and answered <= RESPONSE_MS:
        return
    elif went and action.element.sort in ("link", "control"):
        action.flags.add("slow")
    elif reason := _not_judged(action, end):
        action.not_judged = reason
    else:
        action.flags.add("dead" if answered is None else "slow")


def _not_judged(action: PendingAction, end: int) -> str:
    """Why a click without a prompt answer is not judged; empty if it is."""
    reasons = {
        UNJUDGED_SORTS.get(action.element.sort, ""): action.element.sort in UNJUDGED_SORTS,
        "left out": action.element.no_dead,
        "repeat": action.repeats,
        action.browser: bool(action.browser),
        "end": action.response is None and end - action.last < UNJUDGED_END_MS,
        "silence": _is_silent(action),
        "unclear": action.unclear,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _is_silent(action: PendingAction) -> bool:
    """Whether a dialog of the browser may have been open: a hand with a mouse is never quite still.

    With keys and fingers it is. There only a request of the click, after which nothing happens, speaks of a dialog.
    """
    if action.asked is not None:
        answered = action.asked.timestamp + action.asked.duration
        begin, end = action.silence
        if (
            answered - action.last <= _SOON_ANSWERED_MS
            and begin - answered <= OWN_EVENTS_MS
            and end - answered > ALERT_MS
        ):
            return True
    if action.errors or (action.still and action.element.sort == "control"):
        return False
    return action.next_event is None or action.next_event - action.last > SILENCE_MS


def _errors(actions: Sequence[PendingAction], errors: Sequence[PendingRow]) -> None:
    """Give each error to the latest action before it, if that was close."""
    for error in errors:
        if action := _latest(actions, error, AFTER_MS):
            action.flags.add("error_after")
            action.errors.append(error)
