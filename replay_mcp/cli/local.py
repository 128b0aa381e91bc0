"""`replay-mcp local`: the local Replay API on a socket, and its keys."""

import argparse
import logging
from typing import Final

import uvicorn

from replay_mcp.local import accounts
from replay_mcp.local.accounts import Key, NewKey
from replay_mcp.local.clock import from_ms, now_ms
from replay_mcp.local.throttle import Throttle
from replay_mcp.settings import store_path

from . import default_store, logs, sockets
from .local_store import LocalStore, open_local

_log: Final = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    """Serve the local API, or list or add keys."""
    logs.configure(logging.INFO)
    with open_local(store_path(options.local, default_store()), demo_recordings=options.demo) as local:
        if options.keys is None:
            _serve(local, options)
        elif options.add is None:
            _list_keys(local)
        else:
            _add_key(local, options)
    return 0


def _serve(local: LocalStore, options: argparse.Namespace) -> None:
    listener = sockets.listen("127.0.0.1", options.port)
    origin = sockets.origin(listener)
    _log.info("Listening on %s", origin)
    print(
        f"Local Replay API on {origin}, data in {local.store.path}\n"
        f"  key of {local.key.email}, all scopes: {local.key.value}\n"
        f"  try it:  curl -H 'Authorization: Bearer {local.key.value}'"
        f" {origin}/api/environments/1/session_recordings/\n"
        f"  MCP:     POSTHOG_HOST={origin} POSTHOG_ENVIRONMENT_ID=1 POSTHOG_PERSONAL_API_KEY=… replay-mcp\n"
        f"  OpenAPI: {origin}/api/schema/    more keys: replay-mcp local keys add --help",
        flush=True,
    )
    throttle = Throttle(options.rate_limits) if options.rate_limits else None
    config = uvicorn.Config(local.app(throttle), log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


def _list_keys(local: LocalStore) -> None:
    with local.store.connection() as db:
        for key in accounts.list_keys(db):
            print(_line(key))


def _add_key(local: LocalStore, options: argparse.Namespace) -> None:
    new = NewKey(
        email=options.user,
        environment=options.environment,
        scopes=tuple(options.scopes),
        label=options.label,
        organization=options.organization,
        restricted=options.restrict,
    )
    with local.store.connection() as db:
        print(_line(accounts.add_key(db, new, now_ms())))


def _line(key: Key) -> str:
    teams = "all its environments" if key.scoped_teams is None else f"environment {key.scoped_teams[0]} only"
    label = f"  ({key.label})" if key.label else ""
    return f"{key.value}  {key.email}  {' '.join(key.scopes)}  {teams}  {from_ms(key.created_at):%Y-%m-%d}{label}"
