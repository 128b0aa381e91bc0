"""`session-recording-get`."""

from pydantic import Field

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE
from replay_mcp.api.params import RecordingPath
from replay_mcp.context import ToolContext
from replay_mcp.errors import NotFound
from replay_mcp.tools._recording_ids import UNKNOWN_RECORDING, RecordingId
from replay_mcp.tools._tool import Detail, Params, tool
from replay_mcp.views.result import Result
from replay_mcp.views.rows import RecordingDetails


class GetRecordingParams(Params):
    """The recording to get."""

    id: RecordingId
    detail: Detail = "concise"


class GetRecordingResult(Result):
    """The recording, if it exists."""

    found: bool
    recording: RecordingDetails | None = None
    note: str | None = Field(default=None, description="why nothing was found")


@tool(title="Get a recording", level="read", uses=(RECORDINGS_RETRIEVE,))
async def session_recording_get(params: GetRecordingParams, context: ToolContext) -> GetRecordingResult:
    """Get one recording's metadata: who, when, how long, start page, clicks, console errors, and the link to play it.

    found: false is not a failure. Does not mark it as viewed.
    """
    try:
        recording = await context.api.call(RECORDINGS_RETRIEVE, RecordingPath(id=params.id))
    except NotFound:
        return GetRecordingResult(
            found=False,
            note=UNKNOWN_RECORDING,
        )
    return GetRecordingResult(found=True, recording=RecordingDetails.of(recording, context, params.detail))
