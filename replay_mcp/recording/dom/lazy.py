"""A tab's document that is decoded when something is asked of it."""

from typing import Final

from replay_mcp.errors import UnreadableRecording
from replay_mcp.recording.rrweb.decode import decode_mutation, decode_snapshot
from replay_mcp.recording.rrweb.events import Event, EventType
from replay_mcp.recording.rrweb.packed import MAX_INFLATED_BYTES, is_packed
from replay_mcp.recording.rrweb.types import Mutation

from .document import Document
from .work_budget import WorkBudget

MAX_PENDING_BYTES: Final = 4 * 1024 * 1024
"""Most bytes of mutations that wait for a question about the document."""

_MAX_RATIO: Final = 1_032
"""A byte that is compressed with deflate holds no more bytes."""


class LazyDocument:
    """A tab's DOM. What is compressed waits, and is never inflated when nothing is asked before the next snapshot.

    Attributes:
        unreadable: snapshots and mutations that could not be decoded.
        broken: entries of mutations that were not valid.
        truncated: whether a document had more nodes than are kept.
        has_snapshot: whether there was a full snapshot, be it readable or not.
    """

    def __init__(self, work: WorkBudget) -> None:
        """`work`: what visits of nodes are counted with."""
        self._work = work
        self.unreadable = 0
        self.broken = 0
        self.truncated = False
        self.has_snapshot = False
        self._document: Document | None = None
        self._pending: list[Event] = []
        self._pending_bytes = 0
        self._decoded: tuple[Event, Mutation] | None = None
        """The latest event that was decoded: two questions are asked of it."""

    @property
    def memory_bytes(self) -> int:
        """About how many bytes of memory it takes."""
        return self._pending_bytes + (self._document.memory_bytes if self._document else 0)

    def add(self, event: Event) -> None:
        """Take a full snapshot, which replaces everything, or a mutation."""
        if event.type == EventType.FULL_SNAPSHOT:
            self.clear()
            self.has_snapshot = True
        self._pending.append(event)
        self._pending_bytes += len(event.line)
        # Plain ones are decoded now: they take more memory as text than what stays of them.
        if event.cv is None or self._pending_bytes > MAX_PENDING_BYTES:
            self.current()

    def current(self) -> Document:
        """The DOM as of the latest event; empty when there was no full snapshot that could be read."""
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        for event in pending:
            if event.type == EventType.FULL_SNAPSHOT:
                self._snapshot(event)
            elif self._document is not None:
                self.apply(self.decode(event))
        return self._document or Document(self._work)

    def is_root(self, id: int) -> bool:
        """Whether a node is the document itself, as far as that is known without decoding what waits."""
        return self._document is not None and self._document.root == id

    def decode(self, event: Event) -> Mutation:
        """The mutation of an event; an empty one where it cannot be decoded, or there is no document to change."""
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
        """The mutation of an event, whatever the document is by now; None where it cannot be decoded."""
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
            self._document.apply(mutation)
            self.truncated |= self._document.truncated

    def clear(self) -> None:
        """Let go of everything, until the next full snapshot."""
        self._document = None
        self._pending = []
        self._pending_bytes = 0

    def _snapshot(self, event: Event) -> None:
        self._document = None
        try:
            root, size = decode_snapshot(event.data_json, packed=self._is_inflated(event))
        except UnreadableRecording:
            self.unreadable += 1
            self._charge_failed(event)
            return
        self._work.inflatable_bytes -= size if event.cv else 0
        self._document = Document(self._work, root, size)
        self.truncated |= self._document.truncated

    def _charge_failed(self, event: Event) -> None:
        """Count as much as may have been inflated before the decoding failed."""
        if event.cv:
            self._work.inflatable_bytes -= min(MAX_INFLATED_BYTES, _MAX_RATIO * len(event.line))

    def _is_inflated(self, event: Event) -> bool:
        """Whether fields of an event are compressed.

        Raises:
            UnreadableRecording: they are, and the recording has had its share, or in a way that is not known.
        """
        packed = is_packed(event.cv)
        if packed and self._work.inflatable_bytes <= 0:
            raise UnreadableRecording("The compressed fields of a recording hold more bytes than are read.")
        return packed
