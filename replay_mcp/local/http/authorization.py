"""Authentication and authorisation: keys, environments, scopes and membership, checked in the live server's order."""

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from replay_mcp.api.endpoints import Endpoint
from replay_mcp.local.errors import forbidden, not_found, unauthenticated
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Key, Team, UserRow

from .request_body import Body


def authenticate(db: sqlite3.Connection, authorization: str | None, body: Body, query: Mapping[str, str]) -> Key:
    """Find the request's key: `Authorization: Bearer`, else `personal_api_key` in the body or the query string.

    Raises:
        ApiFailure: 401; 400 or 415 if there is no header and the body cannot be parsed.
    """
    scheme, _, bearer = (authorization or "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return _key(db, bearer.strip(), "request Authorization header")
    if isinstance(body.value, Mapping) and "personal_api_key" in body.fields:
        return _key(db, body.fields["personal_api_key"], "body")
    if "personal_api_key" in query:
        return _key(db, query["personal_api_key"], "query string")
    raise unauthenticated()


def authorize(
    db: sqlite3.Connection, key: Key, environment: str, endpoint: Endpoint[Any, Any] | None
) -> tuple[Team, UserRow]:
    """Check that the key may use `endpoint` in the URL's environment; with None, only the access to the environment.

    Raises:
        ApiFailure: 404 for an unknown environment, 403 otherwise.
    """
    user = accounts.find_user(db, key.user_id)
    if key.scopes:  # a key without scopes is a legacy key, which has all permissions
        _check_restrictions(db, key, user, environment)
        if endpoint is not None and not _covers(key.scopes, endpoint.scope):
            raise forbidden(f"API key missing required scope '{endpoint.scope}'")
    team = _team(db, user, environment)
    if not accounts.is_member(db, user.id, team.organization_id):
        raise forbidden("You don't have access to the project.")
    return team, user


def _key(db: sqlite3.Connection, value: object, place: str) -> Key:
    key = accounts.find_key(db, value) if isinstance(value, str) else None
    if key is None:
        raise unauthenticated(f"Personal API key found in {place} is invalid.")
    return key


def _check_restrictions(db: sqlite3.Connection, key: Key, user: UserRow, environment: str) -> None:
    # With an unrestricted key, the scope is checked before the environment (live behaviour).
    if key.scoped_teams is None and key.scoped_organizations is None:
        return
    team = _team(db, user, environment)
    if key.scoped_teams is not None and team.id not in key.scoped_teams:
        raise forbidden(f"API key does not have access to the requested project: ID {team.id}.")
    if key.scoped_organizations is not None and team.organization_id not in key.scoped_organizations:
        raise forbidden(f"API key does not have access to the requested organization: ID {team.organization_id}.")


def _team(db: sqlite3.Connection, user: UserRow, environment: str) -> Team:
    if environment == "@current":
        team_id = user.current_team_id
    else:
        # Numbers of up to 18 digits fit SQLite's integers.
        team_id = int(environment) if re.fullmatch("[0-9]{1,18}", environment) else None
    team = accounts.find_team(db, team_id) if team_id is not None else None
    if team is None:
        raise not_found("Project not found.")
    return team


def _covers(scopes: tuple[str, ...], required: str) -> bool:
    subject, _, action = required.partition(":")
    return "*" in scopes or required in scopes or (action == "read" and f"{subject}:write" in scopes)
