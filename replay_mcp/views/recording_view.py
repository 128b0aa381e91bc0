"""What the view in chat clients shows: a recording or one of its frames, as JSON that its script reads."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from pydantic import Field

from replay_mcp.context import ToolContext
from replay_mcp.views.result import Result

if TYPE_CHECKING:
    from replay_mcp.recording.playback.player_data import PlayerRecording
    from replay_mcp.recording.screen.log import Screens
    from replay_mcp.recording.timeline.reader import Timeline

MAX_ROWS: Final = 3_000
"""Maximum number of rows, the most important ones."""
MAX_MOMENTS: Final = 4_000
"""Maximum number of changes, and of positions of the pointer, of a tab."""

T = TypeVar("T")


class ViewedRecording(Result):
    """A recording, or a frame of it, for the view in chat clients. No model reads it."""

    found: bool
    data: str = Field(default="", description="JSON that the view reads")
    note: str | None = None


def viewed_recording(id: str, timeline: "Timeline", screens: "Screens", context: ToolContext) -> ViewedRecording:
    """A recording without its frames."""
    from replay_mcp.recording.playback.player_data import player_recording  # noqa: PLC0415 - imported on first use for a faster start

    recording = _bounded(player_recording(id, timeline, screens))
    data: dict[str, Any] = {"recording": recording, "link": context.links.recording(id)}
    return ViewedRecording(found=True, data=msgspec.json.encode(data).decode())


def viewed_frame(
    screens: "Screens", tab: int, timestamp: int, context: ToolContext, expired: Callable[[], bool]
) -> ViewedRecording:
    """What a tab showed at a moment, in epoch milliseconds.

    Raises:
        DeadlineExceeded: the deadline passed.
    """
    from replay_mcp.recording.playback.player_data import frame_at  # noqa: PLC0415 - imported on first use for a faster start

    frame = frame_at(screens, tab, timestamp, context.redaction, expired)
    return ViewedRecording(found=True, data=msgspec.json.encode(frame).decode())


def _bounded(recording: "PlayerRecording") -> "PlayerRecording":
    """The recording with fewer rows and positions, if it has very many."""
    rows = recording.rows
    missing = recording.missing
    if len(rows) > MAX_ROWS:
        chosen = sorted(range(len(rows)), key=lambda place: (-rows[place].weight, place))[:MAX_ROWS]
        missing = [*missing, f"{len(rows) - MAX_ROWS} rows are left out here"]
        rows = [rows[place] for place in sorted(chosen)]
    tabs = [
        msgspec.structs.replace(tab, changes=_thinned(tab.changes), pointer=_thinned(tab.pointer))
        for tab in recording.tabs
    ]
    return msgspec.structs.replace(recording, rows=rows, tabs=tabs, missing=missing)


def _thinned(moments: Sequence[T]) -> list[T]:
    """Every moment, or so many of them at even steps."""
    step = -(-len(moments) // MAX_MOMENTS) or 1
    return [*moments[step - 1 :: step]]
