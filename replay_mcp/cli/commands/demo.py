"""`replay-mcp demo`: an agent's session, played by a real MCP client against a real server process, and checked."""

import click

from . import Run


@click.command("demo", help="Play an agent's session against demo recordings, and check every result.")
def command() -> Run:
    """Return what plays the session."""
    from replay_mcp.cli.demo import run  # noqa: PLC0415 - see the package

    return run
