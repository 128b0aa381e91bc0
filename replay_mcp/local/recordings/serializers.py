"""Rows of `recording` as API objects; list and retrieve omit the same fields as the live server."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

from replay_mcp import exact_json
from replay_mcp.api.models import Person, Recording, SummaryOutcome
from replay_mcp.local.http.call import Call
from replay_mcp.local.store.clock import DAY_MS, from_ms
from replay_mcp.recording.summary.summary import VERSION

ONGOING_MS: Final = 5 * 60_000
"""A recording is ongoing if its last data was received within this time."""

_NAMESPACE = uuid.UUID("c2a7e0f4-7d6b-5a1e-8f0a-5b1d7f3c9e21")


def is_ongoing(row: sqlite3.Row, now: int) -> bool:
    """Whether a recording probably continues at `now`, epoch milliseconds."""
    return now - row["last_ingested_at"] < ONGOING_MS


def listed_recordings(
    call: Call, rows: Sequence[sqlite3.Row], *, external_references: bool, unmatched: str | None = None
) -> list[Recording]:
    """Recordings as in lists: without the snapshot library, and with the source `web`.

    Args:
        call: the request.
        rows: rows of `recording`, in order.
        external_references: whether to include linked issues, which the recordings list omits.
        unmatched: id of a recording that is included although it does not meet the filters.
    """
    related = _Related(call, rows)
    references = _references(call, related.ids) if external_references else {}
    return [
        related.recording(
            row,
            snapshot_source="web",
            snapshot_library=None,
            activity_score=row["activity_score"],
            summary_outcome=related.outcomes.get(row["session_id"]),
            external_references=references.get(row["session_id"], []),
            matches_filters=row["session_id"] != unmatched,
        )
        for row in rows
    ]


def retrieved_recording(call: Call, row: sqlite3.Row) -> Recording:
    """A recording as in the retrieve operation: without activity score and summary outcome."""
    related = _Related(call, [row])
    return related.recording(
        row,
        snapshot_source=row["snapshot_source"],
        snapshot_library=row["snapshot_library"],
        activity_score=None,
        summary_outcome=None,
        external_references=_references(call, related.ids).get(row["session_id"], []),
        matches_filters=True,
    )


class _Related:
    """Related rows of a page of recordings, fetched together."""

    def __init__(self, call: Call, rows: Sequence[sqlite3.Row]) -> None:
        self._call = call
        self.ids = _json(row["session_id"] for row in rows)
        self._viewed, self._viewers = _views(call, self.ids)
        self._persons = _persons(call, _json({row["distinct_id"] for row in rows}))
        self.outcomes = _outcomes(call, self.ids)

    def recording(self, row: sqlite3.Row, **shown: Any) -> Recording:
        session_id, distinct_id, now = row["session_id"], row["distinct_id"], self._call.now
        return Recording(
            id=session_id,
            distinct_id=distinct_id,
            viewed=session_id in self._viewed,
            viewers=self._viewers.get(session_id, []),
            recording_duration=row["duration"],
            active_seconds=row["active_seconds"],
            inactive_seconds=max(0, row["duration"] - row["active_seconds"]),
            start_time=from_ms(row["start_time"]),
            end_time=from_ms(row["end_time"]),
            click_count=row["click_count"],
            keypress_count=row["keypress_count"],
            mouse_activity_count=row["mouse_activity_count"],
            console_log_count=row["console_log_count"],
            console_warn_count=row["console_warn_count"],
            console_error_count=row["console_error_count"],
            start_url=row["start_url"],
            person=self._persons.get(distinct_id) or _unknown_person(self._call.team.id, distinct_id),
            retention_period_days=row["retention_period_days"],
            expiry_time=from_ms(row["expiry_time"]),
            recording_ttl=row["expiry_time"] // DAY_MS - now // DAY_MS,
            ongoing=is_ongoing(row, now),
            has_summary=session_id in self.outcomes,
            **shown,
        )


def _views(call: Call, ids: str) -> tuple[set[str], dict[str, list[str]]]:
    """Sessions that the requesting user viewed, and the e-mail addresses of other viewers by session."""
    viewed: set[str] = set()
    viewers: dict[str, list[str]] = {}
    query = """
        SELECT session_id, user_id, email FROM session_recording_viewed JOIN user ON user.id = user_id
        WHERE team_id = ? AND session_id IN (SELECT value FROM json_each(?)) ORDER BY email
    """
    for row in call.db.execute(query, (call.team.id, ids)):
        if row["user_id"] == call.user.id:
            viewed.add(row["session_id"])
        else:
            viewers.setdefault(row["session_id"], []).append(row["email"])
    return viewed, viewers


def _persons(call: Call, distinct_ids: str) -> dict[str, Person]:
    """Known persons by distinct id. Each shows only that id, even if the person has several (live behaviour)."""
    query = """
        SELECT distinct_id, person.* FROM person_distinct_id JOIN person ON person.id = person_id
        WHERE person_distinct_id.team_id = ? AND distinct_id IN (SELECT value FROM json_each(?))
    """
    return {row["distinct_id"]: _person(row) for row in call.db.execute(query, (call.team.id, distinct_ids))}


def _person(row: sqlite3.Row) -> Person:
    properties = exact_json.loads(row["properties"])
    names = (properties.get(key) for key in ("email", "name", "username"))
    last_seen_at = row["last_seen_at"]
    return Person(
        id=row["id"],
        name=next((name for name in names if isinstance(name, str) and name), row["distinct_id"]),
        distinct_ids=[row["distinct_id"]],
        properties=properties,
        created_at=from_ms(row["created_at"]),
        uuid=row["uuid"],
        last_seen_at=None if last_seen_at is None else from_ms(last_seen_at),
    )


def _unknown_person(team_id: int, distinct_id: str) -> Person:
    return Person(
        id=None,
        name=None,
        distinct_ids=[distinct_id],
        properties={},
        created_at=None,
        uuid=str(uuid.uuid5(_NAMESPACE, f"{team_id}:{distinct_id}")),
        last_seen_at=None,
    )


def _outcomes(call: Call, ids: str) -> dict[str, SummaryOutcome | None]:
    """Outcomes by session, from stored summaries without focus that were computed by this version's rules."""
    query = """
        SELECT session_id, summary -> '$.session_outcome' AS outcome FROM session_summary
        WHERE team_id = ? AND focus_area = '' AND rules = ? AND session_id IN (SELECT value FROM json_each(?))
    """
    return {
        row["session_id"]: _outcome(orjson.loads(row["outcome"])) if row["outcome"] else None
        for row in call.db.execute(query, (call.team.id, VERSION, ids))
    }


def _outcome(outcome: dict[str, Any]) -> SummaryOutcome | None:
    """The outcome, or None if it is not shown: `success` is always a boolean in the live server."""
    success = outcome.get("success")
    return SummaryOutcome(description=outcome.get("description"), success=success) if success is not None else None


def _references(call: Call, ids: str) -> dict[str, list[dict[str, Any]]]:
    """Linked issues by session."""
    references: dict[str, list[dict[str, Any]]] = {}
    query = """
        SELECT session_id, reference FROM external_reference
        WHERE session_id IN (SELECT value FROM json_each(?)) ORDER BY id
    """
    for row in call.db.execute(query, (ids,)):
        references.setdefault(row["session_id"], []).append(orjson.loads(row["reference"]))
    return references


def _json(values: Iterable[str]) -> str:
    return orjson.dumps(list(values)).decode()
