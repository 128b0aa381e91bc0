"""The evaluation of saved filters: what PostHog's hourly job caches is computed here when a playlist is read."""

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
"""An evaluation is repeated when it is older than this (live behaviour), or when the playlist was changed since."""
EVALUATION_SECONDS: Final = 0.5
"""Time for the evaluations of one request; those left over are made by the next requests."""

logger = logging.getLogger(__name__)


class Evaluation(NamedTuple):
    """What a saved filter found; a row of `saved_filter_count`.

    Attributes:
        session_ids: of the first page, as JSON; "" when it was never found out.
        previous_ids: what the evaluation before found, as JSON; null if there was none of the same filters.
    """

    playlist_id: int
    session_ids: str
    has_more: bool
    previous_ids: str | None
    refreshed_at: int | None
    tried_at: int


def evaluate_due(call: Call, playlist_ids: Sequence[int], *, seconds: float = EVALUATION_SECONDS) -> list[Evaluation]:
    """Evaluate and store those of the saved filters that are due, the longest due first, as far as `seconds` suffice.

    Filters that the local API cannot apply keep what they had, and are tried again after the cooldown.
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
                break  # the others took its time
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
    """The saved filters among these playlists that are to be evaluated, with what their last evaluation left."""
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
    """Keep the evaluations, unless another process is writing: then a later request makes them again.

    The request's own connection reads one state of the store and cannot write.
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
