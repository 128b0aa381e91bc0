"""What the person did: clicks and taps, edits and choices, scrolling, tab changes, idle times."""

from typing import Any, Final

from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.events import Event, IncrementalSource, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import arr, number, obj, whole

from .clicks import Clicks
from .edits import Edits
from .page_events import PageEvents
from .pending_rows import PendingRow, PendingRows
from .rows import IDLE_MS, PROMPT_MS, RESPONSE_MS, SELECTION_MS
from .scrolling import Scrolling
from .shown_text import ShownText
from .tab import Tab
from .tabs import Tabs
from .targets import Targets

_MAX_RECENT: Final = 5_000
_MAX_PIXELS: Final = 1e6


class UserEvents:
    """Records what the person did."""

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, page: PageEvents, work: WorkBudget) -> None:
        self._pending = pending
        self._tabs = tabs
        self._targets = Targets(shown, tabs, page, work)
        self._clicks = Clicks(pending, self._targets)
        self._edits = Edits(pending, shown, self._targets)
        self._latest_activity: tuple[Tab, int] | None = None
        self._recent: dict[tuple[int, int, int | None, int | None], None] = {}

    @property
    def unknown_targets(self) -> int:
        """Clicks and edits on elements that are not in the recording."""
        return self._targets.unknown

    def finish(self, end: int) -> None:
        """Complete what is under way at the end of the recording."""
        for tab in self._tabs:
            self._clicks.finish(tab)
        if self._latest_activity is not None:
            tab, at = self._latest_activity
            if end - at > IDLE_MS:
                self._pending.add(PendingRow(at, tab.number, "idle", page=tab.page, until=end))

    def note_activity(self, tab: Tab, timestamp: int) -> None:
        """Note activity of the person in a tab. Add a row for an idle time or a tab change before it."""
        if self._latest_activity is not None:
            before, at = self._latest_activity
            if timestamp - at > IDLE_MS:
                self._pending.add(PendingRow(at, before.number, "idle", page=before.page, until=timestamp))
            if before is not tab and not (before.is_frame or tab.is_frame):
                self._pending.add(PendingRow(timestamp, tab.number, "tab", page=tab.page, previous_tab=before.number))
        self._latest_activity = tab, timestamp

    def pointer(self, tab: Tab, event: Event) -> None:
        """Handle a mouse interaction: a press, click or tap, or a focus change."""
        kind, id = whole(event.data.get("type")), whole(event.data.get("id"))
        known = (tab.number, event.timestamp, kind, id)
        if known in self._recent:  # sent again, possibly much later
            return
        self._recent[known] = None
        if len(self._recent) > _MAX_RECENT:
            del self._recent[next(iter(self._recent))]
        if kind == MouseInteractions.FOCUS:
            self._focus(tab, event, id)
        elif kind == MouseInteractions.BLUR:
            tab.focused = None if tab.focused == id else tab.focused
            tab.is_typing = False
            tab.editor = None
        else:
            self._clicks.take(tab, event)

    def input(self, tab: Tab, event: Event) -> None:
        """Handle the new value of a field."""
        self._edits.take(tab, event)

    def scroll(self, tab: Tab, event: Event) -> None:
        """Handle scrolling of the document or a part of it, by the person or the page."""
        timestamp, id = event.timestamp, whole(event.data.get("id"))
        x, y = number(event.data.get("x")), number(event.data.get("y"))
        if id is None or x is None or y is None or abs(y) > _MAX_PIXELS:
            return
        tab.presses.scrolled()
        tab.respond(timestamp, "scroll", PROMPT_MS, lambda action: action.kind != "click" or bool(action.points))
        entry, scrolling = tab.extended_row("scroll", timestamp), tab.scrolling
        if entry is None or scrolling is None or scrolling.node != id:
            start = scrolling.position if scrolling and scrolling.node == id else 0.0
            scrolling = tab.scrolling = Scrolling(id, start, start)
            entry = PendingRow(
                timestamp, tab.number, "scroll", part=self._targets.scrolled_part(tab, id), page=tab.page
            )
            tab.open_rows["scroll"] = self._pending.add(entry)
        scrolling.position = y
        entry.scrolled = round(y - scrolling.start)

    def select(self, tab: Tab, event: Event) -> None:
        """Handle a selection. An empty one, as a press elsewhere leaves, is ignored."""
        if any(_is_selected(obj(part)) for part in arr(event.data.get("ranges"))):
            tab.respond(event.timestamp, "selection", SELECTION_MS)

    def _focus(self, tab: Tab, event: Event, id: int | None) -> None:
        if tab.focused != id:
            tab.is_typing = False
        tab.focused = id
        tab.editor = None if id is None else self._edits.editor(tab, id)
        if id is None:
            return
        self._clicks.focused(tab, event, id)
        if tab.awaiting_response:
            inside = {node.id for node in tab.document.current().lineage(id)}
            tab.respond(
                event.timestamp,
                "focus",
                RESPONSE_MS,
                lambda action: not action.superseded and id not in action.nodes and action.control.isdisjoint(inside),
            )


def _is_selected(part: dict[str, Any]) -> bool:
    return (part.get("start"), part.get("startOffset")) != (part.get("end"), part.get("endOffset"))


ACTIVITY_SOURCES: Final = frozenset[int | None](
    {
        IncrementalSource.MOUSE_MOVE,
        IncrementalSource.MOUSE_INTERACTION,
        IncrementalSource.INPUT,
        IncrementalSource.TOUCH_MOVE,
        IncrementalSource.MEDIA_INTERACTION,
        IncrementalSource.DRAG,
    }
)
"""Sources that show activity of the person; pages scroll and resize by themselves."""
