"""Organisations, teams (environments), users and their personal API keys."""

import json
import re
import secrets
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from replay_mcp.api.endpoints import ENDPOINTS
from replay_mcp.api.models import User
from replay_mcp.errors import StoreError

from .database import writing

ALL_SCOPES: Final = ("*",)
SCOPES: Final = (*ALL_SCOPES, *sorted({endpoint.scope for endpoint in ENDPOINTS}))
"""The scopes that a key can have."""
FIRST_ENVIRONMENT: Final = 1
MAX_ENVIRONMENT: Final = 10**18 - 1
"""Largest environment id: one of 18 digits fits SQLite's integers."""
DEFAULT_EMAIL: Final = "you@localhost.local"
DEFAULT_ORGANIZATION: Final = "Local"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")  # a rough check, because no mail is sent to it
_DOMAIN = re.compile(r"[^@\s]+")


@dataclass(frozen=True, slots=True)
class Team:
    """An environment; `id` is the number in its URL."""

    id: int
    organization_id: str
    name: str
    api_token: str
    test_account_domains: tuple[str, ...]
    retention_period_days: int


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user, with the team that `@current` stands for."""

    id: int
    distinct_id: str
    email: str
    current_team_id: int | None


@dataclass(frozen=True, slots=True)
class Key:
    """A personal API key. One without scopes is a legacy key, which has all permissions (live behaviour)."""

    value: str
    label: str
    user_id: int
    email: str
    scopes: tuple[str, ...]
    scoped_teams: tuple[int, ...] | None
    scoped_organizations: tuple[str, ...] | None
    created_at: int


def ensure_first_account(db: sqlite3.Connection, now: int) -> None:
    """Create an organisation, environment 1, a user and a key with all scopes, unless the store has a key."""
    with writing(db):
        if db.execute("SELECT 1 FROM personal_api_key LIMIT 1").fetchone() is None:
            _insert_key(
                db, NewKey(DEFAULT_EMAIL, environment=FIRST_ENVIRONMENT, scopes=ALL_SCOPES, label="first key"), now
            )


@dataclass(frozen=True, slots=True)
class NewKey:
    """The key to create with `add_key`.

    Attributes:
        email: the key's user, who joins the environment's organisation; the user is created if new.
        environment: the environment, which is created if new; for a new user, also `@current`.
        scopes: scopes such as `session_recording:read`, or `*`.
        organization: name of a new environment's organisation, which is created if new.
        restricted: whether the key works in `environment` only, not in the user's others.
        organization_only: whether the key works in the environment's organisation only, not in the user's others.
    """

    email: str
    environment: int
    scopes: tuple[str, ...]
    label: str = ""
    organization: str | None = None
    restricted: bool = False
    organization_only: bool = False


def add_key(db: sqlite3.Connection, new: NewKey, now: int) -> Key:
    """Create a key, and its user, environment and organisation if they are new.

    Raises:
        StoreError: the environment belongs to another organisation, or an e-mail address, scope or id is invalid.
    """
    if not _EMAIL.fullmatch(new.email):
        raise StoreError(f"{new.email!r} is not an e-mail address.", next="Name the key's owner by e-mail.")
    _check_environment(new.environment)
    for scope in new.scopes:
        if scope not in SCOPES:
            raise StoreError(f"There is no scope {scope!r}.", next=f"Scopes are {', '.join(SCOPES)}.")
    with writing(db):
        return _insert_key(db, new, now)


def ensure_team(db: sqlite3.Connection, team_id: int) -> Team:
    """The environment with this id, which is created if new; the first key works in it as well.

    Raises:
        StoreError: the id is invalid.
    """
    _check_environment(team_id)
    if found := find_team(db, team_id):
        return found
    with writing(db):
        _ensure_team(db, team_id, None)
    return ensure_team(db, team_id)


def list_keys(db: sqlite3.Connection) -> list[Key]:
    """All keys, oldest first."""
    return [_key(row) for row in db.execute(f"{_SELECT_KEY} ORDER BY personal_api_key.id")]


def first_key(db: sqlite3.Connection) -> Key:
    """The oldest key, which the MCP server in the same process uses."""
    return _key(db.execute(f"{_SELECT_KEY} ORDER BY personal_api_key.id LIMIT 1").fetchone())


def find_key(db: sqlite3.Connection, value: str) -> Key | None:
    """The key with this value, or None."""
    row = db.execute(f"{_SELECT_KEY} WHERE value = ?", (value,)).fetchone()
    return _key(row) if row else None


def find_team(db: sqlite3.Connection, team_id: int) -> Team | None:
    """The team with this id, or None."""
    row = db.execute("SELECT * FROM team WHERE id = ?", (team_id,)).fetchone()
    if row is None:
        return None
    return Team(
        id=row["id"],
        organization_id=row["organization_id"],
        name=row["name"],
        api_token=row["api_token"],
        test_account_domains=tuple(json.loads(row["test_account_domains"])),
        retention_period_days=row["retention_period_days"],
    )


def find_team_of_token(db: sqlite3.Connection, api_token: str) -> Team | None:
    """The team with this project token, or None."""
    row = db.execute("SELECT id FROM team WHERE api_token = ?", (api_token,)).fetchone()
    return find_team(db, row["id"]) if row else None


def list_teams(db: sqlite3.Connection) -> list[Team]:
    """All teams, by id."""
    ids = [row["id"] for row in db.execute("SELECT id FROM team ORDER BY id").fetchall()]
    return [team for team in (find_team(db, id) for id in ids) if team]


def set_retention(db: sqlite3.Connection, days: int) -> None:
    """Set the retention of all teams: recordings stored from now on expire `days` after the day on which they start."""
    with writing(db):
        db.execute("UPDATE team SET retention_period_days = ?", (days,))


def set_test_account_domains(db: sqlite3.Connection, domains: Sequence[str]) -> None:
    """Set the domains of all teams' test accounts: persons with an e-mail address in one of them are test accounts.

    Raises:
        StoreError: one of them is not a domain.
    """
    named = [domain.strip().removeprefix("@").lower() for domain in domains]
    for domain in named:
        if not _DOMAIN.fullmatch(domain):
            raise StoreError(f"{domain!r} is not a domain.", next="Name the part of e-mail addresses after the @.")
    with writing(db):
        db.execute("UPDATE team SET test_account_domains = ?", (json.dumps(list(dict.fromkeys(named))),))


def find_user(db: sqlite3.Connection, user_id: int) -> UserRow:
    """The user with this id, who must exist."""
    row = db.execute("SELECT id, distinct_id, email, current_team_id FROM user WHERE id = ?", (user_id,)).fetchone()
    return UserRow(**dict(row))


def is_member(db: sqlite3.Connection, user_id: int, organization_id: str) -> bool:
    """Whether the user belongs to the organisation."""
    query = "SELECT 1 FROM organization_membership WHERE user_id = ? AND organization_id = ?"
    return db.execute(query, (user_id, organization_id)).fetchone() is not None


def nested_users(db: sqlite3.Connection, ids: set[int]) -> dict[int, User]:
    """Users by id, in the form nested in other objects."""
    rows = db.execute("SELECT * FROM user WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
    return {
        row["id"]: User(
            id=row["id"],
            uuid=row["uuid"],
            distinct_id=row["distinct_id"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            email=row["email"],
            is_email_verified=bool(row["is_email_verified"]),
            hedgehog_config=None,
            role_at_organization=row["role_at_organization"],
        )
        for row in rows
    }


_SELECT_KEY = """
    SELECT value, label, user_id, email, scopes, scoped_teams, scoped_organizations, personal_api_key.created_at
    FROM personal_api_key JOIN user ON user.id = user_id
