"""The state of a browser tab while its events are read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from replay_mcp.recording.dom.changes import changes
from replay_mcp.recording.dom.lazy import LazyDocument
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.events import Event
from replay_mcp.recording.rrweb.types import Mutation

from .ambient import MAX_AMBIENT_BYTES, Ambient, changed_places
from .doubts import Doubts
from .pending_rows import PendingAction, PendingRow
from .presses import Presses
from .rows import MAX_RESPONSE_MS, RESPONSE_MS, Kind, Response, ResponseKind, RowElement
from .scrolling import Scrolling

MAX_AWAITING: Final = 100
"""Maximum actions that await a response at a time: the latest ones."""
OWN_PACE_MS: Final = 1_000
"""Changes later than this after an answered action are made by the page itself."""
MERGE_MS: Final = 1_500
"""Scroll and resize events this close together are one row."""


@dataclass(slots=True)
class Tab:
    """The state of a browser tab while its events are read. Times are epoch milliseconds.

    Attributes:
        number: 1 for the first tab.
        work: the work that examining the document counts towards.
        url: the current URL, as recorded.
        is_frame: whether it is a frame in another tab's page.
        page: the current URL, fit to show.
        last_event_at: the time of its latest event.
        action: the latest action of the person.
        action_at: when that action was last continued.
        unresolved_clicks: clicks that the browser may still answer by itself.
        ambient: what the page does by itself.
        doubts: clicks whose response may be something that it does by itself.
        presses: the presses of the pointer.
        is_new_page: whether the page was loaded after the action, so that all of its texts are new.
        awaiting_response: actions without a response so far.
        awaiting_event: actions for which the next events matter, whatever they are.
        untitled_visit: the latest page visit, until its title is read.
        is_loading: whether a document was loaded whose snapshot has not come yet.
        loaded_at: when the latest document was loaded; 0 for the first.
        visible_texts: reported texts that are still shown, by the id of their element.
        focused: id of the element with the focus.
        is_typing: whether the focus has not moved since the latest edit.
        open_rows: the latest row of each kind that later events may extend: scroll, resize, console.
        hidden_row: the row of the current stay in the background; None if the tab is visible.
        scrolling: the latest scrolling.
        changed_at: when the document changed last.
        editor: the editable part of the document that has the focus, if it is no form field.
        latest_choice: time and node of the latest choice.
    """

    number: int
    document: LazyDocument
    work: WorkBudget
    url: str = ""
    is_frame: bool = False
    page: str = ""
    size: tuple[int, int] | None = None
    last_event_at: int = 0
    action: PendingAction | None = None
    action_at: int = 0
    latest_click: PendingAction | None = None
    unresolved_clicks: list[PendingAction] = field(default_factory=list[PendingAction])
    ambient: Ambient = field(default_factory=Ambient)
    doubts: Doubts = field(default_factory=Doubts)
    presses: Presses = field(default_factory=Presses)
    is_new_page: bool = False
    awaiting_response: list[PendingAction] = field(default_factory=list[PendingAction])
    awaiting_event: list[PendingAction] = field(default_factory=list[PendingAction])
    untitled_visit: PendingRow | None = None
    is_loading: bool = False
    loaded_at: int = 0
    visible_texts: dict[int, tuple[RowElement, str]] = field(default_factory=dict[int, tuple[RowElement, str]])
    focused: int | None = None
    is_typing: bool = False
    open_rows: dict[Kind, PendingRow] = field(default_factory=dict[Kind, PendingRow])
    hidden_row: PendingRow | None = None
    scrolling: "Scrolling | None" = None
    changed_at: int = 0
    editor: "FocusedEditor | None" = None
    latest_choice: tuple[int, int | None] = (0, None)

    def respond(
        self,
        timestamp: int,
        kind: ResponseKind,
        within: int = MAX_RESPONSE_MS,
        may: Callable[[PendingAction], bool] = lambda _: True,
        detail: str = "",
    ) -> None:
        """Record a response to each waiting action that `may` have caused it; stop waiting where it is too late.

        After another action, either may have caused it: the earlier one becomes `unclear`.
        """
        if kind != "mutation":
            self.doubts.dispel(timestamp, within)
        waiting: list[PendingAction] = []
        for action in self._still_awaiting(timestamp):
            since = timestamp - action.completed_at
            if since > min(within, RESPONSE_MS if action.superseded else MAX_RESPONSE_MS) or not may(action):
                waiting.append(action)
            elif kind == "style" and not action.superseded:
                action.note_style_change(timestamp)
                waiting.append(action)
            elif action.superseded and not action.superseded_by_repeat:
                action.unclear = True
            else:
                action.response = Response(kind, timestamp - action.timestamp, detail)
        self.awaiting_response = waiting

    def _still_awaiting(self, timestamp: int) -> list[PendingAction]:
        """The actions that still await a response."""
        for action in self.awaiting_response:
            action.settle_response(timestamp)
        return [
            action
            for action in self.awaiting_response
            if not action.is_answered and timestamp - action.completed_at <= MAX_RESPONSE_MS
        ]

    def mutated(self, event: Event) -> None:
        """Record a mutation, not applied yet, as a response, unless it is decoration or the page makes it anyway."""
        timestamp = self.changed_at = event.timestamp
        if self.editor is not None and self.editor.is_from_person(event):
            return
        self.awaiting_response = waiting = self._still_awaiting(timestamp)
        is_watched = self.doubts.watches(timestamp)
        alone = not waiting and timestamp - self.action_at > OWN_PACE_MS
        if not waiting and not is_watched:
            self.ambient.note(event, free=alone)
            return
        judged = is_watched or any(action.kind == "click" for action in waiting)
        if not judged or len(event.line) > MAX_AMBIENT_BYTES or self.work.visits_left <= 0:
            self.ambient.note(event, free=False)
            self._changed(timestamp)
            return
        self.settle_doubts()
        document = self.document.current()
        mutation = self.document.decode(event)
        if not (changed := changed_places(mutation)):  # it could not be read
            self._changed(timestamp)
            return
        due = self.ambient.is_due(changed, timestamp)
        self.ambient.note(event, free=due or alone)
        if due or not (seen := changes(document, mutation)):
            return
        known = self.ambient.has_changed(changed)
        late = known and any(timestamp - action.completed_at > RESPONSE_MS for action in waiting)
        self._changed(
            timestamp,
            RESPONSE_MS if late else MAX_RESPONSE_MS,
            may=lambda action: action.is_answered_by(seen, timestamp),
            known=known,
        )
        for action in waiting if known else ():
            if action.kind == "click" and action.is_answered:
                self.doubts.add(action, changed, timestamp)

    def _changed(
        self,
        timestamp: int,
        within: int = MAX_RESPONSE_MS,
        may: Callable[[PendingAction], bool] = lambda _: True,
        *,
        known: bool = False,
    ) -> None:
        """Record a mutation as a response; `known` if the page has made such changes by itself."""
        if not known:
            self.doubts.dispel(timestamp)
        self.respond(timestamp, "mutation", within, may)

    def settle_doubts(self, *, all: bool = False) -> None:
        """Judge doubted responses by what the page has done since; `all`, if nothing more can answer."""
        if all:
            self.doubts.stop_watching()
        self.ambient.read(self.document.peek)
        self.doubts.settle(self.ambient)

    def is_due(self, event: Event, mutation: Mutation) -> bool:
        """Whether the page would have made this mutation anyway, at the pace of earlier ones."""
        if len(event.line) > MAX_AMBIENT_BYTES:
            return False
        self.ambient.read(self.document.peek)
        return self.ambient.is_due(changed_places(mutation), event.timestamp)

    def note_event(self, timestamp: int) -> None:
        """Pass an event on to the actions that await one."""
        for action in self.awaiting_event:
            action.note_event(timestamp)
        self.awaiting_event = [
            action for action in self.awaiting_event if timestamp - action.completed_at <= RESPONSE_MS
        ]

    def await_response(self, action: PendingAction) -> None:
        """Begin an action, to which the page may respond from now on."""
        self.doubts.stop_watching()
        self.awaiting_response = self._still_awaiting(action.timestamp)
        for each in self.awaiting_response:
            each.superseded = True
            each.superseded_by_repeat = each.nodes[:1] == action.nodes[:1]
        self.awaiting_response = [*self.awaiting_response[-MAX_AWAITING:], action]

    def begin(self, action: PendingAction) -> None:
        """Make an action the tab's latest one."""
        if not action.is_answered and all(each is not action for each in self.awaiting_response):
            self.await_response(action)
        self.action, self.action_at, self.is_new_page = action, action.completed_at, False
        self.open_rows.clear()

    def complete(self, action: PendingAction) -> None:
        """Mark an action as complete."""
        self.action_at = action.completed_at
        self.awaiting_event = [*self.awaiting_event[-MAX_AWAITING:], action]

    def drop(self, action: PendingAction) -> None:
        """Discard an action that turned out not to be one: stop waiting for a response."""
        self.awaiting_response = [each for each in self.awaiting_response if each is not action]

    def ignore_action(self) -> None:
        """Begin an action that is counted but not kept: nothing that follows is a response to it."""
        self.action = None
        for each in self.awaiting_response:
            each.superseded = True
        self.open_rows.clear()

    def extended_row(self, kind: Kind, timestamp: int) -> PendingRow | None:
        """The latest row of the kind, extended to this time; None if it ended more than `MERGE_MS` ago."""
        entry = self.open_rows.get(kind)
        if entry is None or not 0 <= timestamp - entry.end <= MERGE_MS:
            return None
        entry.until = timestamp
        return entry


class FocusedEditor(Protocol):
    """An editable part of the document that has the focus."""

    def is_from_person(self, event: Event) -> bool:
        """Whether the person wrote a mutation, which is not applied yet; if so, record it."""
        ...
