"""Steps, requests, pages and waits of several sessions, in results."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Self

from pydantic import Field

from replay_mcp.context import ToolContext
from replay_mcp.recording.timeline.row_text import short_target
from replay_mcp.recording.timeline.rows import RESPONSE_MS
from replay_mcp.views.comparison import Example
from replay_mcp.views.result import Result

if TYPE_CHECKING:
    from replay_mcp.recording.across.comparison import Comparison
    from replay_mcp.recording.across.pages import PageTime, WaitGroup
    from replay_mcp.recording.across.requests import RequestGroup
    from replay_mcp.recording.across.steps import Loss, StepReached

MAX_SESSIONS_NAMED: Final = 20
"""Maximum number of session ids of a group, or of one step."""
MAX_DID_LENGTH: Final = 120
"""Maximum characters of a last action."""
NOTHING: Final = "nothing clicked or edited"


class Lost(Result):
    """Sessions that reached the step before, but not this one."""

    did: str = Field(description="their last action")
    sessions: int
    session_ids: list[str] = Field(default=[])


class StepRow(Result):
    """How many sessions reached a step, in order."""

    step: str
    matched: str | None = Field(default=None, description="url, event or element; absent: nothing matches the text")
    sessions: int
    seconds: list[float] = Field(default=[], description="from the step before: median, shortest, longest")
    earlier: int | None = Field(default=None, description="sessions of the earlier window")
    matching: int | None = Field(default=None, description="with split")
    others: int | None = None
    session_ids: list[str] = Field(default=[], description="of the last step: some that reached it")
    lost: list[Lost] = Field(default=[])
    lost_left_out: int | None = Field(default=None, description="lost sessions without their id here")
    not_known: list[str] = Field(default=[], description="ids of sessions whose recording may lack the step")


class RequestRow(Result):
    """Requests of the page's code without analytics, and failed ones."""

    request: str = Field(description="method, host and path")
    status: int | None = Field(default=None, description="absent: not known")
    page: str = ""
    times: int
    sessions: int
    median_ms: int | None = None
    p95_ms: int | None = Field(default=None, description="of fewer than 20: the longest")
    aborted: int | None = Field(default=None, description="replaced by the next one before an answer; not in the times")
    session_ids: list[str] = Field(default=[])
    slowest: Example | None = None

    @classmethod
    def of(cls, group: "RequestGroup", context: ToolContext) -> Self:
        """Build the row with its slowest request."""
        slowest = group.slowest
        return cls(
            request=f"{group.method} {group.path}".strip(),
            status=group.status or None,
            page=group.page,
            times=len(group.requests),
            sessions=len(group.session_ids),
            median_ms=group.median_ms,
            p95_ms=group.p95_ms,
            aborted=group.aborted or None,
            session_ids=list(group.session_ids),
            slowest=Example.of(slowest.session_id, slowest.row, context) if _is_notable(group) else None,
        )


def _is_notable(group: "RequestGroup") -> bool:
    """Whether requests failed or took so long that a click would be slow."""
    return group.status >= 400 or (group.p95_ms or 0) > RESPONSE_MS


class PageRow(Result):
    """The time that people spent on a page."""

    page: str
    sessions: int
    visits: int
    median_seconds: float = Field(description="of a visit, with the tab in use and without idle time")
    total_seconds: float
    last: int | None = Field(default=None, description="visits when the recording ended; their time is a minimum")

    @classmethod
    def of(cls, time: "PageTime") -> Self:
        """Build the row."""
        return cls(
            page=time.page,
            sessions=time.sessions,
            visits=time.visits,
            median_seconds=time.median_seconds,
            total_seconds=time.seconds,
            last=time.last or None,
        )


class WaitRow(Result):
    """Where people waited longer than the rules of the flags slow and wait allow."""

    page: str
    target: str = Field(description="the element, or `page load`")
    sessions: int
    times: int
    median_ms: int | None = Field(default=None, description="of waits that a response ended")
    given_up: int | None = Field(default=None, description="pressed again before the request was answered")
    example: Example

    @classmethod
    def of(cls, group: "WaitGroup", context: ToolContext) -> Self:
        """Build the row with its longest wait."""
        return cls(
            page=group.page,
            target=group.name or "page load",
            sessions=len(group.session_ids),
            times=len(group.waits),
            median_ms=group.median_ms,
            given_up=group.given_up or None,
            example=Example.of(group.longest.session_id, group.longest.row, context),
        )


def step_rows(comparison: "Comparison", named: int = MAX_SESSIONS_NAMED) -> list[StepRow]:
    """The steps, each with at most `named` ids of lost sessions."""
    earlier = comparison.earlier_steps or [None] * len(comparison.steps)
    rows = [
        _step_row(reached, before, comparison.matching, named)
        for reached, before in zip(comparison.steps, earlier, strict=True)
    ]
    if rows:
        rows[-1] = rows[-1].model_copy(update={"session_ids": list(comparison.steps[-1].session_ids[:named])})
    return rows


def _step_row(
    reached: "StepReached", before: "StepReached | None", matching: frozenset[str] | None, named: int
) -> StepRow:
    certain = [loss for loss in reached.losses if loss.is_certain]
    lost = _lost(certain, named)
    return StepRow(
        step=reached.step.text,
        matched=reached.step.kind,
        sessions=len(reached.session_ids),
        seconds=_times(reached),
        earlier=None if before is None else len(before.session_ids),
        matching=None if matching is None else sum(id in matching for id in reached.session_ids),
        others=None if matching is None else sum(id not in matching for id in reached.session_ids),
        lost=lost,
        lost_left_out=len(certain) - sum(len(each.session_ids) for each in lost) or None,
        not_known=[loss.session_id for loss in reached.losses if not loss.is_certain][:named],
    )


def _lost(losses: "Sequence[Loss]", named: int) -> list[Lost]:
    """Lost sessions with at most `named` ids: those that did the same last are one entry, the most frequent first."""
    by_action: dict[str, list[str]] = {}
    for loss in losses:
        by_action.setdefault(_did(loss), []).append(loss.session_id)
    lost: list[Lost] = []
    for did, ids in sorted(by_action.items(), key=lambda item: (-len(item[1]), item[0])):
        if named <= 0:
            break
        lost.append(Lost(did=did, sessions=len(ids), session_ids=ids[:named]))
        named -= len(ids)
    return lost


def _times(reached: "StepReached") -> list[float]:
    median = reached.median_seconds
    return [] if median is None else [median, round(min(reached.seconds), 1), round(max(reached.seconds), 1)]


def _did(loss: "Loss") -> str:
    if loss.last is None:
        return NOTHING
    flags = loss.last.flags
    failed = "error" if "error_after" in flags or loss.last.meaning == "error" else ""
    came = failed or ("no response" if "dead" in flags else "")
    text = f"{loss.last.kind} {short_target(loss.last)}{f', {came}' if came else ''}"
    return text if len(text) <= MAX_DID_LENGTH else f"{text[: MAX_DID_LENGTH - 1]}…"
