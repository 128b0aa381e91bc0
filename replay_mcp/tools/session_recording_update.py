"""`session-recording-update`."""

from collections.abc import Collection, Sequence
from typing import Self

from pydantic import Field, model_validator

from replay_mcp.api.endpoints import RECORDINGS_RETRIEVE, RECORDINGS_UPDATE
from replay_mcp.api.params import RecordingPath, RecordingUpdate
from replay_mcp.context import ToolContext
from replay_mcp.errors import NotFound
from replay_mcp.reading.read_back import READ_BACK_SECONDS
from replay_mcp.tools._bulk import BulkChange, change_all, check_success
from replay_mcp.tools._bulk_results import ManyResult
from replay_mcp.tools._recording_ids import RecordingIds
from replay_mcp.tools._tool import Params, tool

_REPEAT = "Setting a mark again is safe: call again with these ids in a minute."
_CHECK = f"session-recording-get shows whether a recording is viewed; nothing shows whether it is analyzed. {_REPEAT}"


class UpdateRecordingsParams(Params):
    """The marks to set; marks cannot be removed."""

    ids: RecordingIds
    viewed: bool = False
    analyzed: bool = False

    @model_validator(mode="after")
    def _sets_a_mark(self) -> Self:
        if not (self.viewed or self.analyzed):
            raise ValueError("set viewed or analyzed to true; the API cannot remove a mark")
        return self


class UpdateRecordingsResult(ManyResult):
    """`done` ids have the marks."""

    viewed: bool | None = None
    analyzed: bool | None = None
    link: str | None = Field(default=None, description="plays the recording, if one was marked")


@tool(title="Mark recordings", level="curate", uses=(RECORDINGS_UPDATE, RECORDINGS_RETRIEVE))
async def session_recording_update(params: UpdateRecordingsParams, context: ToolContext) -> UpdateRecordingsResult:
    """Mark 1 to 100 recordings as viewed (they join the watch history of the key's owner) or as analyzed.

    A viewed mark cannot be removed here.
    """
    marks = {"viewed": params.viewed or None, "analyzed": params.analyzed or None}
    fields = {name: value for name, value in marks.items() if value}
    not_found: list[str] = []

    async def mark(id: str, seconds: float) -> None:
        request = RecordingUpdate.model_validate({"id": id} | fields)
        try:
            check_success(await context.api.call(RECORDINGS_UPDATE, request, deadline=seconds))
        except NotFound:
            not_found.append(id)

    async def marked(ids: Sequence[str]) -> Collection[str]:
        if params.analyzed:  # no route returns this mark
            return ()
        paths = [RecordingPath(id=id) for id in ids]
        found = [await context.api.call(RECORDINGS_RETRIEVE, path, deadline=READ_BACK_SECONDS) for path in paths]
        return [recording.id for recording in found if recording.viewed]

    outcome = await change_all(params.ids, context, BulkChange(mark, None, marked))
    result = UpdateRecordingsResult.of(outcome, _CHECK, not_found=not_found)
    link = context.links.recording(result.done[0]) if len(result.done) == 1 else None
    return result.model_copy(update={**marks, "link": link} if result.done else {})
