"""Lists the recordings of a collection or synthetic playlist. For a saved filter, PostHog lists hardly any."""

import sqlite3
from typing import Final

from replay_mcp.api.models import RESPONSE_VERSION, RecordingPage
from replay_mcp.local.errors import ApiFailure, server_error
from replay_mcp.local.http.call import Call, Reply
from replay_mcp.local.http.server_timing import ServerTiming
from replay_mcp.local.recordings.handlers import list_recordings_query, recordings_by_ids
from replay_mcp.local.recordings.search import encode_cursor
from replay_mcp.local.store.dates import parse_moment

from .handlers import find_playlist
from .synthetic import SyntheticPlaylist, content

MAX_SHOWN: Final = 50
"""Maximum number of recordings in a response. `limit` and `offset` have an effect on synthetic playlists only."""
LOOK_BACK: Final = "-1y"
"""Older recordings are not listed, even if they are retained."""


def playlist_recordings_list(call: Call) -> Reply:
    """List a playlist's recordings, starting with the last one added (live behaviour).

    Raises 404 for an unknown playlist. Raises 500 for a `limit` or `offset` that is not a number (or is negative, for a
    synthetic playlist), and for a saved filter with parameters that the recordings list rejects (live behaviour).
    """
    playlist = find_playlist(call)
    limit, offset = _number(call, "limit", MAX_SHOWN), _number(call, "offset", 0)
    timing = ServerTiming()
    with timing.step("query_for_recordings"):
        if isinstance(playlist, SyntheticPlaylist):
            if not (0 <= limit < 1 << 63 and 0 <= offset < 1 << 63):
                raise server_error()
            page = _of_ids(call, content(call, playlist, limit=limit, offset=offset))
        elif playlist["type"] == "collection":
            page = _of_ids(call, _items(call, playlist))
        else:
            # The saved filters are not evaluated: the query string is applied to the playlist's items.
            page = _of_query(call, _items(call, playlist))
    return Reply(page.documented(), headers=timing.headers())


def _items(call: Call, playlist: sqlite3.Row) -> list[str]:
    query = "SELECT session_id FROM session_recording_playlist_item WHERE playlist_id = ? ORDER BY position DESC"
    return [row["session_id"] for row in call.db.execute(query, (playlist["id"],))]


def _of_ids(call: Call, session_ids: list[str]) -> RecordingPage:
    recordings, has_next = recordings_by_ids(
        call,
        session_ids,
        date_from_ms=parse_moment(LOOK_BACK, call.now),
        limit=MAX_SHOWN,
        external_references=True,
    )
    page = RecordingPage(results=recordings, has_next=has_next, version=RESPONSE_VERSION)
    if not has_next:
        return page
    # The live server sends this cursor, although the route ignores `after`.
    last = recordings[-1].documented()
    return page.model_copy(update={"next_cursor": encode_cursor(last["start_time"], last["id"])})


def _of_query(call: Call, session_ids: list[str]) -> RecordingPage:
    try:
        return list_recordings_query(call, call.query, within=session_ids)
    except ApiFailure as failure:
        if failure.status == 429:
            raise
        raise server_error() from failure


def _number(call: Call, name: str, default: int) -> int:
    try:
        return int(call.query.get(name, default))
    except ValueError as error:
        raise server_error() from error
