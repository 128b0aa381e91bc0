"""The sessions of an environment: all, newest first, or those that a search finds. All text is masked."""

import re
import sqlite3
from typing import Final

from msgspec import Struct

from replay_mcp.api.models import Recording
from replay_mcp.local.http.call import Call, Connect
from replay_mcp.local.http.request_body import Body
from replay_mcp.local.recordings.query import RecordingQuery
from replay_mcp.local.recordings.search import run_query
from replay_mcp.local.recordings.serializers import listed_recordings
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.property_filters import PropertyFilter

from .stepped_reading import REDACTION

DEFAULT_LIMIT: Final = 25
MAX_SEARCH: Final = 200
"""Maximum characters of a search."""
_MAX_URL: Final = 160
_MAX_NAME: Final = 60
_SESSION_ID: Final = re.compile(r"(?:^|/replay/)([A-Za-z0-9-]{1,70})(?:$|[/?#])", re.ASCII)
"""A session id, or an address of the player."""
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


class ListedSession(Struct, frozen=True):
    """A recording in the list.

    Attributes:
        change: number of its latest change.
        start: epoch milliseconds.
        duration: seconds.
        person: name, e-mail address or distinct id of the visitor; empty for an anonymous one.
        url: of the first page.
    """

    id: str
    change: int
    start: int
    duration: int
    ongoing: bool
    person: str
    url: str
    clicks: int
    errors: int


class SessionsPage(Struct, frozen=True):
    """The newest sessions that fit.

    Attributes:
        count: number of all that fit; None if counting them takes too long.
        more: whether there are older ones.
    """

    sessions: list[ListedSession]
    count: int | None
    more: bool


def list_sessions(
    db: sqlite3.Connection, connect: Connect, team: Team, now: int, *, search: str = "", limit: int = DEFAULT_LIMIT
) -> SessionsPage:
    """List sessions, newest first.

    Args:
        db: the request's connection.
        connect: lends another one.
        team: the environment.
        now: epoch milliseconds.
        search: part of a visited URL, a console message, the visitor's name, e-mail address or distinct id; or a
            session id, alone or in an address of the player.
        limit: maximum number of sessions, which the recordings list limits in turn.

    Raises:
        ApiFailure: 429 if the search takes too long.
    """
    key = accounts.first_key(db)
    call = Call(
        db=db,
        team=team,
        user=accounts.find_user(db, key.user_id),
        key=key,
        method="GET",
        path={},
        query={},
        content=Body(b"", ""),
        url="",
        now=now,
        connect=connect,
    )
    found = run_query(call, _query(db, search.strip()[:MAX_SEARCH], limit))
    listed = listed_recordings(call, found.rows, external_references=False)
    return SessionsPage(
        [
            ListedSession(
                id=row["session_id"],
                change=row["change"],
                start=row["start_time"],
                duration=row["duration"],
                ongoing=bool(recording.ongoing),
                person=_name(recording),
                url=REDACTION.url(row["start_url"] or "", _MAX_URL),
                clicks=row["click_count"],
                errors=row["console_error_count"],
            )
            for row, recording in zip(found.rows, listed, strict=True)
        ],
        found.count,
        found.has_next,
    )


def _query(db: sqlite3.Connection, search: str, limit: int) -> RecordingQuery:
    usual = RecordingQuery(date_from="all", limit=limit)
    if not search:
        return usual
    if (named := _SESSION_ID.search(search)) and _exists(db, named[1]):
        return usual.model_copy(update={"session_ids": [named[1]]})
    parts = [
        PropertyFilter(key="visited_page", type="recording", value=search, operator="icontains"),
        PropertyFilter(key="distinct_id", type="recording", value=search, operator="icontains"),
        PropertyFilter(key="name", type="person", value=search, operator="icontains"),
        PropertyFilter(key="email", type="person", value=search, operator="icontains"),
    ]
    logged = PropertyFilter(key="message", type="log_entry", value=search, operator="icontains")
    return usual.model_copy(update={"operand": "OR", "properties": parts, "console_log_filters": [logged]})


def _name(recording: Recording) -> str:
    name = (recording.person and recording.person.name) or recording.distinct_id or ""
    is_anonymous = _UUID.fullmatch(name)  # posthog-js gives visitors such an id until they are identified
    return "" if is_anonymous else (REDACTION.identity(name) or "")[:_MAX_NAME]


def _exists(db: sqlite3.Connection, session_id: str) -> bool:
    return db.execute("SELECT 1 FROM recording WHERE session_id = ?", (session_id,)).fetchone() is not None
