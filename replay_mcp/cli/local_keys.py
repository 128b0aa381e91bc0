"""`replay-mcp local keys`: the keys of the local Replay API."""

import logging

from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Key, NewKey
from replay_mcp.local.store.clock import from_ms, now_ms
from replay_mcp.settings import store_path

from . import logs
from .configuration import default_store
from .local_store import open_local
from .output import masked


def list_keys(store: str) -> int:
    """Print all keys, masked as PostHog masks them, and the project tokens, which are public."""
    logs.configure(logging.INFO)
    with open_local(store_path(store, default_store()).absolute()) as local, local.store.connection() as db:
        for key in accounts.list_keys(db):
            print(_line(f"{key.value[:4]}...{key.value[-4:]}", key))
        for team in accounts.list_teams(db):
            print(f"{team.api_token}  project token of environment {team.id}, for posthog.init")
    return 0


def add_key(store: str, new: NewKey) -> int:
    """Make a key and print it; later it is shown only masked."""
    logs.configure(logging.INFO)
    with open_local(store_path(store, default_store()).absolute()) as local, local.store.connection() as db:
        key = accounts.add_key(db, new, now_ms())
        print(_line(key.value, key))
    return 0


def _line(value: str, key: Key) -> str:
    teams = "all its environments" if key.scoped_teams is None else f"environment {key.scoped_teams[0]} only"
    label = f"  ({masked(key.label)})" if key.label else ""
    return f"{value}  {key.email}  {' '.join(key.scopes)}  {teams}  {from_ms(key.created_at):%Y-%m-%d}{label}"
