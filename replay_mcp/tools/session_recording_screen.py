"""`session-recording-screen`."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qs

import anyio
from pydantic import BeforeValidator, Field, model_validator

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.params import RecordingPath
from replay_mcp.context import ToolContext
from replay_mcp.errors import Gone, NotFound
from replay_mcp.progress import Progress
from replay_mcp.reading.in_thread import in_thread
from replay_mcp.reading.read_recording import read_recording
from replay_mcp.recording.rrweb.untrusted import obj
from replay_mcp.recording.screen.moments import Moments
from replay_mcp.tools._tool import PLAYBACK_LINK, UNKNOWN_RECORDING, Params, RecordingId, tool
from replay_mcp.views.screen import ScreenQuery, ScreenResult


class ScreenParams(Params):
    """The recording, the moment, and what to show of it."""

    id: RecordingId
    at: Annotated[
        str,
        BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value),
        Field(max_length=20, description="Second, ref or m:ss.", examples=["12.5", "e17"]),
    ]
    within: Annotated[str, Field(min_length=1, max_length=200, description="Ref or selector of a part.")] | None = None
    changes: Annotated[bool, Field(description="Only what changed since the previous action.")] = False

    @model_validator(mode="before")
    @classmethod
    def _time_in_link(cls, arguments: Any) -> Any:
        """Take the moment from a playback link (`?t=37`) that is given as the id."""
        given = obj(arguments)
        links = [
            link for value in given.values() if isinstance(value, str) and (link := PLAYBACK_LINK.fullmatch(value))
        ]
        times = [time for link in links for time in parse_qs(link["query"] or "").get("t", [])]
        return {"at": times[0], **given} if times else arguments


@tool(title="Show the screen at a moment", level="read", uses=(RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS))
async def session_recording_screen(params: ScreenParams, context: ToolContext) -> ScreenResult:
    """Report what a page showed at a moment of a recording: visible elements with states and texts, focus, scroll.

    Fields show the length of their value, never the value.
    """
    ends = anyio.current_time() + context.timing.deadline
    try:
        recording = await context.api.call(RECORDINGS_RETRIEVE, RecordingPath(id=params.id))
        progress = Progress.of(context, total=1)
        reading = await progress.run(
            read_recording(
                recording, context, deadline=ends - anyio.current_time(), progress=progress, with_screens=True
            )
        )
    except (NotFound, Gone) as error:
        await context.drop_recording(params.id)
        gone = "This recording was permanently deleted." if isinstance(error, Gone) else UNKNOWN_RECORDING
        return ScreenResult(found=False, note=gone)
    timeline, screens = reading.timeline, reading.screens
    if screens is None:
        return ScreenResult(found=False, note="The recording's pages could not be read.")

    def show(expired: Callable[[], bool]) -> ScreenResult:
        moments = Moments(timeline, screens, context.redaction, expired)
        return ScreenQuery(timeline, moments, params.id, context).result(
            params.at, params.within, changes=params.changes
        )

    return await in_thread(show, context, ends)
