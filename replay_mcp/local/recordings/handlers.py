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
from replay_mcp.local.http.fields import Field, Flag, Json, validate
from replay_mcp.local.http.pagination import Window, links
from replay_mcp.local.http.server_timing import ServerTiming
from replay_mcp.local.http.tracing import tracer
from replay_mcp.local.store.clock import DAY_MS
from replay_mcp.local.store.database import writing
from replay_mcp.local.store.erasure import erase_marked, mark_for_erasure
from replay_mcp.local.store.sqlite_errors import answered

from .filters import commented_sessions, visible
from .query import date_parameter, parse_query
from .search import broken_list, find_recording, run_query
from .serializers import listed_recordings, retrieved_recording

logger = logging.getLogger(__name__)

UPDATE_FIELDS: Final[dict[str, Field]] = {"viewed": Flag(), "analyzed": Flag(), "player_metadata": Json()}
"""What a client may write."""


def recordings_list(call: Call) -> Reply:
    """A page of recordings.

    With `offset` the page is counted and linked as the documentation page shows; without, it is the live server's,
    with a cursor to the next one.

    Raises 400 for a parameter that is unknown or wrong, 429 when the query takes too long, 500 for a broken cursor.
    """
    timing = ServerTiming()
    attributes: dict[str, Any] = {
        "team_id": call.team.id,
        "distinct_id": call.user.distinct_id,
        "auth_type": "personal_api_key",
    }
    with tracer.start_as_current_span("list_recordings", kind=SpanKind.SERVER, attributes=attributes):
        try:
            with answered():
                page = _page(call, call.query, None, timing, external_references=False)
        except ApiFailure:
            raise
        except Exception as error:
            logger.exception("the recordings list crashed")
            raise broken_list() from error
    return Reply(page.documented(), headers=timing.headers())


def list_recordings_query(call: Call, query: Mapping[str, str], within: Sequence[str]) -> RecordingPage:
    """The page that the recordings list would give for this query, of nothing but these sessions.

    Raises:
        ApiFailure: as the recordings list does.
    """
    return _page(call, query, within, ServerTiming(), external_references=True)


def recordings_by_ids(
    call: Call, session_ids: Sequence[str], *, date_from_ms: int | None, limit: int, external_references: bool
) -> tuple[list[Recording], bool]:
    """The recordings of these ids that exist, in the order given, and whether there are more than `limit`.

    Args:
        call: the request.
        session_ids: of the team; unknown, deleted and expired ones are left out.
        date_from_ms: leave out what started earlier; epoch milliseconds, None for no bound.
        limit: most recordings to give.
        external_references: show linked issues.
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
    """One recording. Reading does not mark it as viewed.

    Raises 404 for one that is unknown, deleted, expired or of another team.
    """
    with tracer.start_as_current_span("retrieve_recording"):
        with tracer.start_as_current_span("get_recording_object"):
            row = existing_recording(call)
        with tracer.start_as_current_span("check_viewed_for_users"):
            recording = retrieved_recording(call, row)
        with tracer.start_as_current_span("serialize_recording"):
            return Reply(recording.documented())


def recordings_update(call: Call) -> Reply:
    """Mark as viewed by the requester; `analyzed` alone changes nothing here, since it only feeds PostHog's analytics.

    Raises 404 for an unknown recording, then 400 when neither is true.
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
    """Delete for good; an unknown or deleted recording is no error, since existence is not checked (live behaviour)."""
    _delete(call, [call.path["id"]], since=None)
    return Reply(None, status=204)


def recordings_bulk_delete(call: Call) -> Reply:
    """Delete up to 100 recordings for good; ids that are not there are skipped.

    Raises 400 for no ids, too many, or a `date_from` that is no date.
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
    answer = BulkDeleted(success=True, deleted_count=deleted, total_requested=len(requested), failed_ids=[])
    return Reply(answer.documented())


def existing_recording(call: Call) -> sqlite3.Row:
    """The row of the recording that the path names.

    Raises:
        ApiFailure: 404: unknown, deleted, expired or of another team.
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
            near = links(call.url, Window(query.page_size, max(0, query.offset or 0)), found.count)
            page |= {"count": found.count, "next": near.next, "previous": near.previous}
        elif found.next_cursor:
            page["next_cursor"] = found.next_cursor
        return RecordingPage(**page)


def _delete(call: Call, session_ids: Sequence[str], *, since: int | None) -> int:
    """Overwrite everything recorded, keep the row as a tombstone, so that the id is never taken again.

    The tombstones come first, in one transaction: from then on no request shows the recordings. Playlist items stay
    (live behaviour). Stored summaries go, since they retell the recording.

    Raises:
        ApiFailure: 507, 503: the recordings are deleted, but their data could not be removed from the disk yet.
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
        with answered():
            erase_marked(call.db, session_ids)  # with what a request left that was interrupted
    except ApiFailure as failure:
        raise _not_erased(failure) from failure
    return len(found)


def _not_erased(failure: ApiFailure) -> ApiFailure:
    reason = "The disk is full, or fails" if failure.status == 507 else "Another process is writing to the store"
    detail = (
        f"The recordings are deleted, and no request shows them any more. {reason}, so their data is still on the "
        "disk. It goes when you delete them again, when `replay-mcp local` removes what has expired, and when the "
        "store is opened the next time."
    )
    return ApiFailure(failure.status, (failure.body or {}) | {"detail": detail}, failure.headers)
