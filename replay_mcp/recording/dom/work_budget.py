"""How much work a recording may cause: as much as its bytes pay for."""

from typing import Final

INITIAL_VISITS: Final = 1_000_000
"""Node visits that any recording may cause, which take about a second."""
BYTES_PER_VISIT: Final = 20
"""So many bytes of a recording allow one visit more."""
INITIAL_INFLATED_BYTES: Final = 256 * 1024 * 1024
"""Bytes that the compressed fields of any recording may hold."""
INFLATED_PER_BYTE: Final = 30
"""Each byte of a recording allows so many more. Documents are compressed to a fifth, rarely to a twentieth."""


class WorkBudget:
    """Counts visits of nodes: earned by the bytes of events, spent by questions about the document.

    A question is bounded by itself, and begins only while something is left. So reading takes time in proportion to a
    recording's size, whatever is in it, and the same bytes always give the same answers.

    Compressed fields are bounded in the same way.

    Attributes:
        inflatable: bytes that further compressed fields may hold.
        left: visits that are left; below zero where the last question took more than there was.
        refused: questions that were not answered since nothing was left.
    """

    def __init__(self) -> None:
        self.visits_left = INITIAL_VISITS
        self.inflatable_bytes = INITIAL_INFLATED_BYTES
        self.refused = 0

    def earn(self, size: int) -> None:
        """So many bytes were read."""
        self.visits_left += size // BYTES_PER_VISIT
        self.inflatable_bytes += size * INFLATED_PER_BYTE

    def allows(self) -> bool:
        """Whether one more question is answered; if not, that is counted."""
        if self.visits_left > 0:
            return True
        self.refused += 1
        return False
