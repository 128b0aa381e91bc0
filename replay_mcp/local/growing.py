"""Recordings that grow: further events, late ones and ones sent twice join what is stored, each in its place."""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import orjson

from replay_mcp.errors import RecordingFull, UnreadableRecording
from replay_mcp.recording.activity import Activity, ActivityState
from replay_mcp.recording.events import Event, EventReader
from replay_mcp.recording.metadata import Metadata, read_metadata

from .accounts import Team
from .blocks import (
    BLOCK_BYTES,
    BLOCK_MS,
    BlockTimes,
    block_size,
    block_times,
    cut,
    ends,
    insert_block,
    pack,
    read_block,
)
from .limits import MAX_SESSION_EVENTS
from .recording_rows import Origin, find_row, forget_summaries, insert_found, insert_row, new_row, numbers, update_row

MAX_MERGED_BYTES: Final = 4 * BLOCK_BYTES
"""A block that late events join may grow to this size, before compression."""

_COUNTS: Final = (
    "click_count", "keypress_count", "mouse_activity_count", "console_log_count", "console_warn_count",
    "console_error_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grown:
    """What became of events that arrived for a recording.

    Attributes:
        new: whether the recording begins with them.
        fresh: how many were not stored before.
    """

    new: bool
    fresh: int


def grow(
    db: sqlite3.Connection,
    team: Team,
    origin: Origin,
    events: Iterable[Event],
    *,
    received_at: int,
    max_events: int = MAX_SESSION_EVENTS,
) -> Grown:
    """Put events among those stored, and measure the recording anew.

    Only blocks that events belong into are written again; those after them are read to measure activity. What arrives
    for a deleted recording is dropped, as PostHog drops it.

    Args:
        db: within a write transaction.
        team: the environment of the recording.
        origin: which recording; it begins if it is not stored.
        events: in any order, as many as memory may hold.
        received_at: when they came, epoch milliseconds.
        max_events: most events that the recording may have.

    Raises:
        StoreError: the id belongs to a recording of another environment, or cannot stand in a URL.
        RecordingFull: the recording would have more events.
    """
    session_id = origin.session_id
    row = find_row(db, team, session_id)
    if row and row["deleted_at"] is not None:
        return Grown(new=False, fresh=0)
    blocks = block_times(db, session_id)
    changed = dict(_placed(db, blocks, sorted(events, key=lambda event: event.timestamp)))
    fresh = [event for place in sorted(changed) for event in changed[place].fresh]
    if not fresh:
        return Grown(new=False, fresh=0)
    count = _event_count(db, row, blocks) + len(fresh)
    if count > max_events:
        raise RecordingFull(
            f"Recording {session_id!r} would have {count} events; a recording has at most {max_events}."
        )
    told = read_metadata(fresh)
    if row is None:  # blocks belong to it
        insert_row(db, new_row(team, origin, told, received_at=received_at))
    begins = told.start_url if _begins(db, session_id, told) else None
    insert_found(db, session_id, told)
    whole = replace(_summed(row, told, _store(db, session_id, blocks, changed).milliseconds), event_count=count)
    changes = numbers(whole, retention_days=row["retention_period_days"] if row else team.retention_period_days)
    changes["last_ingested_at"] = max(received_at, row["last_ingested_at"]) if row else received_at
    if begins:
        changes["start_url"] = begins
    update_row(db, session_id, changes)
    forget_summaries(db, session_id)
    return Grown(new=row is None, fresh=len(fresh))


def lacks(db: sqlite3.Connection, session_id: str, events: Iterable[Event]) -> bool:
    """Whether a stored recording lacks one of the events; nothing is written."""
    arrived = sorted(events, key=lambda event: event.timestamp)
    return any(True for _ in _placed(db, block_times(db, session_id), arrived))


def _event_count(db: sqlite3.Connection, row: sqlite3.Row | None, blocks: Sequence[BlockTimes]) -> int:
    """Events that are stored; of a recording from before they were counted, its lines."""
    if row is None:
        return 0
    known: int | None = row["event_count"]
    return sum(len(_readable(db, block)) for block in blocks) if known is None else known


def _begins(db: sqlite3.Connection, session_id: str, told: Metadata) -> bool:
    """Whether a URL of these events was seen before all that are stored."""
    query = "SELECT min(first_seen) FROM recording_url WHERE session_id = ?"
    known: int | None = db.execute(query, (session_id,)).fetchone()[0]
    return known is None or min(told.urls.values(), default=known) < known


@dataclass(frozen=True, slots=True)
class _Place:
    """What is new at the place of a block.

    Attributes:
        fresh: events that were not stored before, in the order of time.
        joining: those that join the block.
        after: events for new blocks behind it.
    """

    fresh: Sequence[Event]
    joining: Sequence[Event]
    after: Sequence[Event]


def _placed(
    db: sqlite3.Connection, blocks: Sequence[BlockTimes], arrived: Sequence[Event]
) -> Iterator[tuple[int, _Place]]:
    """The places at which something is new. An event belongs to the last block that starts at its time or before."""
    starts = [block.start_time for block in blocks]
    by_place: dict[int, list[Event]] = {}
    for event in arrived:
        by_place.setdefault(max(0, bisect_right(starts, event.timestamp) - 1), []).append(event)
    for place, events in by_place.items():
        change = _change(db, blocks, place, events) if blocks else _Place(found := _unknown(events, ()), (), found)
        if change.fresh:
            yield place, change


def _change(db: sqlite3.Connection, blocks: Sequence[BlockTimes], place: int, events: Sequence[Event]) -> _Place:
    """What becomes of a block that events belong to.

    A block keeps every line that it has, so that whoever reads meanwhile misses none. What is late joins it; behind the
    last block, what it has no room for makes new ones. Only where too much is late for one block is it cut again.
    """
    block, last = blocks[place], place == len(blocks) - 1
    if last and events[0].timestamp > block.end_time and _is_full(db, block, events[0].timestamp):
        fresh = _unknown(events, ())
        return _Place(fresh, (), fresh)
    try:
        stored = _events(db, block)
        known = {event.line for event in stored}
    except UnreadableRecording:  # damaged: what arrives stands beside it
        fresh = _unknown(events, ())
        return _Place(fresh, (), fresh)
    fresh = _unknown(events, known)
    if not last:
        return _Place(fresh, fresh, ())
    size, end = sum(len(event.line) for event in stored), block.end_time
    for count, event in enumerate(fresh):
        if event.timestamp >= end and ends(block.start_time, end, size, event.timestamp):
            return _Place(fresh, fresh[:count], fresh[count:])
        size += len(event.line)
        end = max(end, event.timestamp)
    return _Place(fresh, fresh, ())


def _unknown(events: Iterable[Event], known: Iterable[bytes]) -> list[Event]:
    """The events whose lines are not known, each once: recorders send again what may have been lost."""
    seen, fresh = set(known), list[Event]()
    for event in events:
        if event.line not in seen:
            seen.add(event.line)
            fresh.append(event)
    return fresh


def _is_full(db: sqlite3.Connection, block: BlockTimes, timestamp: int) -> bool:
    return timestamp - block.start_time >= BLOCK_MS or block_size(db, block.id) >= BLOCK_BYTES


def _events(db: sqlite3.Connection, block: BlockTimes) -> list[Event]:
    return list(EventReader(read_block(db, block.id).split(b"\n")))


def _readable(db: sqlite3.Connection, block: BlockTimes) -> list[Event]:
    """The events of a block; none of a damaged one."""
    with suppress(UnreadableRecording):
        return _events(db, block)
    return []


def _store(
    db: sqlite3.Connection, session_id: str, blocks: Sequence[BlockTimes], changed: dict[int, _Place]
) -> Activity:
    """Write what changed, and measure activity from there to the end."""
    begin, state = min(changed), None
    if blocks and not changed[begin].joining:
        begin += 1  # what is new stands behind this block
    while begin > 0 and (state := _state_after(db, blocks[begin - 1])) is None:
        begin -= 1  # stored when activity was not kept block by block
    activity = Activity(state or ActivityState())
    for place in range(min(begin, *changed), max(len(blocks), 1)):
        change = changed.get(place)
        if change and change.joining:
            merged = sorted([*_events(db, blocks[place]), *change.joining], key=lambda event: event.timestamp)
            _rewrite(db, session_id, blocks[place], merged, activity)
        elif blocks and place >= begin:
            _measure(db, blocks[place], activity)
        if change:
            for block, _ in cut(change.after, activity):
                insert_block(db, session_id, block)
    return activity


def _state_after(db: sqlite3.Connection, block: BlockTimes) -> ActivityState | None:
    text = db.execute("SELECT activity FROM recording_block WHERE id = ?", (block.id,)).fetchone()["activity"]
    return ActivityState(*orjson.loads(text)) if text else None


def _measure(db: sqlite3.Connection, block: BlockTimes, activity: Activity) -> None:
    for event in _readable(db, block):
        activity.add(event)
    state = orjson.dumps(list(activity.state)).decode()
    db.execute("UPDATE recording_block SET activity = ? WHERE id = ?", (state, block.id))


def _rewrite(
    db: sqlite3.Connection, session_id: str, replaced: BlockTimes, events: Sequence[Event], activity: Activity
) -> None:
    """Store events in place of a block, as one, or as several where they are too many."""
    at_once = sum(len(event.line) for event in events) <= MAX_MERGED_BYTES
    pieces = iter([pack(events, activity)] if at_once else [block for block, _ in cut(events, activity)])
    update = "UPDATE recording_block SET start_time = ?, end_time = ?, activity = ?, data = ? WHERE id = ?"
    db.execute(update, (*next(pieces), replaced.id))
    for block in pieces:
        insert_block(db, session_id, block)


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
