"""What the page did: which URLs it went to, what it showed, logged and asked servers for."""

from typing import Final

from replay_mcp.recording.dom.message_words import meaning_of
from replay_mcp.recording.dom.titles import title
from replay_mcp.recording.dom.work_budget import WorkBudget
from replay_mcp.recording.rrweb.console import ConsoleLine, console_line
from replay_mcp.recording.rrweb.events import Event, EventType
from replay_mcp.recording.rrweb.metadata import POSTHOG_TAGS, href
from replay_mcp.recording.rrweb.network import NETWORK_PLUGINS, RecentRequests, Request, requests
from replay_mcp.recording.rrweb.relative_times import RELATIVE_TIMES
from replay_mcp.recording.rrweb.untrusted import text, whole

from .pending_rows import PendingRow, PendingRows
from .rendering import AMBIENT_MS, Renderings
from .rows import AFTER_MS, AWAY_MS, OPENING_MS, RESPONSE_MS, Response
from .shown_messages import ShownMessages
from .shown_text import ShownText
from .tab import Tab, Tabs
from .waits import Waits

MAX_TITLE_LENGTH: Final = 100
MAX_CONSOLE_LENGTH: Final = 300

_HIDDEN: Final = "window hidden"
_VISIBLE: Final = "window visible"
_PAUSED: Final = "recording paused"


