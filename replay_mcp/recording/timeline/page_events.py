"""What the page did: which URLs it went to, what it showed, logged and asked servers for."""

from typing import Final

from replay_mcp.recording.dom.message_words import says
from replay_mcp.recording.dom.messages import Notice, alerts, leaving, notices, standing, title
from replay_mcp.recording.dom.work import Work
from replay_mcp.recording.rrweb.console import ConsoleLine, console_line
from replay_mcp.recording.rrweb.events import Event, EventType
from replay_mcp.recording.rrweb.metadata import POSTHOG_TAGS, href
from replay_mcp.recording.rrweb.network import NETWORK_PLUGINS, RecentRequests, Request, requests
from replay_mcp.recording.rrweb.relative_times import RELATIVE_TIMES
from replay_mcp.recording.rrweb.untrusted import text, whole

from .pending_rows import PendingAction, PendingRow, PendingRows
from .rendering import AMBIENT_MS, Renderings
from .rows import AFTER_MS, AWAY_MS, RESPONSE_MS, Response, RowElement
from .shown_text import ShownText
from .tab import Tab, Tabs

MAX_TEXTS_OF_AN_ACT: Final = 5
"""Most texts told after one act."""
MAX_TITLE_LENGTH: Final = 100
MAX_NOTICE_LENGTH: Final = 200
MAX_PLAIN_LENGTH: Final = 60
MAX_CONSOLE_LENGTH: Final = 300

