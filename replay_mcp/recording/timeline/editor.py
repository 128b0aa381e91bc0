"""An editable part of a document (`contenteditable`): what is written into it shows as mutations."""

from typing import Final, Protocol

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.rendered_text import rendered_text
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.types import TEXT, Mutation, Node

from .tab import Tab

MAX_LENGTH: Final = 20_000
"""Most characters of an editor whose length is counted."""

_MAX_BYTES: Final = 8 * 1024
_BY_PRESS_MS: Final = 400
"""A press on a tool explains a change of many characters so soon after."""


class Writing(Protocol):
    """Takes note of what is written."""

    def write(self, tab: Tab, event: Event, id: int, length: int) -> None:
        """An editor has this length now."""
        ...

    def remember(self, tab: Tab, id: int, text: str) -> None:
        """A text node holds what was written."""
        ...


class Editor:
    """An editor that has the focus.

    Args:
        writing: takes note of what is written.
        tab: the tab.
        document: its document, as of now.
        root: the outermost editable element.
    """

    def __init__(self, writing: Writing, tab: Tab, document: Document, root: Node) -> None:
        self._writing = writing
        self._tab = tab
        self._id = root.id
        self._length = len(rendered_text(document, root, MAX_LENGTH, whole=True))

    def takes(self, event: Event) -> bool:
        """Whether a mutation, which is not applied yet, is what the person wrote.

        A page writes, too: it empties the editor when its text is sent, and applies what was chosen from a tool bar.
        """
        tab = self._tab
        if len(event.line) > _MAX_BYTES or tab.work.visits_left <= 0:
            return False
        document = tab.document.current()
        by = self._difference(document, tab.document.decode(event))
        if not by:
            return False
        self._length = max(self._length + by, 0)
        clicked = tab.clicked is not None and event.timestamp - tab.clicked.last <= _BY_PRESS_MS
        if abs(by) > 1 and (clicked or self._length == 0):
            return False
        self._writing.write(tab, event, self._id, self._length)
        return True

    def _difference(self, document: Document, mutation: Mutation) -> int:
        """By how many characters a mutation makes the editor longer."""
        found = 0
        for changed in mutation.texts:
            node = document.node(changed.id)
            if node is not None and self._holds(document, changed.id):
                found += len(changed.value or "") - len(node.text_content or "")
                self._writing.remember(self._tab, changed.id, changed.value or "")
        added: set[int] = set()
        for add in mutation.adds:
            if add.parent_id in added or self._holds(document, add.parent_id):
                added.add(add.node.id)
                if add.node.type == TEXT and (text := add.node.text_content):
                    found += len(text)
                    self._writing.remember(self._tab, add.node.id, text)
        for removed in mutation.removes:
            node = document.node(removed.id)
            if node is not None and removed.id != self._id and self._holds(document, removed.id):
                found -= sum(len(each.text_content or "") for each in document.walk(node) if each.type == TEXT)
        return found

    def _holds(self, document: Document, id: int) -> bool:
        return any(node.id == self._id for node in document.lineage(id))
