"""Judges what was written down: the flags of `RULES`, each with its threshold, and what is not judged."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from .pending_rows import PendingAction, PendingRow
from .rows import (
    AFTER_MS,
    CAUSE_MS,
    CLOCK_MS,
    GAP_MS,
    MAX_OWN_REQUESTS,
    RAGE_CLICKS,
    RAGE_DISTANCE,
    RAGE_GAP_MS,
    RESPONSE_MS,
    THRASH_EDITS,
    THRASH_EDITS_MS,
    UNJUDGED_END_MS,
    Says,
)

_UNJUDGED: Final = {
    "field": "field",
    "link": "link",
    "page": "page background",
    "media": "media",
    "unknown": "unknown element",
    "unread": "unknown element",
}


_GRAVITY: Final[tuple[Says, ...]] = ("", "done", "error")
_TELEMETRY: Final = re.compile(
    r"(?:/[^/]+)*/(?:e|s|batch|beacon|capture|collect|decide|envelope|events?|flags|hit|impressions?|insights|logs?|metrics"
    r"|pixel|rum|stats?|telemetry|track(?:ing)?|analytics|vitals)/?$",
    re.IGNORECASE,
)


def judge(pending: Iterable[PendingRow], ends: dict[int, int]) -> list[PendingRow]:
    """The pending in the order of time with their flags; quick clicks that are rage become one.

    Args:
        pending: in any order.
        ends: when each tab, by number, recorded its last event.
    """
    ordered = _rage(sorted(pending, key=_time))
    by_tab: dict[int, list[PendingRow]] = {}
    for draft in ordered:
        by_tab.setdefault(draft.tab, []).append(draft)
    for tab, own in by_tab.items():
        acts = [draft for draft in own if isinstance(draft, PendingAction)]
        _requests(acts, [draft for draft in own if draft.request and draft.request.by_code])
        for act in acts:
            if act.kind == "click":
                _click(act, ends.get(tab, 0))
        _errors(acts, [draft for draft in own if draft.is_error])
        _edits([act for act in acts if act.kind == "typing"])
    return ordered


def _latest(acts: Sequence[PendingAction], draft: PendingRow, within: int) -> PendingAction | None:
    """The latest act before `draft`, if that was at most so long before."""
    place = bisect_right(acts, draft.timestamp + CLOCK_MS, key=_time)
    return acts[place - 1] if place and draft.timestamp - acts[place - 1].end <= within else None


def _time(draft: PendingRow) -> int:
    return draft.timestamp


def _requests(acts: Sequence[PendingAction], requests: Sequence[PendingRow]) -> None:
    """Give each act the slowest of the requests that it may have started, and a click those to its own site."""
    for draft in requests:
        act = _latest(acts, draft, CAUSE_MS)
        if act is None:
            continue
        if act.asked is None or draft.duration > act.asked.duration:
            act.asked = draft
        if act.kind == "click" and act.element.sort == "control" and _is_own(draft, act):
            act.requests.append(draft)


def _is_own(draft: PendingRow, act: PendingAction) -> bool:
    """Whether a request goes to the site of the page that was acted on, and is none of an analytics library."""
    site = _site(act.page)
    if draft.request is None or not site or len(act.requests) >= MAX_OWN_REQUESTS:
        return False
    return _site(draft.request.url) == site and not _TELEMETRY.match(urlsplit(draft.request.url).path)


def _site(url: str) -> str:
    """The last two parts of a URL's host; empty where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return ".".join(host.split(".")[-2:])


def _rage(ordered: Sequence[PendingRow]) -> list[PendingRow]:
    runs: dict[int, list[PendingAction]] = {}
    merged: set[int] = set()
    finished: list[list[PendingAction]] = []
    for draft in ordered:
        if not isinstance(draft, PendingAction):
            continue
        run = runs.get(draft.tab, [])
        if run and _continues(run[-1], draft):
            run.append(draft)
        else:
            finished.append(run)
            runs[draft.tab] = [draft] if _may_rage(draft) else []
    for run in [*finished, *runs.values()]:
        if len(run) >= RAGE_CLICKS:
            _merge(run)
            merged.update(id(act) for act in run[1:])
    return [draft for draft in ordered if id(draft) not in merged]


def _continues(last: PendingAction, draft: PendingAction) -> bool:
    if not _may_rage(draft):
        return False
    (before, x, y), (now, to_x, to_y) = last.points[-1], draft.points[0]
    return now - before < RAGE_GAP_MS and abs(to_x - x) + abs(to_y - y) < RAGE_DISTANCE


def _may_rage(act: PendingAction) -> bool:
    selected = act.response is not None and act.response.kind == "selection"
    return act.kind == "click" and not act.element.no_rage and act.element.sort != "field" and not selected


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
    first.says = _GRAVITY[max(_GRAVITY.index(act.says) for act in run)]


def _click(act: PendingAction, end: int) -> None:
    answered = act.response.ms if act.response else None
    if act.asked is not None and act.asked.duration > RESPONSE_MS:
        act.flags.add("slow")
    elif answered is not None and answered <= RESPONSE_MS:
        return
    elif act.element.sort == "link" and answered is not None:
        act.flags.add("slow")
    elif act.element.sort in _UNJUDGED:
        act.not_judged = _UNJUDGED[act.element.sort]
    elif act.element.no_dead:
        act.not_judged = "left out"
    elif act.repeats:
        act.not_judged = "repeat"
    elif answered is not None:
        act.flags.add("slow")
    elif end - act.timestamp < UNJUDGED_END_MS:
        act.not_judged = "end"
    elif act.next_event is None or act.next_event - act.timestamp > GAP_MS:
        act.not_judged = "gap"
    else:
        act.flags.add("dead")


def _errors(acts: Sequence[PendingAction], errors: Sequence[PendingRow]) -> None:
    """Give each error to the latest act before it, if that was close."""
    for error in errors:
        if act := _latest(acts, error, AFTER_MS):
            act.flags.add("error_after")
            act.errors.append(error)


def _edits(typings: Sequence[PendingAction]) -> None:
    """One field edited again and again."""
    by_field: dict[str, list[PendingAction]] = {}
    for act in typings:
        if act.key:
            by_field.setdefault(act.key, []).append(act)
    for edits in by_field.values():
        for place in range(THRASH_EDITS - 1, len(edits)):
            if edits[place].timestamp - edits[place - THRASH_EDITS + 1].timestamp <= THRASH_EDITS_MS:
                edits[place].flags.add("thrash")
                edits[place].earlier_edits = edits[place - THRASH_EDITS + 1 : place]
