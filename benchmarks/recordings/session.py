"""A session: visits in a few tabs, one after the other and side by side.

Only the first visits are new; later ones repeat them at other times and in other tabs, so that writing a gigabyte takes
seconds.
"""

import uuid
from collections.abc import Iterator
from random import Random
from typing import Final

from .dense import dense_visit
from .recorder import Kind, Stretch, make_moment
from .visit import Visit

VISITS: Final = 160
"""The number of different visits."""
TABS: Final = 3
START: Final = 1_795_564_800_000


class Session:
    """One recording; the seed determines everything that varies."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rng = Random(seed)
        self._tabs = [_Tab(str(uuid.UUID(int=self._rng.getrandbits(128), version=4))) for _ in range(TABS)]
        self._visits: list[list[Stretch]] = []

    def dense_visit(self) -> Iterator[bytes]:
        """The lines of a visit to the dense page."""
        return self._tabs[0].lines(dense_visit(self._rng), START)

    def lines(self, dense_share: float = 0.0) -> Iterator[bytes]:
        """Endless lines in time order; `dense_share` of the visits are to the dense page."""
        rng, tab, clock = self._rng, self._tabs[0], START
        dense = [dense_visit(rng)] if dense_share else []
        while True:
            if rng.random() < 0.1:
                yield tab.custom("window hidden", clock)
                clock += rng.randint(300, 3_000)
                tab = rng.choice(self._tabs)
                yield tab.custom("window visible", clock)
            if not tab.upcoming:
                tab.upcoming = [*dense] if rng.random() < dense_share else self._visit()
            stretch = tab.upcoming.pop(0)
            yield from tab.lines(stretch, clock)
            clock += stretch.end - stretch.start

    def _visit(self) -> list[Stretch]:
        """A new visit, or an earlier one once there are enough."""
        if len(self._visits) < VISITS:
            self._visits.append(Visit(Random(f"{self._seed} {len(self._visits)}")).stretches)
            return [*self._visits[-1]]
        return [*self._rng.choice(self._visits)]


class _Tab:
    """A browser tab, with the stretches still to come."""

    def __init__(self, window: str) -> None:
        self._window = window.encode()
        self.upcoming: list[Stretch] = []

    def lines(self, stretch: Stretch, start: int) -> Iterator[bytes]:
        return (moment.line(self._window, start - stretch.start) for moment in stretch.moments)

    def custom(self, tag: str, at: int) -> bytes:
        return make_moment(Kind.CUSTOM, {"tag": tag, "payload": {}}, 0).line(self._window, at)
