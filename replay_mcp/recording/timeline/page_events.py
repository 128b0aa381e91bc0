"""What the page did: the URLs it went to, the texts it showed, its console lines and requests."""

import re
from typing import Any, Final

from replay_mcp.recording.dom.message_words import meaning_of
from replay_mcp.recording.dom.titles import title
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.console import ConsoleLine, console_line
from replay_mcp.recording.rrweb.events import Event, EventType
from replay_mcp.recording.rrweb.metadata import POSTHOG_TAGS, href
from replay_mcp.recording.rrweb.network import NETWORK_PLUGINS, RecentRequests, Request, requests
from replay_mcp.recording.rrweb.relative_times import RELATIVE_TIMES
from replay_mcp.recording.rrweb.untrusted import arr, obj, text, whole

from .blocked_parts import BlockedParts
from .pending_rows import PendingRow, PendingRows
from .rendering import AMBIENT_MS, Renderings
from .rows import AFTER_MS, AWAY_MS, OPENING_MS, RESPONSE_MS, Response
from .shown_messages import ShownMessages
from .shown_text import ShownText
from .tab import Tab
from .tabs import Tabs
from .waits import Waits

MAX_TITLE_LENGTH: Final = 100
MAX_CONSOLE_LENGTH: Final = 300
MAX_USER_AGENT_LENGTH: Final = 200

_USER_AGENT: Final = re.compile(rb"user-?_?agent", re.IGNORECASE)
_USER_AGENT_NAMES: Final = frozenset({"user-agent", "user_agent", "useragent"})
_MAX_FIELDS: Final = 200
_HIDDEN: Final = "window hidden"
_VISIBLE: Final = "window visible"
_PAUSED: Final = "recording paused"


