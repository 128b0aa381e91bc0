"""Builds a test as data from a timeline: where it begins, its steps, what it expects, and what it lacks."""

from collections.abc import Iterator, Sequence
from typing import Final

from replay_mcp.recording.timeline.blocked_parts import BlockedPart
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.rows import CLOCK_MS, Row

from .errors import NothingToReproduce
from .known_text import PageUrl
from .moment import ACTIONS, Problem, find_problem
from .spec import MAX_STEPS, Repro
from .steps import Steps

_MAX_BLOCKED: Final = 5
_UNFIT: Final = "The action that failed cannot be repeated by a test: it was {what}."


def build_repro(
    timeline: Timeline, moment: str | float | None = None, *, language: str = "", max_steps: int = MAX_STEPS
) -> Repro:
    """A test that repeats what led to a problem, and expects that it does not occur.

    Args:
        timeline: of the recording.
        moment: the ref of a row, seconds from the start, or None for the first problem.
        language: of the browser, if known.
        max_steps: the maximum number of steps; the last ones are kept.

    Raises:
        NothingToReproduce: nothing failed at that moment, or a browser cannot repeat it.
    """
    problem = find_problem(timeline.rows, moment)
    rows = timeline.rows[_start(timeline.rows, problem.index) : problem.index + 1]
    steps = Steps(rows)
    left_out = max(len(steps.built) - max_steps, 0)
    if left_out:
        steps = Steps(_last_rows(rows, {step.ref for step in steps.built[left_out + 1 :]}))
    if not steps.built:
        raise NothingToReproduce("The recording has no page to begin with.")
    if steps.built[-1].kind in ("left_out", "uncoded"):
        raise NothingToReproduce(_UNFIT.format(what=steps.built[-1].note))
    if not steps.origin:
        raise NothingToReproduce("The recording begins with a page that a browser cannot open.")
    return Repro(
        origin=steps.origin,
        viewport=timeline.viewport,
        touch=any(step.touch for step in steps.built),
        language=language,
        steps=tuple(steps.built),
        expectation=problem.expectation,
        notes=tuple(_notes(timeline, problem, steps, left_out)),
    )


def _start(rows: Sequence[Row], end: int) -> int:
    """Where the test begins: with the last page that was loaded before anything but links was used, else at the start.

    What a person did on a page may be kept in the browser or on a server, such as a cart, so it is not skipped.
    """
    start = 0
    used = False
    for index, row in enumerate(rows[: end + 1]):
        if row.kind in ACTIONS:
            used = used or not _is_only_a_link(row)
        if used:
            break
        if row.kind == "navigation" and row.tab == rows[end].tab and index and _is_loaded(rows, index):
            url = PageUrl(row.page)
            start = index if url.origin and not url.masked else start
    return start


def _is_only_a_link(row: Row) -> bool:
    return row.kind == "click" and row.element is not None and row.element.sort in ("link", "page")


def _is_loaded(rows: Sequence[Row], index: int) -> bool:
    """Whether a page was loaded as a document, and not by the code of the page before it."""
    visit = rows[index]
    for row in reversed(rows[:index]):
        if row.tab != visit.tab:
            continue
        if row.kind == "navigation":
            return False
        if row.kind == "network" and row.url == visit.page and not row.method:
            return (row.until or row.seconds) <= visit.seconds + CLOCK_MS / 1000
    return False


def _last_rows(rows: Sequence[Row], refs: set[str]) -> list[Row]:
    """The rows from the first visit of the last tab among these refs, else from the first action, of that tab only."""
    tab = rows[-1].tab
    own = [row for row in rows if row.tab == tab]
    named = [index for index, row in enumerate(own) if row.ref in refs]
    visits = [index for index in named if own[index].kind == "navigation"]
    return own[(visits or named or [len(own) - 1])[0] :]


def _notes(timeline: Timeline, problem: Problem, steps: Steps, left_out: int) -> Iterator[str]:
    if problem.asked is not None:
        yield f"{problem.asked.ref} failed like {steps.built[-1].ref} before it, with which the test ends."
    if left_out:
        yield f"{left_out} or more earlier steps are left out: the test is limited to the last ones."
    if steps.masked:
        names = ", ".join(steps.masked)
        yield f"Parts of URLs are masked: fill in {names}, or run it with `--redact off`."
    missed = [step for step in steps.built if step.kind == "uncoded"]
    if missed:
        named = ", ".join(f"{step.ref} ({step.note})" for step in missed[:_MAX_BLOCKED])
        yield f"Not turned into code: {named}."
    pages = {PageUrl(step.url).path for step in steps.built if step.url}
    blocked = [part for part in timeline.blocked if PageUrl(part.page).path in pages][:_MAX_BLOCKED]
    if blocked:
        yield f"Excluded from the recording, so add what it needs: {', '.join(map(_blocked, blocked))}."
    if gaps := timeline.coverage.gaps:
        yield f"The recording could not be read completely: {'; '.join(gaps)}."


def _blocked(part: BlockedPart) -> str:
    return f"{part.selector} {part.label}".strip()
