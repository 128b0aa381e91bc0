"""`replay-mcp serve`: the MCP server over stdio, SSE or streamable HTTP."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from replay_mcp.cli.configuration import load_settings

from . import Run
from .options import PORT, root_path, settings_options

SERVE_PORT: Final = 8000


@click.command("serve", help="Serve MCP over stdio, or over HTTP to several clients.")
@settings_options
@click.option(
    "--transport",
    type=click.Choice(["stdio", "sse", "http"]),
    default="stdio",
    show_default=True,
    help="How clients connect: http is streamable HTTP on /mcp, sse is on /sse.",
)
@click.option(
    "--port",
    type=PORT,
    default=SERVE_PORT,
    show_default=True,
    metavar="N",
    help="With sse and http: the port; 0 for any free one.",
)
@click.option(
    "--bind",
    default="127.0.0.1",
    metavar="ADDRESS",
    show_default=True,
    help="With sse and http: the address to listen on; any but a loopback address needs --auth-token-file.",
)
@click.option(
    "--auth-token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With sse and http: answer only requests that carry the token in this file, as `Authorization: Bearer TOKEN`.",
)
@click.option(
    "--allowed-host",
    multiple=True,
    metavar="HOST",
    help="With sse and http: accept this Host header besides loopback names, as host or host:port; repeatable. "
    "Without it, a server on a public address accepts any.",
)
@click.option(
    "--root-path",
    default="",
    metavar="PATH",
    callback=root_path,
    help="With sse and http: also serve below PATH, such as /replay, for a proxy that does not remove it.",
)
@click.option(
    "--stateful",
    is_flag=True,
    help="With http: keep a session for each client of a protocol older than 2026-07-28, so that the server can ask "
    "and notify it. Sessions live in this process.",
)
@click.option(
    "--per-caller-key",
    is_flag=True,
    help="With sse and http: each caller sends their own PostHog key as `Authorization: Bearer KEY`; the server has "
    "none.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="With --per-caller-key: the server's https URL for clients, without /mcp or /sse. Needed if --bind is not a "
    "loopback address.",
)
def command(
    *,
    transport: str,
    port: int,
    bind: str,
    auth_token_file: Path | None,
    allowed_host: tuple[str, ...],
    root_path: str,
    stateful: bool,
    per_caller_key: bool,
    public_url: str | None,
    **settings: Any,
) -> Run:
    """Return what serves MCP with these options."""
    loaded = load_settings(settings | {"per_caller_key": per_caller_key or None})
    from replay_mcp.cli.serve import run  # noqa: PLC0415 - see the package
    from replay_mcp.cli.serve_options import ServeOptions  # noqa: PLC0415

    options = ServeOptions(
        transport, port, bind, auth_token_file, allowed_host, root_path, stateful, per_caller_key, public_url
    )
    return partial(run, loaded, options)
