"""`session-recording-view`."""

from collections.abc import Callable
from typing import Annotated

import anyio
from pydantic import Field

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.params import RecordingPath
from replay_mcp.context import ToolContext
from replay_mcp.errors import Gone, NotFound
from replay_mcp.reading.in_thread import in_thread
from replay_mcp.reading.read_recording import read_recording
from replay_mcp.tools._recording_ids import UNKNOWN_RECORDING, RecordingId
from replay_mcp.tools._tool import Params, tool
from replay_mcp.views.recording_view import ViewedRecording, viewed_frame, viewed_recording


class ViewParams(Params):
    """The recording, or a tab and a moment of it for a frame."""

    id: RecordingId
    tab: Annotated[int, Field(ge=1, le=10_000)] | None = None
    at: Annotated[int, Field(ge=0, le=10**12, description="Milliseconds from the start.")] = 0


@tool(
    title="Data of the view",
    level="read",
    uses=(RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS),
    view="app",
)
async def session_recording_view(params: ViewParams, context: ToolContext) -> ViewedRecording:
    """Return what the view in this chat shows of a recording. Only the view reads it; models use other tools."""
    ends = anyio.current_time() + context.timing.deadline
    try:
        recording = await context.api.call(RECORDINGS_RETRIEVE, RecordingPath(id=params.id))
        reading = await read_recording(recording, context, deadline=ends - anyio.current_time(), with_screens=True)
    except (NotFound, Gone):
        await context.drop_recording(params.id)
        return ViewedRecording(found=False, note=UNKNOWN_RECORDING)

    timeline, screens = reading.timeline, reading.screens
    if screens is None:
        return ViewedRecording(found=False, note="The recording's pages could not be read.")

    def made(expired: Callable[[], bool]) -> ViewedRecording:
        if params.tab is None:
            return viewed_recording(params.id, timeline, screens, context)
        return viewed_frame(screens, params.tab, timeline.start + params.at, context, expired)

    return await in_thread(made, context, ends)
