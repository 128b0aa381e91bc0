"""Turns pending rows, whose flags are set, into rows: adds refs, links between rows, and weights."""

from collections.abc import Iterator, Sequence
from typing import Any

from .pending_rows import PendingAction, PendingRow
from .rows import FLAGS, RESPONSE_MS, FollowingError, Response, Row, SlowRequest


def finish(pending: Sequence[PendingRow], start: int) -> tuple[Row, ...]:
    """Finish pending rows, which are in time order; their seconds count from `start`."""
    refs = {id(entry): f"e{place}" for place, entry in enumerate(pending, 1)}
    rows: list[Row] = []
    visits: dict[int, PendingRow] = {}
    for entry in pending:
        if entry.kind == "navigation":
            visits[entry.tab] = entry
        visit = visits.get(entry.tab)
        title = visit.title if visit and visit.page == entry.page else ""
        rows.append(_row(entry, refs, start, title))
    return tuple(rows)


def _row(entry: PendingRow, refs: dict[int, str], start: int, title: str) -> Row:
    request = entry.request
    own: dict[str, Any] = (
        _of_action(entry, refs) if isinstance(entry, PendingAction) else {"element": entry.part, "texts": entry.texts}
    )
    return Row(
        ref=refs[id(entry)],
        seconds=_seconds(entry.timestamp, start),
        tab=entry.tab,
        kind=entry.kind,
        until=_until(entry, start),
        count=entry.count,
        weight=_weight(entry),
        flags=tuple(flag for flag in FLAGS if flag in entry.flags),
        key=entry.key,
        page=entry.page,
        title=title,
        reloaded=entry.reloaded,
        stayed_ms=entry.stayed_ms,
        scrolled=entry.scrolled,
        gone=entry.gone,
        meaning=entry.meaning,
        method=request.method if request else "",
        url=entry.url,
        status=request.status if request else None,
        offline=entry.offline,
        duration_ms=_duration(entry),
        message=entry.message,
        level=entry.level,
        size=entry.size,
        size_before=entry.size_before,
        previous_tab=entry.previous_tab,
        **own,
    )


def _of_action(action: PendingAction, refs: dict[int, str]) -> dict[str, Any]:
    """The fields of a row that only actions have, or that they fill differently."""
    return {
        "element": action.element.shown,
        "position": _position(action),
        "beside": action.beside,
        "touch": action.touch,
        "characters": action.characters,
        "characters_before": action.characters_before if "retyped" in action.flags else None,
        "searches": action.searches,
        "filled": action.filled,
        "repeats": refs[id(action.repeated_press)] if action.repeated_press else "",
        "waited_ms": action.waited_ms if "wait" in action.flags else None,
        "choice": action.choice,
        "texts": tuple(action.shown_texts),
        "response": _response(action),
        "requests": tuple(refs[id(request)] for request in action.requests),
        "slow_request": _slow_request(action, refs),
        "errors": tuple(_errors(action.errors, refs)),
        "not_judged": action.not_judged,
    }


def _seconds(timestamp: int, start: int) -> float:
    """Seconds from the start of the recording; 0 for a request that began before it."""
    return round(max(0, timestamp - start) / 1000, 2)


def _until(entry: PendingRow, start: int) -> float | None:
    """When a row ended, in seconds; for a request, when the response was complete."""
    end = entry.timestamp + entry.duration if entry.duration else entry.until
    return None if end is None or end == entry.timestamp else _seconds(end, start)


def _duration(entry: PendingRow) -> int | None:
    if entry.request is not None:
        return entry.request.duration_ms
    return entry.until - entry.timestamp if entry.until is not None and entry.kind in ("idle", "hidden") else None


def _weight(entry: PendingRow) -> int:
    if entry.flags or entry.is_error:
        return 4
    if entry.kind in ("navigation", "click", "typing", "change", "custom", "text"):
        return 3
    request = entry.request
    notable = request is not None and (request.by_code or request.status >= 400)
    return 2 if notable or entry.kind in ("tab", "idle", "hidden") or entry.level == "warn" else 1


def _position(action: PendingAction) -> tuple[int, int] | None:
    return (round(action.points[0][1]), round(action.points[0][2])) if action.points else None


def _response(action: PendingAction) -> Response | None:
    if action.response is not None and action.response.kind == "mutation":
        return Response(action.response.kind, action.response.ms, action.other_text, tuple(action.also_texts.values()))
    return action.response


def _slow_request(action: PendingAction, refs: dict[int, str]) -> SlowRequest | None:
    if action.slowest_request is None or "slow" not in action.flags or action.slowest_request.duration <= RESPONSE_MS:
        return None
    return SlowRequest(refs[id(action.slowest_request)], action.slowest_request.duration)


def _errors(errors: Sequence[PendingRow], refs: dict[int, str]) -> Iterator[FollowingError]:
    """The errors that followed an action; equal ones are one."""
    alike: dict[tuple[object, ...], list[PendingRow]] = {}
    for error in errors:
        request = error.request
        alike.setdefault((request and (request.status, request.method), error.url, error.message), []).append(error)
    for same in alike.values():
        first = same[0]
        yield FollowingError(
            refs=tuple(refs[id(error)] for error in same),
            method=first.request.method if first.request else "",
            url=first.url,
            status=first.request.status if first.request else None,
            message=first.message,
        )
