"""The command line: serve | demo | local | import | export | doctor."""

import argparse
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final, get_args

from replay_mcp import __version__
from replay_mcp.errors import ReplayError
from replay_mcp.local.capture.snippet import snippet
from replay_mcp.local.http.posthog_builds import BUILDS
from replay_mcp.local.store.limits import MIB, Limits
from replay_mcp.redaction.secrets import KeyMask
from replay_mcp.settings import LOCAL_ORIGIN, Permission, Prefix, Redact, Settings

from .endings import exit_code
from .numbers import count, port
from .transport_options import add_transport_options

COMMANDS: Final = {
    "serve": "serve",
    "demo": "demo",
    "local": "local",
    "import": "import_",  # a keyword of Python
    "export": "export",
    "doctor": "doctor",
}
"""Each command's module."""
_RELATIVE_DATE: Final = re.compile(r"-\d+[a-z]")
LOCAL_PORT: Final = 8123


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    0: done, 1: failed, 2: wrong usage or settings, 130: interrupted, 141: nobody reads the output.
    """
    sys.exit(exit_code(partial(_run, list(sys.argv[1:] if argv is None else argv))))


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        arguments.insert(0, "serve")  # an MCP client's configuration may name just the program
    options = _parser().parse_args(_with_dates(arguments))
    try:
        return _command(COMMANDS[options.command])(options)
    except ReplayError as error:
        mask = KeyMask([os.environ.get("POSTHOG_PERSONAL_API_KEY", "")])
        print(mask.text(error.why), file=sys.stderr)
        if "\n" not in error.why:
            print(mask.text(error.next), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _command(module: str) -> Callable[[argparse.Namespace], int]:
    # Importing makes many objects and no garbage: collecting meanwhile costs a tenth of the start-up.
    gc.disable()
    command: Callable[[argparse.Namespace], int] = import_module(f"{__name__}.{module}").run
    gc.freeze()
    gc.enable()
    return command


def _with_dates(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--date-from -7d` as `--date-from=-7d`: argparse would take the value for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in {"--date-from", "--date-to"} and _RELATIVE_DATE.fullmatch(argument):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def load_settings(options: argparse.Namespace) -> Settings:
    """Settings from the command's flags and the environment.

    Raises:
        SettingsError: see `Settings.load`.
    """
    flags: dict[str, Any] = {
        name: getattr(options, name, None)
        for name in ("host_url", "environment", "prefix", "permission", "redact", "local", "demo", "cache")
    }
    return Settings.load(os.environ, flags, default_store=default_store(), default_cache=_default_cache())


def default_store() -> Path:
    """The local store's file in the user's data directory."""
    from platformdirs import user_data_path  # noqa: PLC0415 - `--help` and `--version` need no directories

    return user_data_path("replay-mcp", appauthor=False) / "replay.sqlite"


def _default_cache() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - see above

    return user_cache_path("replay-mcp", appauthor=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="replay-mcp", description="MCP server for PostHog Session Replay.")
    parser.add_argument("--version", action="version", version=f"replay-mcp {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve MCP (the default command)")
    _add_settings(serve)
    add_transport_options(serve)
    commands.add_parser("demo", help="play an agent's session against demo recordings, and check it")
    example = snippet(LOCAL_ORIGIN, "phc_…")
    _add_local(
        commands.add_parser(
            "local",
            help="record pages and serve the local Replay API over HTTP, or manage its keys",
            description="Take recordings from posthog-js, and serve the local Replay API.",
            epilog=f"To record a page, paste into its head (this command prints it with your token):\n\n{example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    _add_import(
        commands.add_parser(
            "import",
            help="bring recordings into the local store, from files or from PostHog",
            description=_IMPORT,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    _add_export(
        commands.add_parser(
            "export",
            help="write one recording of the local store to a file",
            description=_EXPORT,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    doctor = commands.add_parser("doctor", help="check configuration, host, key, scopes and tools")
    _add_settings(doctor)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host-url", metavar="HOST", help="us (default), eu, or an https origin [POSTHOG_HOST]")
    parser.add_argument("--environment", metavar="ID", help="environment (project) id [POSTHOG_ENVIRONMENT_ID]")
    parser.add_argument("--prefix", choices=get_args(Prefix), help="URL prefix [REPLAY_MCP_PREFIX]")
    parser.add_argument("--permission", choices=get_args(Permission), help="what tools may do [REPLAY_MCP_PERMISSION]")
    parser.add_argument("--redact", choices=get_args(Redact), help="masking of recorded text [REPLAY_MCP_REDACT]")
    _add_store(parser, "use the local Replay API on this SQLite file instead of PostHog [REPLAY_MCP_LOCAL]")
    parser.add_argument("--demo", action="store_true", default=None, help="with --local: load the demo recordings")
    parser.add_argument(
        "--cache",
        metavar="WHERE",
        help="where timelines of finished recordings are kept: on (in your cache directory; the default, but not with "
        "--local), off, or a directory [REPLAY_MCP_CACHE]",
    )


def _add_store(parser: argparse.ArgumentParser, help: str, *, default: Any = None) -> None:
    parser.add_argument("--local", nargs="?", const="default", default=default, metavar="PATH", help=help)


def _add_local(parser: argparse.ArgumentParser) -> None:
    which = "the SQLite file (default: in your data directory)"
    _add_store(parser, which, default="default")
    parser.add_argument("--port", type=port, default=LOCAL_PORT, help="0: any free one (default %(default)s)")
    parser.add_argument("--demo", action="store_true", help="load the demo recordings into a store that has none")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS", help="where to listen (default %(default)s)")
    parser.add_argument(
        "--posthog-js",
        type=Path,
        metavar="DIR",
        help="the package posthog-js, whose scripts pages load from here (default: node_modules/posthog-js)",
    )
    parser.add_argument(
        "--retention-days",
        type=count,
        metavar="N",
        help="from now on, in all environments, new recordings expire so many days after the day they start (30)",
    )
    limits = Limits()
    for name, what, default in (
        ("max-body", "MiB of one request of the recorder", limits.body_bytes),
        ("max-inflated", "the same, unpacked", limits.inflated_bytes),
        ("max-store", "MiB of the store; what has expired is removed first", limits.store_bytes),
    ):
        help = f"{what} (default %(default)s)"
        parser.add_argument(f"--{name}", type=count, default=default // MIB, metavar="MIB", help=help)
    parser.add_argument(
        "--max-session-events",
        type=count,
        default=limits.session_events,
        metavar="N",
        help="of one recording (default %(default)s)",
    )
    parser.add_argument(
        "--rate-limits", choices=("free", "paid", "enterprise"), help="enforce PostHog's limits of this plan"
    )
    parser.add_argument(
        "--summaries",
        choices=BUILDS,
        default="made",
        help="be a build that makes summaries (default), that says they are only the cloud's, or that has none",
    )
    keys = parser.add_subparsers(dest="keys").add_parser("keys", help="list keys; `keys add` makes one")
    _add_store(keys, which, default=argparse.SUPPRESS)  # a default here would overwrite what stands before `keys`
    add = keys.add_subparsers(dest="add").add_parser("add", help="make a key and the user and environment it names")
    add.add_argument("--user", required=True, metavar="E-MAIL", help="owner; made if new")
    add.add_argument("--environment", type=int, required=True, metavar="N", help="made if new")
    add.add_argument(
        "--scopes", nargs="+", required=True, metavar="SCOPE", help="e.g. session_recording:read, or '*' for all"
    )
    add.add_argument("--organization", metavar="NAME", help="of a new environment; made if new")
    add.add_argument("--restrict", action="store_true", help="the key works in this environment only")
    add.add_argument("--label", default="", help="a note to tell keys apart")
    _add_store(add, which, default=argparse.SUPPRESS)


_IMPORT: Final = """\
Bring recordings into the local store. What is there already stays as it is, so a command may be repeated.

