"""Recordings that grow: further events, late ones and ones sent twice join what is stored, each in its place."""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import orjson

from replay_mcp.errors import RecordingFull
from replay_mcp.recording.activity import Activity, ActivityState
from replay_mcp.recording.events import Event, EventReader
from replay_mcp.recording.metadata import Metadata, read_metadata

from .accounts import Team
from .blocks import BLOCK_BYTES, BLOCK_MS, BlockTimes, block_size, block_times, cut, insert_block, read_block
from .limits import MAX_SESSION_EVENTS
from .recording_rows import Origin, find_row, insert_found, insert_row, new_row, numbers, start_url, update_row

_COUNTS: Final = (
    "event_count", "click_count", "keypress_count", "mouse_activity_count", "console_log_count", "console_warn_count",
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
        UnreadableRecording: a stored block is damaged.
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
    stored: int = (row["event_count"] or 0) if row else 0
    count = stored + len(fresh)
    if count > max_events:
        raise RecordingFull(
            f"Recording {session_id!r} would have {count} events; a recording has at most {max_events}."
        )
    told = read_metadata(fresh)
    if row is None:  # blocks belong to it
        insert_row(db, new_row(team, origin, told, received_at=received_at))
    insert_found(db, session_id, told)
    whole = _summed(row, told, _store(db, session_id, blocks, changed).milliseconds)
    times = {"start_url": start_url(db, session_id), "last_ingested_at": received_at}
    if row and row["last_ingested_at"] > received_at:
        del times["last_ingested_at"]
    update_row(db, session_id, numbers(team, whole) | times)
    return Grown(new=row is None, fresh=len(fresh))


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands at the place of a block from now on.

    Attributes:
        events: all of them, in the order of time.
        fresh: those among them that are new.
        keeps: whether the block itself stays as it is, and `events` come after it.
    """

    events: Sequence[Event]
    fresh: Sequence[Event]
    keeps: bool = False


def _placed(
    db: sqlite3.Connection, blocks: Sequence[BlockTimes], arrived: Sequence[Event]
) -> Iterator[tuple[int, _Place]]:
    """The places at which something changes. An event belongs to the last block that starts at its time or before."""
    starts = [block.start_time for block in blocks]
    by_place: dict[int, list[Event]] = {}
    for event in arrived:
        by_place.setdefault(max(0, bisect_right(starts, event.timestamp) - 1), []).append(event)
    for place, events in by_place.items():
        if not blocks:
            fresh = _unknown(events, set())
            yield place, _Place(fresh, fresh)
        elif events[0].timestamp > blocks[place].end_time and _is_full(db, blocks[place], events[0].timestamp):
            fresh = _unknown(events, set())
            yield place, _Place(fresh, fresh, keeps=True)
        else:
            stored = _events(db, blocks[place])
            known = {event.line for event in stored}
            for before in reversed(blocks[:place]):  # equal times may stand on both sides of a cut
                if before.end_time < events[0].timestamp:
                    break
                known.update(event.line for event in _events(db, before))
            if fresh := _unknown(events, known):
                merged = sorted([*stored, *fresh], key=lambda event: event.timestamp)
                yield place, _Place(merged, fresh)


def _unknown(events: Iterable[Event], known: set[bytes]) -> list[Event]:
    """The events whose lines are not known, each once: recorders send again what may have been lost."""
    fresh: list[Event] = []
    for event in events:
        if event.line not in known:
            known.add(event.line)
            fresh.append(event)
    return fresh


def _is_full(db: sqlite3.Connection, block: BlockTimes, timestamp: int) -> bool:
    return timestamp - block.start_time >= BLOCK_MS or block_size(db, block.id) >= BLOCK_BYTES


def _events(db: sqlite3.Connection, block: BlockTimes) -> list[Event]:
    return list(EventReader(read_block(db, block.id).split(b"\n")))


def _store(
    db: sqlite3.Connection, session_id: str, blocks: Sequence[BlockTimes], changed: dict[int, _Place]
) -> Activity:
    """Write the places that changed, and measure activity from the first of them to the end."""
    begin, state = min(changed), None
    while begin > 0 and (state := _state_after(db, blocks[begin - 1])) is None:
        begin -= 1  # stored when activity was not kept block by block
    activity = Activity(state or ActivityState())
    for place in range(begin, max(len(blocks), 1)):
        change = changed.get(place)
        block = blocks[place] if blocks else None
        if block and (change is None or change.keeps):
            _measure(db, block, activity)
            block = None
        if change:
            _write(db, session_id, change.events, activity, block)
    return activity


def _state_after(db: sqlite3.Connection, block: BlockTimes) -> ActivityState | None:
    text = db.execute("SELECT activity FROM recording_block WHERE id = ?", (block.id,)).fetchone()["activity"]
    return ActivityState(*orjson.loads(text)) if text else None


def _measure(db: sqlite3.Connection, block: BlockTimes, activity: Activity) -> None:
    for event in _events(db, block):
        activity.add(event)
    state = orjson.dumps(list(activity.state)).decode()
    db.execute("UPDATE recording_block SET activity = ? WHERE id = ?", (state, block.id))


def _write(
    db: sqlite3.Connection, session_id: str, events: Sequence[Event], activity: Activity, replaced: BlockTimes | None
) -> None:
    """Store events as blocks, the first of them in place of the replaced one."""
    for block, _ in cut(events, activity):
        if replaced:
            update = "UPDATE recording_block SET start_time = ?, end_time = ?, activity = ?, data = ? WHERE id = ?"
            db.execute(update, (*block, replaced.id))
            replaced = None
        else:
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
