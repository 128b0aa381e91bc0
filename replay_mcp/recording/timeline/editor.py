"""An editable part of a document (`contenteditable`). What is written into it is recorded as mutations."""

from typing import Final, Protocol

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.rendered_text import rendered_text
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.types import TEXT, Mutation, Node

from .tab import Tab

MAX_LENGTH: Final = 20_000
"""Maximum characters of an editor that are counted."""

_MAX_BYTES: Final = 8 * 1024
_BY_PRESS_MS: Final = 400
"""A click on a toolbar explains a change of many characters this soon after."""


class EditRecorder(Protocol):
    """Records what is written into editors."""

    def write(self, tab: Tab, event: Event, id: int, length: int) -> None:
        """Record an editor's new length, in characters."""
        ...

    def remember(self, tab: Tab, id: int, text: str) -> None:
        """Remember text that was written into a text node."""
        ...


class Editor:
    """The editor that has the focus.

    Args:
        recorder: records what is written.
        tab: the tab.
        document: its current document.
        root: the outermost editable element.
    """

    def __init__(self, recorder: EditRecorder, tab: Tab, document: Document, root: Node) -> None:
        self._recorder = recorder
        self._tab = tab
        self._id = root.id
        self._length = len(rendered_text(document, root, MAX_LENGTH, whole=True))

    def is_from_person(self, event: Event) -> bool:
        """Whether the person wrote a mutation, which is not applied yet; if so, record it.

        Pages change editors as well: they empty them after sending, and apply commands of a toolbar.
        """
        tab = self._tab
        if len(event.line) > _MAX_BYTES or tab.work.visits_left <= 0:
            return False
        document = tab.document.current()
        by = self._length_change(document, tab.document.decode(event))
        if not by:
            return False
        self._length = max(self._length + by, 0)
        clicked = tab.latest_click is not None and event.timestamp - tab.latest_click.completed_at <= _BY_PRESS_MS
        if abs(by) > 1 and (clicked or self._length == 0):
            return False
        self._recorder.write(tab, event, self._id, self._length)
        return True

    def _length_change(self, document: Document, mutation: Mutation) -> int:
        """How many characters a mutation adds to the editor; negative if it removes more."""
        found = 0
        for changed in mutation.texts:
            node = document.node(changed.id)
            if node is not None and self._contains(document, changed.id):
                found += len(changed.value or "") - len(node.text_content or "")
                self._recorder.remember(self._tab, changed.id, changed.value or "")
        added: set[int] = set()
        for add in mutation.adds:
            if add.parent_id in added or self._contains(document, add.parent_id):
                added.add(add.node.id)
                if add.node.type == TEXT and (text := add.node.text_content):
                    found += len(text)
                    self._recorder.remember(self._tab, add.node.id, text)
        for removed in mutation.removes:
            node = document.node(removed.id)
            if node is not None and removed.id != self._id and self._contains(document, removed.id):
                found -= sum(len(each.text_content or "") for each in document.walk(node) if each.type == TEXT)
        return found

    def _contains(self, document: Document, id: int) -> bool:
        return any(node.id == self._id for node in document.lineage(id))
