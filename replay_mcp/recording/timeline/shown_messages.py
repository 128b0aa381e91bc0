"""Which texts of a page are reported: those that came after an action, and not by themselves."""

from typing import Final

from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.messages import Before, Notice, notices, standing, standing_messages
from replay_mcp.recording.dom.visibility import Visibility
from replay_mcp.recording.dom.work import Work
from replay_mcp.recording.rrweb.events import Event

from .baseline import Baseline
from .pending_rows import PendingAction, PendingRow, PendingRows
from .rows import AFTER_MS, RowElement
from .shown_text import ShownText
from .tab import Tab, Tabs

MAX_TEXTS_OF_AN_ACT: Final = 5
"""Most messages reported after one action."""
MAX_PLAIN_ROWS: Final = 2
"""Most other texts reported after one action."""
MAX_NOTICE_LENGTH: Final = 200
MAX_PLAIN_LENGTH: Final = 60
LATE_MS: Final = 300
"""A text that comes so long after a click has been waited for."""

_MAX_SHOWN: Final = 50
_MIN_WORDS: Final = 2
_WAITING: Final = ("loading", "please wait", "saving", "sending", "processing", "…", "...")


class ShownMessages:
    """Writes down what pages showed."""

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, work: Work) -> None:
        self._pending = pending
        self._words = shown
        self._tabs = tabs
        self._work = work
        self._baselines: dict[int, Baseline] = {}
        self._visibilities: dict[int, Visibility] = {}
        self._plain_rows: tuple[PendingAction | None, int] = None, 0

    def mutation(self, tab: Tab, event: Event) -> None:
        """The document changes; after an action, look at what the page shows."""
        act = tab.act
        attentive = act is not None and 0 <= event.timestamp - tab.act_at <= AFTER_MS
        if act is None or not attentive:
            self._baseline(tab).unasked(event, tab.act_at)
        if act is None or not attentive or self._pending.is_full("text") or not self._work.allows():
            tab.document.add(event)
            self._tabs.trim(tab)
            return
        document = tab.document.current()
        mutation = tab.document.decode(event)
        visibility = self._visibility(tab, document)
        before = Before(visibility, mutation, tab.shown)
        tab.document.apply(mutation)
        self._tabs.trim(tab)
        if not _is_full(act):
            ticking = self._baseline(tab).ticks(act, (each.id for each in mutation.texts)) if mutation.texts else frozenset[int]()
            for notice in notices(visibility, mutation, before, ticking):
                self._notice(tab, event, act, notice, replaced=bool(before.removed))
        for notice in before.leaving:  # what had stood there since the page came
            tab.shown.setdefault(notice.owner, (self._place(notice), self._shown(notice)))
        only_adds = not (mutation.removes or mutation.texts or mutation.attributes)
        for owner, (place, shown) in () if only_adds else list(tab.shown.items()):
            if not standing(document, owner):
                del tab.shown[owner]
                self._enter(tab, PendingRow(event.timestamp, tab.number, "text", part=place, texts=(shown,), gone=True))

    def loaded(self, tab: Tab, document: Document, visit: PendingRow) -> None:
        """A page was visited: report the messages that it came with, if an action led to it."""
        act = tab.act
        if act is None or not tab.fresh or not 0 <= visit.timestamp - tab.act_at <= AFTER_MS:
            return
        sent = act.kind != "click" or act.element.sort != "link"
        for notice in standing_messages(self._visibility(tab, document)):
            believed = sent or notice.place in ("alert", "status")
            if notice.says and believed and notice.owner not in tab.shown:
                self._tell(tab, visit.timestamp, act, notice)

    def _visibility(self, tab: Tab, document: Document) -> Visibility:
        known = self._visibilities.get(tab.number)
        if known is None or known.document is not document:
            known = self._visibilities[tab.number] = Visibility(document)
        return known

    def _baseline(self, tab: Tab) -> Baseline:
        known = self._baselines.get(tab.number)
        if known is None:
            known = self._baselines[tab.number] = Baseline()
        return known

    def _notice(self, tab: Tab, event: Event, act: PendingAction, notice: Notice, *, replaced: bool) -> None:
        if self._is_ambient(tab, notice):
            return
        if notice.place == "text" and not notice.says:
            self._plain(tab, event, act, notice, replaced=replaced)
            return
        if tab.fresh and (notice.place == "heading" or not notice.says):
            return  # a new page shows all its texts at once
        self._tell(tab, event.timestamp, act, notice)

    def _is_ambient(self, tab: Tab, notice: Notice) -> bool:
        known = self._baselines.get(tab.number)
        return known is not None and known.holds(notice.text, notice.source if notice.place == "text" else 0)

    def _plain(self, tab: Tab, event: Event, act: PendingAction, notice: Notice, *, replaced: bool) -> None:
        """A text outside of the places made for messages: the first is told with the action, an answer has a row."""
        if tab.fresh:
            return
        if not act.plain or _is_waiting(act.plain):
            act.plain = self._words.text(notice.text, MAX_PLAIN_LENGTH)
        late = event.timestamp - act.timestamp >= LATE_MS
        latest, count = self._plain_rows
        count = count if latest is act else 0
        answers = act.kind == "click" and notice.few and (late or replaced) and count < MAX_PLAIN_ROWS
        if answers and len(notice.text.split()) >= _MIN_WORDS and not _is_waiting(notice.text):
            self._plain_rows = act, count + 1
            self._tell(tab, event.timestamp, act, notice)

    def _tell(self, tab: Tab, timestamp: int, act: PendingAction, notice: Notice) -> None:
        shown = self._shown(notice)
        if shown in act.shows or _is_full(act) or self._stands(tab, act, shown):
            return
        act.shows.append(shown)
        if act.says != "error":
            act.says = notice.says or act.says
        place = self._place(notice)
        if len(tab.shown) < _MAX_SHOWN:
            tab.shown[notice.owner] = place, shown
        key = f"{place.role} {place.selector}".strip()
        draft = PendingRow(timestamp, tab.number, "text", part=place, texts=(shown,), key=key, says=notice.says)
        if notice.says == "error":
            draft.flags.add("error_shown")
        self._enter(tab, draft)

    def _stands(self, tab: Tab, act: PendingAction, shown: str) -> bool:
        """Whether the text was reported and stands since, in the same element or, rendered anew, in another one."""
        if act.kind == "click":
            return False
        document = tab.document.current()
        return any(other == shown and standing(document, owner) for owner, (_, other) in tab.shown.items())

    def _enter(self, tab: Tab, draft: PendingRow) -> PendingRow:
        draft.page = tab.page
        return self._pending.enter(draft)

    def _shown(self, notice: Notice) -> str:
        return self._words.text(notice.text, MAX_NOTICE_LENGTH)

    def _place(self, notice: Notice) -> RowElement:
        return RowElement(notice.place, selector=self._words.text(notice.selector, 100))


def _is_full(act: PendingAction) -> bool:
    """Whether enough is told of what appeared after an act."""
    return len(act.shows) >= MAX_TEXTS_OF_AN_ACT


def _is_waiting(found: str) -> bool:
    lowered = found.lower()
    return any(lowered.startswith(part) or (part in "…..." and lowered.endswith(part)) for part in _WAITING)
