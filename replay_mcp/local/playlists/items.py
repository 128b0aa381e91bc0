"""Adds recordings to playlists and removes them, one by one or up to 20 at once."""

import sqlite3
from contextlib import suppress
from typing import Any, cast

from replay_mcp.api.models import BulkAdded, BulkDeleted, Success
from replay_mcp.api.types import BULK_PLAYLIST_ITEMS, MAX_ID_LENGTH
from replay_mcp.local.errors import ApiFailure, invalid, server_error
from replay_mcp.local.http.call import Call, Reply
from replay_mcp.local.store.database import writing

from .handlers import find_playlist
from .synthetic import SyntheticPlaylist


def playlist_recordings_add(call: Call) -> Reply:
    """Add one recording, which need not exist; adding it again changes nothing. The body is ignored.

    Raises 400 for a saved filter, 500 for a synthetic playlist or another team's recording (live behaviour).
    """
    with writing(call.db):
        playlist = find_playlist(call)
        _refuse_saved_filter(playlist)
        _add(call, playlist, call.path["session_recording_id"])
    return Reply(Success())


def playlist_recordings_remove(call: Call) -> Reply:
    """Remove one recording. Raises 500 if the playlist does not contain it (live behaviour)."""
    with writing(call.db):
        if not _remove(call, find_playlist(call), call.path["session_recording_id"]):
            raise server_error()
    return Reply(Success())


def playlist_recordings_bulk_add(call: Call) -> Reply:
    """Add up to 20 recordings and count the new ones. Those that cannot be added are skipped (live behaviour)."""
    added = 0
    with writing(call.db):
        playlist = find_playlist(call)
        session_ids = _requested(call)
        _refuse_saved_filter(playlist)
        for session_id in session_ids:
            with suppress(ApiFailure):
                added += _add(call, playlist, session_id)
    return Reply(BulkAdded(added_count=added, total_requested=len(session_ids)))


def playlist_recordings_bulk_delete(call: Call) -> Reply:
    """Remove up to 20 recordings and count those that were in the playlist."""
    with writing(call.db):
        playlist = find_playlist(call)
        session_ids = _requested(call)
        deleted = sum(_remove(call, playlist, session_id) for session_id in session_ids)
    return Reply(BulkDeleted(success=True, deleted_count=deleted, total_requested=len(session_ids)).documented())


def _requested(call: Call) -> list[Any]:
    session_ids = call.body.get("session_recording_ids")
    if not session_ids or not isinstance(session_ids, list):
        raise invalid("session_recording_ids must be provided as a non-empty array")
    requested = cast(list[Any], session_ids)
    if len(requested) > BULK_PLAYLIST_ITEMS:
        raise invalid(f"Cannot process more than {BULK_PLAYLIST_ITEMS} recordings at once")
    return requested


def _refuse_saved_filter(playlist: SyntheticPlaylist | sqlite3.Row) -> None:
    if isinstance(playlist, sqlite3.Row) and playlist["type"] == "filters":
        raise invalid("Cannot add recordings to a playlist that is type 'filters'.")


def _add(call: Call, playlist: SyntheticPlaylist | sqlite3.Row, session_id: object) -> int:
    """Add a recording; return the number of new items, 1 or 0.

    Raises:
        ApiFailure: 500 for an invalid id, another team's id, or a synthetic playlist, to which nothing can be added.
    """
    if isinstance(playlist, SyntheticPlaylist) or not isinstance(session_id, str):
        raise server_error()
    if not 0 < len(session_id) <= MAX_ID_LENGTH or _is_another_teams(call, session_id):
        raise server_error()
    query = """
        INSERT INTO session_recording_playlist_item (playlist_id, session_id, created_at, position)
        SELECT :playlist_id, :session_id, :now, coalesce(max(position), 0) + 1
        FROM session_recording_playlist_item WHERE playlist_id = :playlist_id
        ON CONFLICT DO NOTHING
    """
    return call.db.execute(query, {"playlist_id": playlist["id"], "session_id": session_id, "now": call.now}).rowcount


def _remove(call: Call, playlist: SyntheticPlaylist | sqlite3.Row, session_id: object) -> int:
    """Remove a recording; return the number of items removed, 1 or 0."""
    if isinstance(playlist, SyntheticPlaylist) or not isinstance(session_id, str):
        return 0
    query = "DELETE FROM session_recording_playlist_item WHERE playlist_id = ? AND session_id = ?"
    return call.db.execute(query, (playlist["id"], session_id)).rowcount


def _is_another_teams(call: Call, session_id: str) -> bool:
    # Session ids are unique across teams, and adding one to a playlist registers it (live behaviour).
    query = """
        SELECT 1 FROM recording WHERE session_id = :session_id AND team_id <> :team_id
        UNION ALL
        SELECT 1 FROM session_recording_playlist_item AS item
        JOIN session_recording_playlist AS playlist ON playlist.id = item.playlist_id
        WHERE item.session_id = :session_id AND playlist.team_id <> :team_id
        LIMIT 1
    """
    return call.db.execute(query, {"session_id": session_id, "team_id": call.team.id}).fetchone() is not None
