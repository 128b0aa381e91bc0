"""A session: visits in a few tabs, one after the other and side by side.

The first visits are made one by one; later ones repeat them at other times and in other tabs, so that a gigabyte takes
seconds.
"""

import uuid
from collections.abc import Iterator
from random import Random
from typing import Final

from .dense import dense_visit
from .recorder import Kind, Stretch, moment
from .visit import Visit

VISITS: Final = 160
"""Visits that differ from each other."""
TABS: Final = 3
START: Final = 1_795_564_800_000


class Session:
    """One recording; everything that varies depends on the seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rng = Random(seed)
        self._tabs = [_Tab(str(uuid.UUID(int=self._rng.getrandbits(128), version=4))) for _ in range(TABS)]
        self._visits: list[list[Stretch]] = []

    def dense_visit(self) -> Iterator[bytes]:
        """The lines of a visit to the dense page."""
        return self._tabs[0].lines(dense_visit(self._rng), START)

    def lines(self, dense_share: float = 0.0) -> Iterator[bytes]:
        """Lines in the order of time, without end; `dense_share` of the visits are to the dense page."""
        rng, tab, clock = self._rng, self._tabs[0], START
        dense = [dense_visit(rng)] if dense_share else []
        while True:
            if rng.random() < 0.1:
                yield tab.custom("window hidden", clock)
                clock += rng.randint(300, 3_000)
                tab = rng.choice(self._tabs)
                yield tab.custom("window visible", clock)
            if not tab.ahead:
                tab.ahead = [*dense] if rng.random() < dense_share else self._visit()
            stretch = tab.ahead.pop(0)
            yield from tab.lines(stretch, clock)
            clock += stretch.end - stretch.start

    def _visit(self) -> list[Stretch]:
        """A new visit, or one of the earlier ones once there are enough."""
        if len(self._visits) < VISITS:
            self._visits.append(Visit(Random(f"{self._seed} {len(self._visits)}")).stretches)
            return [*self._visits[-1]]
        return [*self._rng.choice(self._visits)]


class _Tab:
    """A browser tab, with what is still to happen on its page."""

    def __init__(self, window: str) -> None:
        self._window = window.encode()
        self.ahead: list[Stretch] = []

    def lines(self, stretch: Stretch, start: int) -> Iterator[bytes]:
        return (moment.line(self._window, start - stretch.start) for moment in stretch.moments)

    def custom(self, tag: str, at: int) -> bytes:
        return moment(Kind.CUSTOM, {"tag": tag, "payload": {}}, 0).line(self._window, at)
