"""Removes events that were recorded twice: by two recorders in one window, or under several window ids for one page.

A person has one pointer: a mouse button does not go down twice within milliseconds, nor in two windows at once at the
same place. Equal events that close together are therefore one event.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from .copies import IDEMPOTENT, LOCATED, PAIRED_ONLY, EventKind, Key, action_and_place, comparable, kind_of
from .duplicate_windows import ACROSS_MS, DuplicateWindows
from .events import Event, MouseInteractions
from .untrusted import whole

WITHIN_MS: Final = 10
"""Two recorders in one window record an action at most this far apart; no person repeats an action that fast."""
DOUBLE_CLICK_MS: Final = 1_000
"""Maximum distance between the two clicks of a double click."""
MAX_WINDOWS: Final = 1_000

_NEAR_BYTES: Final = 64
"""Maximum difference in length of two snapshots of one page: gzip stores the time of compression."""
_MAX_RECENT: Final = 2_000
_MAX_ALIKE: Final = 16
_MAX_HELD: Final = 50
_MAX_FIELDS: Final = 10_000
_SNAPSHOT: Final[Key] = (EventKind.SNAPSHOT,)


class _SeenEvent(Struct, eq=False):
    """An event that was passed on.

    Attributes:
        size: bytes of its line.
        node: id of the node, for an action at a place.
        seen: other windows that recorded the event.
        copied: whether its own window recorded a copy.
    """

    timestamp: int
    window: str
    size: int
    node: int | None
    seen: set[str] = set()
    copied: bool = False


@dataclass(slots=True)
class _HeldPage:
    """The held events of a window that may show the same page as another window, until its first snapshot decides."""

    other: str
    events: list[Event]


@dataclass(slots=True)
class _RecentClicks:
    """The latest two clicks that were passed on for a window, and a click left out since then."""

    passed: deque[Event] = field(default_factory=lambda: deque[Event](maxlen=2))
    left_out: Event | None = None


class Repeats:
    """Leaves out events that repeat an earlier one. Events come in time order.

    Once the first snapshots or the clicks of two windows show that they are one page, events of the later window are
    assigned to the earlier one.

    Attributes:
        repeated: number of events left out.
    """

    def __init__(self) -> None:
        self.repeated = 0
        self._windows: dict[str, int] = {}
        self._duplicates = DuplicateWindows()
        self._paired: set[str] = set()
        """Windows that share a page with another window, or have two recorders."""
        self._recent: dict[Key, list[_SeenEvent]] = {}
        self._queue: deque[tuple[Key, _SeenEvent]] = deque()
        self._fields: dict[tuple[str, int | None], Key] = {}
        self._held: dict[str, _HeldPage] = {}
        self._clicks: dict[str, _RecentClicks] = {}

    def take(self, event: Event) -> list[Event]:
        """Add an event; return the events to pass on: usually the event, possibly assigned to another window."""
        window, kind = event.window_id, kind_of(event)
        if window not in self._windows:
            if len(self._windows) >= MAX_WINDOWS:
                return [event]
            self._windows[window] = len(self._windows)
        if window in self._held:
            self._forget(event.timestamp)
            return self._continue_page(event, self._held[window])
        needs_pair = kind in PAIRED_ONLY or (kind is EventKind.MOVE and len(self._windows) == 1)
        if needs_pair and window not in self._paired:
            return [event]
        if self._queue:
            self._forget(event.timestamp)
        return self._deduplicated(event, kind)

    def finish(self) -> list[Event]:
        """End the recording; return the held events."""
        pages = [*self._held.values()]
        self._held.clear()
        return [
            passed for page in pages for event in page.events for passed in self._pass_on(event, kind_of(event), ())
        ]

    def _continue_page(self, event: Event, page: "_HeldPage") -> list[Event]:
        """Hold another event of a page, until it is known whether another window shows the same page."""
        page.events.append(event)
        meta, *events = page.events
        snapshot = next((each for each in events if kind_of(each) == EventKind.SNAPSHOT), None)
        same = snapshot is not None and self._near_snapshot(snapshot, page.other) is not None
        if not same and event.timestamp - meta.timestamp <= ACROSS_MS and len(events) < _MAX_HELD:
            return []
        del self._held[event.window_id]
        if same and snapshot:
            self._join(event.window_id, page.other, same_ids=True, start=[meta, snapshot])
            self.repeated += 1
        start = [] if same else self._pass_on(meta, EventKind.META, comparable(meta))
        return [*start, *(passed for each in events for passed in self._deduplicated(each, kind_of(each)))]

    def _deduplicated(self, event: Event, kind: EventKind) -> list[Event]:
        window = event.window_id
        key = self._key(event, kind)
        known = self._original(event, kind, key) if key else None
        if known and kind is EventKind.META and known.window != window and window not in self._duplicates:
            self._held[window] = _HeldPage(known.window, [event])
            return []
        if known is None and not (kind is EventKind.MOVE and window in self._duplicates):
            return self._pass_on(event, kind, key)
        self.repeated += 1
        if kind is EventKind.POINTER and event.data.get("type") == MouseInteractions.CLICK:
            self._clicks.setdefault(window, _RecentClicks()).left_out = event
        return []

    def _pass_on(self, event: Event, kind: EventKind, key: Key) -> list[Event]:
        window = event.window_id
        if key:
            alike = self._recent.setdefault(key, [])
            if len(alike) < _MAX_ALIKE:
                node = whole(event.data.get("id")) if kind in LOCATED else None
                original = _SeenEvent(event.timestamp, window, len(event.line), node)
                alike.append(original)
                self._queue.append((key, original))
        if kind is not EventKind.POINTER and window not in self._duplicates:
            return [event]
        started = (
            self._duplicates.separate(event) if kind is EventKind.POINTER and action_and_place(event, kind) else []
        )
        self.repeated -= len(started)
        restored = self._restored_click(event) if kind is EventKind.POINTER else []
        duplicate = self._duplicates.get(window)
        if duplicate and (duplicate.same_ids or kind is EventKind.NO_NODES):
            return [each.in_window(duplicate.window) for each in (*restored, event)]
        return [*started, *restored, event]

    def _key(self, event: Event, kind: EventKind) -> Key:
        """What two records of the event have in common; empty if it is not compared."""
        if kind is EventKind.SNAPSHOT:
            return _SNAPSHOT
        if kind in LOCATED and (where := action_and_place(event, kind)):
            return where
        if (
            event.window_id in self._paired
            or kind is EventKind.META
            or (kind is EventKind.MOVE and len(self._windows) > 1)
        ):
            return comparable(event)
        if kind is EventKind.POINTER:  # clicks by scripts are compared within their window
            return event.window_id, *comparable(event)
        return ()

    def _original(self, event: Event, kind: EventKind, key: Key) -> _SeenEvent | None:
        """The earlier event that an event repeats."""
        window = event.window_id
        if kind is EventKind.SNAPSHOT:
            return self._near_snapshot(event, self._duplicates.first(window)) if window in self._duplicates else None
        found: _SeenEvent | None = None
        for original in self._recent.get(key, ()):
            since = event.timestamp - original.timestamp
            if original.window == window:
                if 0 <= since <= WITHIN_MS and self._is_copy(event, kind, key, original):
                    found = original
            elif 0 <= since <= ACROSS_MS and window not in original.seen:
                found = original
            if found:
                self._note_repeat(event, kind, found)
                return found
        if kind is EventKind.INPUT:
            if len(self._fields) >= _MAX_FIELDS:
                self._fields.clear()
            self._fields[window, whole(event.data.get("id"))] = key
        return None

    def _is_copy(self, event: Event, kind: EventKind, key: Key, original: _SeenEvent) -> bool:
        """Whether an event repeats an equal one of the same window."""
        if kind in LOCATED and (original.node is None or original.node != whole(event.data.get("id"))):
            return False
        if kind is EventKind.INPUT:  # unless the field had another value in between
            return self._fields.get((event.window_id, original.node)) == key
        return kind is EventKind.POINTER or (
            event.window_id in self._paired and kind not in IDEMPOTENT and not original.copied
        )

    def _note_repeat(self, event: Event, kind: EventKind, original: _SeenEvent) -> None:
        """Record what a repeated event shows about its window."""
        window = event.window_id
        if original.window != window:
            original.seen.add(window)
            if kind in (EventKind.MOVE, *LOCATED):
                self._duplicates.confirm(window, original.window)
            if kind is EventKind.POINTER and action_and_place(event, kind):
                earlier, later = sorted((window, original.window), key=self._windows.__getitem__)
                self._join(later, earlier, same_ids=False)
            return
        original.copied = True
        if kind is EventKind.POINTER and event.data.get("type") != MouseInteractions.CLICK:  # a script may click twice
            self._paired.add(window)

    def _near_snapshot(self, event: Event, first: str) -> _SeenEvent | None:
        """The snapshot of another window at about the same time and with about the same length."""
        for original in self._recent.get(_SNAPSHOT, ()):
            other = original.window != event.window_id and first in (
                original.window,
                self._duplicates.first(original.window),
            )
            if other and abs(len(event.line) - original.size) <= _NEAR_BYTES:
                return original
        return None

    def _join(self, window: str, other: str, *, same_ids: bool, start: Sequence[Event] = ()) -> None:
        if self._duplicates.join(window, other, same_ids=same_ids, start=[*start]):
            self._paired |= {window, other, self._duplicates.first(other)}

    def _restored_click(self, event: Event) -> list[Event]:
        """The click that was left out wrongly, if a double click follows and only one of its clicks was passed on.

        Test scripts double-click faster than any person.
        """
        kind = event.data.get("type")
        if kind == MouseInteractions.CLICK:
            clicks = self._clicks.setdefault(event.window_id, _RecentClicks())
            clicks.passed.append(event)
            clicks.left_out = None
            return []
        clicks = self._clicks.get(event.window_id)
        left_out = clicks.left_out if clicks else None
        if (
            clicks
            and kind == MouseInteractions.DBL_CLICK
            and left_out
            and event.timestamp - left_out.timestamp <= WITHIN_MS
        ):
            recent = [click for click in clicks.passed if event.timestamp - click.timestamp <= DOUBLE_CLICK_MS]
            if len(recent) < 2:
                clicks.left_out = None
                self.repeated -= 1
                return [left_out]
        return []

    def _forget(self, timestamp: int) -> None:
        queue = self._queue
        while queue and (len(queue) > _MAX_RECENT or queue[0][1].timestamp < timestamp - ACROSS_MS):
            key, original = queue.popleft()
            alike = self._recent[key]
            alike.remove(original)
            if not alike:
                del self._recent[key]