"""


def _key(row: sqlite3.Row) -> Key:
    teams, organizations = row["scoped_teams"], row["scoped_organizations"]
    return Key(
        value=row["value"],
        label=row["label"],
        user_id=row["user_id"],
        email=row["email"],
        scopes=tuple(json.loads(row["scopes"])),
        scoped_teams=None if teams is None else tuple(json.loads(teams)),
        scoped_organizations=None if organizations is None else tuple(json.loads(organizations)),
        created_at=row["created_at"],
    )


def _insert_key(db: sqlite3.Connection, new: NewKey, now: int) -> Key:
    organization_id = _ensure_team(db, new.environment, new.organization)
    user_id = _ensure_user(db, new.email, new.environment)
    db.execute("INSERT OR IGNORE INTO organization_membership VALUES (?, ?)", (organization_id, user_id))
    value = f"phx_{secrets.token_urlsafe(32)}"
    teams = json.dumps([new.environment]) if new.restricted else None
    organizations = json.dumps([organization_id]) if new.organization_only else None
    db.execute(
        "INSERT INTO personal_api_key (user_id, value, label, scopes, scoped_teams, scoped_organizations, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (user_id, value, new.label, json.dumps(new.scopes), teams, organizations, now),
    )
    return _key(db.execute(f"{_SELECT_KEY} WHERE value = ?", (value,)).fetchone())


def _check_environment(team_id: int) -> None:
    if not 1 <= team_id <= MAX_ENVIRONMENT:
        raise StoreError(
            f"{team_id} is not an environment id.",
            next=f"Environment ids are whole numbers from 1 to {MAX_ENVIRONMENT}.",
        )


def _ensure_team(db: sqlite3.Connection, team_id: int, organization: str | None) -> str:
    if team := find_team(db, team_id):
        name = db.execute("SELECT name FROM organization WHERE id = ?", (team.organization_id,)).fetchone()["name"]
        if organization is not None and organization != name:
            raise StoreError(
                f"Environment {team_id} belongs to organisation {name!r}, not to {organization!r}.",
                next="Name another environment, or omit the organisation.",
            )
        return team.organization_id
    organization_id = _ensure_organization(db, organization or DEFAULT_ORGANIZATION)
    db.execute(
        "INSERT INTO team (id, organization_id, name, api_token) VALUES (?, ?, ?, ?)",
        (team_id, organization_id, f"Environment {team_id}", f"phc_{secrets.token_urlsafe(24)}"),
    )
    return organization_id


def _ensure_organization(db: sqlite3.Connection, name: str) -> str:
    if row := db.execute("SELECT id FROM organization WHERE name = ?", (name,)).fetchone():
        return row["id"]
    organization_id = str(uuid.uuid4())
    db.execute("INSERT INTO organization VALUES (?, ?)", (organization_id, name))
    return organization_id


def _ensure_user(db: sqlite3.Connection, email: str, team_id: int) -> int:
    if row := db.execute("SELECT id FROM user WHERE email = ?", (email,)).fetchone():
        return row["id"]
    cursor = db.execute(
        "INSERT INTO user (uuid, distinct_id, first_name, email, current_team_id) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (str(uuid.uuid4()), secrets.token_hex(16), email.partition("@")[0], email, team_id),
    )
    return cursor.fetchone()["id"]
