"""`replay-mcp import`: recordings from files, or from PostHog, into the local store."""

from functools import partial
from typing import Final

import click

from replay_mcp.errors import InvalidArguments

from . import Run
from .options import Number, store_option

MAX_LIMIT: Final = 10_000

_HELP = """\
Import recordings into the local store. What is there already stays as it is, so a command may be repeated.

FILE is a file, a directory to be searched for *.json, *.jsonl and *.ndjson, also with .gz, or a glob; with
--from-posthog, it is the id of a recording.

Files may be PostHog's JSON export of any version, bodies of capture requests, rrweb events as JSON arrays, as
{"events": [...]}, as JSON objects one after another, packed or in JSON strings, JSONL (rrweb events, or PostHog's
blob_v2 lines), Sentry's segments, and what `replay-mcp export` writes; as UTF-8 or UTF-16, gzipped or not. Each
contains one recording. Its id comes from the file, or from the file's name if that has a UUID in it (0.jsonl, 1.jsonl
... are named by their directory), or else from the content. Times that count from 0 get the date at which the file was
last changed.

--from-posthog copies recordings from the PostHog that POSTHOG_HOST, POSTHOG_ENVIRONMENT_ID and
POSTHOG_PERSONAL_API_KEY name, newest first and within its rate limits, to study them offline. Product events are not
included, because the API does not return them. A recording is copied again only if it has grown since.
"""


@click.command("import", help=_HELP)
@click.argument("names", nargs=-1, metavar="[FILE]...")
@store_option
@click.option(
    "--environment",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="The store's environment that gets the recordings; created if new.",
)
@click.option("--from-posthog", is_flag=True, help="Copy from PostHog instead of from files.")
@click.option(
    "--date-from",
    metavar="DATE",
    help="From PostHog: started then or later; -24h, -7d, ISO, or a date in the project's timezone (default -3d).",
)
@click.option("--date-to", metavar="DATE", help="From PostHog: started then or earlier.")
@click.option("--person", metavar="TEXT", help="From PostHog: of the person with this e-mail, name or id.")
@click.option("--visited-url", metavar="TEXT", help="From PostHog: with this in a visited URL.")
@click.option("--event", metavar="NAME", help="From PostHog: with this event, such as $rageclick.")
@click.option("--min-duration-seconds", type=Number(min=0), metavar="N", help="From PostHog: at least this long.")
@click.option("--min-console-errors", type=Number(min=0), metavar="N", help="From PostHog: at least this many.")
@click.option(
    "--limit",
    type=Number(1, MAX_LIMIT),
    metavar="N",
    help="From PostHog: at most this many, the newest (default 100).",
)
def command(
    *, names: tuple[str, ...], local: str, environment: int, from_posthog: bool, **filters: str | int | tuple[str, ...]
) -> Run:
    """Return what imports; filters are named like the arguments of session-recordings-list."""
    given = {name: value for name, value in filters.items() if value not in {None, ()}}
    if from_posthog:
        from replay_mcp.cli.import_posthog import copy  # noqa: PLC0415 - see the package

        return partial(copy, local, environment, names, given)
    if given:
        raise InvalidArguments(
            f"--{next(iter(given)).replace('_', '-')} chooses recordings of PostHog.",
            next="Leave it out, or add --from-posthog.",
        )
    from replay_mcp.cli.import_ import run  # noqa: PLC0415 - see the package

    return partial(run, local, environment, names)
