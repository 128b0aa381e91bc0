"""The page at `/`: whether recorders are connected, and how to record. Its script lists the sessions.

A browser that another site directs here under its own host name (DNS rebinding) gets none of it.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any, Final, Literal

from starlette.requests import Request

from replay_mcp.local.errors import unauthenticated
from replay_mcp.local.http.hosts import is_opened_on_loopback
from replay_mcp.local.http.pages import render_page
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.database import Store
from replay_mcp.redaction import visible

from .assets import Assets
from .snippet import module_snippet, snippet

RECENT_MS: Final = 15_000
"""A recorder that sent data within this time counts as recording."""


@dataclass(frozen=True, slots=True)
class RecorderState:
    """Whether the recorder is connected, in a word and in a sentence."""

    state: Literal["recording", "connected", "waiting"]
    sentence: str


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

    def state(self, now: int) -> RecorderState:
        """Whether the recorder is connected."""
        if self.sent_at and now - self.sent_at < RECENT_MS:
            return RecorderState(
                "recording", f"Recording: {_page(self._sent_from)} sent data {_ago(now, self.sent_at)}."
            )
        if self.sent_at:
            sentence = f"The recorder was connected; {_page(self._sent_from)} last sent data {_ago(now, self.sent_at)}."
            return RecorderState("waiting", sentence)
        if self._loaded_at:
            return RecorderState(
                "connected",
                f"The recorder is connected: {_page(self._loaded_from)} loaded its configuration "
                f"{_ago(now, self._loaded_at)}. Nothing is recorded yet; click somewhere in the page. If that does not "
                "help, look for a blocked request in its console.",
            )
        return RecorderState("waiting", "Waiting: no page has loaded the recorder since this server started.")


def _page(origin: str) -> str:
    return f"a page of {visible(origin, 100)}" if origin else "a page"


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """An HTML page with its HTTP status."""

    html: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class EnvironmentSection:
    """An environment, as shown on the page."""

    id: int
    recorder: RecorderState
    has_recordings: bool
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
            teams = self._teams(db, request)
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

    def recorders(self, request: Request, now: int) -> dict[str, Any]:
        """The parts of the page that change: `refusal` and `recorders`; synchronous.

        Raises:
            ApiFailure: 401 for a request to which the page shows nothing.
        """
        if not self._public and not is_opened_on_loopback(request):
            raise unauthenticated()
        with self._store.connection() as db:
            teams = self._teams(db, request)
        if not teams:
            raise unauthenticated()
        states = [(team.id, self.contact(team.api_token).state(now)) for team in teams]
        return {
            "refusal": self._refusal(now),
            "recorders": [
                {"environment": number, "state": state.state, "sentence": state.sentence} for number, state in states
            ],
        }

    def _teams(self, db: sqlite3.Connection, request: Request) -> list[Team]:
        """The environments that a request may see."""
        teams = accounts.list_teams(db)
        if not self._public:
            return teams
        return [team for team in teams if team.api_token == request.query_params.get("token")]

    def _refusal(self, now: int) -> str:
        """The last rejected request, unless data has arrived since."""
        last = self.contact()
        if self._public or last.refused_at <= max(contact.sent_at for contact in list(self._contacts.values())):
            return ""
        return f"Refused {_ago(now, last.refused_at)}: {visible(last.refusal, 500)}"

    def _environment(self, db: sqlite3.Connection, team: Team, now: int) -> EnvironmentSection:
        token = team.api_token
        return EnvironmentSection(
            id=team.id,
            recorder=self.contact(token).state(now),
            has_recordings=not self._public and _has_recordings(db, team),
            snippet=snippet(self._origin, token),
            module_snippet=module_snippet(self._origin, token),
        )


def _has_recordings(db: sqlite3.Connection, team: Team) -> bool:
    return db.execute("SELECT 1 FROM recording WHERE team_id = ? LIMIT 1", (team.id,)).fetchone() is not None


def _ago(now: int, at: int) -> str:
    seconds = max(0, now - at) // 1000
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago"
