"""Limits the work that one recording may cause, in proportion to its size."""

from typing import Final

INITIAL_VISITS: Final = 1_000_000
"""Node visits that any recording may cause; they take about a second."""
BYTES_PER_VISIT: Final = 20
"""Bytes of a recording that allow one more visit."""
INITIAL_INFLATED_BYTES: Final = 256 * 1024 * 1024
"""Bytes to which the compressed fields of any recording may inflate."""
INFLATED_PER_BYTE: Final = 30
"""Inflated bytes that each byte of a recording adds. Documents shrink to a fifth, rarely to a twentieth."""


class WorkBudget:
    """Counts node visits: the bytes of events earn them, queries of the document spend them.

    Each query is bounded, and starts only while visits are left. Reading therefore takes time in proportion to the
    size of a recording, whatever it contains, and the same bytes always give the same result.

    Attributes:
        inflatable_bytes: bytes to which further compressed fields may inflate.
        visits_left: visits left; negative if the last query took more than were left.
        refused: queries that were refused because no visits were left.
    """

    def __init__(self) -> None:
        self.visits_left = INITIAL_VISITS
        self.inflatable_bytes = INITIAL_INFLATED_BYTES
        self.refused = 0

    def earn(self, size: int) -> None:
        """Add the visits and bytes that an event of `size` bytes allows."""
        self.visits_left += size // BYTES_PER_VISIT
        self.inflatable_bytes += size * INFLATED_PER_BYTE

    def allows(self) -> bool:
        """Whether another query may start; counts a refusal if not."""
        if self.visits_left > 0:
            return True
        self.refused += 1
        return False
