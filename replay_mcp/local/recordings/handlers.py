"""Recordings: list, retrieve, mark as viewed, delete (live behaviour)."""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import orjson
from opentelemetry.trace import SpanKind

from replay_mcp.api.models import RESPONSE_VERSION, BulkDeleted, Recording, RecordingPage, Success
from replay_mcp.api.types import BULK_RECORDINGS
from replay_mcp.local.errors import ApiFailure, invalid, not_found
from replay_mcp.local.http.call import Call, Reply
from replay_mcp.local.http.fields import BooleanField, Field, JsonField, validate
from replay_mcp.local.http.pagination import Window, links
from replay_mcp.local.http.server_timing import ServerTiming
from replay_mcp.local.http.tracing import tracer
from replay_mcp.local.store.clock import DAY_MS
from replay_mcp.local.store.database import writing
from replay_mcp.local.store.erasure import erase_marked, mark_for_erasure
from replay_mcp.local.store.sqlite_errors import as_api_failures

from .filters import commented_sessions, visible
from .query import date_parameter, parse_query
from .search import broken_list, find_recording, run_query
from .serializers import listed_recordings, retrieved_recording

logger = logging.getLogger(__name__)

UPDATE_FIELDS: Final[dict[str, Field]] = {
    "viewed": BooleanField(),
    "analyzed": BooleanField(),
    "player_metadata": JsonField(),
}
"""The fields that a client may set."""


def recordings_list(call: Call) -> Reply:
    """List a page of recordings.

    With `offset`, the page has a count and links, as documented. Without, it has a cursor to the next page, as in the
    live server, and on the first page the count, unless that takes long.

    Raises 400 for an unknown or invalid parameter, 429 if the query takes too long, 500 for an invalid cursor.
    """
    timing = ServerTiming()
    attributes: dict[str, Any] = {
        "team_id": call.team.id,
        "distinct_id": call.user.distinct_id,
        "auth_type": "personal_api_key",
    }
    with tracer.start_as_current_span("list_recordings", kind=SpanKind.SERVER, attributes=attributes):
        try:
            with as_api_failures():
                page = _page(call, call.query, None, timing, external_references=False)
        except ApiFailure:
            raise
        except Exception as error:
            logger.exception("the recordings list crashed")
            raise broken_list() from error
    return Reply(page.documented(), headers=timing.headers())


def list_recordings_query(call: Call, query: Mapping[str, str], within: Sequence[str]) -> RecordingPage:
    """List a page of recordings like `recordings_list`, among the sessions `within` only.

    Raises:
        ApiFailure: as in `recordings_list`.
    """
    return _page(call, query, within, ServerTiming(), external_references=True)


def recordings_by_ids(
    call: Call, session_ids: Sequence[str], *, date_from_ms: int | None, limit: int, external_references: bool
) -> tuple[list[Recording], bool]:
    """Return the existing recordings with these ids, in this order, and whether there are more than `limit`.

    Args:
        call: the request.
        session_ids: ids; unknown, deleted and expired ones are omitted.
        date_from_ms: omit recordings that started earlier; epoch milliseconds, or None.
        limit: maximum number of recordings.
        external_references: whether to include linked issues.
    """
    shown = visible(call)
    query = f"""
        SELECT r.* FROM json_each(?) wanted CROSS JOIN recording r ON r.session_id = wanted.value
        WHERE {shown.sql} AND r.start_time >= ? ORDER BY wanted.key LIMIT ?
    """  # noqa: S608 - our own text
    ids = orjson.dumps(list(dict.fromkeys(session_ids))).decode()
    rows = call.db.execute(query, (ids, *shown.parameters, date_from_ms or 0, limit + 1)).fetchall()
    return listed_recordings(call, rows[:limit], external_references=external_references), len(rows) > limit


def recordings_retrieve(call: Call) -> Reply:
    """Retrieve a recording, without marking it as viewed.

    Raises 404 if it is unknown, deleted, expired or another team's.
    """
    with tracer.start_as_current_span("retrieve_recording"):
        with tracer.start_as_current_span("get_recording_object"):
            row = existing_recording(call)
        with tracer.start_as_current_span("check_viewed_for_users"):
            recording = retrieved_recording(call, row)
        with tracer.start_as_current_span("serialize_recording"):
            return Reply(recording.documented())


def recordings_update(call: Call) -> Reply:
    """Mark a recording as viewed by the requesting user. `analyzed` has no effect: PostHog uses it for analytics only.

    Raises 404 for an unknown recording, 400 if neither field is true.
    """
    session_id = existing_recording(call)["session_id"]
    values = validate(call.body, UPDATE_FIELDS)
    if not (values.get("viewed") or values.get("analyzed")):
        raise invalid("At least one of 'viewed' or 'analyzed' must be provided.")
    if "viewed" in values:  # even as false (live behaviour)
        with writing(call.db):
            call.db.execute(
                "INSERT OR IGNORE INTO session_recording_viewed VALUES (?, ?, ?, ?)",
                (call.team.id, call.user.id, session_id, call.now),
            )
    return Reply(Success(success=True).documented())


