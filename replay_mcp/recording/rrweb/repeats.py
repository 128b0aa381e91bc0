"""Events that two recorders made of one thing: twice in one window, or in several windows that are one page.

A person has one pointer: a mouse button does not go down twice within milliseconds, nor at one place of two windows at
once. So equal events that close together are one, however often they were recorded.
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
"""Two recorders in one window record an action at most so far apart; no person repeats one so soon."""
DOUBLE_CLICK_MS: Final = 1_000
"""The two clicks of a double click are no further apart."""
MAX_WINDOWS: Final = 1_000

_NEAR_BYTES: Final = 64
"""Two snapshots of one page differ in length by no more: in the time that is written into what is compressed."""
_MAX_RECENT: Final = 2_000
_MAX_ALIKE: Final = 16
_MAX_HELD: Final = 50
_MAX_FIELDS: Final = 10_000
_SNAPSHOT: Final[Key] = (EventKind.SNAPSHOT,)


class _Taken(Struct, eq=False):
    """An event that was taken.

    Attributes:
        size: bytes of its line.
        node: what it was done to, where a pointer did it.
        seen: other windows that have recorded it.
        copied: whether there was a copy in its own window.
    """

    timestamp: int
    window: str
    size: int
    node: int | None
    seen: set[str] = set()
    copied: bool = False


@dataclass(slots=True)
class _Page:
    """The beginning of a page, which another window may have recorded, too; its first snapshot will show it."""

    other: str
    events: list[Event]


@dataclass(slots=True)
class _Clicks:
    """Of one window: the latest two clicks that were taken, and one that was left out since."""

    taken: deque[Event] = field(default_factory=lambda: deque[Event](maxlen=2))
    left_out: Event | None = None


class Repeats:
    """Leaves out events that repeat one that was taken, in the order of time.

    Once the first snapshots, or the clicks, of two windows show that they are one page, what the later window records
    counts as the earlier one's.

    Attributes:
        repeated: events that were left out.
    """

    def __init__(self) -> None:
        self.repeated = 0
        self._windows: dict[str, int] = {}
        self._duplicates = DuplicateWindows()
        self._paired: set[str] = set()
        """Windows that are one page with another one, or have two recorders."""
        self._recent: dict[Key, list[_Taken]] = {}
        self._queue: deque[tuple[Key, _Taken]] = deque()
        self._fields: dict[tuple[str, int | None], Key] = {}
        self._held: dict[str, _Page] = {}
        self._clicks: dict[str, _Clicks] = {}

    def take(self, event: Event) -> list[Event]:
        """Take an event; what is passed on: it, perhaps as another window's, or nothing."""
        window, kind = event.window_id, kind_of(event)
        if window not in self._windows:
            if len(self._windows) >= MAX_WINDOWS:
                return [event]
            self._windows[window] = len(self._windows)
        if window in self._held:
            self._forget(event.timestamp)
            return self._begun(event, self._held[window])
        needs_pair = kind in PAIRED_ONLY or (kind is EventKind.MOVE and len(self._windows) == 1)
        if needs_pair and window not in self._paired:
            return [event]
        if self._queue:
            self._forget(event.timestamp)
        return self._judged(event, kind)

    def finish(self) -> list[Event]:
        """What was held back."""
        pages = [*self._held.values()]
        self._held.clear()
        return [passed for page in pages for event in page.events for passed in self._passed(event, kind_of(event), ())]

    def _begun(self, event: Event, page: "_Page") -> list[Event]:
        """Another event of a page that another window may have, too: passed on once that is known."""
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
        start = [] if same else self._passed(meta, EventKind.META, comparable(meta))
        return [*start, *(passed for each in events for passed in self._judged(each, kind_of(each)))]

    def _judged(self, event: Event, kind: EventKind) -> list[Event]:
        window = event.window_id
        key = self._key(event, kind)
        known = self._known(event, kind, key) if key else None
        if known and kind is EventKind.META and known.window != window and window not in self._duplicates:
            self._held[window] = _Page(known.window, [event])
            return []
        if known is None and not (kind is EventKind.MOVE and window in self._duplicates):
            return self._passed(event, kind, key)
        self.repeated += 1
        if kind is EventKind.POINTER and event.data.get("type") == MouseInteractions.CLICK:
            self._clicks.setdefault(window, _Clicks()).left_out = event
        return []

    def _passed(self, event: Event, kind: EventKind, key: Key) -> list[Event]:
        window = event.window_id
        if key:
            alike = self._recent.setdefault(key, [])
            if len(alike) < _MAX_ALIKE:
                node = whole(event.data.get("id")) if kind in LOCATED else None
                taken = _Taken(event.timestamp, window, len(event.line), node)
                alike.append(taken)
                self._queue.append((key, taken))
        if kind is not EventKind.POINTER and window not in self._duplicates:
            return [event]
        started = self._duplicates.doubted(event) if kind is EventKind.POINTER and action_and_place(event, kind) else []
        self.repeated -= len(started)
        restored = self._restored(event) if kind is EventKind.POINTER else []
        duplicate = self._duplicates.of(window)
        if duplicate and (duplicate.same_ids or kind is EventKind.NO_NODES):
            return [each.in_window(duplicate.window) for each in (*restored, event)]
        return [*started, *restored, event]

    def _key(self, event: Event, kind: EventKind) -> Key:
        """What two records of one thing have in common; empty where no other is looked for."""
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
        if kind is EventKind.POINTER:  # what scripts click is compared within the window
            return event.window_id, *comparable(event)
        return ()

    def _known(self, event: Event, kind: EventKind, key: Key) -> _Taken | None:
        """The event that this one repeats."""
        window = event.window_id
        if kind is EventKind.SNAPSHOT:
            return self._near_snapshot(event, self._duplicates.first(window)) if window in self._duplicates else None
        found: _Taken | None = None
        for taken in self._recent.get(key, ()):
            since = event.timestamp - taken.timestamp
            if taken.window == window:
                if 0 <= since <= WITHIN_MS and self._is_copy(event, kind, key, taken):
                    found = taken
            elif 0 <= since <= ACROSS_MS and window not in taken.seen:
                found = taken
            if found:
                self._learn(event, kind, found)
                return found
        if kind is EventKind.INPUT:
            if len(self._fields) >= _MAX_FIELDS:
                self._fields.clear()
            self._fields[window, whole(event.data.get("id"))] = key
        return None

    def _is_copy(self, event: Event, kind: EventKind, key: Key, taken: _Taken) -> bool:
        """Whether an equal event of the same window repeats the one that was taken."""
        if kind in LOCATED and (taken.node is None or taken.node != whole(event.data.get("id"))):
            return False
        if kind is EventKind.INPUT:  # unless the field had another value meanwhile
            return self._fields.get((event.window_id, taken.node)) == key
        return kind is EventKind.POINTER or (
            event.window_id in self._paired and kind not in IDEMPOTENT and not taken.copied
        )

    def _learn(self, event: Event, kind: EventKind, taken: _Taken) -> None:
        """What a repeated event shows of its window."""
        window = event.window_id
        if taken.window != window:
            taken.seen.add(window)
            if kind in (EventKind.MOVE, *LOCATED):
                self._duplicates.confirm(window, taken.window)
            if kind is EventKind.POINTER and action_and_place(event, kind):
                earlier, later = sorted((window, taken.window), key=self._windows.__getitem__)
                self._join(later, earlier, same_ids=False)
            return
        taken.copied = True
        if kind is EventKind.POINTER and event.data.get("type") != MouseInteractions.CLICK:  # a script may click twice
            self._paired.add(window)

    def _near_snapshot(self, event: Event, first: str) -> _Taken | None:
        """The snapshot of another window that was taken at about the same time, and is about as long."""
        for taken in self._recent.get(_SNAPSHOT, ()):
            other = taken.window != event.window_id and first in (taken.window, self._duplicates.first(taken.window))
            if other and abs(len(event.line) - taken.size) <= _NEAR_BYTES:
                return taken
        return None

    def _join(self, window: str, other: str, *, same_ids: bool, start: Sequence[Event] = ()) -> None:
        if self._duplicates.join(window, other, same_ids=same_ids, start=[*start]):
            self._paired |= {window, other, self._duplicates.first(other)}

    def _restored(self, event: Event) -> list[Event]:
        """A click that was left out although it was one: where a double click follows of which only one click is known.

        Scripts that test a page double-click faster than any person.
        """
        kind = event.data.get("type")
        if kind == MouseInteractions.CLICK:
            clicks = self._clicks.setdefault(event.window_id, _Clicks())
            clicks.taken.append(event)
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
            recent = [click for click in clicks.taken if event.timestamp - click.timestamp <= DOUBLE_CLICK_MS]
            if len(recent) < 2:
                clicks.left_out = None
                self.repeated -= 1
                return [left_out]
        return []

    def _forget(self, timestamp: int) -> None:
        queue = self._queue
        while queue and (len(queue) > _MAX_RECENT or queue[0][1].timestamp < timestamp - ACROSS_MS):
            key, taken = queue.popleft()
            alike = self._recent[key]
            alike.remove(taken)
            if not alike:
                del self._recent[key]
