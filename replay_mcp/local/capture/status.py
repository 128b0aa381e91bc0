"""The page at `/`: whether the recorder is connected, the latest recordings, and the next steps.

Recorded text is untrusted, so it is masked, shortened and escaped. A browser that another site directs here under its
own host name (DNS rebinding) gets none of it.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from replay_mcp.local.http.hosts import is_opened_on_loopback
from replay_mcp.local.http.pages import render_page
from replay_mcp.local.recordings.serializers import is_ongoing
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import from_ms
from replay_mcp.local.store.database import Store
from replay_mcp.redaction import Redaction, visible

from .assets import Assets
from .snippet import module_snippet, snippet

PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
LAST_SESSIONS: Final = 10
RECENT_MS: Final = 15_000
"""A recorder that sent data within this time counts as recording."""
_REDACTION: Final = Redaction("standard")


class Contact:
    """When posthog-js last sent a request, and from which origin. Times are epoch milliseconds."""

    def __init__(self) -> None:
        self.sent_at = self.refused_at = 0
        self.refusal = ""
        self._loaded_at = 0
        self._loaded_from = self._sent_from = ""

    def loaded(self, now: int, origin: str) -> None:
        """Note that a page loaded the configuration."""
        self._loaded_at, self._loaded_from = now, origin

    def sent(self, now: int, origin: str) -> None:
        """Note that a page sent part of a recording."""
        self.sent_at, self._sent_from = now, origin

    def refused(self, now: int, reason: str) -> None:
        """Note that a request was refused."""
        self.refused_at, self.refusal = now, reason

    def describe(self, now: int) -> str:
        """Whether the recorder is connected, in one sentence."""
        if self.sent_at and now - self.sent_at < RECENT_MS:
            return f"Recording: {_page(self._sent_from)} sent data {_ago(now, self.sent_at)}."
        if self.sent_at:
            return f"The recorder was connected; {_page(self._sent_from)} last sent data {_ago(now, self.sent_at)}."
        if self._loaded_at:
            return (
                f"The recorder is connected: {_page(self._loaded_from)} loaded its configuration "
                f"{_ago(now, self._loaded_at)}. Nothing is recorded yet; click somewhere in the page. If that does not "
                "help, look for a blocked request in its console."
            )
        return "Waiting: no page has loaded the recorder since this server started."


def _page(origin: str) -> str:
    return f"a page of {visible(origin, 100)}" if origin else "a page"


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """An HTML page with its HTTP status."""

    html: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last rejected request, as shown on the page."""

    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A recording, as shown on the page."""

    id: str
    link: str
    started: str
    length: str
    clicks: int
    errors: int
    first_page: str


@dataclass(frozen=True, slots=True)
class EnvironmentSection:
    """An environment, as shown on the page."""

    id: int
    recorder: str
    sessions: list[SessionLine]
    snippet: str
    module_snippet: str


class StatusPage:
    """The status page.

    Args:
        store: the store with the recordings to show.
        origin: the origin at which pages reach this server.
        connect: how to connect an MCP client, as plain text.
        posthog_js: the files of posthog-js.
        public: whether others can reach this server. The page then requires a project's token, which every recorded
            page contains, and shows whether that project is being recorded, but no recordings.
    """

    def __init__(self, store: Store, *, origin: str, connect: str, posthog_js: Assets, public: bool = False) -> None:
        self._contacts: dict[str, Contact] = {}
        self._store = store
        self._origin = origin
        self._connect = connect
        self._assets = posthog_js
        self._public = public

    def contact(self, token: str = "") -> Contact:
        """The contact of a known project token; without a token, that of requests without a project."""
        return self._contacts.setdefault(token, Contact())

    def config_loaded(self, token: str, now: int, origin: str) -> None:
        """Note that a page loaded the configuration with this token, if it is a project's; synchronous."""
        with self._store.connection() as db:
            if accounts.find_team_of_token(db, token):
                self.contact(token).loaded(now, origin)

    def render(self, request: Request, now: int) -> RenderedPage:
        """Render the page for a request; synchronous."""
        if not self._public and not is_opened_on_loopback(request):
            return RenderedPage(render_page("wrong_address"), 403)
        with self._store.connection() as db:
            teams = accounts.list_teams(db)
            if self._public:
                teams = [team for team in teams if team.api_token == request.query_params.get("token")]
                if not teams:
                    return RenderedPage(render_page("which_project"), 401)
            environments = [self._environment(db, team, now) for team in teams]
        html = render_page(
            "status",
            public=self._public,
            refusal=self._refusal(now),
            environments=environments,
            missing_script=None if self._assets.directory else self._assets.missing("The script"),
            connect=self._connect,
        )
        return RenderedPage(html)

    def _refusal(self, now: int) -> Refusal | None:
        """The last rejected request, unless data has arrived since."""
        last = self.contact()
        if self._public or last.refused_at <= max(contact.sent_at for contact in list(self._contacts.values())):
            return None
        return Refusal(_ago(now, last.refused_at), visible(last.refusal, 500))

    def _environment(self, db: sqlite3.Connection, team: Team, now: int) -> EnvironmentSection:
        token = team.api_token
        return EnvironmentSection(
            id=team.id,
            recorder=self.contact(token).describe(now),
            sessions=[] if self._public else _latest_sessions(db, team, now),
            snippet=snippet(self._origin, token),
            module_snippet=module_snippet(self._origin, token),
        )


def _latest_sessions(db: sqlite3.Connection, team: Team, now: int) -> list[SessionLine]:
    rows = db.execute(
        "SELECT session_id, start_time, duration, click_count, console_error_count, start_url, last_ingested_at"
        " FROM recording WHERE team_id = ? AND deleted_at IS NULL AND expiry_time >= ?"
        " ORDER BY start_time DESC, session_id DESC LIMIT ?",
        (team.id, now, LAST_SESSIONS),
    )
    return [
        SessionLine(
            id=row["session_id"],
            link=f"/project/{team.id}/replay/{row['session_id']}",
            started=f"{from_ms(row['start_time']):%Y-%m-%d %H:%M:%S} UTC",
            length=f"{row['duration']} s" + (", ongoing" if is_ongoing(row, now) else ""),
            clicks=row["click_count"],
            errors=row["console_error_count"],
            first_page=_REDACTION.url(row["start_url"] or "", 120),
        )
        for row in rows
    ]


def _ago(now: int, at: int) -> str:
    seconds = max(0, now - at) // 1000
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago"
