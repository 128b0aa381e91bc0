"""Which texts of a page are reported: those that came after an action, and not by themselves."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from replay_mcp.recording.dom.bare_messages import bare_messages
from replay_mcp.recording.dom.disclosures import discloses
from replay_mcp.recording.dom.document import Document
from replay_mcp.recording.dom.initial_messages import initial_messages, is_still_shown, may_remove
from replay_mcp.recording.dom.message_words import is_harmless
from replay_mcp.recording.dom.messages import BeforeMutation, Notice, notices
from replay_mcp.recording.dom.visibility import Visibility
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.events import Event

from .baseline import Baseline
from .failure_texts import FailureTexts, page_failed
from .pending_rows import PendingAction, PendingRow, PendingRows
from .rows import AFTER_MS, PATIENCE_MS, RowElement
from .shown_text import TYPED, ShownText, parts_that_may_repeat
from .tab import Tab, Tabs

MAX_TEXTS_OF_AN_ACTION: Final = 5
"""Most messages reported after one action."""
MAX_PLAIN_ROWS: Final = 2
"""Most other texts reported after one action."""
MAX_NOTICE_LENGTH: Final = 200
MAX_PLAIN_LENGTH: Final = 60
LATE_MS: Final = 300
"""A text that comes so long after a click has been waited for."""
AGAIN_MS: Final = 2_000
"""The same message so soon after has no row of its own."""
ECHO_MS: Final = 15_000
"""Pages repeat what was typed so soon after."""

UNREAD_MS: Final = 150
"""Nobody reads a text that goes so soon."""
_MAX_SHOWN: Final = 50
_RECENT: Final = 40
_MIN_WORDS: Final = 2
_SENTENCE_WORDS: Final = 4
_WAITING: Final = ("loading", "please wait", "saving", "sending", "processing", "…", "...")


class ShownMessages:
    """Writes down what pages showed."""

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, work: WorkBudget) -> None:
        self._pending = pending
        self._words = shown
        self._tabs = tabs
        self._work = work
        self._baselines: dict[int, Baseline] = {}
        self._visibilities: dict[int, Visibility] = {}
        self._observed: dict[int, tuple[Visibility, int]] = {}
        """By tab, the document and its changes after the latest mutation that was examined here."""
        self._plain_rows: tuple[PendingAction | None, int] = None, 0
        self._latest: PendingRow | None = None
        self._reported_at: dict[tuple[int, int], int] = {}
        self._premature: dict[int, dict[int, Notice]] = {}
        self._failures = FailureTexts()
        self._errors: dict[tuple[int, int], tuple[PendingRow, PendingAction]] = {}
        self._standing: dict[int, frozenset[str]] = {}

    def mutation(self, tab: Tab, event: Event) -> None:
        """The document changes; after an action, look at what the page shows."""
        action = tab.action
        attentive = action is not None and 0 <= event.timestamp - tab.acted_at <= _patience(action)
        if action is None or not attentive:
            self._baseline(tab).spontaneous(event, tab.acted_at)
        if action is None or not attentive or self._pending.is_full("text") or not self._work.allows():
            tab.document.add(event)
            self._tabs.trim(tab)
            return
        document = tab.document.current()
        mutation = tab.document.decode(event)
        visibility = self.visibility(tab, document)
        visibility.refresh()
        unobserved = self._observed.get(tab.number) != (visibility, document.changes)
        before = BeforeMutation(visibility, mutation, tab.shown)
        for field, typed in before.typed.items():
            self._words.typed(tab.number, field, typed)
        visibility.invalidate(mutation)
        tab.document.apply(mutation)
        self._observed[tab.number] = visibility, document.changes
        self._tabs.trim(tab)
        if not _is_full(action) and (mutation.adds or mutation.texts or before.may_reveal):
            ticking = (
                self._baseline(tab).ticks(action, (each.id for each in mutation.texts))
                if mutation.texts
                else frozenset[int]()
            )
            for notice in notices(visibility, mutation, before, ticking):
                self._notice(tab, event, action, notice, replaced=before.is_rerender or bool(before.removed))
        self._confirm(tab, event, action)
        for notice in before.leaving:  # what had stood there since the page came
            tab.shown.setdefault(notice.owner, (self._place(notice), self._shown(notice)))
        for owner, (place, shown) in list(tab.shown.items()):
            if (unobserved or may_remove(document, mutation, owner)) and not is_still_shown(document, owner):
                del tab.shown[owner]
                self._forget(tab, owner, event.timestamp)
                self._enter(tab, PendingRow(event.timestamp, tab.number, "text", part=place, texts=(shown,), gone=True))

    def loaded(self, tab: Tab, document: Document, visit: PendingRow) -> None:
        """A page was visited: report the messages that it came with, if an action led to it."""
        visibility = self.visibility(tab, document)
        visibility.refresh()
        marked, others = list(initial_messages(visibility)), list(bare_messages(visibility))
        known = self._standing.get(tab.number)
        self._standing[tab.number] = frozenset(notice.text for notice in (*marked, *others))
        action = tab.action
        if action is None or not tab.fresh or not 0 <= visit.timestamp - tab.acted_at <= AFTER_MS:
            return
        sent = action.kind != "click" or action.element.sort != "link"
        for notice in marked:
            accepted = sent or (notice.says and notice.place in ("alert", "status"))
            new = bool(notice.says) or (known is not None and notice.text not in known)
            if new and accepted and notice.owner not in tab.shown:
                self._report(tab, visit.timestamp, action, notice)
        failed = page_failed(self._pending.entries[-_RECENT:], action)
        for notice in others if sent else ():
            came = known is not None and notice.text not in known
            if notice.says == "error":
                came = came and (failed or visit.reloaded)  # the form came back
            if came and notice.owner not in tab.shown and not (notice.says == "done" and notice.text in visit.title):
                self._report(tab, visit.timestamp, action, notice)

    def visibility(self, tab: Tab, document: Document) -> Visibility:
        """What can be seen of a tab's document."""
        known = self._visibilities.get(tab.number)
        if known is None or known.document is not document:
            known = self._visibilities[tab.number] = Visibility(document)
        return known

    def _baseline(self, tab: Tab) -> Baseline:
        known = self._baselines.get(tab.number)
        if known is None:
            known = self._baselines[tab.number] = Baseline()
        return known

    def _notice(self, tab: Tab, event: Event, action: PendingAction, notice: Notice, *, replaced: bool) -> None:
        if self._is_ambient(tab, notice) or notice.text.startswith("<svg"):
            return
        if notice.place == "text" and notice.says == "error" and _is_content(tab, action):
            notice, replaced = replace(notice, says=""), True
        if notice.place == "text" and not notice.says:
            self._plain(tab, event, action, notice, replaced=replaced)
            return
        if tab.fresh and (notice.place == "heading" or not notice.says):
            return  # a new page shows all its texts at once
        if notice.says == "error" and notice.place == "error" and action.kind == "typing" and tab.typing:
            self._premature.setdefault(tab.number, {})[notice.owner] = notice  # who is still typing made no mistake yet
            notice = replace(notice, says="")
        self._report(tab, event.timestamp, action, notice)

    def _confirm(self, tab: Tab, event: Event, action: PendingAction) -> None:
        """What the page said about a field while it was typed into counts if it stands when a control is clicked."""
        if action.kind != "click" or action.element.sort != "control" or tab.number not in self._premature:
            return
        for notice in self._premature.pop(tab.number).values():
            if is_still_shown(tab.document.current(), notice.owner):
                self._reported_at.pop((tab.number, notice.owner), None)
                self._report(tab, event.timestamp, action, notice)

    def _is_ambient(self, tab: Tab, notice: Notice) -> bool:
        known = self._baselines.get(tab.number)
        source = notice.source if notice.place == "text" else 0
        return known is not None and known.holds(notice.text, source, tab.document.peek)

    def _plain(self, tab: Tab, event: Event, action: PendingAction, notice: Notice, *, replaced: bool) -> None:
        """A text outside of the places made for messages: the first is told with the action, an answer has a row."""
        if tab.fresh:
            return
        if not action.plain or _is_waiting(action.plain):
            action.plain = self._text(tab, event.timestamp, notice, MAX_PLAIN_LENGTH)
        late = event.timestamp - action.timestamp >= LATE_MS
        latest, count = self._plain_rows
        count = count if latest is action else 0
        spoken = action.element.sort == "control" and len(notice.text.split()) >= _SENTENCE_WORDS
        answers = action.kind == "click" and notice.few and (late or replaced or spoken) and count < MAX_PLAIN_ROWS
        if answers and len(notice.text.split()) >= _MIN_WORDS and not _is_waiting(notice.text):
            self._plain_rows = action, count + 1
            self._report(tab, event.timestamp, action, notice)
        elif action.kind == "click" and notice.few and not is_harmless(notice.text):
            shown = self._text(tab, event.timestamp, notice, MAX_NOTICE_LENGTH)
            part = self._place(notice)
            entry = PendingRow(event.timestamp, tab.number, "text", part=part, texts=(shown,), page=tab.page)
            self._failures.not_reported(entry, action)

    def _report(self, tab: Tab, timestamp: int, action: PendingAction, notice: Notice) -> None:
        shown = self._text(tab, timestamp, notice, MAX_NOTICE_LENGTH)
        if shown in action.shows or _is_full(action) or self._stands(tab, action, shown):
            return
        action.shows.append(shown)
        if action.says != "error":
            action.says = notice.says or action.says
        place = self._place(notice)
        again = tab.shown.get(notice.owner, (place, ""))[1] == shown
        if again and timestamp - self._reported_at.get((tab.number, notice.owner), 0) <= AGAIN_MS:
            return  # quick clicks
        self._reported_at[tab.number, notice.owner] = timestamp
        if len(tab.shown) < _MAX_SHOWN:
            tab.shown[notice.owner] = place, shown
        last = self._latest
        if notice.says == "error" and last is not None and (last.timestamp, last.tab) == (timestamp, tab.number):
            last.texts += (shown,)  # the messages of one form, which come together
            return
        key = f"{place.role} {place.selector}".strip()
        entry = PendingRow(timestamp, tab.number, "text", part=place, texts=(shown,), key=key, says=notice.says)
        self._latest = entry if notice.says == "error" else None
        if notice.says == "error":
            entry.flags.add("error_shown")
            self._errors[tab.number, notice.owner] = entry, action
        elif not notice.says and not is_harmless(notice.text) and not _is_waiting(notice.text):
            self._failures.reported(entry, action)
        self._enter(tab, entry)

    def finish(self) -> None:
        """No event comes any more."""
        self._failures.finish(self._pending)

    def _forget(self, tab: Tab, owner: int, timestamp: int) -> None:
        """An error that went at once was seen by nobody: a page out of a cache, or a message rendered anew."""
        entry, action = self._errors.pop((tab.number, owner), (None, None))
        if not entry or not action or timestamp - entry.timestamp > UNREAD_MS or len(entry.texts) > 1:
            return
        entry.flags.discard("error_shown")
        entry.says = action.says = ""
        action.shows = [found for found in action.shows if found not in entry.texts]

    def _stands(self, tab: Tab, action: PendingAction, shown: str) -> bool:
        """Whether the text was reported and stands since, in the same element or, rendered anew, in another one."""
        if action.kind == "click":
            return False
        document = tab.document.current()
        return any(other == shown and is_still_shown(document, owner) for owner, (_, other) in tab.shown.items())

    def _enter(self, tab: Tab, entry: PendingRow) -> PendingRow:
        entry.page = tab.page
        return self._pending.enter(entry)

    def _text(self, tab: Tab, timestamp: int, notice: Notice, limit: int) -> str:
        """The text, fit to show. One that is as long as what was typed just now, masked, is taken for its echo."""
        found = notice.text
        for part in parts_that_may_repeat(found, whole=notice.place == "text"):
            if not self._words.is_masked(tab.number, len(part)):
                continue
            if any(d.characters == len(part) and timestamp - d.end <= ECHO_MS for d in self._latest_edits(tab)):
                found = found.replace(part, TYPED)
        return self._words.text(found, limit)

    def _latest_edits(self, tab: Tab) -> Iterator[PendingAction]:
        """The edits before the latest click: what that may have sent."""
        clicks = 0
        for entry in reversed(self._pending.entries[-_RECENT:]):
            if not isinstance(entry, PendingAction) or entry.tab != tab.number:
                continue
            clicks += entry.kind == "click" and entry.element.sort != "field"
            if clicks > 1:
                return
            if entry.kind == "typing":
                yield entry

    def _shown(self, notice: Notice) -> str:
        return self._words.text(notice.text, MAX_NOTICE_LENGTH)

    def _place(self, notice: Notice) -> RowElement:
        return RowElement(notice.place, selector=self._words.text(notice.selector, 100))


def _is_content(tab: Tab, action: PendingAction) -> bool:
    """Whether what appears after an action is a part of the page that it opened, whatever words are in it."""
    if action.kind != "click":
        return False
    return action.element.sort == "content" or discloses(
        tab.document.current().lineage(action.nodes[0] if action.nodes else None)
    )


def _patience(action: PendingAction) -> int:
    """How long texts are answers to an action: longer where the page said that it is at work."""
    return PATIENCE_MS if action.kind == "click" and _is_waiting(action.plain) else AFTER_MS


def _is_full(action: PendingAction) -> bool:
    """Whether enough is told of what appeared after an action."""
    return len(action.shows) >= MAX_TEXTS_OF_AN_ACTION


def _is_waiting(found: str) -> bool:
    lowered = found.lower()
    return "please wait" in lowered or any(
        lowered.startswith(part) or (part in "…..." and lowered.endswith(part)) for part in _WAITING
    )
