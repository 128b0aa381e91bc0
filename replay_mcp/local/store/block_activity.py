"""Active time, measured block by block.

Each block keeps what it adds to the recording's measure, and what the next block goes on with. So a change of one block
concerns only those after it whose beginning has changed, which is rarely more than one.
"""

from typing import NamedTuple

import orjson

from replay_mcp.recording.rrweb.activity import Activity, ActivityState
from replay_mcp.recording.rrweb.events import Event


class BlockActivity(NamedTuple):
    """The measure of one block. Times are epoch milliseconds.

    Attributes:
        ms: milliseconds that the block adds.
        start: 0 or 1 ms before `end` while a stretch of activity goes on after the block; None for none.
        end: the last event of that stretch; 0 for none.
        last_active: the last activity of that stretch; 0 for none.
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
        """From the database; None for a block that an older version stored, without a measure of its own."""
        found = orjson.loads(text or "null")
        return cls(**found) if isinstance(found, dict) else None


class Measure:
    """Measures the events of consecutive blocks.

    Args:
        carry: what to go on with: of the block before the first.
    """

    def __init__(self, carry: ActivityState = ActivityState()) -> None:  # noqa: B008 - it is frozen
        self._begin(carry)

    def _begin(self, carry: ActivityState) -> None:
        self.carry = carry
        self._activity = Activity(carry)
        self._before = self._activity.milliseconds

    def add(self, event: Event) -> None:
        """Take the next event of the block."""
        self._activity.add(event)

    def end_block(self) -> BlockActivity:
        """The measure of the events since the last block ended."""
        state, ms = self._activity.state, self._activity.milliseconds - self._before
        ended = BlockActivity(ms)
        if state.start is not None:
            # Whether the stretch is longer than a moment is all of its start that matters from here on.
            ended = BlockActivity(ms, state.end - min(1, state.end - state.start), state.end, state.last_active)
        self._begin(ended.carry)
        return ended
