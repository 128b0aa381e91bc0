"""The result of comparing recordings, within a size that a model reads at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from replay_mcp.context import ToolContext
from replay_mcp.views.budget import ids_within_budget, within_budget
from replay_mcp.views.compared_parts import (
    MAX_SESSIONS_NAMED,
    PageRow,
    RequestRow,
    StepRow,
    WaitRow,
    step_rows,
)
from replay_mcp.views.comparison import (
    Counts,
    GoneProblem,
    NotCompared,
    ProblemGroup,
    SplitCounts,
    split_counts,
)
from replay_mcp.views.result import Result, Time

if TYPE_CHECKING:
    from replay_mcp.recording.across.comparison import Comparison

BUDGET: Final = 7_900
"""Characters of a result, without the recordings that were not read."""
MAX_ROWS: Final = 60
"""Rows of a part that are built; fewer fit."""
_FEWER_NAMED: Final = (MAX_SESSIONS_NAMED, 8, 3)
"""How many ids each row names: as many as leave room for all rows."""
_WITHOUT_PROBLEMS: Final = 600
_NOT_READ: Final = 6_000
"""Characters of each list of recordings that were not read."""
_NAMES: Final = 60
"""Characters of the names of a list and of its count of rows left out."""
_LEFT_OUT: Final = "Some rows did not fit: compare fewer recordings, narrow the filters, or ask for one part with show."


class Earlier(Counts):
    """The earlier window of versus."""

    date_from: str
    date_to: str


class CompareResult(Result):
    """What the recordings have in common, the most widespread first."""

    date_from: str | None = Field(default=None, description="the window applied, inclusive")
    date_to: str | None = Field(default=None, description="absent: now")
    data_from: Time | None = Field(default=None, description="start of the oldest recording: there is no data before")
    compared: int = Field(description="recordings read")
    persons: int | None = None
    outcomes: dict[str, int] = Field(default={}, description="sessions by outcome")
    split: SplitCounts | None = None
    earlier: Earlier | None = Field(default=None, description="with versus")
    steps: list[StepRow] = Field(default=[])
    groups: list[ProblemGroup] = Field(default=[])
    groups_left_out: int | None = Field(default=None, description="rarer ones that did not fit")
    gone: list[GoneProblem] = Field(default=[], description="problems of the earlier window only")
    gone_left_out: int | None = None
    requests: list[RequestRow] = Field(default=[], description="failed ones first, then by total time")
    requests_left_out: int | None = None
    pages: list[PageRow] = Field(default=[], description="by total time")
    pages_left_out: int | None = None
    waits: list[WaitRow] = Field(default=[])
    waits_left_out: int | None = None
    without_problems: list[str] = Field(default=[], description="ids")
    without_problems_left_out: int | None = None
    not_read: list[NotCompared] = Field(default=[])
    not_read_left_out: int | None = None
    partly_read: list[NotCompared] = Field(default=[])
    partly_read_left_out: int | None = None
    not_tried: list[str] = Field(default=[], description="ids; the same call again reads them")
    not_tried_left_out: int | None = None
    stopped_by: str | None = Field(default=None, description="why the rest was not tried, and what to do")
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NotRead:
    """Recordings that were not read, or not completely: why, by id."""

    unreadable: Mapping[str, str]
    partly: Mapping[str, str]
    not_tried: Sequence[str]
    stopped_by: str | None


@dataclass(frozen=True, slots=True)
class _Section:
    """A list of a result, with at most `MAX_ROWS` of its rows."""

    name: str
    rows: Sequence[Result]
    total: int

    def fitting(self, room: int) -> list[Result]:
        """The rows that fit, with as many ids each as leave room for all of them."""
        for named in _FEWER_NAMED:
            shown = [_naming(row, named) for row in self.rows]
            if _size(shown) <= room:
                return shown
        return within_budget([_naming(row, _FEWER_NAMED[-1]) for row in self.rows], room)


def compare_result(
    comparison: "Comparison",
    context: ToolContext,
    not_read: NotRead,
    *,
    window: Mapping[str, Any],
    earlier: tuple[str, str] | None,
    note: str | None,
) -> CompareResult:
    """Build the result.

    Args:
        comparison: what was compared.
        context: what links are made with.
        not_read: recordings that are missing in it.
        window: the fields about the applied window.
        earlier: start and end of the earlier window, if one was compared.
        note: a note beside the one on rows that did not fit.
    """
    from replay_mcp.recording.across.comparison import SessionCounts  # noqa: PLC0415 - imported on first use for a faster start

    counts = SessionCounts.of(comparison.sessions.values())
    fields: dict[str, Any] = {
        **window,
        "compared": counts.sessions,
        "persons": counts.persons or None,
        "outcomes": {name: count for name, count in counts.outcomes.items() if count},
        "split": split_counts(comparison),
        "earlier": None if earlier is None else _earlier(comparison, *earlier),
    }
    room = BUDGET - len(CompareResult(**fields, note=note).model_dump_json()) - len(_LEFT_OUT)
    fields["steps"] = _steps(comparison, room)
    room -= _size(fields["steps"])
    cut = False
    sections = sorted(_sections(comparison, context), key=lambda section: _size(section.rows))
    for place, section in enumerate(sections):  # what a small one leaves is for the larger ones
        shown = section.fitting(room // (len(sections) - place) - _NAMES)
        room -= _size(shown) + _NAMES
        cut |= len(shown) < section.total
        fields |= {section.name: shown, f"{section.name}_left_out": section.total - len(shown) or None}
    notes = [note or "", _LEFT_OUT if cut else ""]
    fields |= _without_problems(comparison, not_read, min(room, _WITHOUT_PROBLEMS)) | _missing(not_read)
    return CompareResult(**fields, note=" ".join(filter(None, notes)) or None)


def _earlier(comparison: "Comparison", start: str, end: str) -> Earlier:
    from replay_mcp.recording.across.comparison import SessionCounts  # noqa: PLC0415 - imported on first use for a faster start

    counts = Counts.of(SessionCounts.of((comparison.earlier or {}).values()))
    return Earlier(date_from=start, date_to=end, **dict(counts))


def _sections(comparison: "Comparison", context: ToolContext) -> list[_Section]:
    """The parts that have rows."""
    windows = comparison.windows
    gone = [GoneProblem.of(group, windows.compared(group)) for group in windows.gone[:MAX_ROWS]] if windows else []
    sections = [
        _Section(
            "groups",
            [ProblemGroup.about(group, comparison, context) for group in comparison.groups[:MAX_ROWS]],
            len(comparison.groups),
        ),
        _Section("gone", gone, len(windows.gone) if windows else 0),
        _Section(
            "requests",
            [RequestRow.of(group, context) for group in comparison.requests[:MAX_ROWS]],
            len(comparison.requests),
        ),
        _Section("pages", [PageRow.of(time) for time in comparison.pages[:MAX_ROWS]], len(comparison.pages)),
        _Section("waits", [WaitRow.of(group, context) for group in comparison.waits[:MAX_ROWS]], len(comparison.waits)),
    ]
    return [section for section in sections if section.total]


def _steps(comparison: "Comparison", room: int) -> list[StepRow]:
    """All steps, with as many ids of lost sessions as fit into half of the room."""
    for named in _FEWER_NAMED:
        rows = step_rows(comparison, named)
        if _size(rows) <= room // 2:
            return rows
    return step_rows(comparison, 0)


def _without_problems(comparison: "Comparison", not_read: NotRead, room: int) -> dict[str, Any]:
    if "problems" not in comparison.parts:
        return {}
    affected = {id for group in comparison.groups for id in group.session_ids} | not_read.partly.keys()
    calm = [id for id in comparison.sessions if id not in affected]
    shown = ids_within_budget(calm, room)
    return {"without_problems": shown, "without_problems_left_out": len(calm) - len(shown) or None}


def _missing(not_read: NotRead) -> dict[str, Any]:
    """The fields about recordings that were not read."""
    fields: dict[str, Any] = {"stopped_by": not_read.stopped_by}
    for name, reasons in (("not_read", not_read.unreadable), ("partly_read", not_read.partly)):
        shown = within_budget([NotCompared(id=id, why=why) for id, why in reasons.items()], _NOT_READ)
        fields |= {name: shown, f"{name}_left_out": len(reasons) - len(shown) or None}
    ids = ids_within_budget(not_read.not_tried, _NOT_READ)
    return fields | {"not_tried": ids, "not_tried_left_out": len(not_read.not_tried) - len(ids) or None}


def _naming(row: Result, ids: int) -> Result:
    """The row with at most so many session ids."""
    named: list[str] | None = getattr(row, "session_ids", None)
    return row if named is None or len(named) <= ids else row.model_copy(update={"session_ids": named[:ids]})


def _size(rows: Sequence[Result]) -> int:
    return sum(len(row.model_dump_json()) + 1 for row in rows)
