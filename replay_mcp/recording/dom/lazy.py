"""The document of one browser tab, decoded only when it is queried."""

from typing import Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.decode import decode_mutation, decode_snapshot
from replay_mcp.recording.rrweb.events import Event, EventType
from replay_mcp.recording.rrweb.packed import MAX_INFLATED_BYTES, is_packed
from replay_mcp.recording.rrweb.types import Mutation

from .document import Document
from .work_budget import WorkBudget

MAX_PENDING_BYTES: Final = 4 * 1024 * 1024
"""Maximum number of bytes of mutations that wait for a query of the document."""

BLOCKED: Final = b'"rr_width"'
"""Occurs in the JSON text of elements that the recorder left out."""

_MAX_RATIO: Final = 1_032
"""Deflate's highest compression ratio."""


class LazyDocument:
    """A tab's DOM. Compressed events wait, and are never inflated if no query comes before the next full snapshot.

    Attributes:
        unreadable: snapshots and mutations that could not be decoded.
        broken: entries of mutations that were not valid.
        truncated: whether a document had more nodes than are kept.
        has_snapshot: whether there was a full snapshot, readable or not.
    """

    def __init__(self, work: WorkBudget) -> None:
        """Node visits and inflated bytes are charged to `work`."""
        self._work = work
        self.unreadable = 0
        self.broken = 0
        self.truncated = False
        self.has_snapshot = False
        self._document: Document | None = None
        self._pending: list[Event] = []
        self._pending_bytes = 0
        self._may_have_blocked = False
        self._decoded: tuple[Event, Mutation] | None = None
        """The latest decoded event, which is read twice."""

    @property
    def memory_bytes(self) -> int:
        """Approximate size in memory."""
        return self._pending_bytes + (self._document.memory_bytes if self._document else 0)

    def add(self, event: Event) -> None:
        """Add a mutation, or a full snapshot, which replaces everything before it."""
        if event.type == EventType.FULL_SNAPSHOT:
            self.clear()
            self.has_snapshot = True
        self._pending.append(event)
        self._pending_bytes += len(event.line)
        # Uncompressed events are decoded now: they take more memory as text than as nodes.
        if event.cv is None or self._pending_bytes > MAX_PENDING_BYTES:
            self.current()

    def current(self) -> Document:
        """The DOM as of the latest event; empty without a readable full snapshot."""
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        for event in pending:
            if event.type == EventType.FULL_SNAPSHOT:
                self._snapshot(event)
            elif self._document is not None:
                self.apply(self.decode(event))
        return self._document or Document(self._work)

    def is_root(self, id: int) -> bool:
        """Whether a node is the document node; does not decode waiting events."""
        return self._document is not None and self._document.root == id

    def decode(self, event: Event) -> Mutation:
        """The mutation of an event; empty if it cannot be decoded, or there is no document to change."""
        if self._document is None:
            return Mutation()
        if self._decoded is not None and self._decoded[0] is event:
            return self._decoded[1]
        mutation = self.peek(event)
        if mutation is None:
            self.unreadable += 1
            mutation = Mutation()
        self.broken += mutation.broken
        self._decoded = event, mutation
        return mutation

    def peek(self, event: Event) -> Mutation | None:
        """The mutation of an event, decoded regardless of the document's state; None if it cannot be decoded."""
        try:
            mutation = decode_mutation(event.data_json, packed=self._is_inflated(event))
        except UnreadableRecording:
            self._charge_failed(event)
            return None
        self._work.inflatable_bytes -= mutation.size if event.cv else 0
        return mutation

    def apply(self, mutation: Mutation) -> None:
        """Apply a mutation to the current document."""
        self._decoded = None
        if self._document is not None:
            self._may_have_blocked |= BLOCKED in mutation.adds_text
            self._document.apply(mutation)
            self.truncated |= self._document.truncated

    def gained_blocked(self) -> bool:
        """Whether blocked parts may have been added to the document since the last call."""
        gained, self._may_have_blocked = self._may_have_blocked, False
        return gained

    def clear(self) -> None:
        """Drop everything until the next full snapshot."""
        self._document = None
        self._pending = []
        self._pending_bytes = 0

    def _snapshot(self, event: Event) -> None:
        self._document = None
        try:
            root, written = decode_snapshot(event.data_json, packed=self._is_inflated(event))
        except UnreadableRecording:
            self.unreadable += 1
            self._charge_failed(event)
            return
        self._work.inflatable_bytes -= len(written) if event.cv else 0
        self._may_have_blocked |= BLOCKED in written
        self._document = Document(self._work, root, len(written))
        self.truncated |= self._document.truncated

    def _charge_failed(self, event: Event) -> None:
        """Charge the bytes that may have been inflated before decoding failed."""
        if event.cv:
            self._work.inflatable_bytes -= min(MAX_INFLATED_BYTES, _MAX_RATIO * len(event.line))

    def _is_inflated(self, event: Event) -> bool:
        """Whether fields of an event are compressed.

        Raises:
            UnreadableRecording: the compression is unknown, or the recording has used up its inflated bytes.
        """
        packed = is_packed(event.cv)
        if packed and self._work.inflatable_bytes <= 0:
            raise UnreadableRecording("The compressed fields of the recording inflate to too many bytes.")
        return packed
