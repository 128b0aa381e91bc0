"""Who may open a recording in the player: holders of a key and, on a server of this machine only, its browsers."""

import sqlite3
from typing import Final

from starlette.requests import Request

from replay_mcp.api.endpoints import SNAPSHOTS
from replay_mcp.local.errors import forbidden, not_found, unauthenticated
from replay_mcp.local.http import authorization
from replay_mcp.local.http.hosts import is_opened_on_loopback
from replay_mcp.local.http.request_body import Body
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team

_MAX_DIGITS: Final = 18
"""Numbers of up to 18 digits fit SQLite's integers."""
_OWN_SITES: Final = frozenset({"same-origin", "none"})


def authorize(db: sqlite3.Connection, request: Request, *, keyless: bool) -> Team:
    """Return the environment in the path if the request may read its recordings.

    With `keyless`, pages opened under a loopback address need no key. Another site that directs a browser here, by a
    link to data or under its own host name, gets nothing.

    Raises:
        ApiFailure: 401 without a key or with a wrong one, 403 without access, 404 for an unknown environment.
    """
    environment: str = request.path_params["environment"]
    if header := request.headers.get("authorization"):
        key = authorization.authenticate(db, header, Body(b"", ""), {})
        team, _ = authorization.authorize(db, key, environment, SNAPSHOTS)
        return team
    if not keyless or not is_opened_on_loopback(request):
        raise unauthenticated()
    if request.headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        raise forbidden("Another site's page asked for a recording.")
    team = accounts.find_team(db, int(environment)) if len(environment) <= _MAX_DIGITS else None
    if team is None:
        raise not_found("Project not found.")
    return team
