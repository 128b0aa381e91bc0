"""One browser tab while a recording is read: its document, kept as raw as possible, and what is under way in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from replay_mcp.errors import UnreadableRecording

from .drafts import Act, Draft
from .effort import Effort
from .events import (
    EMPTY_LENGTH,
    MAX_INFLATED_BYTES,
    PACKED_FIELDS,
    Event,
    EventType,
    adds,
    decode,
    is_packed,
    unpack,
)
from .mirror import Mirror
from .rows import (
    PATIENCE_MS,
    RESPONSE_MS,
    THRASH_MS,
    THRASH_PIXELS,
    THRASH_TURNS,
    Kind,
    Response,
    ResponseKind,
    RowElement,
)
from .untrusted import obj

MAX_PENDING_BYTES: Final = 4 * 1024 * 1024
"""Most bytes of mutations that wait for a question about the document."""

MAX_WATCHED: Final = 100
"""Most acts whose answer is awaited at a time, the latest."""
MERGE_MS: Final = 1_500
"""Scrolling, resizing and equal console lines so close together are one row."""
_NOTHING: Final = b"[]"


class Document:
    """A tab's DOM. What is compressed is decoded only when something is asked of the document.

    Attributes:
        unreadable: snapshots and mutations that could not be decoded.
        truncated: whether a document had more nodes than are kept.
        has_snapshot: whether there was a full snapshot, be it readable or not.
    """

    def __init__(self, effort: Effort) -> None:
        """`effort`: what looking at nodes is counted with."""
        self._effort = effort
        self.unreadable = 0
        self.truncated = False
        self.has_snapshot = False
        self._mirror: Mirror | None = None
        self._pending: list[Event] = []
        self._pending_bytes = 0

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return self._pending_bytes + (self._mirror.weight if self._mirror else 0)

    def take(self, event: Event) -> None:
        """A full snapshot, which replaces everything, or a mutation."""
        if event.type == EventType.FULL_SNAPSHOT:
            self.forget()
            self.has_snapshot = True
        compressed = "cv" in event.raw
        self._pending.append(
            Event(event.window_id, event.timestamp, event.type, event.raw, b"") if compressed else event
        )
        self._pending_bytes += len(event.line)
        # Decoded already, it takes ten times its text, unlike the mirror.
        if not compressed or self._pending_bytes > MAX_PENDING_BYTES:
            self.mirror()

    def mirror(self) -> Mirror:
        """The DOM as of the latest event; empty when there was no full snapshot that could be read."""
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        for event in pending:
            if event.type == EventType.FULL_SNAPSHOT:
                self._snapshot(event)
            elif self._mirror is not None:
                _, data, added = self.decoded(event)
                self.apply(data, added)
        return self._mirror or Mirror(self._effort)

    def is_root(self, id: int) -> bool:
        """Whether a node is the document itself, as far as that is known without decoding what is not yet."""
        return self._mirror is not None and self._mirror.root == id

    def decoded(self, mutation: Event) -> tuple[Mirror, dict[str, Any], bytes]:
        """The DOM before a mutation, the mutation's data but for its `adds`, and those as JSON text: for `apply`.

        There is no data where it cannot be decoded, or there is no snapshot that it could be applied to.
        """
        mirror = self.mirror()
        if self._mirror is None:
            return mirror, {}, _NOTHING
        try:
            return mirror, *_inflated(mutation)
        except UnreadableRecording:
            self.unreadable += 1
            return mirror, {}, _NOTHING

    def apply(self, data: dict[str, Any], added: bytes) -> None:
        """Apply a mutation as `decoded` gave it."""
        if self._mirror is not None:
            self._mirror.apply(data, added)
            self.truncated |= self._mirror.truncated

    def forget(self) -> None:
        """Let go of everything, until the next full snapshot."""
        self._mirror = None
        self._pending = []
        self._pending_bytes = 0

    def _snapshot(self, event: Event) -> None:
        packed = event.raw.get("data")
        try:
            if is_packed(event) and isinstance(packed, str):
                text = unpack(packed)
                self._mirror = Mirror(self._effort, obj(decode(text)).get("node"), len(text))
            else:
                self._mirror = Mirror(self._effort, event.data.get("node"), len(event.line))
        except UnreadableRecording:
            self.unreadable += 1
            self._mirror = None
        else:
            self.truncated |= self._mirror.truncated


def _inflated(mutation: Event) -> tuple[dict[str, Any], bytes]:
    """A mutation's data without `adds`, and those as JSON text: they are most of it, and seldom looked at.

    Raises:
        UnreadableRecording: a field cannot be inflated or decoded.
    """
    text = adds(mutation)
    packed, limit = is_packed(mutation), MAX_INFLATED_BYTES - len(text)
    data = {name: mutation.data.get(name) for name in PACKED_FIELDS if name != "adds"}
    for name, value in data.items():
        if packed and isinstance(value, str):
            inflated = unpack(value, limit) if len(value) > EMPTY_LENGTH else _NOTHING
            limit -= len(inflated)
            data[name] = decode(inflated)
    return data, text


@dataclass(slots=True)
class Tab:
    """What is under way in a tab. Times are epoch milliseconds.

    Attributes:
        number: 1 for the first tab.
        url: as recorded.
        page: the same, fit to show.
        last: when it recorded the latest event.
        act: the latest thing that the person did here, and when that was last so.
        fresh: whether the page was loaded after the act, so that all of it is new.
        watched: acts whose answer is awaited.
        unnamed: a page visit whose title is not known yet.
        loading: whether a document was loaded of which there is no snapshot yet.
        shown: texts that appeared and still stand, by the id of their element.
        focused: id of the element that has the focus.
        typing: whether the focus has not moved since the latest edit.
        growing: the latest row of each kind that grows (scroll, resize, console).
        hidden: since the tab is in the background, the row that says so.
        scrolling: how the latest scrolling went.
        chosen: when a choice was made, and in which node.
    """

    number: int
    document: Document
    url: str = ""
    page: str = ""
    size: tuple[int, int] | None = None
    last: int = 0
    act: Act | None = None
    act_at: int = 0
    fresh: bool = False
    watched: list[Act] = field(default_factory=list[Act])
    unnamed: Draft | None = None
    loading: bool = False
    shown: dict[int, tuple[RowElement, str]] = field(default_factory=dict[int, tuple[RowElement, str]])
    focused: int | None = None
    typing: bool = False
    growing: dict[Kind, Draft] = field(default_factory=dict[Kind, Draft])
    hidden: Draft | None = None
    scrolling: "Scrolling | None" = None
    chosen: tuple[int, int | None] = (0, None)

    def respond(
        self,
        timestamp: int,
        kind: ResponseKind,
        within: int = PATIENCE_MS,
        may: Callable[[Act], bool] = lambda _: True,
        detail: str = "",
    ) -> None:
        """Note an answer to the acts that await one and `may` have caused it; wait no longer where it is too late."""
        waiting: list[Act] = []
        for act in self.watched:
            since = timestamp - act.timestamp
            if 0 <= since <= min(within, RESPONSE_MS if act.outdone else PATIENCE_MS) and may(act):
                act.response = Response(kind, since, detail)
            elif since <= PATIENCE_MS:
                waiting.append(act)
        self.watched = waiting

    def begin(self, act: Act) -> None:
        """The person did something: what the page does later than is usual is no answer to earlier acts."""
        self.watched = [each for each in self.watched if act.timestamp - each.timestamp <= PATIENCE_MS]
        for each in self.watched:
            each.outdone = True
        self.act, self.act_at, self.fresh = act, act.timestamp, False
        self.watched = [*self.watched[-MAX_WATCHED:], act]
        self.growing.clear()

    def overlook(self) -> None:
        """The person did something that is only counted: nothing that comes is an answer to it."""
        self.act = None
        for each in self.watched:
            each.outdone = True
        self.growing.clear()

    def grown(self, kind: Kind, timestamp: int) -> Draft | None:
        """The latest row of the kind, made to last until now, if what happens now is so close that it belongs to it."""
        draft = self.growing.get(kind)
        if draft is None or not 0 <= timestamp - draft.end <= MERGE_MS:
            return None
        draft.until = timestamp
        return draft


@dataclass(slots=True)
class Scrolling:
    """One stretch of scrolling.

    Attributes:
        node: id of what is scrolled.
        start: where it stood before, pixels from the top.
        turns: times at which the direction had changed, with enough scrolled each way.
    """

    node: int
    start: float
    at: float
    turning: float
    down: bool | None = None
    turns: list[int] = field(default_factory=list[int])

    def move(self, timestamp: int, to: float) -> bool:
        """Go on scrolling; whether it went to and fro as the rule of `thrash` says."""
        self.at = to
        far = to - self.turning
        down = far > 0
        if abs(far) >= THRASH_PIXELS:
            if self.down is not None and down != self.down:
                self.turns.append(timestamp)
            self.down, self.turning = down, to
        elif self.down is not None and down == self.down:
            self.turning = to
        recent = self.turns[-THRASH_TURNS:]
        return len(recent) == THRASH_TURNS and recent[-1] - recent[0] <= THRASH_MS
