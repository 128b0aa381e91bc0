"""`session-recording-screen`."""

from collections.abc import Callable
from typing import Annotated, Final

import anyio
from pydantic import BeforeValidator, Field

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.params import RecordingPath
from replay_mcp.context import ToolContext
from replay_mcp.errors import Gone, InvalidArguments, NotFound
from replay_mcp.progress import Progress
from replay_mcp.reading.in_thread import in_thread
from replay_mcp.reading.read_recording import read_recording
from replay_mcp.recording.screen.moments import Moments
from replay_mcp.screenshots import ScreenshotFailed, available, media_type, take_screenshot
from replay_mcp.tools._recording_ids import UNKNOWN_RECORDING, OneRecording
from replay_mcp.tools._tool import tool
from replay_mcp.views.result import Picture
from replay_mcp.views.screen import ScreenAnswer, ScreenQuery, ScreenResult

PICTURE_SECONDS: Final = 20.0
"""How long a picture may take."""
DEFAULT_SIZE: Final = 1280, 800
"""Size of a window whose size was not recorded."""


class ScreenParams(OneRecording):
    """The recording, the moment, and what to show of it."""

    MOMENT = ("at",)

    at: (
        Annotated[
            str,
            BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value),
            Field(max_length=20, description="Second, ref or m:ss.", examples=["12.5", "e17"]),
        ]
        | None
    ) = None
    within: Annotated[str, Field(min_length=1, max_length=200, description="Ref or selector of a part.")] | None = None
    changes: Annotated[bool, Field(description="Only what changed since the previous action.")] = False
    image: Annotated[bool, Field(description="Also a picture, if Chromium is installed.")] = False


@tool(
    title="Show the screen at a moment",
    level="read",
    uses=(RECORDINGS_RETRIEVE, SNAPSHOT_SOURCES, SNAPSHOTS),
    view="shown",
)
async def session_recording_screen(params: ScreenParams, context: ToolContext) -> ScreenResult:
    """Report what a page showed at a moment of a recording: visible elements with states and texts, focus, scroll.

    Fields show the length of their value, never the value.
    """
    if (at := params.at) is None:
        raise InvalidArguments("at: name the moment, such as 12.5, 'e17' or '0:37'.")
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

    missing = available() if params.image else ""

    def show(expired: Callable[[], bool]) -> ScreenAnswer:
        moments = Moments(timeline, screens, context.redaction, expired)
        query = ScreenQuery(timeline, moments, params.id, context, reading.stopped_by)
        return query.answer(at, params.within, changes=params.changes, image=params.image and not missing)

    answer = await in_thread(show, context, ends)
    if missing or not answer.html:
        return answer.result.with_picture(missing) if missing else answer.result
    return answer.result.with_picture(await _picture(answer, min(PICTURE_SECONDS, ends - anyio.current_time())))


async def _picture(answer: ScreenAnswer, seconds: float) -> Picture | str:
    """The picture of a page, or why there is none."""
    try:
        width, height = answer.width or DEFAULT_SIZE[0], answer.height or DEFAULT_SIZE[1]
        data = await take_screenshot(answer.html, width, height, timeout=seconds)
    except ScreenshotFailed as error:
        return f"There is no picture: {error.why}"
    return Picture(data, media_type(data))
