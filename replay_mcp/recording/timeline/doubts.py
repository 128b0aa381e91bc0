"""Responses that may be ticks of the page: what the page does later shows whether they were."""

from collections.abc import Collection
from typing import Final

from msgspec import Struct

from .ambient import Ambient, Place
from .pending_rows import PendingAction
from .rows import MAX_RESPONSE_MS

_MAX_OPEN: Final = 20
"""Maximum number of doubts of a tab: the latest ones."""


class Doubt(Struct, frozen=True, eq=False):
    """A click whose only response so far is a change that the page has made by itself before.

    Attributes:
        places: what changed.
        timestamp: when, epoch milliseconds.
    """

    action: PendingAction
    places: Collection[Place]
    timestamp: int


class Doubts:
    """The doubts of one tab. While a click could still be answered, anything else that answers it ends its doubt."""

    def __init__(self) -> None:
        self._watched: list[Doubt] = []
        self._open: list[Doubt] = []

    def add(self, action: PendingAction, places: Collection[Place], timestamp: int) -> None:
        """Doubt the response of a click."""
        doubt = Doubt(action, places, timestamp)
        self._watched.append(doubt)
        self._open = [*self._open[1 - _MAX_OPEN :], doubt]

    def concern(self, action: PendingAction) -> bool:
        """Whether the response of a click is doubted."""
        return any(doubt.action is action for doubt in self._open)

    def watches(self, timestamp: int) -> bool:
        """Whether a change could still be a click's real response."""
        self._watched = [doubt for doubt in self._watched if timestamp - doubt.action.completed_at <= MAX_RESPONSE_MS]
        return bool(self._watched)

    def dispel(self, timestamp: int, within: int = MAX_RESPONSE_MS) -> None:
        """Something else answered the clicks that were made within so many milliseconds."""
        real = {id(doubt) for doubt in self._watched if timestamp - doubt.action.completed_at <= within}
        self._open = [doubt for doubt in self._open if id(doubt) not in real]
        self._watched = [doubt for doubt in self._watched if id(doubt) not in real]

    def stop_watching(self) -> None:
        """Later changes belong to another action or document."""
        self._watched = []

    def settle(self, ambient: Ambient) -> None:
        """Take the response from clicks where the page went on to change in the same places at an even pace.

        Those that are still watched are left: something else may answer them.
        """
        watched = {id(doubt) for doubt in self._watched}
        for doubt in self._open:
            action = doubt.action
            is_tick = id(doubt) not in watched and ambient.ticked(doubt.places, doubt.timestamp)
            if is_tick and not action.shown_texts:
                action.response, action.other_text, action.also_texts = None, "", {}
        self._open = [doubt for doubt in self._open if doubt.action.response is not None]

    def clear(self) -> None:
        """Forget all doubts: the document is a new one."""
        self._watched, self._open = [], []
