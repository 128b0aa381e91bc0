"""`replay-mcp export`: write one recording of the local store to a file."""

from functools import partial

import click

from . import Run
from .options import store_option

_HELP = """\
Write one recording of the local store to a file that `replay-mcp import` reads: its snapshots, person and events, as
JSONL. The file is not redacted: it contains what was recorded.
"""


@click.command("export", help=_HELP)
@click.argument("id", metavar="ID")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="Where to write; gzipped if the name ends with .gz; - for standard output.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@store_option
def command(*, id: str, output: str, force: bool, local: str) -> Run:
    """Return what writes the recording."""
    from replay_mcp.cli.export import run  # noqa: PLC0415 - see the package

    return partial(run, local, id, output, force=force)
