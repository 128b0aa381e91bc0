"""Evaluates saved filters when a playlist is read; in PostHog, an hourly job caches the results."""

import json
import logging
import sqlite3
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from pydantic import ValidationError

from replay_mcp import exact_json
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.http.call import Call
from replay_mcp.local.recordings.query import RecordingQuery
from replay_mcp.local.recordings.search import run_query
from replay_mcp.local.store.database import BUSY_TIMEOUT_SECONDS, writing

from .universal_filters import DEFAULT_FILTERS, UniversalFilters

COOLDOWN_MS: Final = 3_600_000
"""A result older than this is evaluated again (live behaviour), as is one older than the playlist's last change."""
EVALUATION_SECONDS: Final = 0.5
"""Time limit for the evaluations in one request; later requests do the rest."""

logger = logging.getLogger(__name__)


class Evaluation(NamedTuple):
    """The result of a saved filter; a row of `saved_filter_count`.

    Attributes:
        session_ids: ids on the first page, as JSON; empty if the filter was never evaluated.
        previous_ids: ids of the previous evaluation of the same filters, as JSON; null if there was none.
    """

    playlist_id: int
    session_ids: str
    has_more: bool
    previous_ids: str | None
    refreshed_at: int | None
    tried_at: int


def evaluate_due(call: Call, playlist_ids: Sequence[int], *, seconds: float = EVALUATION_SECONDS) -> list[Evaluation]:
    """Evaluate the saved filters that are due, oldest result first, until `seconds` have passed, and store the results.

    Filters that the local API does not support keep their results and are tried again after the cooldown.
    """
    started = time.monotonic()
    found: list[Evaluation] = []
    for row in _due(call, playlist_ids):
        left = seconds - (time.monotonic() - started)
        if left <= 0:
            break
        before, filters = row["session_ids"], exact_json.loads(row["filters"])
        if filters == DEFAULT_FILTERS:
            continue
        try:
            query = RecordingQuery.model_validate(UniversalFilters.model_validate(filters).query())
            page = run_query(call, query, seconds=left)
        except (ApiFailure, ValidationError) as error:
            if found and isinstance(error, ApiFailure) and error.status == 429:
                break  # the time is up
            logger.info("the saved filter %s cannot be evaluated: %.300s", row["short_id"], error)
            kept = (before or "", bool(row["has_more"]), row["previous_ids"], row["refreshed_at"])
            found.append(Evaluation(row["id"], *kept, call.now))
            continue
        session_ids = json.dumps([recording["session_id"] for recording in page.rows])
        previous = before if row["unchanged"] else None
        found.append(Evaluation(row["id"], session_ids, page.has_next, previous, call.now, call.now))
    if found:
        _store(call, found)
    return found


def _due(call: Call, playlist_ids: Sequence[int]) -> list[sqlite3.Row]:
    """The saved filters among these playlists that are due, with their last results."""
    query = """
        SELECT playlist.id, short_id, filters, has_more, refreshed_at,
            iif(json_valid(session_ids), session_ids, NULL) AS session_ids,
            iif(json_valid(previous_ids), previous_ids, NULL) AS previous_ids,
            refreshed_at >= last_modified_at AS unchanged, coalesce(tried_at, refreshed_at, 0) AS last_tried
        FROM session_recording_playlist AS playlist
        LEFT JOIN saved_filter_count ON playlist_id = playlist.id
        WHERE playlist.id IN (SELECT value FROM json_each(:ids)) AND type = 'filters' AND filters <> '{}'
            AND (last_tried < :now - :cooldown OR last_tried < last_modified_at)
        ORDER BY last_tried, playlist.id
    """
    parameters = {"ids": json.dumps(list(playlist_ids)), "now": call.now, "cooldown": COOLDOWN_MS}
    return call.db.execute(query, parameters).fetchall()


def _store(call: Call, evaluations: Sequence[Evaluation]) -> None:
    """Store the evaluations. If another process is writing, a later request repeats them instead.

    The request's own connection is in a read transaction and cannot write.
    """
    with call.connect() as db:
        db.execute("PRAGMA busy_timeout = 0")
        try:
            with writing(db):
                db.executemany(
                    "INSERT OR REPLACE INTO saved_filter_count"
                    " (playlist_id, session_ids, has_more, previous_ids, refreshed_at, tried_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    evaluations,
                )
        except sqlite3.OperationalError as error:
            logger.info("the counts of %d saved filters could not be stored: %s", len(evaluations), error)
        finally:
            db.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_SECONDS * 1000)}")
