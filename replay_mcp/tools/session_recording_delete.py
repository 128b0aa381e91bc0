"""`session-recording-delete`."""

from collections.abc import Collection, Sequence
from contextlib import suppress

import anyio

from replay_mcp.api.endpoints import RECORDINGS_BULK_DELETE, RECORDINGS_DESTROY, RECORDINGS_LIST
from replay_mcp.api.params import RecordingPath, RecordingsBulkDelete
from replay_mcp.context import ToolContext
from replay_mcp.errors import Forbidden, Gone, OutcomeUnknown, ReplayError
from replay_mcp.reading.listing import LONGEST_RETENTION, list_existing, list_missing
from replay_mcp.reading.read_back import READ_BACK_SECONDS
from replay_mcp.tools._bulk import BulkChange, change_all, check_success
from replay_mcp.tools._bulk_results import ManyResult
from replay_mcp.tools._recording_ids import RecordingIds
from replay_mcp.tools._tool import Params, tool
from replay_mcp.views.question import deletion_question

_LISTING_SECONDS = 20.0
_CHECK = "They may be deleted: call this tool again with them in a minute. Deleted ones are reported as not_found."


class DeleteRecordingsParams(Params):
    """The recordings to delete."""

    ids: RecordingIds


class DeleteRecordingsResult(ManyResult):
    """`done` ids are permanently deleted."""


@tool(
    title="Delete recordings permanently",
    level="curate",
    uses=(RECORDINGS_LIST, RECORDINGS_DESTROY, RECORDINGS_BULK_DELETE),
    destructive=True,
)
async def session_recording_delete(params: DeleteRecordingsParams, context: ToolContext) -> DeleteRecordingsResult:
    """Delete 1 to 100 recordings permanently, for example for a privacy request; this cannot be undone.

    Below permission level delete, a person must confirm. To remove recordings from a playlist, use
    session-recording-playlist-recordings-remove.
    """
    wanted = list(dict.fromkeys(params.ids))
    started = anyio.current_time()
    found = await list_existing(wanted, context, seconds=min(_LISTING_SECONDS, context.timing.call))
    left = context.timing.deadline - (anyio.current_time() - started)
    existing = [id for id in wanted if id in found]
    if existing:
        await context.confirm_unless("delete", deletion_question([found[id] for id in existing]), existing)

    async def delete_many(ids: Sequence[str], seconds: float) -> Collection[str] | None:
        request = RecordingsBulkDelete(session_recording_ids=list(ids), date_from=LONGEST_RETENTION)
        try:
            answer = await context.api.call(RECORDINGS_BULK_DELETE, request, deadline=seconds)
        except Forbidden:
            return None  # some builds allow keys only the single route, which reports a missing scope
        if answer.success and answer.deleted_count == len(ids):
            return answer.failed_ids
        # The API silently skips recordings that the key's owner may not edit (live behaviour): list what is left.
        try:
            gone = await list_missing(ids, context, seconds=READ_BACK_SECONDS)
        except ReplayError as error:
            raise OutcomeUnknown("The API deleted some of the recordings but did not say which.") from error
        return {id for id in ids if id not in gone} | set(answer.failed_ids)

    async def delete(id: str, seconds: float) -> None:
        with suppress(Gone):  # already deleted
            check_success(await context.api.call(RECORDINGS_DESTROY, RecordingPath(id=id), deadline=seconds))

    async def deleted(ids: Sequence[str]) -> Collection[str]:
        return await list_missing(ids, context, seconds=READ_BACK_SECONDS)

    outcome = await change_all(existing, context, BulkChange(delete, delete_many, deleted), deadline=left)
    for id in [*outcome.done, *outcome.unknown]:
        await context.drop_recording(id)
        context.summaries.drop(id)
    return DeleteRecordingsResult.of(outcome, _CHECK, not_found=[id for id in wanted if id not in found])
