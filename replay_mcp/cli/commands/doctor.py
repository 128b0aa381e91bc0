"""`replay-mcp doctor`: what is configured, what the key may do, which tools will work, and what to fix."""

from functools import partial
from typing import Any

import click

from replay_mcp.cli.configuration import load_settings

from . import Run
from .options import settings_options


@click.command("doctor", help="Check configuration, host, key, scopes and tools. Nothing is changed.")
@settings_options
def command(**settings: Any) -> Run:
    """Return what checks these settings."""
    loaded = load_settings(settings)
    from replay_mcp.cli.doctor import run  # noqa: PLC0415 - see the package

    return partial(run, loaded)
