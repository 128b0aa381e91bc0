"""The texts of a page that are reported: those that appeared after an action, not by themselves."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from replay_mcp.recording.dom.bare_messages import added_messages, bare_messages, headings, texts_of_page
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
from .loading_text import is_loading
from .pending_rows import PendingAction, PendingRow, PendingRows
from .rows import AFTER_MS, MAX_RESPONSE_MS, RowElement
from .shown_text import TYPED, ShownText, parts_that_may_repeat
from .tab import Tab
from .tabs import Tabs

MAX_TEXTS_OF_AN_ACTION: Final = 5
"""Maximum messages reported after one action."""
MAX_OTHER_ROWS: Final = 2
"""Maximum other texts reported after one action."""
MAX_NOTICE_LENGTH: Final = 200
MAX_OTHER_LENGTH: Final = 60
LATE_MS: Final = 300
"""A text that appears this long after a click is its awaited result."""
AGAIN_MS: Final = 2_000
"""The same message again this soon gets no row of its own."""
ECHO_MS: Final = 15_000
"""Pages repeat what was typed within this time."""

UNSEEN_MS: Final = 150
"""A text that disappears this soon is too short to be seen."""
_MAX_SHOWN: Final = 50
_RECENT: Final = 40
_MIN_WORDS: Final = 2
_LIVE: Final = ("alert", "status")
_SENTENCE_WORDS: Final = 4


class ShownMessages:
    """Records the texts that pages showed."""

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, work: WorkBudget) -> None:
        self._pending = pending
        self._shown_text = shown
        self._tabs = tabs
        self._work = work
        self._baselines: dict[int, Baseline] = {}
        self._visibilities: dict[int, Visibility] = {}
        self._observed: dict[int, tuple[Visibility, int]] = {}
        """By tab: visibility and change count of the document after the latest examined mutation."""
        self._other_rows: tuple[PendingAction | None, int] = None, 0
        self._latest_error: PendingRow | None = None
        self._reported_at: dict[tuple[int, int], int] = {}
        self._field_errors: dict[int, dict[int, Notice]] = {}
        self._failures = FailureTexts()
        self._errors: dict[tuple[int, int], tuple[PendingRow, PendingAction]] = {}
        self._page_before: dict[int, tuple[str, frozenset[str]]] = {}
        """By tab: title and texts of the latest page."""

    def mutation(self, tab: Tab, event: Event) -> None:
        """Apply a mutation and, if it follows an action, report the texts that it shows or removes."""
        action = tab.action
        in_window = action is not None and 0 <= event.timestamp - tab.action_at <= _response_window(action)
        if action is None or not in_window:
            self._baseline(tab).note(event, tab.action_at)
        if action is None or not in_window or self._pending.is_full("text") or not self._work.allows():
            tab.document.add(event)
            self._tabs.trim(tab)
            return
        document = tab.document.current()
        mutation = tab.document.decode(event)
        visibility = self.visibility(tab, document)
        visibility.refresh()
        unobserved = self._observed.get(tab.number) != (visibility, document.changes)
        before = BeforeMutation(visibility, mutation, tab.visible_texts)
        for field, typed in before.typed.items():
            self._shown_text.remember_typed(tab.number, field, typed)
        visibility.invalidate(mutation)
        tab.document.apply(mutation)
        self._observed[tab.number] = visibility, document.changes
        self._tabs.trim(tab)
        if not _is_full(action) and (mutation.adds or mutation.texts or before.may_reveal):
            ticking = (
                self._baseline(tab).ticking_nodes(action, (each.id for each in mutation.texts))
                if mutation.texts
                else frozenset[int]()
            )
            found = [*notices(visibility, mutation, before, ticking)]
            for notice in () if found and tab.is_due(event, mutation) else found:
                self._notice(tab, event, action, notice, replaced=before.is_rerender or bool(before.removed))
        self._report_field_errors(tab, event, action)
        for notice in before.leaving:  # messages that were there since the page opened
            tab.visible_texts.setdefault(notice.owner, (self._place(notice), self._shown(notice)))
        for owner, (place, shown) in list(tab.visible_texts.items()):
            if (unobserved or may_remove(document, mutation, owner)) and not is_still_shown(document, owner):
                del tab.visible_texts[owner]
                self._withdraw_brief_error(tab, owner, event.timestamp)
                self._add(tab, PendingRow(event.timestamp, tab.number, "text", part=place, texts=(shown,), gone=True))

    def loaded(self, tab: Tab, document: Document, visit: PendingRow) -> None:
        """Report the messages that a visited page opened with, if an action led to it."""
        visibility = self.visibility(tab, document)
        visibility.refresh()
        marked, others = list(initial_messages(visibility)), list(bare_messages(visibility))
        title_before, known = self._page_before.get(tab.number, ("", frozenset[str]()))
        texts = texts_of_page(visibility).union(each.text for each in (*marked, *others))
        self._page_before[tab.number] = visit.title, texts
        action = tab.action
        if action is None or not tab.is_new_page or not 0 <= visit.timestamp - tab.action_at <= AFTER_MS:
            return
        sent = action.kind != "click" or action.element.sort != "link"
        failed = page_failed(self._pending.entries[-_RECENT:], action)
        titles = list(headings(visibility))
        has_same_title = bool(visit.title) and visit.title == title_before
        is_same_form = visit.reloaded or (has_same_title and all(each.text in known for each in titles))
        found = [each for each in marked if sent or (each.meaning and each.place in _LIVE)]
        for notice in [*others, *(added_messages(visibility, known) if sent and known else ())]:
            in_title = notice.meaning != "error" and notice.text in visit.title
            if failed or (sent and not in_title and (notice.meaning != "error" or is_same_form)):
                found.append(notice)
        if failed and titles and not any(each.meaning == "error" for each in found):
            found.insert(0, replace(titles[0], meaning="error"))
        for notice in found:
            is_new = notice.text not in known if known else notice.place != "text"
            is_marked = notice.place not in ("text", "heading")
            if (is_new or (notice.meaning and is_marked)) and notice.owner not in tab.visible_texts:
                self._report(tab, visit.timestamp, action, notice)

    def visibility(self, tab: Tab, document: Document) -> Visibility:
        """The visibility of a tab's document."""
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
        if notice.place == "text" and notice.meaning == "error" and (notice.titled or _is_content(tab, action)):
            notice, replaced = replace(notice, meaning=""), True
        if notice.place == "text" and not notice.meaning:
            self._other_text(tab, event, action, notice, replaced=replaced)
            return
        if tab.is_new_page and (notice.place == "heading" or not notice.meaning):
            return  # a new page shows all its texts at once
        if notice.meaning == "error" and notice.place == "error" and action.kind == "typing" and tab.is_typing:
            self._field_errors.setdefault(tab.number, {})[notice.owner] = notice  # while typing, nothing is wrong yet
            notice = replace(notice, meaning="")
        self._report(tab, event.timestamp, action, notice)

    def _report_field_errors(self, tab: Tab, event: Event, action: PendingAction) -> None:
        """Report errors of fields that appeared during typing and are still shown when a control is clicked."""
        if action.kind != "click" or action.element.sort != "control" or tab.number not in self._field_errors:
            return
        for notice in self._field_errors.pop(tab.number).values():
            if is_still_shown(tab.document.current(), notice.owner):
                self._reported_at.pop((tab.number, notice.owner), None)
                self._report(tab, event.timestamp, action, notice)

    def _is_ambient(self, tab: Tab, notice: Notice) -> bool:
        known = self._baselines.get(tab.number)
        source = notice.source if notice.place == "text" else 0
        return known is not None and known.contains(notice.text, source, tab.document.peek)

    def _other_text(self, tab: Tab, event: Event, action: PendingAction, notice: Notice, *, replaced: bool) -> None:
        """Handle a text outside of message places: the first goes to the action, and a response gets a row."""
        if tab.is_new_page:
            return
        if action.takes_other_text:
            action.note_other(notice.owner, self._text(tab, event.timestamp, notice, MAX_OTHER_LENGTH))
        late = event.timestamp - action.timestamp >= LATE_MS
        latest, count = self._other_rows
        count = count if latest is action else 0
        is_sentence = action.element.sort == "control" and len(notice.text.split()) >= _SENTENCE_WORDS
        answers = action.kind == "click" and notice.few and (late or replaced or is_sentence) and count < MAX_OTHER_ROWS
        if answers and len(notice.text.split()) >= _MIN_WORDS and not is_loading(notice.text):
            self._other_rows = action, count + 1
            self._report(tab, event.timestamp, action, notice)
        elif action.kind == "click" and notice.few and not is_harmless(notice.text):
            shown = self._text(tab, event.timestamp, notice, MAX_NOTICE_LENGTH)
            part = self._place(notice)
            entry = PendingRow(event.timestamp, tab.number, "text", part=part, texts=(shown,), page=tab.page)
            self._failures.add_unreported(entry, action)

    def _report(self, tab: Tab, timestamp: int, action: PendingAction, notice: Notice) -> None:
        shown = self._text(tab, timestamp, notice, MAX_NOTICE_LENGTH)
        if shown in action.shown_texts or _is_full(action) or self._is_still_shown(tab, action, shown):
            return
        action.shown_texts.append(shown)
        if action.meaning != "error":
            action.meaning = notice.meaning or action.meaning
        place = self._place(notice)
        again = tab.visible_texts.get(notice.owner, (place, ""))[1] == shown
        if again and timestamp - self._reported_at.get((tab.number, notice.owner), 0) <= AGAIN_MS:
            return  # quick clicks
        self._reported_at[tab.number, notice.owner] = timestamp
        if len(tab.visible_texts) < _MAX_SHOWN:
            tab.visible_texts[notice.owner] = place, shown
        last = self._latest_error
        if notice.meaning == "error" and last is not None and (last.timestamp, last.tab) == (timestamp, tab.number):
            last.texts += (shown,)  # messages of one form that appear together
            return
        key = f"{place.role} {place.selector}".strip()
        entry = PendingRow(timestamp, tab.number, "text", part=place, texts=(shown,), key=key, meaning=notice.meaning)
        self._latest_error = entry if notice.meaning == "error" else None
        if notice.meaning == "error":
            entry.flags.add("error_shown")
            self._errors[tab.number, notice.owner] = entry, action
        elif not notice.meaning and not is_harmless(notice.text) and not is_loading(notice.text):
            self._failures.add_reported(entry, action)
        self._add(tab, entry)

    def finish(self) -> None:
        """Add rows for texts that failed requests explain, after the last event."""
        self._failures.finish(self._pending)

    def _withdraw_brief_error(self, tab: Tab, owner: int, timestamp: int) -> None:
        """Withdraw an error that disappeared at once, as cached pages and re-rendered messages do."""
        entry, action = self._errors.pop((tab.number, owner), (None, None))
        if not entry or not action or timestamp - entry.timestamp > UNSEEN_MS or len(entry.texts) > 1:
            return
        entry.flags.discard("error_shown")
        entry.meaning = action.meaning = ""
        action.shown_texts = [found for found in action.shown_texts if found not in entry.texts]

    def _is_still_shown(self, tab: Tab, action: PendingAction, shown: str) -> bool:
        """Whether a text that was reported is still shown, in the same element or in a re-rendered one."""
        if action.kind == "click":
            return False
        document = tab.document.current()
        return any(
            other == shown and is_still_shown(document, owner) for owner, (_, other) in tab.visible_texts.items()
        )

    def _add(self, tab: Tab, entry: PendingRow) -> PendingRow:
        entry.page = tab.page
        return self._pending.add(entry)

    def _text(self, tab: Tab, timestamp: int, notice: Notice, limit: int) -> str:
        """The text, fit to show. A part as long as a masked value typed just before counts as its repetition."""
        found = notice.text
        for part in parts_that_may_repeat(found, whole=notice.place == "text"):
            if not self._shown_text.is_masked(tab.number, len(part)):
                continue
            if any(d.characters == len(part) and timestamp - d.end <= ECHO_MS for d in self._latest_edits(tab)):
                found = found.replace(part, TYPED)
        return self._shown_text.text(found, limit)

    def _latest_edits(self, tab: Tab) -> Iterator[PendingAction]:
        """The edits before the latest click, which may have sent them."""
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
        return self._shown_text.text(notice.text, MAX_NOTICE_LENGTH)

    def _place(self, notice: Notice) -> RowElement:
        return RowElement(notice.place, selector=self._shown_text.text(notice.selector, 100))


def _is_content(tab: Tab, action: PendingAction) -> bool:
    """Whether an action only opened part of the page, whose texts are not messages."""
    if action.kind != "click":
        return False
    return action.element.sort == "content" or discloses(
        tab.document.current().lineage(action.nodes[0] if action.nodes else None)
    )


def _response_window(action: PendingAction) -> int:
    """How long texts count as responses to an action, in milliseconds: longer while the page shows that it is busy."""
    return MAX_RESPONSE_MS if action.kind == "click" and is_loading(action.other_text) else AFTER_MS


def _is_full(action: PendingAction) -> bool:
    """Whether the maximum of texts is reported for an action."""
    return len(action.shown_texts) >= MAX_TEXTS_OF_AN_ACTION
