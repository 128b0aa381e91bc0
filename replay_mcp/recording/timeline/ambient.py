"""The pace of changes that a page makes by itself: tickers, animations, feeds."""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Final

from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.types import Mutation

MAX_AMBIENT_BYTES: Final = 8 * 1024
"""A larger mutation always counts as a response: tickers make only small ones."""

Place = tuple[str, int]
"""A kind of change, and the id of its node or parent. Removals differ by their number, and by what was added."""

_MAX_NOTED: Final = 64
_MAX_PLACES: Final = 500
_MIN_TIMES: Final = 3
_MAX_TIMES: Final = 8
_MAX_KEPT_TIMES: Final = 24
"""More than `_MAX_TIMES`, because a tick may change a place several times."""
_TOGETHER_MS: Final = 150
"""Changes that follow one another within this time are one tick."""
_MIN_FREE: Final = 1
"""So many of the changes at an even pace must have come without an action."""
_EVEN: Final = 0.04
_EVEN_MS: Final = 60
"""Timers keep their pace more evenly than people: within this share of it, or this time."""
_TOLERANCE: Final = 0.35
_MIN_TOLERANCE_MS: Final = 100
_MAX_TOLERANCE_MS: Final = 400


def changed_places(mutation: Mutation) -> frozenset[Place]:
    """The places that a mutation changed, regardless of the new values."""
    added = [add.parent_id for add in mutation.adds]
    return frozenset(
        [("texts", each.id) for each in mutation.texts]
        + [("attributes", each.id) for each in mutation.attributes]
        + [("adds", each.parent_id) for each in mutation.adds]
        + ([(f"removes {len(mutation.removes)}", min(added, default=0))] if mutation.removes else [])
    )


class Ambient:
    """Remembers at which pace each part of a page changes by itself. Mutations are decoded only when needed."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Event, bool]] = deque(maxlen=_MAX_NOTED)
        self._times: dict[Place, list[tuple[int, bool]]] = {}
        """By place: when it changed, and whether it did so by itself."""

    def note(self, event: Event, *, free: bool) -> None:
        """Note a mutation; `free` if no action can have caused it."""
        if len(event.line) <= MAX_AMBIENT_BYTES:
            self._waiting.append((event, free))

    def clear(self) -> None:
        """Forget everything: the document is a new one."""
        self._waiting.clear()
        self._times.clear()

    def read(self, decode: Callable[[Event], Mutation | None]) -> None:
        """Decode the noted mutations. Call it before `is_due` and `has_changed`."""
        while self._waiting:
            event, free = self._waiting.popleft()
            mutation = decode(event)
            for place in changed_places(mutation) if mutation else ():
                times = self._times.pop(place, [])
                self._times[place] = [*times[1 - _MAX_KEPT_TIMES :], (event.timestamp, free)]
        while len(self._times) > _MAX_PLACES:
            del self._times[next(iter(self._times))]

    def is_due(self, changed: Collection[Place], timestamp: int) -> bool:
        """Whether each of these places would change now anyway, at its earlier pace."""
        return bool(changed) and all(self._is_place_due(place, timestamp) for place in changed)

    def has_changed(self, changed: Collection[Place]) -> bool:
        """Whether each of these places has changed by itself before, at any pace."""
        return all(any(free for _, free in self._times.get(place, ())) for place in changed)

    def ticked(self, changed: Collection[Place], timestamp: int) -> bool:
        """Whether each of these places changed at an even pace before and after this time, as known by now."""
        return bool(changed) and all(_is_tick(self._times.get(place, ()), timestamp) for place in changed)

    def _is_place_due(self, place: Place, timestamp: int) -> bool:
        times = [each for each in self._times.get(place, ()) if each[0] < timestamp][-_MAX_TIMES:]
        return _keeps_pace([at for at, free in times if free], timestamp) or _ticks(times, timestamp)


def _keeps_pace(times: Sequence[int], timestamp: int) -> bool:
    """Whether another change comes at the pace of those that came by themselves."""
    if len(times) < _MIN_TIMES:
        return False
    gaps = [later - earlier for earlier, later in pairwise(times)]
    since = timestamp - times[-1]
    return min(gaps) - _tolerance(min(gaps)) <= since <= max(gaps) + _tolerance(max(gaps))


def _ticks(times: Sequence[tuple[int, bool]], timestamp: int) -> bool:
    """Whether another change follows the latest ones as evenly as a timer, whatever the person did meanwhile."""
    if len(times) < _MIN_TIMES:
        return False
    pace = timestamp - times[-1][0]
    even = max(pace * _EVEN, _EVEN_MS)
    kept = 1
    while kept < len(times) and abs(times[-kept][0] - times[-kept - 1][0] - pace) <= even:
        kept += 1
    return kept >= _MIN_TIMES and sum(free for _, free in times[-kept:]) >= _MIN_FREE


def _is_tick(times: Sequence[tuple[int, bool]], timestamp: int) -> bool:
    """Whether the change at a time is one of a series at an even pace, which goes on after it."""
    ticks: list[tuple[int, bool]] = []
    latest = place = -1
    for at, free in times:
        if not ticks or at - latest > _TOGETHER_MS:
            ticks.append((at, free))
        latest = at
        if at == timestamp:
            place = len(ticks) - 1
    if place < 0 or place + 1 >= len(ticks):
        return False
    pace = ticks[place + 1][0] - ticks[place][0]
    even = max(pace * _EVEN, _EVEN_MS)
    first = last = place
    while first and abs(ticks[first][0] - ticks[first - 1][0] - pace) <= even:
        first -= 1
    while last + 1 < len(ticks) and abs(ticks[last + 1][0] - ticks[last][0] - pace) <= even:
        last += 1
    return last - first >= _MIN_TIMES and sum(free for _, free in ticks[first : last + 1]) >= _MIN_FREE


def _tolerance(gap: int) -> float:
    return min(max(gap * _TOLERANCE, _MIN_TOLERANCE_MS), _MAX_TOLERANCE_MS)