def recordings_destroy(call: Call) -> Reply:
    """Delete a recording permanently. It need not exist (live behaviour)."""
    _delete(call, [call.path["id"]], since=None)
    return Reply(None, status=204)


def recordings_bulk_delete(call: Call) -> Reply:
    """Delete up to 100 recordings permanently. Unknown ids are ignored.

    Raises 400 for no ids, too many ids, or an invalid `date_from`.
    """
    ids: Any = call.body.get("session_recording_ids")
    if not isinstance(ids, list) or not ids:
        raise invalid("session_recording_ids must be provided as a non-empty array")
    requested = cast(list[Any], ids)
    if len(requested) > BULK_RECORDINGS:
        raise invalid(f"Cannot process more than {BULK_RECORDINGS} recordings at once")
    since = call.now - call.team.retention_period_days * DAY_MS
    if (date_from := call.body.get("date_from")) is not None:
        since = date_parameter("date_from", str(date_from), call.now)
    deleted = _delete(call, [session_id for session_id in requested if isinstance(session_id, str)], since=since)
    result = BulkDeleted(success=True, deleted_count=deleted, total_requested=len(requested), failed_ids=[])
    return Reply(result.documented())


def existing_recording(call: Call) -> sqlite3.Row:
    """The row of the recording in the path.

    Raises:
        ApiFailure: 404 if it is unknown, deleted, expired or another team's.
    """
    row = find_recording(call, call.path["id"])
    if row is None:
        raise not_found("Recording not found")
    return row


def _page(
    call: Call,
    parameters: Mapping[str, str],
    within: Sequence[str] | None,
    timing: ServerTiming,
    *,
    external_references: bool,
) -> RecordingPage:
    with timing.step("convert_filters"):
        query = parse_query(parameters)
    if query.comment_text:
        with timing.step("search_comments"):
            commented = commented_sessions(call, query.comment_text)
            within = commented if within is None else sorted({*commented} & {*within})
    with timing.step("query_for_recordings"):
        found = run_query(call, query, within)
    with timing.step("make_response"):  # with an offset, in the documentation page's shape
        rows = [found.forced, *found.rows] if found.forced else found.rows
        unmatched = found.forced["session_id"] if found.forced and not found.forced_matches else None
        recordings = listed_recordings(call, rows, external_references=external_references, unmatched=unmatched)
        page: dict[str, Any] = {"results": recordings, "has_next": found.has_next, "version": RESPONSE_VERSION}
        if found.count is not None:
            page["count"] = found.count
        if found.paged_by_offset:
            near = links(call.url, Window(query.page_size, max(0, query.offset or 0)), found.count or 0)
            page |= {"next": near.next, "previous": near.previous}
        elif found.next_cursor:
            page["next_cursor"] = found.next_cursor
        return RecordingPage(**page)


def _delete(call: Call, session_ids: Sequence[str], *, since: int | None) -> int:
    """Overwrite all recorded data, and keep each row as a tombstone, so that the id is not accepted again.

    All tombstones are written first, in one transaction, after which no request shows the recordings. Playlist items
    stay (live behaviour). Stored summaries are deleted, because they repeat what was recorded.

    Raises:
        ApiFailure: 507 or 503 if the recordings are deleted, but their data could not be removed from the disk yet.
    """
    ids = orjson.dumps(list(session_ids)).decode()
    with writing(call.db):
        found = call.db.execute(
            "UPDATE recording SET deleted_at = ?, deleted_by = ?, start_url = NULL"
            " WHERE session_id IN (SELECT value FROM json_each(?)) AND team_id = ? AND deleted_at IS NULL"
            " AND start_time >= ? RETURNING session_id",
            (call.now, call.user.email, ids, call.team.id, since or 0),
        ).fetchall()
        mark_for_erasure(call.db, [row["session_id"] for row in found])
    try:
        with as_api_failures():
            erase_marked(call.db, session_ids)  # also what an interrupted request has left
    except ApiFailure as failure:
        raise _not_erased(failure) from failure
    return len(found)


def _not_erased(failure: ApiFailure) -> ApiFailure:
    reason = "The disk is full or failing" if failure.status == 507 else "Another process is writing to the store"
    detail = (
        f"The recordings are deleted, and no request shows them any more. {reason}, so their data is still on the "
        "disk. It is removed when you delete them again, when `replay-mcp local` removes expired recordings, or when "
        "the store is next opened."
    )
    return ApiFailure(failure.status, (failure.body or {}) | {"detail": detail}, failure.headers)
