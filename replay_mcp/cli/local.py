"""`replay-mcp local`: pages recorded and the local Replay API served on a socket, and its keys."""

import argparse
import logging
from pathlib import Path
from typing import Final

from replay_mcp.errors import SettingsError
from replay_mcp.local.capture.app import CaptureApp
from replay_mcp.local.capture.assets import Assets
from replay_mcp.local.capture.snippet import SCRIPT, snippet
from replay_mcp.local.capture.status import StatusPage
from replay_mcp.local.http.throttle import Throttle
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Key, NewKey
from replay_mcp.local.store.clock import from_ms, now_ms
from replay_mcp.local.store.limits import MIB, Limits
from replay_mcp.loopback import is_loopback
from replay_mcp.settings import store_path

from . import default_store, logs, sockets
from .endings import NETWORK_SECONDS, Ending
from .local_store import LocalStore, open_local
from .snippets import local_client
from .web_server import WebServer

POSTHOG_JS: Final = Path("node_modules/posthog-js")
"""Where npm puts the recorder, in the directory of the app that one works on."""

_log: Final = logging.getLogger(__name__)


def run(options: argparse.Namespace) -> int:
    """Serve the local API and the recorder, or list or add keys."""
    logs.configure(logging.INFO)
    path = store_path(options.local, default_store()).absolute()
    with Ending(NETWORK_SECONDS) as ending, open_local(path, demo_recordings=options.demo) as local:
        if options.keys is None:
            _serve(local, options, ending)
        elif options.add is None:
            _list_keys(local)
        else:
            _add_key(local, options)
    return 0


def _serve(local: LocalStore, options: argparse.Namespace, ending: Ending) -> None:
    posthog_js = Assets(_posthog_js(options.posthog_js))
    if options.retention_days:
        with local.store.connection() as db:
            accounts.set_retention(db, options.retention_days)
    listener = sockets.listen(options.bind, options.port)
    origin = sockets.reachable_origin(listener)
    public = not is_loopback(options.bind)
    with local.store.connection() as db:
        token = accounts.list_teams(db)[0].api_token
    status = StatusPage(
        local.store, origin=origin, connect=local_client(local.store.path), posthog_js=posthog_js, public=public
    )
    app = CaptureApp(
        local.app(Throttle(options.rate_limits) if options.rate_limits else None, options.summaries),
        local.store,
        status=status,
        limits=_limits(options),
        posthog_js=posthog_js,
    )
    _log.info("Listening on %s", origin)
    print(_told(local, origin, token, posthog_js, public=public), flush=True)
    web = WebServer(app, lifespan="off")
    with ending.stopping(web.stop):
        web.run(sockets=[listener])


def _told(local: LocalStore, origin: str, token: str, posthog_js: Assets, *, public: bool) -> str:
    """What a person needs to go on."""
    needed = "" if posthog_js.directory else f"\n\nFirst: {posthog_js.missing('The script')}"
    page = f"{origin}/?token={token}" if public else f"{origin}/"
    return f"""\
Local Replay API on {origin}, data in {local.store.path}
  key of {local.key.email}, all scopes: {local.key.value}
  try it:  curl -H 'Authorization: Bearer {local.key.value}' {origin}/api/environments/1/session_recordings/
  MCP:     POSTHOG_HOST={origin} POSTHOG_ENVIRONMENT_ID=1 POSTHOG_PERSONAL_API_KEY=… replay-mcp
  OpenAPI: {origin}/api/schema/    more keys: replay-mcp local keys add --help
  status:  {page}

Record a page: paste into its head, before other scripts{needed}

{snippet(origin, token)}

Ask an agent about it:

{local_client(local.store.path)}
"""


def _posthog_js(named: Path | None) -> Path | None:
    """The directory that the user names, else npm's, if it is there.

    Raises:
        SettingsError: the one named has not the script that pages load.
    """
    if named is not None and not Assets(named).has(SCRIPT):
        raise SettingsError(
            f"--posthog-js names {str(named)!r}, which has no {SCRIPT}.",
            next="Name the directory of the package, such as node_modules/posthog-js.",
        )
    return named or (POSTHOG_JS.resolve() if POSTHOG_JS.is_dir() else None)


def _limits(options: argparse.Namespace) -> Limits:
    return Limits(
        body_bytes=options.max_body * MIB,
        inflated_bytes=options.max_inflated * MIB,
        session_events=options.max_session_events,
        store_bytes=options.max_store * MIB,
    )


def _list_keys(local: LocalStore) -> None:
    with local.store.connection() as db:
        for key in accounts.list_keys(db):
            print(_line(key))
        for team in accounts.list_teams(db):
            print(f"{team.api_token}  project token of environment {team.id}, for posthog.init")


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