_MAX_SHOWN: Final = 50
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

    def __init__(self, pending: PendingRows, shown: ShownText, tabs: Tabs, work: Work) -> None:
        self._work = work
        self.pauses = 0
        self.relative_times = False
        self.foreign_lines = 0
        self.unknown_plugins = 0
        self._pending = pending
        self._words = shown
        self._tabs = tabs
        self._renderings = Renderings()
        self._requests = RecentRequests()
        self._request_rows: dict[Request, PendingRow] = {}

    def snapshot(self, tab: Tab, event: Event) -> None:
        """The whole document, anew."""
        tab.document.add(event)
        self._tabs.trim(tab)
        tab.shown.clear()
        tab.ambient.clear()

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
            for act in [*tab.watched, *([tab.act] if tab.act else [])]:
                if abs(event.timestamp - act.timestamp) <= AWAY_MS and act.response is None:
                    act.response = Response("hidden", event.timestamp - act.timestamp)
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
        draft = tab.grown("resize", event.timestamp)
        if draft is None:
            draft = PendingRow(event.timestamp, tab.number, "resize", size_before=before)
            tab.growing["resize"] = self._enter(tab, draft)
        draft.size = width, height

    def loading(self, tab: Tab, event: Event) -> None:
        """A document was loaded; its first snapshot comes next."""
        del event
        tab.loading = True

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
        visit.says = says(found)
        act = tab.act
        if act is not None and tab.fresh and 0 <= visit.timestamp - tab.act_at <= AFTER_MS:
            for notice in alerts(document):  # a server's answer to a form comes with the page
                if notice.says == "error" and notice.owner not in tab.shown:
                    self._tell(tab, visit.timestamp, act, notice)

    def mutation(self, tab: Tab, event: Event) -> None:
        """The document changed; after an act, look at what the page shows."""
        tab.mutated(event)
        attentive = tab.act is not None and 0 <= event.timestamp - tab.act_at <= AFTER_MS
        if tab.act is None or not attentive or self._pending.is_full("text") or not self._work.allows():
            tab.document.add(event)
            self._tabs.trim(tab)
            return
        document = tab.document.current()
        mutation = tab.document.decode(event)
        left = list(leaving(document, mutation, tab.shown))
        tab.document.apply(mutation)
        self._tabs.trim(tab)
        if not _is_full(tab.act):
            for notice in notices(document, mutation):
                self._notice(tab, event, tab.act, notice)
        for notice in left:  # what had stood there since the page came
            tab.shown.setdefault(notice.owner, (self._place(notice), self._shown(notice)))
        only_adds = not (mutation.removes or mutation.texts or mutation.attributes)
        for owner, (place, shown) in () if only_adds else list(tab.shown.items()):
            if not standing(document, owner):
                del tab.shown[owner]
                self._enter(tab, PendingRow(event.timestamp, tab.number, "text", part=place, texts=(shown,), gone=True))

    def rendering(self, tab: Tab, event: Event) -> None:
        """The page looks different without a mutation, which answers an act unless it was so all the time."""
        if change := self._renderings.take(event):
            tab.respond(
                event.timestamp,
                change.kind,
                RESPONSE_MS,
                lambda act: act.timestamp - change.before > AMBIENT_MS,
                detail=change.detail,
            )

    def _notice(self, tab: Tab, event: Event, act: PendingAction, notice: Notice) -> None:
        if notice.place == "text" and not notice.says:
            if not tab.fresh and not act.plain:
                act.plain = self._words.text(notice.text, MAX_PLAIN_LENGTH)
            return
        if tab.fresh and (notice.place == "heading" or notice.says != "error"):
            return  # a new page shows all its texts at once
        self._tell(tab, event.timestamp, act, notice)

    def _tell(self, tab: Tab, timestamp: int, act: PendingAction, notice: Notice) -> None:
        shown = self._shown(notice)
        if shown in act.shows or _is_full(act):
            return
        act.shows.append(shown)
        if act.says != "error":
            act.says = notice.says or act.says
        if notice.owner in tab.shown and tab.shown[notice.owner][1] == shown:
            return  # shown again, and told already
        place = self._place(notice)
        if len(tab.shown) < _MAX_SHOWN:
            tab.shown[notice.owner] = place, shown
        key = f"{place.role} {place.selector}".strip()
        draft = PendingRow(timestamp, tab.number, "text", part=place, texts=(shown,), key=key, says=notice.says)
        if notice.says == "error":
            draft.flags.add("error_shown")
        self._enter(tab, draft)

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
        last = tab.growing.get("console")
        if last and (last.message, last.level) == (message, line.level) and line.timestamp - last.end <= AFTER_MS:
            last.count += 1
            last.until = line.timestamp
        else:
            draft = PendingRow(line.timestamp, tab.number, "console", message=message, level=line.level, key=message)
            tab.growing["console"] = self._enter(tab, draft)

    def _request(self, tab: Tab, request: Request) -> None:
        if self._pending.refuses("network"):
            return
        draft = PendingRow(request.timestamp, tab.number, "network", request=request)
        self._name_request(draft, request)
        self._request_rows[request] = self._enter(tab, draft)

    def _complete(self, known: Request, request: Request) -> None:
        """A request was recorded twice: its row says what either record holds."""
        draft = self._request_rows.get(known)
        if draft is not None and draft.request is not None:
            draft.request = draft.request.completed(request)
            self._name_request(draft, draft.request)

    def _name_request(self, draft: PendingRow, request: Request) -> None:
        draft.url = self._words.url(request.url)
        draft.key = f"{request.method} {draft.url}".strip()

    def _visit(self, tab: Tab, event: Event) -> None:
        url = href(event)
        again = url == tab.url and tab.loading and event.type == EventType.META
        if not url or (url == tab.url and not again):
            return
        self.name(tab)
        told = not self._pending.refuses("navigation")
        tab.url, tab.page = url, self._words.url(url) if told else ""
        tab.respond(event.timestamp, "reload" if again else "navigation", detail=tab.page)
        visit = PendingRow(event.timestamp, tab.number, "navigation", key=tab.page, reloaded=again)
        tab.unnamed = self._enter(tab, visit) if told else None
        tab.loading = False
        tab.fresh = True
        tab.focused = None
        tab.typing = False
        tab.scrolling = None
        tab.growing.clear()

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
