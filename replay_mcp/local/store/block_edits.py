"""Plans how new events change a recording's blocks, without writing."""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.activity import ActivityState
from replay_mcp.recording.rrweb.events import Event, EventReader

from .block_activity import BlockActivity, Measure
from .blocks import (
    BLOCK_BYTES,
    BLOCK_MS,
    Block,
    BlockTimes,
    block_activity,
    block_size,
    cut,
    ends,
    pack,
    read_block,
)

MAX_MERGED_BYTES: Final = 4 * BLOCK_BYTES
"""Maximum size of a block to which late events are added, before compression."""


@dataclass(frozen=True, slots=True)
class BlockAdditions:
    """New events at the place of a block.

    Attributes:
        fresh: events that were not stored before, in order of time.
        joining: events that are added to the block.
        after: events for new blocks after it.
    """

    fresh: Sequence[Event]
    joining: Sequence[Event]
    after: Sequence[Event]


def places_of(blocks: Sequence[BlockTimes], events: Sequence[Event]) -> Iterator[tuple[int, Event]]:
    """Each event with the place of its block: the last block that starts at the event's time or earlier."""
    starts = [block.start_time for block in blocks]
    for event in events:
        yield max(0, bisect_right(starts, event.timestamp) - 1), event


def placed(
    db: sqlite3.Connection, blocks: Sequence[BlockTimes], events: Sequence[Event]
) -> Iterator[tuple[int, BlockAdditions]]:
    """The places with new events; `events` are in order of time."""
    by_place: dict[int, list[Event]] = {}
    for place, event in places_of(blocks, events):
        by_place.setdefault(place, []).append(event)
    for place, some in by_place.items():
        change = _change(db, blocks, place, some) if blocks else _beside(some)
        if change.fresh:
            yield place, change


def _change(
    db: sqlite3.Connection, blocks: Sequence[BlockTimes], place: int, events: Sequence[Event]
) -> BlockAdditions:
    """How events change the block that they belong to.

    A block keeps all its lines, so that concurrent readers miss none. Late events are added to it. Events after the
    last block that do not fit into it go to new blocks. A block is split only if too many late events are added.
    """
    block, last = blocks[place], place == len(blocks) - 1
    if last and events[0].timestamp > block.end_time and _is_full(db, block, events[0].timestamp):
        return _beside(events)
    try:
        stored = _events(db, block)
        known = {event.line for event in stored}
    except UnreadableRecording:  # damaged: new events go to a separate block
        return _beside(events)
    fresh = _unknown(events, known)
    if not last:
        return BlockAdditions(fresh, fresh, ())
    size, end = sum(len(event.line) for event in stored), block.end_time
    for count, event in enumerate(fresh):
        if event.timestamp >= end and ends(block.start_time, end, size, event.timestamp):
            return BlockAdditions(fresh, fresh[:count], fresh[count:])
        size += len(event.line)
        end = max(end, event.timestamp)
    return BlockAdditions(fresh, fresh, ())


def _beside(events: Iterable[Event]) -> BlockAdditions:
    fresh = _unknown(events, ())
    return BlockAdditions(fresh, (), fresh)


def _unknown(events: Iterable[Event], known: Iterable[bytes]) -> list[Event]:
    """The events with new lines, without duplicates: recorders repeat events that may have been lost."""
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


def readable_events(db: sqlite3.Connection, block: BlockTimes) -> list[Event]:
    """The events of a block; an empty list if it is damaged."""
    with suppress(UnreadableRecording):
        return _events(db, block)
    return []


@dataclass(slots=True)
class BlockEdits:
    """Changes to a recording's blocks, ready to be written.

    Attributes:
        rewritten: blocks with added events, by id.
        measured: blocks of which only the active time has changed, by id.
        inserted: new blocks.
        active_ms: milliseconds of activity that the changes add to the recording.
    """

    rewritten: list[tuple[int, Block]] = field(default_factory=list[tuple[int, Block]])
    measured: list[tuple[int, BlockActivity]] = field(default_factory=list[tuple[int, BlockActivity]])
    inserted: list[Block] = field(default_factory=list[Block])
    active_ms: int = 0

    def rewrite(self, replaced: BlockTimes, events: Sequence[Event], measure: Measure) -> None:
        """Replace a block's events; if there are too many, split it into several blocks."""
        at_once = sum(len(event.line) for event in events) <= MAX_MERGED_BYTES
        first, *others = [pack(events, measure)] if at_once else [block for block, _ in cut(events, measure)]
        self.rewritten.append((replaced.id, first))
        self.active_ms += _ms(first)
        for block in others:
            self._insert(block)

    def remeasure(self, block: BlockTimes, events: Iterable[Event], measure: Measure) -> None:
        """Measure a block again, because an earlier block has changed."""
        for event in events:
            measure.add(event)
        activity = measure.end_block()
        self.measured.append((block.id, activity))
        self.active_ms += activity.ms

    def insert(self, events: Sequence[Event], measure: Measure) -> None:
        """Split events into new blocks."""
        for block, _ in cut(events, measure):
            self._insert(block)

    def _insert(self, block: Block) -> None:
        self.inserted.append(block)
        self.active_ms += _ms(block)


def edits_of(
    db: sqlite3.Connection, blocks: Sequence[BlockTimes], changed: Mapping[int, BlockAdditions], *, known: bool
) -> BlockEdits:
    """The changes to write for new events at these places.

    Args:
        db: connection for reading the blocks.
        blocks: all blocks of the recording.
        changed: the new events, by place.
        known: whether all blocks have an active time. Otherwise all blocks are measured, and the edits' activity is
            that of the whole recording.
    """
    edits = BlockEdits()
    measure = None if known else Measure()  # None: the next block's starting state has not changed
    for place, block in enumerate(blocks or [None]):
        change = changed.get(place)
        if measure is None and change is None:
            continue
        before = block_activity(db, block.id) if known and block else None
        if block and (measure or (change and change.joining)):
            edits.active_ms -= before.ms if before else 0
            measure = measure or Measure(_carry_before(db, blocks, place))
            if change and change.joining:
                joined = [*_events(db, block), *change.joining]
                edits.rewrite(block, sorted(joined, key=lambda event: event.timestamp), measure)
            else:
                edits.remeasure(block, readable_events(db, block), measure)
        if change and change.after:
            measure = measure or Measure(before.carry if before else ActivityState())
            edits.insert(change.after, measure)
        if measure and before and measure.carry == before.carry:
            measure = None
    return edits


def _carry_before(db: sqlite3.Connection, blocks: Sequence[BlockTimes], place: int) -> ActivityState:
    activity = block_activity(db, blocks[place - 1].id) if place else None
    return activity.carry if activity else ActivityState()


def _ms(block: Block) -> int:
    activity = BlockActivity.of_text(block.activity)
    return activity.ms if activity else 0
