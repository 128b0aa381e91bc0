"""Options that several commands share."""

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar, get_args

import click

from replay_mcp.settings import Permission, Prefix, Redact


class _Port(click.IntRange):
    name = "port number"  # for "'x' is not a valid port number"


class Number(click.IntRange):
    """A whole number within bounds."""

    name = "number"


PORT: Final = _Port(0, 65_535)
COUNT: Final = Number(1, 10**9)

_ROOT_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")


def root_path(context: click.Context, option: click.Parameter, value: str) -> str:
    """Check a path prefix, and remove a slash at its end."""
    path = value.rstrip("/")
    if not _ROOT_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        reason = "give a path such as /replay, with only letters, digits and . _ ~ -"
        raise click.BadParameter(reason, ctx=context, param=option)
    return path


_Command = TypeVar("_Command", bound=Callable[..., Any])

_SETTINGS: Final = (
    click.option("--host-url", metavar="HOST", help="us (default), eu, or an https origin [POSTHOG_HOST]."),
    click.option("--environment", metavar="ID", help="Environment (project) id [POSTHOG_ENVIRONMENT_ID]."),
    click.option("--prefix", type=click.Choice(get_args(Prefix)), help="URL prefix [REPLAY_MCP_PREFIX]."),
    click.option(
        "--permission", type=click.Choice(get_args(Permission)), help="What tools may do [REPLAY_MCP_PERMISSION]."
    ),
    click.option("--redact", type=click.Choice(get_args(Redact)), help="Masking of recorded text [REPLAY_MCP_REDACT]."),
    click.option(
        "--local",
        is_flag=False,
        flag_value="default",
        metavar="[PATH]",
        help="Use the local Replay API on this SQLite file instead of PostHog [REPLAY_MCP_LOCAL].",
    ),
    click.option("--demo", is_flag=True, default=None, help="With --local: load the demo recordings."),
    click.option(
        "--cache",
        metavar="WHERE",
        help="Where timelines of finished recordings are kept: on (in your cache directory; the default, but not "
        "with --local), off, or a directory [REPLAY_MCP_CACHE].",
    ),
)


def settings_options(command: _Command) -> _Command:
    """Add the options that `load_settings` reads, under the names of the settings."""
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


store_option: Final = click.option(
    # The path is required: after a bare --local, the next FILE would be taken for it.
    "--local",
    default="default",
    metavar="PATH",
    help="The store's SQLite file (default: in your data directory).",
)
