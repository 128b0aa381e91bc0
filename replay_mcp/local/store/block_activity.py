"""Measures active time, block by block.

Each block stores its own active time and the state in which the next block starts. So after a change to one block, only
later blocks with another starting state must be measured again, which is rarely more than one.
"""

from typing import NamedTuple

import orjson

from replay_mcp.recording.rrweb.activity import Activity, ActivityState
from replay_mcp.recording.rrweb.events import Event


class BlockActivity(NamedTuple):
    """The active time of one block. Times are epoch milliseconds.

    Attributes:
        ms: milliseconds of activity in the block.
        start: 0 or 1 ms before `end` if a stretch of activity continues after the block; None otherwise.
        end: the last event of that stretch, or 0.
        last_active: the last activity of that stretch, or 0.
    """

    ms: int = 0
    start: int | None = None
    end: int = 0
    last_active: int = 0

    @property
    def carry(self) -> ActivityState:
        """The state in which the next block starts."""
        return ActivityState(0, self.start, self.end, self.last_active)

    @property
    def text(self) -> str:
        """As JSON, for the database."""
        return orjson.dumps(self._asdict()).decode()

    @classmethod
    def of_text(cls, text: str | None) -> "BlockActivity | None":
        """Parse the database's JSON; None for a block that an older version stored without its active time."""
        found = orjson.loads(text or "null")
        return cls(**found) if isinstance(found, dict) else None


class Measure:
    """Measures the active time of consecutive blocks.

    Args:
        carry: the state after the block before the first.
    """

    def __init__(self, carry: ActivityState = ActivityState()) -> None:  # noqa: B008 - it is frozen
        self._begin(carry)

    def _begin(self, carry: ActivityState) -> None:
        self.carry = carry
        self._activity = Activity(carry)
        self._before = self._activity.milliseconds

    def add(self, event: Event) -> None:
        """Add the next event of the block."""
        self._activity.add(event)

    def end_block(self) -> BlockActivity:
        """The active time of the events since the last block ended."""
        state, ms = self._activity.state, self._activity.milliseconds - self._before
        ended = BlockActivity(ms)
        if state.start is not None:
            # From here on, the start only matters in one respect: whether the stretch is longer than a moment.
            ended = BlockActivity(ms, state.end - min(1, state.end - state.start), state.end, state.last_active)
        self._begin(ended.carry)
        return ended