Files may be PostHog's JSON export of any version, bodies of capture requests, rrweb events as JSON arrays, as
{"events": [...]}, as JSON objects one after another, packed or in JSON strings, JSONL (rrweb events, or PostHog's
blob_v2 lines), Sentry's segments, and what `replay-mcp export` writes; as UTF-8 or UTF-16, gzipped or not. Each holds
one recording. Which one, the file says, or its name if that has a UUID in it (0.jsonl, 1.jsonl … are named by their
directory); else the content decides. Times that count from 0 get the date at which the file was last changed.

--from-posthog copies recordings from the PostHog that POSTHOG_HOST, POSTHOG_ENVIRONMENT_ID and
POSTHOG_PERSONAL_API_KEY name, newest first and within its rate limits: to study them offline. Product events are not
in it, because the API gives none. What was copied before is not asked for again, unless it has grown since.
"""
_EXPORT: Final = """\
Write one recording of the local store to a file that `replay-mcp import` reads: its snapshots, person and events, as
JSONL. The file is not masked: it holds what was recorded.
"""


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        metavar="FILE",
        help="a file, a directory to be searched for *.json, *.jsonl and *.ndjson, also with .gz, or a glob; "
        "with --from-posthog the id of a recording",
    )
    _add_one_store(parser)
    parser.add_argument(
        "--environment",
        type=int,
        default=1,
        metavar="N",
        help="the store's environment that gets them; made if new (default %(default)s)",
    )
    posthog = parser.add_argument_group("from PostHog")
    posthog.add_argument("--from-posthog", action="store_true", help="copy from PostHog instead of from files")
    for flag, form, meaning in CHOICE:
        posthog.add_argument(flag, metavar=form, help=meaning)
    posthog.add_argument("--distinct-id", action="append", metavar="ID", help="of a person; repeatable")
    posthog.add_argument("--limit", type=int, metavar="N", help="at most so many, the newest (default 100)")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the recording's id")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help="where to; gzipped if the name ends with .gz; - for standard output",
    )
    parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")
    _add_one_store(parser)


def _add_one_store(parser: argparse.ArgumentParser) -> None:
    # The path is no option of the option here: a FILE after a bare --local would be taken for the store.
    parser.add_argument(
        "--local", default="default", metavar="PATH", help="the store's SQLite file (default: in your data directory)"
    )


CHOICE: Final = (
    ("--date-from", "DATE", "started then or later: -24h, -7d or ISO, UTC (default -3d)"),
    ("--date-to", "DATE", "started then or earlier"),
    ("--person-uuid", "UUID", "of this person"),
    ("--visited-url", "TEXT", "with this in a visited URL"),
    ("--event", "NAME", "with this event, such as $rageclick"),
    ("--min-duration-seconds", "N", "as long, or longer"),
    ("--min-console-errors", "N", "with so many console errors, or more"),
)
"""Flags that choose recordings of PostHog; they are named as the arguments of session-recordings-list are."""
