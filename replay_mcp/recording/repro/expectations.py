"""What should have happened where a recording failed, as one assertion that a test can make."""

import re
from typing import Final

from replay_mcp.recording.timeline.rows import AFTER_MS, MAX_RESPONSE_MS, RESPONSE_MS, FollowingError, Row

from .known_text import MIN_BEGINNING, known_beginning
from .spec import Expectation

FAILED_STATUS: Final = 400
PROBLEM_FLAGS: Final = frozenset({"rage", "dead", "slow", "error_after"})
"""Flags of actions that failed."""

_UNCAUGHT: Final = re.compile(r"(?:Uncaught )?(?:\(in promise\) )?(?:Uncaught )?(?:[A-Z]\w{0,40}Error: )?")
_PLAIN: Final = re.compile(r"[^{}\[\]\"'`]*")
_MAX_RECORDED: Final = 200


def is_problem(row: Row) -> bool:
    """Whether an action failed, by its flags or by the error that the page showed after it."""
    return not PROBLEM_FLAGS.isdisjoint(row.flags) or (row.kind != "navigation" and _error_text(row) != "")


def expectation(row: Row, by_ref: dict[str, Row]) -> Expectation:
    """What should have happened after an action, or after the opening of a page.

    Args:
        row: a click, an edit or a choice; or a request or a console line that no action caused.
        by_ref: the rows of the recording by ref.
    """
    for found in (_own_answer(row), _shown(row), _answer(row), _slow(row, by_ref), _logged(row, by_ref), _change(row)):
        if found is not None:
            return found
    return Expectation("unknown", "no failure")


def _own_answer(row: Row) -> Expectation | None:
    """A failed request that the action itself started."""
    started = {ref for error in row.errors for ref in error.refs}.intersection(row.requests)
    return _failed(row, [error for error in row.errors if not started.isdisjoint(error.refs)])


def _answer(row: Row) -> Expectation | None:
    """Any failed request after the action, or the row's own."""
    own = FollowingError((row.ref,), row.method, row.url, row.status) if row.kind == "network" else None
    return _failed(row, [*row.errors, *([own] if own else [])])


def _failed(row: Row, errors: list[FollowingError]) -> Expectation | None:
    error = next((each for each in errors if each.url and (each.status or 0) >= FAILED_STATUS), None)
    if error is None:
        return None
    recorded = f"{f'{error.method} {error.url}'.strip()[:_MAX_RECORDED]} was answered with {error.status}"
    if text := _error_text(row):
        recorded += f", and the page showed: {text}"
    return Expectation("answer", recorded, method=error.method, url=error.url)


def _error_text(row: Row) -> str:
    return row.texts[0] if row.meaning == "error" and row.texts else ""


def _shown(row: Row) -> Expectation | None:
    text = _error_text(row)
    known, _ = known_beginning(text)
    if len(known.strip()) < MIN_BEGINNING:
        return None
    after = row.response.ms if row.response else AFTER_MS
    return Expectation("not_shown", f"the page showed: {text}", text=text, within_ms=_generous(after))


def _slow(row: Row, by_ref: dict[str, Row]) -> Expectation | None:
    if "slow" not in row.flags:
        return None
    request = by_ref.get(row.slow_request.ref) if row.slow_request else None
    if row.slow_request and request is not None and request.url:
        recorded = f"{f'{request.method} {request.url}'.strip()[:_MAX_RECORDED]} took {row.slow_request.ms} ms"
        return Expectation("prompt_answer", recorded, method=request.method, url=request.url, within_ms=RESPONSE_MS)
    took = f"after {row.response.ms} ms" if row.response else "late"
    return Expectation("change", f"the page responded {took}", within_ms=RESPONSE_MS)


def _logged(row: Row, by_ref: dict[str, Row]) -> Expectation | None:
    error = next((each for each in row.errors if each.message), None)
    is_own = row.kind == "console" and row.level == "error"
    message = row.message if is_own else error.message if error else ""
    if not message:
        return None
    logged = by_ref.get(error.refs[0]) if error and error.refs else None
    after = int((logged.seconds - row.seconds) * 1000) if logged else 0
    text = _PLAIN.match(message, _UNCAUGHT.match(message).end())  # type: ignore[union-attr]
    known = known_beginning(text[0].strip() if text else "")[0]
    return Expectation(
        "no_error",
        f"the console showed: {message}",
        text=known if len(known) >= MIN_BEGINNING else "",
        within_ms=_generous(after),
    )


def _change(row: Row) -> Expectation | None:
    if "dead" in row.flags or ("rage" in row.flags and row.response is None):
        return Expectation("change", f"nothing happened in {RESPONSE_MS / 1000:g} s", within_ms=RESPONSE_MS)
    if "rage" in row.flags:
        return Expectation("change", f"the person clicked {row.count} times", within_ms=RESPONSE_MS)
    return None


def _generous(ms: int) -> int:
    """Twice as long as it took in the recording, within bounds."""
    return min(max(2 * ms + 1_000, RESPONSE_MS), MAX_RESPONSE_MS)
