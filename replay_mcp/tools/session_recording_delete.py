"""`session-recording-delete`."""

from collections.abc import Collection, Sequence
from typing import Annotated

from pydantic import AliasChoices, Field

from replay_mcp.api.endpoints import RECORDINGS_BULK_DELETE, RECORDINGS_DESTROY, RECORDINGS_LIST
from replay_mcp.api.params import RecordingPath, RecordingsBulkDelete, RecordingsList
from replay_mcp.errors import Forbidden

from ._many import ManyResult, RecordingIds, each
from ._tool import Params, Replay, tool

_LONGEST_RETENTION = "-1826d"
_SHOWN_IN_QUESTION = 10


class DeleteRecordingsParams(Params):
    """Which recordings."""

    ids: Annotated[RecordingIds, Field(validation_alias=AliasChoices("ids", "session_recording_ids"))]


class DeleteRecordingsResult(ManyResult):
    """`done` ids are gone for good."""

    not_found: list[str] = Field(default=[], description="no recording here has these ids")


@tool(
    title="Delete recordings permanently",
    level="curate",
    uses=(RECORDINGS_LIST, RECORDINGS_DESTROY, RECORDINGS_BULK_DELETE),
    destructive=True,
)
async def session_recording_delete(params: DeleteRecordingsParams, replay: Replay) -> DeleteRecordingsResult:
    """Delete 1 to 100 recordings permanently, e.g.

    for a privacy request; this cannot be undone. Unless the server runs at permission level delete, a person is
    asked to confirm first. To take recordings out of a playlist use session-recording-playlist-recordings-remove.
    """
    wanted = list(dict.fromkeys(params.ids))
    listing = RecordingsList(session_ids=wanted, limit=len(wanted), date_from=_LONGEST_RETENTION)
    page = await replay.api.call(RECORDINGS_LIST, listing)
    found = {recording.id for recording in page.results}
    existing = [id for id in wanted if id in found]
    if existing:
        await replay.confirm_unless("delete", _question(existing), existing)

    async def delete_many(ids: Sequence[str]) -> Collection[str] | None:
        request = RecordingsBulkDelete(session_recording_ids=list(ids), date_from=_LONGEST_RETENTION)
        try:
            answer = await replay.api.call(RECORDINGS_BULK_DELETE, request)
        except Forbidden:
            return None  # some builds open only the single route to keys; it will tell if the scope is missing
        return answer.failed_ids

    async def delete(session_id: str) -> None:
        await replay.api.call(RECORDINGS_DESTROY, RecordingPath(id=session_id))

    outcome = await each(existing, replay, single=delete, bulk=delete_many)
    result = DeleteRecordingsResult.of(outcome)
    not_found = [id for id in wanted if id not in found]
    return result.model_copy(update={"not_found": not_found, "complete": result.complete and not not_found})


def _question(ids: Sequence[str]) -> str:
    named = ", ".join(ids[:_SHOWN_IN_QUESTION])
    more = f" and {len(ids) - _SHOWN_IN_QUESTION} more" if len(ids) > _SHOWN_IN_QUESTION else ""
    many = "1 recording" if len(ids) == 1 else f"{len(ids)} recordings"
    return f"Permanently delete {many} ({named}{more})? This cannot be undone."
