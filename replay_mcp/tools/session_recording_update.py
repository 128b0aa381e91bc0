"""`session-recording-update`."""

from typing import Self

from pydantic import model_validator

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE, RECORDINGS_UPDATE
from replay_mcp.api.params import RecordingPath, RecordingUpdate
from replay_mcp.context import ToolContext
from replay_mcp.errors import OutcomeUnknown
from replay_mcp.reading.read_back import read_back
from replay_mcp.tools._tool import Params, RecordingId, tool
from replay_mcp.views.result import Result

_REPEAT = "Setting a mark again is safe: call again in a minute."
_CHECK = f"Check with session-recording-get whether it is viewed. {_REPEAT}"


class UpdateRecordingParams(Params):
    """The marks to set; marks cannot be removed."""

    id: RecordingId
    viewed: bool = False
    analyzed: bool = False

    @model_validator(mode="after")
    def _sets_a_mark(self) -> Self:
        if not (self.viewed or self.analyzed):
            raise ValueError("set viewed or analyzed to true; the API cannot remove a mark")
        return self


class UpdateRecordingResult(Result):
    """The marks that were set."""

    id: str
    viewed: bool | None = None
    analyzed: bool | None = None
    link: str


@tool(title="Mark a recording", level="curate", uses=(RECORDINGS_UPDATE, RECORDINGS_RETRIEVE))
async def session_recording_update(params: UpdateRecordingParams, context: ToolContext) -> UpdateRecordingResult:
    """Mark a recording as viewed (it joins the watch history of the key's owner) or as analyzed.

    A viewed mark cannot be removed here.
    """
    marks = {"viewed": params.viewed or None, "analyzed": params.analyzed or None}
    fields = {name: value for name, value in marks.items() if value}
    try:
        await context.api.call(RECORDINGS_UPDATE, RecordingUpdate.model_validate({"id": params.id} | fields))
    except OutcomeUnknown as lost:
        if params.analyzed:  # no route returns this mark
            raise OutcomeUnknown(lost.why, next=_REPEAT) from lost
        path = RecordingPath(id=params.id)
        await read_back(lost, RECORDINGS_RETRIEVE, path, context, shows_change=lambda found: found.viewed, check=_CHECK)
    return UpdateRecordingResult(id=params.id, **marks, link=context.links.recording(params.id))
