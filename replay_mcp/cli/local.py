"""`replay-mcp local`: pages recorded and the local Replay API served on a socket."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from replay_mcp.api.rates import Tier
from replay_mcp.errors import SettingsError
from replay_mcp.limits import DEFAULT_LIMITS, SocketLimits
from replay_mcp.local.capture.app import CaptureApp
from replay_mcp.local.capture.assets import Assets
from replay_mcp.local.capture.snippet import SCRIPT, snippet
from replay_mcp.local.capture.status import StatusPage
from replay_mcp.local.http.posthog_builds import Build
from replay_mcp.local.http.throttle import Throttle
from replay_mcp.local.store import accounts
from replay_mcp.local.store.limits import Limits
from replay_mcp.loopback import is_loopback
from replay_mcp.settings import store_path
from replay_mcp.transports.capacity import Capacity, is_no_stream
from replay_mcp.transports.probes import Probes
from replay_mcp.transports.refusals import api_error

from . import logs, sockets
from .configuration import default_store
from .endings import NETWORK_SECONDS, Ending
from .local_store import LocalStore, open_local
from .output import masked
from .readiness import StoreReadiness
from .snippets import local_client
from .web_server import WebServer

POSTHOG_JS: Final = Path("node_modules/posthog-js")
"""Where npm installs the recorder, relative to the directory of an app."""

_RECORDERS: Final = 4
"""Recorders that may send their largest request at the same time, besides one more."""
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """How the local API is served.

    Attributes:
        port: 0 for any free one.
        bind: the address to listen on.
        demo: load the demo recordings into a store that has none.
        posthog_js: directory of the package posthog-js; None for npm's, if it is there.
        retention_days: the new retention of all environments; None to leave it.
        test_account_domains: the new ones of all environments, "" for none; empty to leave them.
        limits: bounds of what recorders may send.
        rate_limits: PostHog's plan whose rate limits are enforced; None for no limits.
        summaries: the kind of PostHog build to behave like.
    """

    port: int
    bind: str
    demo: bool
    posthog_js: Path | None
    retention_days: int | None
    test_account_domains: Sequence[str]
    limits: Limits
    rate_limits: Tier | None
    summaries: Build


def run(store: str, options: LocalOptions) -> int:
    """Serve the local API and take recordings until the process is stopped."""
    logs.configure_server(logging.INFO)
    path = store_path(store, default_store()).absolute()
    with Ending(NETWORK_SECONDS) as ending, open_local(path, demo_recordings=options.demo) as local:
        _serve(local, options, ending)
    return 0


def _serve(local: LocalStore, options: LocalOptions, ending: Ending) -> None:
    posthog_js = Assets(_posthog_js(options.posthog_js))
    if options.retention_days:
        with local.store.connection() as db:
            accounts.set_retention(db, options.retention_days)
    if options.test_account_domains:
        with local.store.connection() as db:
            accounts.set_test_account_domains(db, [domain for domain in options.test_account_domains if domain])
    listener = sockets.listen(options.bind, options.port)
    origin = sockets.reachable_origin(listener)
    public = not is_loopback(options.bind)
    with local.store.connection() as db:
        token = accounts.list_teams(db)[0].api_token
    status = StatusPage(
        local.store, origin=origin, connect=local_client(local.store.path), posthog_js=posthog_js, public=public
    )
    app = CaptureApp(
        local.app(
            Throttle(options.rate_limits) if options.rate_limits else None,
            options.summaries,
            keyless_player=not public,
        ),
        local.store,
        status=status,
        limits=options.limits,
        posthog_js=posthog_js,
    )
    _log.info("Listening on %s", origin)
    print(_greeting(local, origin, token, posthog_js, public=public), flush=True)
    bounded = Capacity(app, _limits(options.limits), is_no_stream, api_error)
    web = WebServer(Probes(bounded, StoreReadiness(local.store)), json_error=api_error, lifespan="off")
    with ending.stopping(web.stop):
        web.run(sockets=[listener])


def _limits(recorder: Limits) -> SocketLimits:
    """Return the limits of the server: several recorders may send at the same time."""
    return replace(DEFAULT_LIMITS, body_bytes=_RECORDERS * recorder.body_bytes)


def _greeting(local: LocalStore, origin: str, token: str, posthog_js: Assets, *, public: bool) -> str:
    """Return what a person needs to record a page and to connect an agent."""
    needed = "" if posthog_js.directory else f"\n\nFirst: {posthog_js.missing('The script')}"
    page = f"{origin}/?token={token}" if public else f"{origin}/"
    return f"""\
Local Replay API on {origin}, data in {masked(str(local.store.path))}
  key of {local.key.email}, all scopes: {local.key.value}
  try it:  curl -H 'Authorization: Bearer {local.key.value}' {origin}/api/environments/1/session_recordings/
  MCP:     POSTHOG_HOST={origin} POSTHOG_ENVIRONMENT_ID=1 POSTHOG_PERSONAL_API_KEY=… replay-mcp
  OpenAPI: {origin}/api/schema/    more keys: replay-mcp local keys add --help
  status:  {page}

Record a page: paste into its head, before other scripts{needed}

{snippet(origin, token)}

Ask an agent about it:

{masked(local_client(local.store.path))}
"""


def _posthog_js(named: Path | None) -> Path | None:
    """Return the directory of posthog-js: the one named, else npm's if it exists.

    Raises:
        SettingsError: the one named does not contain the script that pages load.
    """
    if named is not None and not Assets(named).has(SCRIPT):
        raise SettingsError(
            f"--posthog-js names {str(named)!r}, which has no {SCRIPT}.",
            next="Name the directory of the package, such as node_modules/posthog-js.",
        )
    return named or (POSTHOG_JS.resolve() if POSTHOG_JS.is_dir() else None)
