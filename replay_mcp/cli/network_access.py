"""Access to the MCP server over a network: the bearer token, the accepted Host and Origin headers, and CORS."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from replay_mcp.errors import SettingsError
from replay_mcp.loopback import is_loopback
from replay_mcp.settings import Settings
from replay_mcp.transports.bearer import MAKE_TOKEN, read_token

_PUBLIC_URL: Final = re.compile(
    r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*"
)

if TYPE_CHECKING:
    from mcp.server.transport_security import TransportSecuritySettings
    from starlette.types import ASGIApp


def auth_token(settings: Settings, transport: str, bind: str, file: Path | None) -> SecretStr | None:
    """Return the token that clients must send; None if only programs on this machine can connect.

    Raises:
        SettingsError: a token is missing although others can connect, cannot be read, or would have no effect.
    """
    if transport == "stdio":
        if file is not None:
            raise SettingsError(
                "--auth-token-file has no effect on stdio, where only the client that starts the server can reach it.",
                next="Leave it out, or choose --transport http.",
            )
        return None
    if file is None:
        if not is_loopback(bind):
            raise SettingsError(_token_needed(bind))
        return None
    token = read_token(file)
    if token == settings.api_key:
        raise SettingsError(
            "--auth-token-file holds the PostHog key, which every client of this server would then know.",
            next=f"Make a token of its own: {MAKE_TOKEN}",
        )
    return token


def _token_needed(bind: str) -> str:
    return f"""\
--bind {shlex.quote(bind)} needs --auth-token-file: anyone who reaches that address could use this server with its key.
--allowed-host alone is no longer enough, because a client can send any Host header. What to do:
  1. Make a token:         {MAKE_TOKEN} > replay-token
  2. Add to this command:  --auth-token-file replay-token
  3. In every client, or in the proxy in front, send the header:  Authorization: Bearer TOKEN
Or leave out --bind: on 127.0.0.1 only this machine reaches the server, and the token is optional."""


def check_per_caller(transport: str, bind: str, auth_token_file: Path | None, public_url: str | None) -> None:
    """Check the options that go with `--per-caller-key`.

    Raises:
        SettingsError: they contradict it, or the server's URL is missing or not safe for keys.
    """
    if transport == "stdio":
        raise SettingsError(
            "--per-caller-key has no effect on stdio, whose one client sends no key.",
            next="Leave it out and set POSTHOG_PERSONAL_API_KEY, or choose --transport http.",
        )
    if auth_token_file is not None:
        raise SettingsError(
            "--per-caller-key and --auth-token-file cannot be combined: a request carries only one bearer token.",
            next="Choose one of the two.",
        )
    if public_url is None:
        if not is_loopback(bind):
            raise SettingsError(
                f"--per-caller-key with --bind {shlex.quote(bind)} needs --public-url: keys must not cross a network "
                "without TLS.",
                next="Put a proxy with TLS in front, and add its URL, such as --public-url https://replay.example.com",
            )
        return
    parts = urlsplit(public_url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not (is_safe and _PUBLIC_URL.fullmatch(public_url)):
        raise SettingsError(
            "--public-url must be the server's https URL for clients, without /mcp or /sse, such as "
            "https://replay.example.com or https://example.com/replay (http only on this machine)."
        )


def check_stateful(transport: str, *, stateful: bool) -> None:
    """Check that `--stateful` is used with a transport that can be stateless.

    Raises:
        SettingsError: stdio and SSE always keep a connection.
    """
    if stateful and transport != "http":
        raise SettingsError(
            f"--stateful has no effect on {transport}, which keeps a connection to each client anyway.",
            next="Leave it out, or choose --transport http.",
        )


def transport_security(bind: str, allowed_hosts: Sequence[str]) -> "TransportSecuritySettings":
    """Return the Host and Origin headers to accept: loopback names and `allowed_hosts`.

    A public address without `allowed_hosts` accepts any: clients reach it by any name, and DNS rebinding fails because
    a foreign page does not have the token.
    """
    from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415 - stdio does not need it

    if not is_loopback(bind) and not allowed_hosts:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    loopback = {"127.0.0.1", "localhost", "[::1]"}
    if is_loopback(bind) and ":" not in bind:
        loopback.add(bind)
    hosts = [f"{host}:*" for host in loopback]
    origins = [f"http://{host}" for host in hosts]
    hosts += [name for host in allowed_hosts for name in _names(host)]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins + _named_origins(allowed_hosts))


def with_cors(
    app: "ASGIApp", security: "TransportSecuritySettings", allowed_hosts: Sequence[str], *, has_token: bool
) -> "ASGIApp":
    """Return the app with CORS: preflights of some origins succeed, and their pages can read responses.

    Behind a token these are all accepted origins. Without one they are those of `allowed_hosts`: a page that happens to
    be served on this machine, with whatever scripts it loads, must not use the server unless the person says so.
    """
    from starlette.middleware.cors import CORSMiddleware  # noqa: PLC0415 - stdio does not need it

    any_origin = not security.enable_dns_rebinding_protection
    origins = security.allowed_origins if has_token else _named_origins(allowed_hosts)
    if not (any_origin or origins):
        return app
    return CORSMiddleware(
        app,
        allow_origins=["*"] if any_origin else [],
        allow_origin_regex=None if any_origin else "|".join(map(_origin_pattern, origins)),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        allow_private_network=True,
        expose_headers=["Mcp-Session-Id", "Retry-After", "WWW-Authenticate"],
    )


def _names(host: str) -> list[str]:
    """Return the forms in which a host may be named; without a port it is accepted with any."""
    return [host] if ":" in host else [host, f"{host}:*"]


def _named_origins(allowed_hosts: Sequence[str]) -> list[str]:
    return [f"{scheme}://{name}" for host in allowed_hosts for scheme in ("http", "https") for name in _names(host)]


def _origin_pattern(origin: str) -> str:
    """Return the regular expression of an accepted origin, whose port may be `*`."""
    return re.escape(origin.removesuffix(":*")) + (":[0-9]+" if origin.endswith(":*") else "")
