"""The page at `/`: is something recorded, what was recorded last, and how to go on.

What it shows of recordings is a stranger's text: masked, capped and escaped. A browser that another site leads here by
a name of its own (DNS rebinding) gets none of it.
"""

import sqlite3
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from replay_mcp.local.recordings.serializers import is_ongoing
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import from_ms
from replay_mcp.local.store.database import Store
from replay_mcp.loopback import is_loopback
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
FRESH_MS: Final = 15_000
"""A recorder that sent something so recently is at work."""
_REDACTION: Final = Redaction("standard")


class Contact:
    """When posthog-js last got in touch, and from which page's origin. Times are epoch milliseconds."""

    def __init__(self) -> None:
        self.sent_at = self.refused_at = 0
        self.refusal = ""
        self._asked_at = 0
        self._asked_from = self._sent_from = ""

    def asked(self, now: int, origin: str) -> None:
        """A page loaded the configuration."""
        self._asked_at, self._asked_from = now, origin

    def sent(self, now: int, origin: str) -> None:
        """A page sent a part of a recording."""
        self.sent_at, self._sent_from = now, origin

    def refused(self, now: int, why: str) -> None:
        """A request was refused."""
        self.refused_at, self.refusal = now, why

    def told(self, now: int) -> str:
        """Is the recorder connected, in one sentence."""
        if self.sent_at and now - self.sent_at < FRESH_MS:
            return f"Recording: {_page(self._sent_from)} sent data {_ago(now, self.sent_at)}."
        if self.sent_at:
            return f"The recorder was connected; {_page(self._sent_from)} last sent data {_ago(now, self.sent_at)}."
        if self._asked_at:
            return (
                f"The recorder is connected: {_page(self._asked_from)} asked for its configuration "
                f"{_ago(now, self._asked_at)}. Nothing is recorded yet; click somewhere in it. If nothing comes, look "
                "for a blocked request in its console."
            )
        return "Waiting: no page has loaded the recorder since this server started."


def _page(origin: str) -> str:
    return f"a page of {visible(origin, 100)}" if origin else "a page"


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page with its HTTP status."""

    html: str
    status: int = 200


class StatusPage:
    """The status page.

    Args:
        store: whose recordings it shows.
        origin: where this server listens, as pages reach it.
        connect: how to connect an MCP client, as plain text.
        posthog_js: the files of posthog-js.
        public: whether others can reach this server; then the page asks for a project's token, which anybody finds in a
            recorded page, and shows of that project whether it is recorded, but no recordings.
    """

    def __init__(self, store: Store, *, origin: str, connect: str, posthog_js: Assets, public: bool = False) -> None:
        self._contacts: dict[str, Contact] = {}
        self._store = store
        self._origin = origin
        self._connect = connect
        self._assets = posthog_js
        self._public = public

    def contact(self, token: str = "") -> Contact:
        """Who got in touch with a known project token; without one, what belongs to none."""
        return self._contacts.setdefault(token, Contact())

    def asked(self, token: str, now: int, origin: str) -> None:
        """A page loaded the configuration with this token, which may be nobody's; synchronous."""
        with self._store.connection() as db:
            if accounts.find_team_of_token(db, token):
                self.contact(token).asked(now, origin)

    def render(self, request: Request, now: int) -> Page:
        """The page for a request; synchronous."""
        if not self._public and not is_loopback(_host(request)):
            return Page(_document("<h1>Not here</h1><p>Open this page by the address of this machine.</p>"), 403)
        with self._store.connection() as db:
            teams = accounts.list_teams(db)
            if self._public:
                teams = [team for team in teams if team.api_token == request.query_params.get("token")]
                if not teams:
                    text = (
                        "<h1>Which project?</h1><p>Add <code>?token=</code> and a project's token to the address.</p>"
                    )
                    return Page(_document(text), 401)
            body = "".join(self._environment(db, team, now) for team in teams)
        return Page(_document(self._head(now) + body + ("" if self._public else self._foot()), refresh=True))

    def _head(self, now: int) -> str:
        title, last = "<h1>Replay MCP, local</h1>", self.contact()
        if self._public or last.refused_at <= max(contact.sent_at for contact in list(self._contacts.values())):
            return title
        when, why = _ago(now, last.refused_at), escape(visible(last.refusal, 500))
        return f"{title}<p><strong>Refused {when}:</strong> {why}</p>"

    def _environment(self, db: sqlite3.Connection, team: Team, now: int) -> str:
        token = team.api_token
        where = self._assets.directory
        needed = "" if where else f"<p><strong>First:</strong> {escape(self._assets.missing('The script'))}</p>"
        return f"""
<h2>Environment {team.id}</h2>
<p>{escape(self.contact(token).told(now))}</p>{"" if self._public else self._sessions(db, team, now)}
<h3>Record a page</h3>{needed}<p>Paste into its <code>&lt;head&gt;</code>, before other scripts:</p>
<pre>{escape(snippet(self._origin, token))}</pre>
<p>Or, in an app with a bundler and posthog-js:</p><pre>{escape(module_snippet(self._origin, token))}</pre>"""

    def _sessions(self, db: sqlite3.Connection, team: Team, now: int) -> str:
        found = db.execute(
            "SELECT session_id, start_time, duration, click_count, console_error_count, start_url, last_ingested_at"
            " FROM recording WHERE team_id = ? AND deleted_at IS NULL AND expiry_time >= ?"
            " ORDER BY start_time DESC, session_id DESC LIMIT ?",
            (team.id, now, LAST_SESSIONS),
        ).fetchall()
        rows = "".join(_row(team, row, now) for row in found)
        heads = "".join(
            f"<th>{name}</th>" for name in ("session", "started", "length", "clicks", "errors", "first page")
        )
        return f"<table><tr>{heads}</tr>{rows}</table>" if found else "<p>No recordings yet.</p>"

    def _foot(self) -> str:
        return f"""
<h2>Ask an agent</h2><pre>{escape(self._connect)}</pre>
<p>Then ask: <em>What happened in my last session?</em></p>"""


def _row(team: Team, row: sqlite3.Row, now: int) -> str:
    session_id = escape(row["session_id"])
    started = f"{from_ms(row['start_time']):%Y-%m-%d %H:%M:%S} UTC"
    length = f"{row['duration']} s" + (", ongoing" if is_ongoing(row, now) else "")
    url = escape(_REDACTION.url(row["start_url"] or "", 120))
    return (
        f'<tr><td><a href="/project/{team.id}/replay/{session_id}">{session_id}</a></td><td>{started}</td>'
        f"<td>{length}</td><td>{row['click_count']}</td><td>{row['console_error_count']}</td><td>{url}</td></tr>"
    )


def _host(request: Request) -> str:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _ago(now: int, at: int) -> str:
    seconds = max(0, now - at) // 1000
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago"


def _document(body: str, *, refresh: bool = False) -> str:
    again = '<meta http-equiv="refresh" content="5">' if refresh else ""
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">{again}
<title>Replay MCP, local</title>
<style>
body {{ font: 16px/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100%; font-size: 14px }}
th, td {{ text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; overflow-wrap: anywhere }}
pre {{ background: #f3f3f3; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }}
</style>
{body}
</html>
"""
