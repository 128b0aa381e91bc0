"""The browser tabs of a recording: what is going on in each, and how much of their documents is in memory."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from replay_mcp.recording.dom.changes import changes
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.lazy import LazyDocument
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.metadata import MAX_WINDOWS

from .ambient import MAX_AMBIENT_BYTES, Ambient, places
from .pending_rows import PendingAction, PendingRow
from .presses import Presses
from .rows import (
    OPENING_MS,
    PATIENCE_MS,
    RESPONSE_MS,
    Kind,
    Response,
    ResponseKind,
    RowElement,
)

MAX_DOCUMENTS_BYTES: Final = 96 * 1024 * 1024
"""About how much memory the documents of all tabs may take; beyond, those of the tabs longest unused are let go."""
_WINDOW_ID: Final = re.compile(r"(?=.{30,80}\Z)[0-9a-f]+(?:-[0-9a-f]+){4}")
"""PostHog's ids, of today and of old; recordings of others may hold any text in their place."""
MAX_WATCHED: Final = 100
"""Most actions whose answer is awaited at a time, the latest."""
OWN_PACE_MS: Final = 1_000
"""What changes later than this after an action, which was answered, the page does by itself."""
MERGE_MS: Final = 1_500
"""Scrolling, resizing and equal console lines so close together are one row."""


@dataclass(slots=True)
class Tab:
    """What is under way in a tab. Times are epoch milliseconds.

    Attributes:
        number: 1 for the first tab.
        url: as recorded.
        framed: whether it is a frame in the page of another one.
        page: the same, fit to show.
        last: when it recorded the latest event.
        action: the latest thing that the person did here, and when that was last so.
        ambient: what the page does by itself.
        presses: what the pointer did.
        clicked: the latest click.
        unexplained: clicks of which it is not known yet whether the browser answered them.
        fresh: whether the page was loaded after the action, so that all of it is new.
        watched: actions whose answer is awaited.
        unfollowed: actions after which it matters when the tab records anything.
        unnamed: a page visit whose title is not known yet.
        loading: whether a document was loaded of which there is no snapshot yet.
        shown: texts that appeared and still stand, by the id of their element.
        focused: id of the element that has the focus.
        typing: whether the focus has not moved since the latest edit.
        growing: the latest row of each kind that grows (scroll, resize, console).
        hidden: since the tab is in the background, the row that says so.
        scrolling: how the latest scrolling went.
        changed_at: when the document changed last.
        editor: what is written into, where that is no field but a part of the document.
        chosen: when a choice was made, and in which node.
        work: what questions about the document are counted with.
    """

    number: int
    document: LazyDocument
    work: WorkBudget
    url: str = ""
    framed: bool = False
    page: str = ""
    size: tuple[int, int] | None = None
    last: int = 0
    action: PendingAction | None = None
    acted_at: int = 0
    clicked: PendingAction | None = None
    unexplained: list[PendingAction] = field(default_factory=list[PendingAction])
    ambient: Ambient = field(default_factory=Ambient)
    presses: Presses = field(default_factory=Presses)
    fresh: bool = False
    watched: list[PendingAction] = field(default_factory=list[PendingAction])
    unfollowed: list[PendingAction] = field(default_factory=list[PendingAction])
    unnamed: PendingRow | None = None
    loading: bool = False
    shown: dict[int, tuple[RowElement, str]] = field(default_factory=dict[int, tuple[RowElement, str]])
    focused: int | None = None
    typing: bool = False
    open_rows: dict[Kind, PendingRow] = field(default_factory=dict[Kind, PendingRow])
    hidden: PendingRow | None = None
    scrolling: "Scrolling | None" = None
    changed_at: int = 0
    editor: "Typing | None" = None
    chosen: tuple[int, int | None] = (0, None)

    def respond(
        self,
        timestamp: int,
        kind: ResponseKind,
        within: int = PATIENCE_MS,
        may: Callable[[PendingAction], bool] = lambda _: True,
        detail: str = "",
    ) -> None:
        """Note an answer to the actions that await one and `may` have caused it; wait no longer where it is too late.

        What comes after the next action may be an answer to that one: soon after, neither is certain.
        """
        waiting: list[PendingAction] = []
        for action in self._waiting(timestamp):
            since = timestamp - action.last
            if since > min(within, RESPONSE_MS if action.outdone else PATIENCE_MS) or not may(action):
                waiting.append(action)
            elif kind == "style" and not action.outdone:
                action.style(timestamp)
                waiting.append(action)
            elif action.outdone and not action.repeated:
                action.unclear = True
            else:
                action.response = Response(kind, timestamp - action.timestamp, detail)
        self.watched = waiting

    def _waiting(self, timestamp: int) -> list[PendingAction]:
        """The actions that still await an answer."""
        for action in self.watched:
            action.settle(timestamp)
        return [action for action in self.watched if not action.is_answered and timestamp - action.last <= PATIENCE_MS]

    def mutated(self, event: Event) -> None:
        """The document is about to change, which answers actions unless it is decoration or goes on by itself."""
        timestamp = self.changed_at = event.timestamp
        if self.editor is not None and self.editor.takes(event):
            return
        self.watched = self._waiting(timestamp)
        if not self.watched:
            if timestamp - self.acted_at > OWN_PACE_MS:
                self.ambient.note(event)
            return
        judged = any(action.kind == "click" for action in self.watched)
        if not judged or len(event.line) > MAX_AMBIENT_BYTES or self.work.visits_left <= 0:
            self.respond(timestamp, "mutation")
            return
        self.ambient.read(self.document.peek)
        document = self.document.current()
        mutation = self.document.decode(event)
        if not (changed := places(mutation)):  # it could not be read
            self.respond(timestamp, "mutation")
        elif self.ambient.explains(changed, timestamp):
            self.ambient.note(event)
        elif seen := changes(document, mutation):
            late = any(timestamp - action.last > RESPONSE_MS for action in self.watched) and self.ambient.knows(changed)
            self.respond(
                timestamp,
                "mutation",
                RESPONSE_MS if late else PATIENCE_MS,
                may=lambda action: action.takes(seen, timestamp),
            )

    def follow(self, timestamp: int) -> None:
        """The tab recorded something."""
        for action in self.unfollowed:
            action.hear(timestamp)
        self.unfollowed = [action for action in self.unfollowed if timestamp - action.last <= RESPONSE_MS]

    def press(self, action: PendingAction) -> None:
        """The person begins something: what the page does from here may be an answer to it."""
        self.watched = self._waiting(action.timestamp)
        for each in self.watched:
            each.outdone = True
            each.repeated = each.nodes[:1] == action.nodes[:1]
        self.watched = [*self.watched[-MAX_WATCHED:], action]

    def begin(self, action: PendingAction) -> None:
        """The person did something."""
        if not action.is_answered and all(each is not action for each in self.watched):
            self.press(action)
        self.action, self.acted_at, self.fresh = action, action.last, False
        self.open_rows.clear()

    def complete(self, action: PendingAction) -> None:
        """What was begun is done."""
        self.acted_at = action.last
        self.unfollowed = [*self.unfollowed[-MAX_WATCHED:], action]

    def drop(self, action: PendingAction) -> None:
        """What was begun turned out to be no action: nothing answers it."""
        self.watched = [each for each in self.watched if each is not action]

    def disregard(self) -> None:
        """The person did something that is only counted: nothing that comes is an answer to it."""
        self.action = None
        for each in self.watched:
            each.outdone = True
        self.open_rows.clear()

    def grown(self, kind: Kind, timestamp: int) -> PendingRow | None:
        """The latest row of the kind, made to last until now, if what happens now is so close that it belongs to it."""
        entry = self.open_rows.get(kind)
        if entry is None or not 0 <= timestamp - entry.end <= MERGE_MS:
            return None
        entry.until = timestamp
        return entry


