"""`session-recording-timeline`."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from replay_mcp.api.endpoints import EVENTS_QUERY, RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.types import CARRIED, PlaybackSeconds
from replay_mcp.context import ToolContext
from replay_mcp.errors import Gone, NotFound
from replay_mcp.reading.read_session import SessionReading, read_session
from replay_mcp.recording.timeline.rows import RULES, Flag, Kind, Row
from replay_mcp.recording.timeline.selection import RowFilter, counted, page_of, ranked
from replay_mcp.tools._recording_ids import UNKNOWN_RECORDING, OneRecording
from replay_mcp.tools._tool import tool
from replay_mcp.views.budget import within_budget
from replay_mcp.views.result import Result
from replay_mcp.views.rows import Next
from replay_mcp.views.timeline import CoverageReport, RecordingHeader, TimelineRow, parse_moment
from replay_mcp.views.timeline_cursor import read_cursor, write_cursor

ROWS_BUDGET: Final = 30_000
"""Maximum characters of the rows of a page."""


class TimelineParams(OneRecording):
    """The recording, and which of its rows to return."""

    MOMENT = ("around", "from", "from_", "to", "cursor")
    from_: Annotated[PlaybackSeconds | None, Field(alias="from", description="Seconds or m:ss.")] = None
    to: PlaybackSeconds | None = None
    around: (
        Annotated[
            str,
            BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value),
            Field(max_length=20, description="Ref or second to look around.", examples=["e17", "32.5"]),
        ]
        | None
    ) = None
    window: Annotated[float, Field(gt=0, le=3600, description="Seconds before and after `around`.")] = 10
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=20)] | None = None
    flags: Annotated[list[Flag], Field(min_length=1, max_length=20)] | None = None
    contains: Annotated[str, Field(min_length=1, max_length=200, description="Text in target or effect.")] | None = None
    min_status: Annotated[int, Field(ge=100, le=599, description="Requests: 400 = failed ones.")] | None = None
    console_level: Literal["info", "warn", "error"] | None = None
    tab: Annotated[int, Field(ge=1), CARRIED] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 60
    cursor: Annotated[str, Field(max_length=40, description="From `next`, all else the same.")] | None = None
    detail: Annotated[
        Literal["concise", "full"], Field(description="full: adds page, refs of errors, why not judged, rules.")
    ] = "concise"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if "window" in self.model_fields_set and self.around is None:
            raise ValueError("window needs around")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("from must not be later than to")
        return self

    @property
    def digest(self) -> str:
        """A hash of the filters, equal for all pages of the same query."""
        query = self.model_dump_json(exclude={"cursor", "limit", "detail"})
        return hashlib.blake2b(query.encode(), digest_size=4).hexdigest()

    def wanted(self, rows: Sequence[Row]) -> RowFilter:
        """The selection of rows, with `around` resolved to a time."""
        start, end = self.from_, self.to
        if self.around is not None:
            middle = parse_moment(self.around, rows)
            earliest, latest = middle - self.window, middle + self.window
            start = earliest if start is None else max(earliest, start)
            end = latest if end is None else min(latest, end)
        return RowFilter(
            start=start,
            end=end,
            kinds=frozenset(self.kinds or ()),
            flags=frozenset(self.flags or ()),
            contains=self.contains or "",
            min_status=self.min_status,
            console_level=self.console_level,
            tab=self.tab,
        )


class TimelineResult(Result):
    """Rows of the timeline in chronological order."""

    found: bool
    recording: RecordingHeader | None = Field(default=None, description="on the first page without filters")
    rows: list[TimelineRow] = Field(default=[])
    left_out: dict[str, int] | None = Field(default=None, description="rows on further pages, by kind: see next")
    next: Next = None
    rules: dict[str, str] | None = Field(default=None, description="with detail full: the rules of the flags shown")
    note: str | None = None


@tool(
    title="Read what happened in a recording",
    level="read",
    uses=(RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS),
    optional=(EVENTS_QUERY,),
    view="shown",
)
async def session_recording_timeline(params: TimelineParams, context: ToolContext) -> TimelineResult:
    """Report what happened in one recording: pages, clicks, typing, texts shown, console, requests, product events.

    Rows have refs (e17), seconds and flags (error_after: followed by an error, not caused by it). Without filters the
    rows that matter most; narrow by time, kind or flag for all of a part. Typed text is never shown, unless an event
    reports it.
    """
    try:
        session = await read_session(params.id, context, seconds=context.timing.deadline)
    except (NotFound, Gone) as error:
        await context.drop_recording(params.id)
        gone = "This recording was permanently deleted." if isinstance(error, Gone) else UNKNOWN_RECORDING
        return TimelineResult(found=False, note=gone)
    wanted = params.wanted(session.rows)
    candidates = ranked(session.rows, wanted)
    skip = read_cursor(params.cursor, session.version, params.digest)
    page = page_of(candidates, wanted, skip, params.limit)
    timeline, about = session.reading.timeline, wanted.is_empty and skip == 0
    shown = within_budget(
        [TimelineRow.of(row, params.id, context, timeline.tabs > 1, params.detail) for row in page], ROWS_BUDGET
    )
    rest = candidates[skip + len(shown) :]
    order = {row.ref: place for place, row in enumerate(session.rows)}
    flags = {flag for row in page[: len(shown)] for flag in row.flags}
    return TimelineResult(
        found=True,
        recording=RecordingHeader.about(session.recording, timeline, session.rows, session.events, context)
        if about
        else None,
        rows=sorted(shown, key=lambda row: order[row.ref]),
        left_out=counted(rest) or None,
        next={"cursor": write_cursor(skip + len(shown), session.version, params.digest)} if rest else None,
        rules={flag: rule for flag, rule in RULES.items() if flag in flags} if params.detail == "full" else None,
        note=_note(session, params, wanted, shown=bool(shown)),
    )


def _note(session: SessionReading, params: TimelineParams, wanted: RowFilter, *, shown: bool) -> str | None:
    notes: list[str] = []
    reading = session.reading
    coverage = CoverageReport.of(reading.timeline.coverage)
    if reading.stopped_by is not None:
        notes.append(f"Only part of the recording was read. {reading.stopped_by.why} {reading.stopped_by.next}")
    elif not wanted.is_empty and not coverage.complete:
        notes.append(f"The recording could not be read completely: {'; '.join(coverage.problems)}.")
    if session.events_problem and (wanted.is_empty or "event" in wanted.kinds):
        notes.append(f"Product events are missing. {session.events_problem}")
    if not shown and params.cursor:
        notes.append("There are no more rows.")
    elif not shown:
        notes.append("Nothing happened in this recording." if wanted.is_empty else "No row matches; widen the filters.")
        notes += ["Masked text such as [email] or [typed] cannot be searched."] if params.contains else []
    return " ".join(notes) or None