class PageEvents:
    """Writes down what the page did.

    Attributes:
        pauses: how often the recorder was paused.
        relative_times: whether the recording's times counted from 0 before it was imported.
        unknown_plugins: events of plugins that are not known.
        foreign_lines: console lines of browser extensions, which are left out.
    """

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, work: WorkBudget) -> None:
        self._work = work
        self.pauses = 0
        self.relative_times = False
        self.foreign_lines = 0
        self.unknown_plugins = 0
        self._pending = pending
        self._words = shown
        self._tabs = tabs
        self._messages = ShownMessages(pending, shown, tabs, work)
        self._waits = Waits(self._messages.visibility)
        self._renderings = Renderings()
        self._requests = RecentRequests()
        self._request_rows: dict[Request, PendingRow] = {}

    def snapshot(self, tab: Tab, event: Event) -> None:
        """The whole document, anew."""
        tab.document.add(event)
        self._tabs.trim(tab)
        tab.shown.clear()
        tab.ambient.clear()
        self._waits.leave(tab)

    def meta(self, tab: Tab, event: Event) -> None:
        """A page begins, or a snapshot of the same page."""
        self._visit(tab, event)
        self.resize(tab, event)

    def custom(self, tab: Tab, event: Event) -> None:
        """PostHog's own marks, and events that the page itself adds to the recording."""
        tag = text(event.data.get("tag"))
        if tag.startswith("$"):  # an event of the page's own may carry any address
            self._visit(tab, event)
        if tag == _HIDDEN:
            for action in [*tab.watched, *([tab.action] if tab.action else [])]:
                if abs(event.timestamp - action.timestamp) <= AWAY_MS and action.response is None:
                    action.response = Response("hidden", event.timestamp - action.timestamp)
            tab.hidden = self._enter(tab, PendingRow(event.timestamp, tab.number, "hidden"))
        elif tag == _VISIBLE and tab.hidden:
            tab.hidden.until = event.timestamp
            tab.hidden = None
        elif tag == _PAUSED:
            self.pauses += 1
        elif tag == RELATIVE_TIMES:
            self.relative_times = True
        elif tag and not tag.startswith("$") and tag not in POSTHOG_TAGS and not self._pending.refuses("custom"):
            self._enter(tab, PendingRow(event.timestamp, tab.number, "custom", message=self._words.text(tag, 100)))

    def resize(self, tab: Tab, event: Event) -> None:
        """The window's size, which may be a new one."""
        width, height = whole(event.data.get("width")), whole(event.data.get("height"))
        if width is None or height is None or tab.size == (width, height):
            return
        before, tab.size = tab.size, (width, height)
        if before is None:
            return
        entry = tab.grown("resize", event.timestamp)
        if entry is None:
            entry = PendingRow(event.timestamp, tab.number, "resize", size_before=before)
            tab.open_rows["resize"] = self._enter(tab, entry)
        entry.size = width, height

    def loading(self, tab: Tab, event: Event) -> None:
        """A document was loaded; its first snapshot comes next."""
        del event
        tab.loading = True

    def finish(self) -> None:
        """No event comes any more."""
        self._messages.finish()

    def name(self, tab: Tab) -> None:
        """Title the visited page, which has had time to be built: something is done on it now, or it ends."""
        if tab.unnamed is None:
            return
        visit, tab.unnamed = tab.unnamed, None
        if not self._work.allows():
            return
        document = self._tabs.document(tab)
        found = title(document)
        visit.title = self._words.text(found, MAX_TITLE_LENGTH) if found else ""
        visit.says = meaning_of(found, bare=True)
        self._messages.loaded(tab, document, visit)

    def mutation(self, tab: Tab, event: Event) -> None:
        """The document changed; after an action, look at what the page shows."""
        tab.mutated(event)
        candidates = self._waits.before(tab, event)
        self._messages.mutation(tab, event)
        if candidates is not None:
            self._waits.after(tab, event, candidates)

    def rendering(self, tab: Tab, event: Event) -> None:
        """The page looks different without a mutation, which answers an action unless it was so all the time."""
        if change := self._renderings.take(event):
            tab.respond(
                event.timestamp,
                change.kind,
                RESPONSE_MS,
                lambda action: action.timestamp - change.before > AMBIENT_MS,
                detail=change.detail,
            )

    def plugin(self, tab: Tab, event: Event) -> None:
        """A console line or network requests."""
        if line := console_line(event):
            self._console(tab, line)
        elif text(event.data.get("plugin")) not in NETWORK_PLUGINS:
            self.unknown_plugins += 1
        for request in requests(event):
            if not request.url:
                continue
            if known := self._requests.earlier(request, event):
                self._complete(known, request)
            else:
                self._requests.add(request)
                self._request(tab, request)

    def _console(self, tab: Tab, line: ConsoleLine) -> None:
        if line.from_extension:
            self.foreign_lines += 1
            return
        if self._pending.refuses("console"):
            return
        message = self._words.text(line.message, MAX_CONSOLE_LENGTH)
        if not message:
            return
        last = tab.open_rows.get("console")
        if last and (last.message, last.level) == (message, line.level) and line.timestamp - last.end <= AFTER_MS:
            last.count += 1
            last.until = line.timestamp
        else:
            entry = PendingRow(line.timestamp, tab.number, "console", message=message, level=line.level, key=message)
            tab.open_rows["console"] = self._enter(tab, entry)

    def _request(self, tab: Tab, request: Request) -> None:
        if self._pending.refuses("network"):
            return
        entry = PendingRow(request.timestamp, tab.number, "network", request=request)
        self._name_request(entry, request)
        self._request_rows[request] = self._enter(tab, entry)

    def _complete(self, known: Request, request: Request) -> None:
        """A request was recorded twice: its row says what either record holds."""
        entry = self._request_rows.get(known)
        if entry is not None and entry.request is not None:
            entry.request = entry.request.completed(request)
            self._name_request(entry, entry.request)

    def _name_request(self, entry: PendingRow, request: Request) -> None:
        entry.url = self._words.url(request.url)
        entry.key = f"{request.method} {entry.url}".strip()

    def _visit(self, tab: Tab, event: Event) -> None:
        url = href(event)
        again = url == tab.url and tab.loading and event.type == EventType.META
        if not url or (url == tab.url and not again):
            return
        self.name(tab)
        if not tab.url and self._is_frame(tab, event):
            tab.url, tab.page, tab.framed = url, self._words.url(url), True
            return
        told = not self._pending.refuses("navigation")
        tab.url, tab.page = url, self._words.url(url) if told else ""
        tab.respond(event.timestamp, "reload" if again else "navigation", detail=tab.page)
        loaded = tab.loading and event.type == EventType.META
        visit = PendingRow(event.timestamp, tab.number, "navigation", key=tab.page, reloaded=again, loaded=loaded)
        tab.unnamed = self._enter(tab, visit) if told else None
        tab.loading = False
        tab.fresh = True
        tab.focused = None
        tab.typing = False
        tab.scrolling = None
        tab.open_rows.clear()

    def _is_frame(self, tab: Tab, event: Event) -> bool:
        """Whether a window is a frame of another one, which loads the recorder too: nobody did anything to open it."""
        width, height = whole(event.data.get("width")), whole(event.data.get("height"))
        return any(
            each is not tab
            and not each.framed
            and event.timestamp - each.acted_at > OPENING_MS
            and event.timestamp - each.last <= OPENING_MS
            and each.size is not None
            and 0 < (width or 0) < each.size[0]
            and 0 < (height or 0) < each.size[1]
            for each in self._tabs
        )

    def _enter(self, tab: Tab, entry: PendingRow) -> PendingRow:
        entry.page = tab.page
        return self._pending.enter(entry)
