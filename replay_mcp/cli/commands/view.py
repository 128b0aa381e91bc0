"""`replay-mcp view`: a recording as one HTML file, to attach to a ticket."""

from functools import partial
from typing import Any

import click

from replay_mcp.cli.configuration import load_settings

from . import Run
from .options import settings_options

_HELP = """\
Write a report of one recording as an HTML file that needs no server and no network: what happened, the rows of its
timeline, and what its pages showed when something went wrong. What people typed is not in it, and recorded text is
masked as --redact says. ID may also be a link that plays the recording.
"""


@click.command("view", help=_HELP)
@click.argument("id", metavar="ID")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write; - for standard output.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@settings_options
def command(*, id: str, output: str, force: bool, **settings: Any) -> Run:
    """Return what writes the report."""
    loaded = load_settings(settings)
    from replay_mcp.cli.view import run  # noqa: PLC0415 - see the package

    return partial(run, loaded, id, output, force=force)
