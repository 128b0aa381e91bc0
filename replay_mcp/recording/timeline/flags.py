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
    Says,
)
from .signals import judge_signals
from .visited_pages import VisitedPage, visited_pages

_GRAVITY: Final[tuple[Says, ...]] = ("", "done", "error")
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
        acts = [entry for entry in own if isinstance(entry, PendingAction)]
        _going_back(acts, visited_pages(own))
        _requests(acts, [entry for entry in own if entry.request and entry.request.by_code])
        _errors(acts, [entry for entry in own if entry.is_error])
        for act in acts:
            if act.kind == "click":
                _click(act, ends.get(tab, 0))
        judge_signals(own, ends.get(tab, 0))
    return ordered


def _latest(acts: Sequence[PendingAction], entry: PendingRow, within: int) -> PendingAction | None:
    """The latest action before `entry`, if that was at most so long before."""
    place = bisect_right(acts, entry.timestamp + CLOCK_MS, key=_time)
    return acts[place - 1] if place and entry.timestamp - acts[place - 1].end <= within else None


def _time(entry: PendingRow) -> int:
    return entry.timestamp


def _going_back(acts: Sequence[PendingAction], pages: Sequence[VisitedPage]) -> None:
    """Who goes back with the browser's button is not answered by the page."""
    by_back = {page.row.timestamp for page in pages if page.back}
    for act in acts if by_back else ():
        response = act.response
        if response is not None and response.kind in _WENT and act.timestamp + response.ms in by_back:
            act.response = None


def _requests(acts: Sequence[PendingAction], requests: Sequence[PendingRow]) -> None:
    """Give each click those requests to its own site that it may have started, and the slowest of them."""
    causes = [(entry, _latest(acts, entry, CAUSE_MS)) for entry in requests]
    by_page = Counter(entry.key for entry, act in causes if act is None)
    for entry, act in causes:
        if act is None or act.kind != "click" or by_page[entry.key] >= _POLLS or not is_own(entry, act):
            continue
        if act.element.sort in ("control", "link", "content") and (
            act.asked is None or entry.duration > act.asked.duration
        ):
            act.asked = entry
        if act.element.sort == "control":
            act.requests.append(entry)


def is_own(entry: PendingRow, act: PendingAction) -> bool:
    """Whether a request goes to the site of the page that was acted on, for no analytics library and as no poll."""
    if entry.request is None or len(act.requests) >= MAX_OWN_REQUESTS:
        return False
    spontaneous = background_part(entry.request.url)
    return is_of_site(entry.request.url, act.page) and (not spontaneous or _is_named_for(act, spontaneous))


def _is_named_for(act: PendingAction, path: str) -> bool:
    """Whether the element that was clicked speaks of what a path does: "Sync calendar" of /sync."""
    words = {word for word in _WORD.findall(path.lower()) if len(word) >= _MIN_WORD}
    return any(word in act.element.label.lower() for word in words)


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
            merged.update(id(act) for act in run[1:])
    return [entry for entry in ordered if id(entry) not in merged]


def _continues(last: PendingAction, entry: PendingAction) -> bool:
    if not _may_rage(entry):
        return False
    (before, x, y), (now, to_x, to_y) = last.points[-1], entry.points[0]
    return now - before < RAGE_GAP_MS and abs(to_x - x) + abs(to_y - y) < RAGE_DISTANCE


def _may_rage(act: PendingAction) -> bool:
    selected = act.response is not None and act.response.kind == "selection"
    exempt = act.element.no_rage or act.element.sort in ("field", "media") or _STEPS.search(act.element.label)
    return act.kind == "click" and not exempt and not selected


def _is_rage(run: Sequence[PendingAction]) -> bool:
    """Whether enough of quick clicks had no answer before the next one."""
    if len(run) < RAGE_CLICKS:
        return False
    until = [*(act.timestamp for act in run[1:]), run[-1].last + RAGE_GAP_MS]
    pleased = (act for act in run if act.says != "error")  # the same error again answers nobody
    answers = deque(sorted({act.timestamp + act.response.ms for act in pleased if act.response is not None}))
    unanswered = 0
    for act, end in zip(run, until, strict=True):  # each takes the first answer that none before it took
        while answers and answers[0] < act.timestamp:
            answers.popleft()
        unanswered += not answers or answers.popleft() > end
    return unanswered >= _UNANSWERED


def _merge(run: Sequence[PendingAction]) -> None:
    first = run[0]
    first.flags.add("rage")
    first.count = len(run)
    first.until = run[-1].timestamp
    first.repeats = False
    first.beside = any(act.key != first.key for act in run)
    first.response = next(
        (
            replace(act.response, ms=act.timestamp + act.response.ms - first.timestamp)
            for act in run
            if act.response is not None
        ),
        None,
    )
    first.shows = list(dict.fromkeys(text for act in run for text in act.shows))
    first.plain = next((act.plain for act in run if act.plain), "")
    first.waited = max(act.waited for act in run)
    first.says = _GRAVITY[max(_GRAVITY.index(act.says) for act in run)]


def _click(act: PendingAction, end: int) -> None:
    answered = act.response.ms - (act.last - act.timestamp) if act.response else None
    went = act.response is not None and act.response.kind in _WENT
    if act.asked is not None and act.asked.duration > RESPONSE_MS:
        act.flags.add("slow")
    elif answered is not None and answered <= RESPONSE_MS:
        return
    elif went and act.element.sort in ("link", "control"):
        act.flags.add("slow")
    elif reason := _not_judged(act, end):
        act.not_judged = reason
    else:
        act.flags.add("dead" if answered is None else "slow")


def _not_judged(act: PendingAction, end: int) -> str:
    """Why a click without a prompt answer is not judged; empty if it is."""
    reasons = {
        UNJUDGED_SORTS.get(act.element.sort, ""): act.element.sort in UNJUDGED_SORTS,
        "left out": act.element.no_dead,
        "repeat": act.repeats,
        act.browser: bool(act.browser),
        "end": act.response is None and end - act.last < UNJUDGED_END_MS,
        "silence": _is_silent(act),
        "unclear": act.unclear,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _is_silent(act: PendingAction) -> bool:
    """Whether a dialog of the browser may have been open: a hand with a mouse is never quite still.

    With keys and fingers it is. There only a request of the click, after which nothing happens, speaks of a dialog.
    """
    if act.asked is not None:
        answered = act.asked.timestamp + act.asked.duration
        begin, end = act.silence
        if answered - act.last <= _SOON_ANSWERED_MS and begin - answered <= OWN_EVENTS_MS and end - answered > ALERT_MS:
            return True
    if act.errors or (act.still and act.element.sort == "control"):
        return False
    return act.next_event is None or act.next_event - act.last > SILENCE_MS


def _errors(acts: Sequence[PendingAction], errors: Sequence[PendingRow]) -> None:
    """Give each error to the latest act before it, if that was close."""
    for error in errors:
        if act := _latest(acts, error, AFTER_MS):
            act.flags.add("error_after")
            act.errors.append(error)
