"""`replay-mcp repro`: write a Playwright test that fails where a recording failed."""

from functools import partial
from typing import Any

import click

from replay_mcp.cli.configuration import load_settings

from . import Run
from .options import settings_options

_HELP = """\
Write a Playwright test that repeats what led to a problem in a recording, and fails while the problem exists.

ID is a recording's id, or a link that plays it. It is read from PostHog or, with --local, from the local store. Typed
text is not in a recording: the test has placeholders of its length. docs/repro.md describes what a test contains.
"""


@click.command("repro", help=_HELP)
@click.argument("id", metavar="ID")
@click.option(
    "--around",
    metavar="MOMENT",
    help="The problem: a ref such as e17, seconds, or a time such as 0:37 (default: the first problem).",
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="Where to write, such as checkout.spec.ts; - for standard output (default).",
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@settings_options
def command(*, id: str, around: str | None, output: str, force: bool, **settings: Any) -> Run:
    """Return what writes the test."""
    loaded = load_settings(settings)
    from replay_mcp.cli.repro import run  # noqa: PLC0415 - see the package

    return partial(run, loaded, id, around, output, force=force)
