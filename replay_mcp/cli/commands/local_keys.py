"""`replay-mcp local keys`: the keys of the local Replay API."""

from functools import partial
from typing import Final

import click

from . import Run

_STORE: Final = "replay_mcp.store"


def _remember(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta[_STORE] = value


nested_store_option: Final = click.option(
    # `local`, `keys` and its subcommands all take it, and the last one given counts.
    "--local",
    is_flag=False,
    flag_value="default",
    metavar="[PATH]",
    expose_value=False,
    callback=_remember,
    help="The store's SQLite file (default: in your data directory).",
)


def store_of(ctx: click.Context) -> str:
    """Return the value of `--local`, wherever it was given."""
    store: str = ctx.meta.get(_STORE, "default")
    return store


@click.group("keys", invoke_without_command=True, help="List the keys of the local Replay API, or add one.")
@nested_store_option
@click.pass_context
def keys(ctx: click.Context) -> Run | None:
    """Return what lists the keys, unless a subcommand runs instead."""
    run: Run | None = None if ctx.invoked_subcommand else ctx.invoke(list_keys)
    return run


@keys.command(
    "list",
    short_help="List keys.",
    help="List keys, masked, with owners and scopes, and the project tokens for posthog.init.",
)
@nested_store_option
@click.pass_context
def list_keys(ctx: click.Context) -> Run:
    """Return what lists the keys."""
    from replay_mcp.cli.local_keys import list_keys as run  # noqa: PLC0415 - see the package

    return partial(run, store_of(ctx))


@keys.command(
    "add", short_help="Make a key.", help="Make a key, and the user and environment that it names, and print it once."
)
@click.option("--user", required=True, metavar="E-MAIL", help="Owner; created if new.")
@click.option("--environment", type=int, required=True, metavar="N", help="Created if new.")
@click.option(
    "--scopes",
    multiple=True,
    required=True,
    metavar="SCOPE...",
    help="Such as session_recording:read, or '*' for all; several may follow one another.",
)
@click.argument("more_scopes", nargs=-1, metavar="")
@click.option("--organization", metavar="NAME", help="Of a new environment; created if new.")
@click.option("--restrict", is_flag=True, help="The key works in this environment only.")
@click.option("--label", default="", metavar="TEXT", help="A note to tell keys apart.")
@nested_store_option
@click.pass_context
def add_key(
    ctx: click.Context,
    *,
    user: str,
    environment: int,
    scopes: tuple[str, ...],
    more_scopes: tuple[str, ...],
    organization: str | None,
    restrict: bool,
    label: str,
) -> Run:
    """Return what adds the key. Scopes after the first of `--scopes` arrive as arguments."""
    from replay_mcp.cli.local_keys import add_key as run  # noqa: PLC0415 - see the package
    from replay_mcp.local.store.accounts import NewKey  # noqa: PLC0415 - see the package

    new = NewKey(
        email=user,
        environment=environment,
        scopes=(*scopes, *more_scopes),
        label=label,
        organization=organization,
        restricted=restrict,
    )
    return partial(run, store_of(ctx), new)
