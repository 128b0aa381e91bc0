"""`recordings_counts` of playlists, counted for a whole page at once."""

import json
import logging
import sqlite3
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from replay_mcp.api.models import CollectionCounts, RecordingsCounts, SavedFilterCounts
from replay_mcp.local.http.call import Call
from replay_mcp.local.store.clock import from_ms
from replay_mcp.local.store.sqlite_errors import trouble

from .saved_filters import Evaluation, evaluate_due
from .synthetic import SyntheticPlaylist, count_content

LISTED_SAVED_FILTER_IDS: Final = 1000
"""Maximum number of a saved filter's cached session ids that count in a list (live behaviour)."""

Counts: TypeAlias = dict[str, dict[str, Any]]

logger = logging.getLogger(__name__)


def stored_counts(call: Call, playlist_ids: Iterable[int], *, saved_filter_ids: int | None = None) -> dict[int, Counts]:
    """Counts of stored playlists by id.

    Any playlist without items has a saved filter's counts, even a collection (live behaviour). If counting fails, all
    counts are null, and the request succeeds (live behaviour).

    Args:
        call: the request; recordings that its user has viewed count as watched.
        playlist_ids: playlists of the call's team.
        saved_filter_ids: maximum number of cached session ids that count per saved filter; None for all.
    """
    ids = list(playlist_ids)
    try:
        collections = _collections(call, ids)
        empty = [id for id in ids if id not in collections]
        fresh = evaluate_due(call, empty) if call.method == "GET" else []
        saved_filters = _saved_filters(call, empty, fresh, saved_filter_ids)
    except sqlite3.Error as error:
        _log(error, f"{len(ids)} playlists")
        return {id: RecordingsCounts().model_dump(mode="json") for id in ids}
    return {
        id: RecordingsCounts(
            saved_filters=saved_filters.get(id, SavedFilterCounts()),
            collection=collections.get(id, CollectionCounts(watched_count=0)),
        ).model_dump(mode="json")
        for id in ids
    }


def synthetic_counts(call: Call, playlist: SyntheticPlaylist) -> Counts:
    """Counts of a synthetic playlist; its `collection` has the keys of a saved filter (live behaviour).

    If counting fails, all counts are null, and the request succeeds (live behaviour).
    """
    try:
        found = count_content(call, playlist)
    except sqlite3.Error as error:
        _log(error, playlist.short_id)
        return RecordingsCounts().model_dump(mode="json")
    collection = SavedFilterCounts(count=found.count or None, has_more=False, watched_count=found.watched_count)
    return RecordingsCounts().model_dump(mode="json") | {"collection": collection.model_dump(mode="json")}


def _log(error: sqlite3.Error, what: str) -> None:
    """Log why counting failed.

    Raises:
        sqlite3.Error: the store is damaged, so no other response can be trusted either.
    """
    if (cause := trouble(error)) == "damaged":
        raise error
    if cause is None:
        logger.error("the recordings of %s could not be counted", what, exc_info=error)
    else:
        logger.warning("the recordings of %s could not be counted: %s", what, error)


def _collections(call: Call, ids: list[int]) -> dict[int, CollectionCounts]:
    """Counts of the playlists with items."""
    query = """
        SELECT item.playlist_id, count(*) AS count, count(viewed.session_id) AS watched_count
        FROM session_recording_playlist_item AS item
        LEFT JOIN session_recording_viewed AS viewed ON viewed.team_id = ? AND viewed.user_id = ?
            AND viewed.session_id = item.session_id
        WHERE item.playlist_id IN (SELECT value FROM json_each(?))
        GROUP BY item.playlist_id
    """
    rows = call.db.execute(query, (call.team.id, call.user.id, json.dumps(ids)))
    return {
        row["playlist_id"]: CollectionCounts(count=row["count"], watched_count=row["watched_count"]) for row in rows
    }


def _saved_filters(
    call: Call, ids: list[int], fresh: list[Evaluation], limit: int | None
) -> dict[int, SavedFilterCounts]:
    """Counts of the playlists with a new or cached result; an unreadable one is ignored (live behaviour)."""
    query = """
        WITH evaluation (playlist_id, session_ids, has_more, previous_ids, refreshed_at) AS (
            SELECT playlist_id, session_ids, has_more, previous_ids, refreshed_at FROM saved_filter_count
            WHERE playlist_id IN (SELECT value FROM json_each(:ids))
            UNION ALL
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(:fresh)
        )
        SELECT playlist_id, has_more, refreshed_at, json_array_length(previous_ids) AS previous_count,
            (SELECT count(*) FROM json_each(session_ids) AS found WHERE found.key < :limit) AS count,
            (
                SELECT count(DISTINCT viewed.session_id) FROM json_each(session_ids) AS found
                JOIN session_recording_viewed AS viewed ON viewed.team_id = :team_id AND viewed.user_id = :user_id
                    AND viewed.session_id = found.value
                WHERE found.key < :limit
            ) AS watched_count
        FROM evaluation WHERE json_valid(session_ids) AND json_valid(coalesce(previous_ids, '[]'))
    """
    parameters = {
        "limit": 1 << 62 if limit is None else limit,
        "team_id": call.team.id,
        "user_id": call.user.id,
        "ids": json.dumps(sorted({*ids} - {evaluation.playlist_id for evaluation in fresh})),
        "fresh": json.dumps(fresh),
    }
    return {
        row["playlist_id"]: SavedFilterCounts(
            count=row["count"],
            has_more=bool(row["has_more"]),
            watched_count=row["watched_count"],
            increased=row["previous_count"] is not None and row["count"] > row["previous_count"],
            last_refreshed_at=None if row["refreshed_at"] is None else from_ms(row["refreshed_at"]),
        )
        for row in call.db.execute(query, parameters)
    }
