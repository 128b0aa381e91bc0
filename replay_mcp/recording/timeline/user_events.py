"""What the person did: clicks and taps, edits and choices, scrolling, going from tab to tab, doing nothing."""

from typing import Final

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.elements import PAGE, UNSEEN, Element, element, part
from replay_mcp.recording.dom.work import Work
from replay_mcp.recording.rrweb.events import Event, IncrementalSource, MouseInteractions
from replay_mcp.recording.rrweb.untrusted import number, text, whole

from .clicks import Clicks
from .page_events import PageEvents
from .pending_rows import PendingAction, PendingRow, PendingRows
from .rows import IDLE_MS, PROMPT_MS, RADIO_MS, RAGE_GAP_MS, RESPONSE_MS, Choice, ResponseKind, RowElement
from .shown_text import ShownText
from .tab import Scrolling, Tab, Tabs

_LABEL_MS: Final = 50
"""A browser clicks the field of a label so soon after the label."""
_MAX_RECENT: Final = 5_000
_MAX_PIXELS: Final = 1e6
_KEPT_NODES: Final = 12
_TOUCH: Final = 2
_CHECKED_ROLES: Final = frozenset({"checkbox", "radio", "switch"})


class UserEvents:
    """Writes down what the person did.

    Attributes:
        unknown_targets: clicks and edits of elements that the recording does not hold.
    """

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, page: PageEvents, work: Work) -> None:
        self._work = work
        self.unknown_targets = 0
        self._pending = pending
        self._words = shown
        self._tabs = tabs
        self._page = page
        self._taps = Clicks()
        self._active: tuple[Tab, int] | None = None
        self._recent: dict[tuple[int, int, int | None, int | None], None] = {}

    def finish(self, end: int) -> None:
        """The recording ended."""
        if self._active is not None:
            tab, at = self._active
            if end - at > IDLE_MS:
                self._pending.enter(PendingRow(at, tab.number, "idle", page=tab.page, until=end))

    def active(self, tab: Tab, timestamp: int) -> None:
        """There is a sign of the person in this tab."""
        if self._active is not None:
            before, at = self._active
            if timestamp - at > IDLE_MS:
                self._pending.enter(PendingRow(at, before.number, "idle", page=before.page, until=timestamp))
            if before is not tab:
                self._pending.enter(PendingRow(timestamp, tab.number, "tab", page=tab.page, previous_tab=before.number))
        self._active = tab, timestamp

    def pointer(self, tab: Tab, event: Event) -> None:
        """A mouse interaction: a click or tap, or the focus going elsewhere."""
        kind, id = whole(event.data.get("type")), whole(event.data.get("id"))
        known = (tab.number, event.timestamp, kind, id)
        if known in self._recent:  # sent again, long after
            return
        self._recent[known] = None
        if len(self._recent) > _MAX_RECENT:
            del self._recent[next(iter(self._recent))]
        if kind in (MouseInteractions.MOUSE_DOWN, MouseInteractions.TOUCH_START):
            for act in tab.watched:  # where the focus goes from here is the person's doing
                act.handled = True
        if kind == MouseInteractions.FOCUS:
            if tab.focused != id:
                tab.typing = False
            tab.focused = id
            if tab.act and id not in tab.act.nodes:
                self._answer(tab, event.timestamp, "focus", None)
        elif kind == MouseInteractions.BLUR:
            tab.focused = None if tab.focused == id else tab.focused
            tab.typing = False
        elif self._taps.is_new_click(event):
            self._click(tab, event, id)

    def input(self, tab: Tab, event: Event) -> None:
        """A field has a new value: its length is told, what was typed never."""
        timestamp, id, value = event.timestamp, whole(event.data.get("id")), text(event.data.get("text"))
        checked = event.data.get("isChecked") is True
        if id is None:
            return
        self._answer(tab, timestamp, "input", id)
        at, node = tab.chosen
        unchosen = not checked and node != id and 0 <= timestamp - at <= RADIO_MS
        if unchosen:
            return
        if event.data.get("userTriggered") is False:  # the page wrote it, and may repeat it
            self._words.typed(tab.number, id, value)
            return
        act = tab.act
        if act is not None and _grows(act) and tab.typing and act.nodes[:1] == (id,):
            act.count += 1
            act.until = tab.act_at = timestamp
        else:
            if self._pending.refuses("typing"):  # or a choice: to tell that, too, would take looking
                self._words.typed(tab.number, id, value)
                tab.overlook()
                return
            document = self._look(tab)
            found = self._element(document, id)
            act = PendingAction(
                timestamp, tab.number, "change" if found.toggle or checked else "typing",
                page=tab.page, key=found.key, element=found, nodes=_nodes(document, id),
            )  # fmt: skip
            act.unfocused = act.kind == "typing" and tab.focused != id
            tab.begin(self._pending.enter(act))
            tab.typing = True
        if act.kind == "typing":
            self._words.typed(tab.number, id, value)
            act.characters = len(value)
        else:
            act.choice = _choice(act.element, checked=checked)
        if checked:
            tab.chosen = timestamp, id

    def scroll(self, tab: Tab, event: Event) -> None:
        """The document, or a part of it, was scrolled: by the person or by the page."""
        timestamp, id = event.timestamp, whole(event.data.get("id"))
        x, y = number(event.data.get("x")), number(event.data.get("y"))
        if id is None or x is None or y is None or abs(y) > _MAX_PIXELS:
            return
        tab.respond(timestamp, "scroll", PROMPT_MS)
        draft, scrolling = tab.grown("scroll", timestamp), tab.scrolling
        if draft is None or scrolling is None or scrolling.node != id:
            start = scrolling.at if scrolling and scrolling.node == id else 0.0
            scrolling = tab.scrolling = Scrolling(id, start, start, start)
            draft = PendingRow(timestamp, tab.number, "scroll", part=self._part(tab, id), page=tab.page)
            tab.growing["scroll"] = self._pending.enter(draft)
        if scrolling.move(timestamp, y):
            draft.flags.add("thrash")
        draft.scrolled, draft.turns = round(y - scrolling.start), len(scrolling.turns)

    def select(self, tab: Tab, event: Event) -> None:
        """Text was selected."""
        tab.respond(event.timestamp, "selection", PROMPT_MS)

    def _answer(self, tab: Tab, timestamp: int, kind: ResponseKind, field: int | None) -> None:
        """The focus or a field's value answers an act, unless the person put it there by the next one."""
        by_hand = field is not None and tab.focused == field
        tab.respond(timestamp, kind, RESPONSE_MS, lambda act: not act.handled and (not by_hand or field in act.nodes))

    def _click(self, tab: Tab, event: Event, id: int | None) -> None:
        if self._pending.refuses("click"):
            tab.overlook()
            return
        document = self._look(tab)
        found = self._element(document, id)
        x, y = _pixels(event.data.get("x")), _pixels(event.data.get("y"))
        nodes = _nodes(document, id)
        last = tab.act
        if last and _is_of_label(last, found, event.timestamp):
            return
        act = PendingAction(
            event.timestamp, tab.number, "click", page=tab.page, key=found.key, element=found, nodes=nodes,
            points=[(event.timestamp, x, y)],
            repeats=last is not None and last.kind == "click" and last.nodes[:1] == nodes[:1]
            and event.timestamp - last.timestamp < RAGE_GAP_MS,
            touch=event.data.get("pointerType") == _TOUCH or event.data.get("type") == MouseInteractions.TOUCH_END,
        )  # fmt: skip
        tab.begin(self._pending.enter(act))

    def _look(self, tab: Tab) -> Document:
        self._page.name(tab)
        return self._tabs.document(tab)

    def _part(self, tab: Tab, id: int) -> RowElement:
        """What is scrolled."""
        if tab.document.is_root(id):
            return PAGE.shown
        if not self._work.allows():
            return UNSEEN.shown
        return part(self._tabs.document(tab), id, self._words.text)

    def _element(self, document: Document, id: int | None) -> Element:
        if not self._work.allows():
            return UNSEEN
        found = element(document, id, self._words.text)
        self.unknown_targets += found.sort == "unknown"
        return found