class PageEvents:
    """Records what the page did.

    Attributes:
        pauses: how often the recorder was paused.
        relative_times: whether the recording's times counted from 0 before it was imported.
        unknown_plugins: events of unknown plugins.
        extension_lines: console lines of browser extensions, which are left out.
        blocked: parts of pages that were not recorded.
        viewport: the first size of the first tab's window, in CSS pixels.
        user_agent: what the page or a request reported as the browser's `User-Agent`; empty if nothing did.
    """

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, work: WorkBudget) -> None:
        self._work = work
        self.pauses = 0
        self.relative_times = False
        self.extension_lines = 0
        self.unknown_plugins = 0
        self._pending = pending
        self._shown_text = shown
        self._tabs = tabs
        self._messages = ShownMessages(pending, shown, tabs, work)
        self.blocked = BlockedParts(shown)
        self.viewport: tuple[int, int] | None = None
        self.user_agent = ""
        self._waits = Waits(self._messages.visibility)
        self._renderings = Renderings()
        self._requests = RecentRequests()
        self._request_rows: dict[Request, PendingRow] = {}

    def snapshot(self, tab: Tab, event: Event) -> None:
        """Handle a full snapshot."""
        tab.settle_doubts(all=True)
        self._find_blocked(tab)
        tab.document.add(event)
        self._tabs.trim(tab)
        tab.visible_texts.clear()
        tab.doubts.clear()
        tab.ambient.clear()
        self._waits.forget(tab)

    def meta(self, tab: Tab, event: Event) -> None:
        """Handle the URL and the window size that come with a new page or a full snapshot."""
        self._visit(tab, event)
        self.resize(tab, event)

    def custom(self, tab: Tab, event: Event) -> None:
        """Handle PostHog's own custom events, and those that the page added to the recording."""
        tag = text(event.data.get("tag"))
        self._note_user_agent(obj(event.data.get("payload")))
        if tag.startswith("$"):  # an event of the page itself may carry any URL
            self._visit(tab, event)
        if tag == _HIDDEN:
            for action in [*tab.awaiting_response, *([tab.action] if tab.action else [])]:
                if abs(event.timestamp - action.timestamp) <= AWAY_MS and action.response is None:
                    action.response = Response("hidden", event.timestamp - action.timestamp)
            tab.hidden_row = self._add(tab, PendingRow(event.timestamp, tab.number, "hidden"))
        elif tag == _VISIBLE and tab.hidden_row:
            tab.hidden_row.until = event.timestamp
            tab.hidden_row = None
        elif tag == _PAUSED:
            self.pauses += 1
        elif tag == RELATIVE_TIMES:
            self.relative_times = True
        elif tag and not tag.startswith("$") and tag not in POSTHOG_TAGS and not self._pending.refuses("custom"):
            self._add(tab, PendingRow(event.timestamp, tab.number, "custom", message=self._shown_text.text(tag, 100)))

    def resize(self, tab: Tab, event: Event) -> None:
        """Handle the size of the window, which may have changed."""
        width, height = whole(event.data.get("width")), whole(event.data.get("height"))
        if width is None or height is None or tab.size == (width, height):
            return
        before, tab.size = tab.size, (width, height)
        self.viewport = self.viewport or tab.size
        if before is None:
            return
        entry = tab.extended_row("resize", event.timestamp)
        if entry is None:
            entry = PendingRow(event.timestamp, tab.number, "resize", size_before=before)
            tab.open_rows["resize"] = self._add(tab, entry)
        entry.size = width, height

    def loading(self, tab: Tab, event: Event) -> None:
        """Handle the loading of a document, whose first snapshot follows."""
        tab.is_loading = True
        tab.loaded_at = event.timestamp

    def finish(self) -> None:
        """Complete the texts after the last event."""
        for tab in self._tabs:
            self._find_blocked(tab)
        self._messages.finish()

    def title_visit(self, tab: Tab) -> None:
        """Read title and messages of the latest page visit. Call it late, when the page has had time to render."""
        if tab.untitled_visit is None:
            return
        visit, tab.untitled_visit = tab.untitled_visit, None
        if not self._work.allows():
            return
        document = self._tabs.document(tab)
        found = title(document)
        visit.title = self._shown_text.text(found, MAX_TITLE_LENGTH) if found else ""
        visit.meaning = meaning_of(found, bare=True)
        self._messages.loaded(tab, document, visit)
        self._find_blocked(tab)

    def mutation(self, tab: Tab, event: Event) -> None:
        """Handle a mutation: it may answer actions, show texts, or begin or end a wait."""
        tab.mutated(event)
        candidates = self._waits.before(tab, event)
        self._messages.mutation(tab, event)
        if candidates is not None:
            self._waits.after(tab, event, candidates)
        self._find_blocked(tab)

    def rendering(self, tab: Tab, event: Event) -> None:
        """Handle a visual or media change without a mutation. It answers an action unless it was going on before."""
        if change := self._renderings.take(event):
            tab.respond(
                event.timestamp,
                change.kind,
                RESPONSE_MS,
                lambda action: action.timestamp - change.previous_at > AMBIENT_MS,
                detail=change.detail,
            )

    def plugin(self, tab: Tab, event: Event) -> None:
        """Handle a plugin's event: a console line or network requests."""
        if line := console_line(event):
            self._console(tab, line)
        elif text(event.data.get("plugin")) not in NETWORK_PLUGINS:
            self.unknown_plugins += 1
        if not self.user_agent and _USER_AGENT.search(event.line):
            for fields in arr(obj(event.data.get("payload")).get("requests")):
                self._note_user_agent(obj(obj(fields).get("requestHeaders")))
        for request in requests(event):
            if not request.url:
                continue
            if known := self._requests.earlier(request, event):
                self._complete(known, request)
            else:
                self._requests.add(request)
                self._request(tab, request)

    def _find_blocked(self, tab: Tab) -> None:
        """Search the document if blocked parts may have been added, which is known once its events are decoded."""
        if tab.document.gained_blocked():
            self.blocked.search(self._tabs.document(tab), tab.page)

    def _note_user_agent(self, fields: dict[str, Any]) -> None:
        """Note the browser's user agent among the fields of a payload or the headers of a request."""
        if not self.user_agent and len(fields) <= _MAX_FIELDS:
            found = next((value for name, value in fields.items() if name.lower() in _USER_AGENT_NAMES), "")
            self.user_agent = self._shown_text.text(text(found), MAX_USER_AGENT_LENGTH) if text(found) else ""

    def _console(self, tab: Tab, line: ConsoleLine) -> None:
        if line.from_extension:
            self.extension_lines += 1
            return
        if self._pending.refuses("console"):
            return
        message = self._shown_text.text(line.message, MAX_CONSOLE_LENGTH)
        if not message:
            return
        last = tab.open_rows.get("console")
        if last and (last.message, last.level) == (message, line.level) and line.timestamp - last.end <= AFTER_MS:
            last.count += 1
            last.until = line.timestamp
        else:
            entry = PendingRow(line.timestamp, tab.number, "console", message=message, level=line.level, key=message)
            tab.open_rows["console"] = self._add(tab, entry)

    def _request(self, tab: Tab, request: Request) -> None:
        if self._pending.refuses("network"):
            return
        entry = PendingRow(request.timestamp, tab.number, "network", request=request)
        self._set_url(entry, request)
        self._request_rows[request] = self._add(tab, entry)

    def _complete(self, known: Request, request: Request) -> None:
        """Complete the row of a request that was recorded twice."""
        entry = self._request_rows.get(known)
        if entry is not None and entry.request is not None:
            entry.request = entry.request.completed(request)
            self._set_url(entry, entry.request)

    def _set_url(self, entry: PendingRow, request: Request) -> None:
        entry.url = self._shown_text.url(request.url)
        entry.key = f"{request.method} {entry.url}".strip()

    def _visit(self, tab: Tab, event: Event) -> None:
        url = href(event)
        again = url == tab.url and tab.is_loading and event.type == EventType.META
        if not url or (url == tab.url and not again):
            return
        self.title_visit(tab)
        if not tab.url and self._is_frame(tab, event):
            tab.url, tab.page, tab.is_frame = url, self._shown_text.url(url), True
            return
        is_kept = not self._pending.refuses("navigation")
        tab.url, tab.page = url, self._shown_text.url(url) if is_kept else ""
        tab.respond(event.timestamp, "reload" if again else "navigation", detail=tab.page)
        loaded = tab.is_loading and event.type == EventType.META
        visit = PendingRow(event.timestamp, tab.number, "navigation", key=tab.page, reloaded=again, loaded=loaded)
        tab.untitled_visit = self._add(tab, visit) if is_kept else None
        tab.is_loading = False
        tab.is_new_page = True
        tab.focused = None
        tab.is_typing = False
        tab.scrolling = None
        tab.open_rows.clear()

    def _is_frame(self, tab: Tab, event: Event) -> bool:
        """Whether a new window is a frame of another one that loads the recorder too: no action opened it."""
        width, height = whole(event.data.get("width")), whole(event.data.get("height"))
        return any(
            each is not tab
            and not each.is_frame
            and event.timestamp - each.action_at > OPENING_MS
            and event.timestamp - each.last_event_at <= OPENING_MS
            and each.size is not None
            and 0 < (width or 0) < each.size[0]
            and 0 < (height or 0) < each.size[1]
            for each in self._tabs
        )

    def _add(self, tab: Tab, entry: PendingRow) -> PendingRow:
        entry.page = tab.page
        return self._pending.add(entry)
