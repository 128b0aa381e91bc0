"""How much work a recording may ask for: as much as it has bytes to show for."""

from typing import Final

START: Final = 1_000_000
"""Looks that any recording may ask for, which take seconds."""
BYTES_PER_LOOK: Final = 20
"""So many bytes of a recording allow one look more."""


class Effort:
    """Counts looks at nodes of a document: earned by the bytes of events, spent by questions about the document.

    A question is bounded by itself, and begins only while something is left. So reading takes time in proportion to a
    recording's size, whatever its author meant.

    Attributes:
        left: looks that are left; below zero where the last question took more than there was.
        refused: questions that were not asked since nothing was left.
    """

    def __init__(self) -> None:
        self.left = START
        self.refused = 0

    def earn(self, size: int) -> None:
        """So many bytes were read."""
        self.left += size // BYTES_PER_LOOK

    def allows(self) -> bool:
        """Whether one more question may be asked; if not, that is counted."""
        if self.left > 0:
            return True
        self.refused += 1
        return False
