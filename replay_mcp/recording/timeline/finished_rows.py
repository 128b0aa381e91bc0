"""From judged pending to rows: refs, links between rows, and what each weighs."""

from collections.abc import Iterator, Sequence
from typing import Any

from .pending_rows import PendingAction, PendingRow
from .rows import FLAGS, RESPONSE_MS, FollowingError, Response, Row, SlowRequest


def finish(pending: Sequence[PendingRow], start: int) -> tuple[Row, ...]:
    """The rows of pending, which are in time order; `start` is what their seconds count from."""
    refs = {id(draft): f"e{place}" for place, draft in enumerate(pending, 1)}
    rows: list[Row] = []
    visits: dict[int, PendingRow] = {}
    for draft in pending:
        if draft.kind == "navigation":
            visits[draft.tab] = draft
        visit = visits.get(draft.tab)
        title = visit.title if visit and visit.page == draft.page else ""
        rows.append(_row(draft, refs, start, title))
    return tuple(rows)


def _row(draft: PendingRow, refs: dict[int, str], start: int, title: str) -> Row:
    request = draft.request
    own: dict[str, Any] = (
        _of_action(draft, refs) if isinstance(draft, PendingAction) else {"element": draft.part, "texts": draft.texts}
    )
    return Row(
        ref=refs[id(draft)],
        seconds=_seconds(draft.timestamp, start),
        tab=draft.tab,
        kind=draft.kind,
        until=_until(draft, start),
        count=draft.count,
        weight=_weight(draft),
        flags=tuple(flag for flag in FLAGS if flag in draft.flags),
        key=draft.key,
        page=draft.page,
        title=title,
        reloaded=draft.reloaded,
        stayed_ms=draft.stayed,
        scrolled=draft.scrolled,
        gone=draft.gone,
        says=draft.says,
        method=request.method if request else "",
        url=draft.url,
        status=request.status if request else None,
        duration_ms=_duration(draft),
        message=draft.message,
        level=draft.level,
        size=draft.size,
        size_before=draft.size_before,
        previous_tab=draft.previous_tab,
        **own,
    )


def _of_action(act: PendingAction, refs: dict[int, str]) -> dict[str, Any]:
    """The fields of a row that only actions have, or have in their own way."""
    return {
        "element": act.element.shown,
        "position": _position(act),
        "beside": act.beside,
        "touch": act.touch,
        "characters": act.characters,
        "characters_before": act.before if "retyped" in act.flags else None,
        "filled": act.filled,
        "repeats": refs[id(act.again)] if act.again else "",
        "waited_ms": act.waited if "wait" in act.flags else None,
        "choice": act.choice,
        "texts": tuple(act.shows),
        "response": _response(act),
        "requests": tuple(refs[id(request)] for request in act.requests),
        "slow_request": _slow_request(act, refs),
        "errors": tuple(_errors(act.errors, refs)),
        "not_judged": act.not_judged,
    }


def _seconds(timestamp: int, start: int) -> float:
    """Seconds from the start of the recording; a request may have begun before, which counts as its start."""
    return round(max(0, timestamp - start) / 1000, 2)


def _until(draft: PendingRow, start: int) -> float | None:
    """When it was over; of a request, when the response was complete."""
    end = draft.timestamp + draft.duration if draft.duration else draft.until
    return None if end is None or end == draft.timestamp else _seconds(end, start)


def _duration(draft: PendingRow) -> int | None:
    if draft.request is not None:
        return draft.request.duration_ms
    return draft.until - draft.timestamp if draft.until is not None and draft.kind in ("idle", "hidden") else None


def _weight(draft: PendingRow) -> int:
    if draft.flags or draft.is_error:
        return 4
    if draft.kind in ("navigation", "click", "typing", "change", "custom", "text"):
        return 3
    request = draft.request
    notable = request is not None and (request.by_code or request.status >= 400)
    return 2 if notable or draft.kind in ("tab", "idle", "hidden") or draft.level == "warn" else 1


def _position(act: PendingAction) -> tuple[int, int] | None:
    return (round(act.points[0][1]), round(act.points[0][2])) if act.points else None


def _response(act: PendingAction) -> Response | None:
    if act.response is not None and act.response.kind == "mutation":
        return Response(act.response.kind, act.response.ms, act.plain)
    return act.response


def _slow_request(act: PendingAction, refs: dict[int, str]) -> SlowRequest | None:
    if act.asked is None or "slow" not in act.flags or act.asked.duration <= RESPONSE_MS:
        return None
    return SlowRequest(refs[id(act.asked)], act.asked.duration)


def _errors(errors: Sequence[PendingRow], refs: dict[int, str]) -> Iterator[FollowingError]:
    """The errors, equal ones together."""
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