class Typing(Protocol):
    """An editable part of a document that has the focus."""

    def takes(self, event: Event) -> bool:
        """Whether a mutation, which is not applied yet, is what the person wrote."""
        ...


@dataclass(slots=True)
class Scrolling:
    """One stretch of scrolling.

    Attributes:
        node: id of what is scrolled.
        start: where it stood before, pixels from the top.
        at: where it stands.
    """

    node: int
    start: float
    at: float


class Tabs:
    """Numbers tabs in the order of their first events.

    Args:
        work: what looking at nodes of documents is counted with.

    Attributes:
        unread: events of tabs beyond `MAX_WINDOWS`, which are not read.
    """

    def __init__(self, work: WorkBudget) -> None:
        self._work = work
        self.unread = 0
        self._tabs: dict[str, Tab] = {}
        self._weights: dict[int, int] = {}
        self._weight = 0

    def __iter__(self) -> Iterator[Tab]:
        return iter(self._tabs.values())

    @property
    def names(self) -> tuple[str, ...]:
        """PostHog's window ids in the order of the tabs' numbers; empty where one could be anything else."""
        return tuple(name if _WINDOW_ID.fullmatch(name) else "" for name in self._tabs)

    def __len__(self) -> int:
        return len(self._tabs)

    def of(self, event: Event) -> Tab | None:
        """The tab that recorded the event; None where there are too many."""
        tab = self._tabs.get(event.window_id)
        if tab is None:
            if len(self._tabs) >= MAX_WINDOWS:
                self.unread += 1
                return None
            for other in self:
                other.respond(event.timestamp, "tab", OPENING_MS, detail=str(len(self) + 1))
            tab = self._tabs[event.window_id] = Tab(len(self) + 1, LazyDocument(self._work), self._work)
        return tab

    def document(self, tab: Tab) -> Document:
        """The tab's DOM."""
        document = tab.document.current()
        self.trim(tab)
        return document

    def trim(self, current: Tab) -> None:
        """Let go of documents, but not of the current tab's, until the rest is within bounds.

        Only the current tab's document has grown since the last time, so no other is weighed again.
        """
        if len(self._tabs) == 1:
            return
        self._weigh(current)
        if self._weight <= MAX_DOCUMENTS_BYTES:
            return
        for tab in sorted(self, key=lambda each: each.last):
            if tab is not current and self._weights.get(tab.number):
                tab.document.clear()
                self._weigh(tab)
                if self._weight <= MAX_DOCUMENTS_BYTES:
                    return

    def _weigh(self, tab: Tab) -> None:
        weight = tab.document.memory_bytes
        self._weight += weight - self._weights.get(tab.number, 0)
        self._weights[tab.number] = weight
