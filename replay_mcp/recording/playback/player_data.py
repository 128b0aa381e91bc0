"""A recording as a player shows it: values that `replay_mcp/frontend` reads as JSON. All text in them is masked."""

from typing import Final

from msgspec import Struct

from replay_mcp.recording.css.deadline import Expired, never
from replay_mcp.recording.frames.frame import render_frame
from replay_mcp.recording.rrweb.events import MAX_TIMESTAMP
from replay_mcp.recording.screen.log import Screens
from replay_mcp.recording.screen.screen import screen_at
from replay_mcp.recording.screen.segments import TabScreens
from replay_mcp.recording.summary.summary import summarize
from replay_mcp.recording.timeline.reader import Timeline
from replay_mcp.recording.timeline.row_text import effect, short_target
from replay_mcp.recording.timeline.rows import Flag, Kind, Row
from replay_mcp.redaction import Redaction

MAX_TEXT: Final = 400
"""Maximum characters of a row's texts; a person who needs more opens the timeline."""
DEFAULT_SIZE: Final = 1280, 800
"""Size of a window whose size was not recorded."""

Moment = tuple[int, int, int]


class PlayerRow(Struct, frozen=True, omit_defaults=True):
    """A row. Times are milliseconds from the start of the recording.

    Attributes:
        kind: see `Kind`.
        what: what the row is about; `effect`: what happened.
        flags: see `Flag`.
        weight: see `Row`.
        tone: `error`, `warn` or `done`; empty for neither.
        position: of a click, pixels from the left and the top of the viewport.
    """

    ref: str
    start: int
    tab: int
    kind: Kind
    what: str
    effect: str = ""
    until: int | None = None
    count: int = 1
    flags: tuple[Flag, ...] = ()
    weight: int = 1
    tone: str = ""
    position: tuple[int, int] | None = None
    touch: bool = False


class PlayerTab(Struct, frozen=True):
    """A browser tab. Times are milliseconds from the start of the recording.

    Attributes:
        drawn: when its first document was recorded; None if none was.
        changes: when its screen changed.
        pointer: times and positions of mouse or finger.
    """

    number: int
    drawn: int | None
    changes: list[int]
    pointer: list[Moment]


class PlayerRecording(Struct, frozen=True):
    """A recording without its frames.

    Attributes:
        start: epoch milliseconds.
        duration: milliseconds.
        outcome: `success`, `failed` or `not shown`.
        summary: what happened, in a few sentences; empty if too little did.
        kept_until: milliseconds from the start until which screens are kept; None if all are.
        missing: what is not in the recording, or was not read.
    """

    id: str
    start: int
    duration: int
    outcome: str
    summary: str
    rows: list[PlayerRow]
    tabs: list[PlayerTab]
    kept_until: int | None
    missing: list[str]


class PlayerFrame(Struct, frozen=True):
    """What a tab showed at a moment.

    Attributes:
        html: the page as a document without scripts that loads nothing; empty if no page was recorded by then.
        width: of the viewport, in CSS pixels.
    """

    html: str = ""
    width: int = DEFAULT_SIZE[0]
    height: int = DEFAULT_SIZE[1]
    url: str = ""
    title: str = ""


def player_recording(
    session_id: str, timeline: Timeline, screens: Screens, *, all_moments: bool = False
) -> PlayerRecording:
    """A recording as a player shows it.

    Args:
        session_id: its id.
        timeline: its timeline.
        screens: its screens.
        all_moments: whether the player can show moments after `screens.until`, too.
    """
    start = timeline.start
    summary = summarize(session_id, timeline) or {"session_outcome": {"description": ""}, "computed": {}}
    until = None if all_moments else screens.until
    return PlayerRecording(
        id=session_id,
        start=start,
        duration=timeline.end - start,
        outcome=summary["computed"].get("outcome", "not shown"),
        summary=summary["session_outcome"]["description"],
        rows=[_row(row) for row in timeline.rows],
        tabs=[_tab(number, screens.tabs.get(number), start, until) for number in range(1, timeline.tabs + 1)],
        kept_until=None if until is None else until - start,
        missing=timeline.coverage.gaps,
    )


def frame_at(screens: Screens, tab: int, timestamp: int, redaction: Redaction, expired: Expired = never) -> PlayerFrame:
    """What a tab showed at a moment, in epoch milliseconds.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    screen = screen_at(screens, tab, timestamp, redaction, expired)
    if screen is None:
        return PlayerFrame()
    state = screen.page.state
    return PlayerFrame(
        html=render_frame(screen.page, screen.show, expired),
        width=state.width or DEFAULT_SIZE[0],
        height=state.height or DEFAULT_SIZE[1],
        url=screen.url,
        title=screen.title,
    )


def _row(row: Row) -> PlayerRow:
    return PlayerRow(
        ref=row.ref,
        start=_ms(row.seconds),
        tab=row.tab,
        kind=row.kind,
        what=short_target(row)[:MAX_TEXT],
        effect=effect(row)[:MAX_TEXT],
        until=None if row.until is None else _ms(row.until),
        count=row.count,
        flags=row.flags,
        weight=row.weight,
        tone=_tone(row),
        position=row.position,
        touch=row.touch,
    )


def _tone(row: Row) -> str:
    """Whether a row itself reports an error or a success."""
    if row.level == "error" or (row.status or 0) >= 400 or row.meaning == "error":
        return "error"
    return "warn" if row.level == "warn" else row.meaning


def _tab(number: int, screens: TabScreens | None, start: int, until: int | None) -> PlayerTab:
    if screens is None or (until is not None and screens.drawn is not None and screens.drawn > until):
        return PlayerTab(number, None, [], [])
    last = MAX_TIMESTAMP if until is None else until
    return PlayerTab(
        number,
        None if screens.drawn is None else screens.drawn - start,
        [timestamp - start for timestamp in screens.changes if timestamp <= last],
        [(timestamp - start, x, y) for timestamp, (x, y) in screens.pointer if timestamp <= last],
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
