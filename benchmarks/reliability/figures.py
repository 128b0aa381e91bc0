"""The result of a trial."""

from collections.abc import Callable
from dataclasses import dataclass

Trial = Callable[[bool], "Figure"]
"""Runs a trial, in its short form if the argument is true."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a trial did, and what it found.

    Attributes:
        did: the inputs and rounds, with their counts.
        measured: the measurements.
        violations: descriptions of everything that happened but must not.
    """

    did: str
    measured: str
    violations: tuple[str, ...] = ()
