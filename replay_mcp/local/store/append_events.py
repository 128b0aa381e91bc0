"""Appends events to recordings: new, late and repeated events are merged with the stored ones in order of time.

Events are read and compressed without a lock; the store is locked only while the result is written.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from replay_mcp.errors import RecordingFull
from replay_mcp.recording.rrweb.console import console_line
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.metadata import Metadata, href, read_metadata

from .accounts import Team
from .block_edits import BlockEdits, edits_of, placed, places_of, readable_events
from .blocks import BlockTimes, block_times, insert_block
from .database import let_others_write, reading, writing
from .limits import MAX_SESSION_EVENTS
from .recording_rows import Origin, find_row, forget_summaries, insert_found, insert_row, new_row, numbers, update_row

BATCH_EVENTS: Final = 2_000
BATCH_BYTES: Final = 8 * 1024 * 1024
BATCH_TEXTS: Final = 300_000
BATCH_BLOCKS: Final = 8
"""Maximum events, bytes of their lines, characters of indexed text (console lines and URLs) and rewritten blocks in one
transaction, which then takes some tenths of a second. A usual request of posthog-js, about 1 MB, is one batch."""
_TRIES: Final = 3

_COUNTS: Final = (
    "click_count", "keypress_count", "mouse_activity_count", "console_log_count", "console_warn_count",
    "console_error_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appended:
    """The result of appending events.

    Attributes:
        new: whether this created the recording.
        fresh: number of events that were not stored before.
    """

    new: bool
    fresh: int


@dataclass(frozen=True, slots=True)
class AppendPlan:
    """The changes to write for appended events.

    Attributes:
        row: the recording's row when it was read; None for a new recording.
        fresh: metadata of the events that were not stored before.
        whole: metadata of the whole recording, including them.
        edits: changes to the recording's blocks.
    """

    origin: Origin
    row: sqlite3.Row | None
    fresh: Metadata
    whole: Metadata
    edits: BlockEdits
    received_at: int


def append_events(
    db: sqlite3.Connection,
    team: Team,
    origin: Origin,
    events: Iterable[Event],
    *,
    received_at: int,
    max_events: int = MAX_SESSION_EVENTS,
) -> Appended:
    """Merge events with the stored ones and update the recording's numbers.

    Only the blocks that the events belong to are rewritten. Events of a deleted recording are dropped, as in PostHog.

    Args:
        db: within a write transaction.
        team: the environment of the recording.
        origin: the recording, which is created if it is new.
        events: events in any order; all of them are in memory.
        received_at: time of receipt, epoch milliseconds.
        max_events: maximum number of events in the recording.

    Raises:
        StoreError: the id belongs to a recording of another environment, or is not possible in a URL.
        RecordingFull: the recording would have more than `max_events`.
    """
    growth = _plan(db, team, origin, events, received_at=received_at, max_events=max_events)
    return _write(db, team, growth)


def append_in_batches(
    db: sqlite3.Connection,
    team: Team,
    origin: Origin,
    events: Sequence[Event],
    *,
    received_at: int,
    max_events: int = MAX_SESSION_EVENTS,
) -> int:
    """Like `append_events`, in short transactions of its own.

    If it is interrupted, some of the events are stored; appending the same events again adds the rest.

    Returns:
        The number of events that were not stored before.

    Raises:
        StoreError: as in `append_events`.
        RecordingFull: as in `append_events`, possibly after some events were stored; `check_capacity` prevents that.
    """
    fresh = 0
    for place, batch in enumerate(_batches(block_times(db, origin.session_id), events)):
        if place:
            let_others_write()
        fresh += _append_batch(db, team, origin, batch, received_at=received_at, max_events=max_events)
    return fresh


def check_capacity(
    db: sqlite3.Connection, team: Team, session_id: str, events: Sequence[Event], *, max_events: int
) -> None:
    """Check that a recording has room for the events, without writing.

    Raises:
        StoreError: as in `append_events`.
        RecordingFull: as in `append_events`.
    """
    row = find_row(db, team, session_id)
    known: int | None = row["event_count"] if row else 0
    if (row and row["deleted_at"] is not None) or (known is not None and known + len(events) <= max_events):
        return
    blocks = block_times(db, session_id)
    changes = placed(db, blocks, _in_time(events))  # some of them may be stored already
    fresh = sum(len(change.fresh) for _, change in changes)
    _check_count(session_id, _event_count(db, row, blocks), fresh, max_events)


def has_new_events(db: sqlite3.Connection, session_id: str, events: Iterable[Event]) -> bool:
    """Whether any of the events is not stored yet, without writing."""
    return any(True for _ in placed(db, block_times(db, session_id), _in_time(events)))


def _batches(blocks: Sequence[BlockTimes], events: Sequence[Event]) -> Iterator[list[Event]]:
    held: list[Event] = []
    size = texts = 0
    places = set[int]()
    for place, event in places_of(blocks, _in_time(events)):
        size, texts = size + len(event.line), texts + _text_length(event)
        places.add(place)
        too_much = size > BATCH_BYTES or texts > BATCH_TEXTS or len(places) > BATCH_BLOCKS
        if held and (too_much or len(held) == BATCH_EVENTS):
            yield held
            held, places = [], {place}
            size, texts = len(event.line), _text_length(event)
        held.append(event)
    if held:
        yield held


def _text_length(event: Event) -> int:
    line = console_line(event)
    return len(line.message) if line else len(href(event))


def _append_batch(
    db: sqlite3.Connection, team: Team, origin: Origin, events: Sequence[Event], *, received_at: int, max_events: int
) -> int:
    for _ in range(_TRIES):
        with reading(db):
            growth = _plan(db, team, origin, events, received_at=received_at, max_events=max_events)
        if growth is None:
            return 0
        with writing(db):
            if find_row(db, team, origin.session_id) == growth.row:
                return _write(db, team, growth).fresh
    with writing(db):  # others keep writing to this recording
        return append_events(db, team, origin, events, received_at=received_at, max_events=max_events).fresh


def _plan(
    db: sqlite3.Connection, team: Team, origin: Origin, events: Iterable[Event], *, received_at: int, max_events: int
) -> AppendPlan | None:
    """The changes to write, or None."""
    session_id = origin.session_id
    row = find_row(db, team, session_id)
    if row and row["deleted_at"] is not None:
        return None
    blocks = block_times(db, session_id)
    changed = dict(placed(db, blocks, _in_time(events)))
    fresh = [event for place in sorted(changed) for event in changed[place].fresh]
    if not fresh:
        return None
    stored = _event_count(db, row, blocks)
    _check_count(session_id, stored, len(fresh), max_events)
    metadata = read_metadata(fresh)
    active_ms: int | None = row["active_ms"] if row else 0
    edits = edits_of(db, blocks, changed, known=active_ms is not None)
    whole = replace(_summed(row, metadata, (active_ms or 0) + edits.active_ms), event_count=stored + len(fresh))
    return AppendPlan(origin, row, metadata, whole, edits, received_at)


def _write(db: sqlite3.Connection, team: Team, growth: AppendPlan | None) -> Appended:
    if growth is None:
        return Appended(new=False, fresh=0)
    row, fresh, session_id = growth.row, growth.fresh, growth.origin.session_id
    if row is None:  # blocks reference it
        insert_row(db, new_row(team, growth.origin, fresh, received_at=growth.received_at))
    begins = fresh.start_url if _begins(db, session_id, fresh) else None
    insert_found(db, session_id, fresh)
    _write_blocks(db, session_id, growth.edits)
    changes = numbers(growth.whole, retention_days=row["retention_period_days"] if row else team.retention_period_days)
    changes["last_ingested_at"] = max(growth.received_at, row["last_ingested_at"]) if row else growth.received_at
    if begins:
        changes["start_url"] = begins
    update_row(db, session_id, changes)
    forget_summaries(db, team, session_id)
    return Appended(new=row is None, fresh=fresh.event_count)


def _write_blocks(db: sqlite3.Connection, session_id: str, edits: BlockEdits) -> None:
    for id, block in edits.rewritten:
        update = "UPDATE recording_block SET start_time = ?, end_time = ?, activity = ?, data = ? WHERE id = ?"
        db.execute(update, (*block, id))
    for id, activity in edits.measured:
        db.execute("UPDATE recording_block SET activity = ? WHERE id = ?", (activity.text, id))
    for block in edits.inserted:
        insert_block(db, session_id, block)


def _in_time(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.timestamp)


def _event_count(db: sqlite3.Connection, row: sqlite3.Row | None, blocks: Sequence[BlockTimes]) -> int:
    """The number of stored events. Older versions did not store it, so lines are counted then."""
    if row is None:
        return 0
    known: int | None = row["event_count"]
    return sum(len(readable_events(db, block)) for block in blocks) if known is None else known


def _check_count(session_id: str, stored: int, fresh: int, max_events: int) -> None:
    if fresh and stored + fresh > max_events:
        raise RecordingFull(
            f"Recording {session_id!r} would have {stored + fresh} events; a recording has at most {max_events}."
        )


def _begins(db: sqlite3.Connection, session_id: str, fresh: Metadata) -> bool:
    """Whether one of these URLs was visited before all stored ones were."""
    query = "SELECT min(first_seen) FROM recording_url WHERE session_id = ?"
    known: int | None = db.execute(query, (session_id,)).fetchone()[0]
    return known is None or min(fresh.urls.values(), default=known) < known


def _summed(row: sqlite3.Row | None, fresh: Metadata, active_ms: int) -> Metadata:
    whole = replace(fresh, active_ms=active_ms)
    if row is None:
        return whole
    counts = {name: (row[name] or 0) + getattr(fresh, name) for name in _COUNTS}
    times = {
        "start_time": min(row["start_time"], fresh.start_time),
        "end_time": max(row["end_time"], fresh.end_time),
    }
    return replace(whole, **times, **counts)
