"""Stretches of scrolling."""

from dataclasses import dataclass


@dataclass(slots=True)
class Scrolling:
    """One stretch of scrolling. Positions are pixels from the top.

    Attributes:
        node: id of the scrolled node.
        start: the position before.
        position: the position now.
    """

    node: int
    start: float
    position: float
