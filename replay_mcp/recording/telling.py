"""From judged drafts to rows: refs, and the words for what came of each thing."""

from collections.abc import Sequence
from typing import Final

from .drafts import Act, Draft
from .network import Request
from .rows import FLAGS, RESPONSE_MS, Row

_MAX_NAMED_ERRORS: Final = 2
_MAX_SHOWN: Final = 2
_MAX_FOLLOWED: Final = 1_000
_MAX_MESSAGE: Final = 60


def rows(drafts: Sequence[Draft], start: int) -> tuple[Row, ...]:
    """The rows of drafts, which are in the order of time; `start` is what their seconds count from."""
    refs = {id(draft): f"e{place}" for place, draft in enumerate(drafts, 1)}
    return tuple(_row(draft, refs, start) for draft in drafts)


def _row(draft: Draft, refs: dict[int, str], start: int) -> Row:
    act = draft if isinstance(draft, Act) else None
    return Row(
        ref=refs[id(draft)],
        seconds=_seconds(draft.timestamp, start),
        tab=draft.tab,
        kind=draft.kind,
        target=draft.target,
        effect=_effect(draft, refs),
        until=_until(draft, start),
        flags=tuple(flag for flag in FLAGS if flag in draft.flags),
        not_judged=act.not_judged if act else "",
        count=draft.count,
        followed_by=tuple(refs[id(error)] for error in act.errors[:_MAX_FOLLOWED]) if act else (),
        status=draft.request.status if draft.request else None,
        level=draft.level,
        touch=act.touch if act else False,
        page=draft.page,
        key=draft.key,
        says=draft.says,
        requests=tuple(refs[id(request)] for request in act.requests) if act else (),
        weight=_weight(draft),
    )


def _seconds(timestamp: int, start: int) -> float:
    """Seconds from the start of the recording; a request may have begun before, which counts as its start."""
    return round(max(0, timestamp - start) / 1000, 2)


def _until(draft: Draft, start: int) -> float | None:
    """When it was over; of a request, when the answer was complete."""
    end = draft.timestamp + draft.duration if draft.duration else draft.until
    return None if end is None or end == draft.timestamp else _seconds(end, start)


def _weight(draft: Draft) -> int:
    if draft.flags or draft.is_error:
        return 4
    if draft.kind in ("navigation", "click", "typing", "change", "custom", "text"):
        return 3
    request = draft.request
    notable = request is not None and (request.by_code or request.status >= 400)
    return 2 if notable or draft.kind in ("tab", "idle", "hidden") or draft.level == "warn" else 1


def _effect(draft: Draft, refs: dict[int, str]) -> str:
    if isinstance(draft, Act):
        return "; ".join(part for part in _outcome(draft, refs) if part)
    if draft.request is not None:
        return _request(draft.request)
    if draft.kind in ("idle", "hidden"):
        return "not seen to end" if draft.until is None else f"for {_length(draft.until - draft.timestamp)}"
    return draft.effect


def _outcome(act: Act, refs: dict[int, str]) -> list[str]:
    """What came of an act, in the order of how much it matters."""
    parts = _answer(act) if act.kind == "click" else [act.effect, _shown(act) if act.shows else ""]
    if act.unfocused and act.until is None:
        parts.append("filled in without focus, by the browser or the page")
    if act.asked and "slow" in act.flags and act.asked.duration > RESPONSE_MS:
        parts.append(f"its request {refs[id(act.asked)]} took {_length(act.asked.duration)}")
    if act.errors:
        parts.append(f"followed by {_followed(act.errors, refs)}")
    return parts


def _followed(errors: Sequence[Draft], refs: dict[int, str]) -> str:
    """The errors, equal ones together with the first one's ref."""
    alike: dict[str, list[Draft]] = {}
    for error in errors:
        alike.setdefault(_error(error), []).append(error)
    named = [
        f"{what} ({refs[id(same[0])]}{_more(len(same) - 1)})" for what, same in list(alike.items())[:_MAX_NAMED_ERRORS]
    ]
    return ", ".join(named) + _more(len(alike) - len(named))


def _answer(click: Act) -> list[str]:
    """What the page did after a click."""
    if click.response is None and "slow" in click.flags:
        return []
    if click.response is None:
        judged = f"not judged: {click.not_judged}" if click.not_judged else ""
        nothing = f"no response in {RESPONSE_MS / 1000:g} s" if "dead" in click.flags else "no response seen"
        return [nothing, judged]
    at, what = click.response
    if click.element.sort == "field" and not click.shows:
        return []  # what was typed or chosen then has a row of its own
    later = f" after {_length(at - click.timestamp)}" if at - click.timestamp >= 100 else ""
    if click.shows:
        return [_shown(click) + later]
    if click.plain and what == "the page changed":
        return [f'the page changed: "{click.plain}"{later}']
    return [what + later]


def _shown(act: Act) -> str:
    quoted = [f'"{text}"' for text in act.shows[:_MAX_SHOWN]]
    return f"shows {', '.join(quoted)}{_more(len(act.shows) - len(quoted))}"


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _error(error: Draft) -> str:
    if error.request is not None:
        return f"{error.request.status} {error.target}"
    message = error.target if len(error.target) <= _MAX_MESSAGE else f"{error.target[:_MAX_MESSAGE]}…"
    return f"console error: {message}"


def _request(request: Request) -> str:
    status = str(request.status) if request.status else "no answer known"
    took = "" if request.duration_ms is None else f" after {_length(request.duration_ms)}"
    return status + took


def _length(milliseconds: int) -> str:
    if milliseconds < 1_000:
        return f"{milliseconds} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes} min {seconds} s"
