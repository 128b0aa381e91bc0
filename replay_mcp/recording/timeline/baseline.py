"""Texts that a page shows by itself, and text nodes that it changes without any action."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Final

from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.types import TEXT, Mutation

SPONTANEOUS_MS: Final = 15_000
"""A text that appears this long after the latest action was not caused by it."""
MAX_LINE_BYTES: Final = 4_000
"""A larger mutation renders part of the page; it is not a ticker."""
MAX_WAITING: Final = 100
MAX_CHANGES: Final = 4
"""A text node that changes more often than this after one action is a ticker."""
_MAX_KEPT: Final = 500
_NUMBERS: Final = re.compile(r"\d+")


class Baseline:
    """Remembers the small mutations of a tab that no action caused. They are decoded when a text is compared."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque(maxlen=MAX_WAITING)
        self._texts: set[str] = set()
        self._nodes: set[int] = set()
        self._action: object = None
        self._changes: Counter[int] = Counter()

    def note(self, event: Event, action_at: int) -> None:
        """Note a mutation that no action explains; `action_at` is the time of the latest action, 0 for none."""
        if len(event.line) <= MAX_LINE_BYTES and event.timestamp - action_at > SPONTANEOUS_MS:
            self._waiting.append(event)

    def ticking_nodes(self, action: object, changed: Iterable[int]) -> frozenset[int]:
        """Those of the changed text nodes that changed often since the action, or by themselves before it."""
        if action is not self._action:
            self._action, self._changes = action, Counter()
        found = [*changed][:_MAX_KEPT]
        self._changes.update(found)
        return frozenset(id for id in found if self._changes[id] > MAX_CHANGES or id in self._nodes)

    def contains(self, found: str, source: int, decode: Callable[[Event], Mutation | None]) -> bool:
        """Whether a text (ignoring its numbers) appeared by itself before, or its text node changed by itself."""
        while self._waiting:
            if mutation := decode(self._waiting.popleft()):
                self._add(mutation)
        return bool(self._texts) and (source in self._nodes or _folded(found) in self._texts)

    def _add(self, mutation: Mutation) -> None:
        if len(self._texts) > _MAX_KEPT:
            return
        self._texts.update(_folded(add.node.text_content or "") for add in mutation.adds if add.node.type == TEXT)
        self._texts.update(_folded(each.value or "") for each in mutation.texts)
        self._nodes.update(each.id for each in mutation.texts)
        self._texts.discard("")


def _folded(found: str) -> str:
    return _NUMBERS.sub("0", " ".join(found.split())).casefold()