def _grows(act: PendingAction) -> bool:
    """Whether further values of the same field are the same edit: letters typed, a slider drawn."""
    return act.kind == "typing" or act.element.role == "slider"


def _choice(element: Element, *, checked: bool) -> Choice:
    if element.role in _CHECKED_ROLES:
        return "checked" if checked else "unchecked"
    return "moved" if element.role == "slider" else "other"


def _is_of_label(last: PendingAction, found: Element, timestamp: int) -> bool:
    """Whether a click is the one that browsers make on a field after a click on its label."""
    on_label = last.kind == "click" and last.element.role == "label"
    return on_label and found.sort == "field" and timestamp - last.timestamp <= _LABEL_MS


def _pixels(value: object) -> float:
    return min(max(number(value) or 0.0, -_MAX_PIXELS), _MAX_PIXELS)


def _nodes(document: Document, id: int | None) -> tuple[int, ...]:
    """The node's id, known or not, and its nearest ancestors'."""
    if id is None:
        return ()
    return (id, *(above.id for above in document.lineage(id)[1:_KEPT_NODES]))


ACTIVE_ALONE: Final = frozenset[int | None](
    {
        IncrementalSource.MOUSE_MOVE,
        IncrementalSource.MOUSE_INTERACTION,
        IncrementalSource.INPUT,
        IncrementalSource.TOUCH_MOVE,
        IncrementalSource.MEDIA_INTERACTION,
        IncrementalSource.DRAG,
    }
)
"""Signs of the person; a page may scroll and change its size by itself."""
