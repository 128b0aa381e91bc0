"""`replay-mcp import`: recordings from files, or from PostHog, into the local store."""

import argparse
import sqlite3
from collections.abc import Callable
from functools import partial

from replay_mcp.errors import InvalidArguments
from replay_mcp.local import accounts
from replay_mcp.local.accounts import Team
from replay_mcp.settings import store_path
from replay_mcp.transfer.find_files import CONSIDERED, find_files
from replay_mcp.transfer.import_files import import_files
from replay_mcp.transfer.report import Report

from . import CHOICE, default_store, logs
from .local_store import open_local
from .progress import progress

Work = Callable[[sqlite3.Connection, Team, Report], None]
"""Brings recordings into an environment and counts them."""


def run(options: argparse.Namespace) -> int:
    """Import, report, and say whether everything is in."""
    logs.configure()
    work = _work(options)  # what is wrong with the options is told before there is a store
    with open_local(store_path(options.local, default_store())) as local, local.store.connection() as db:
        team = accounts.ensure_team(db, options.environment)
        report = Report("recording" if options.from_posthog else "file")
        try:
            work(db, team, report)
        except KeyboardInterrupt:
            print(report.text(local.store.path, team.id, interrupted=True))
            raise
        except sqlite3.Error as error:
            report.stopped_by = f"The local store could not be written: {error}."
        print(report.text(local.store.path, team.id))
    return report.code


def _work(options: argparse.Namespace) -> Work:
    if options.from_posthog:
        from .import_posthog import copying  # noqa: PLC0415 - files need no client

        return copying(options)
    _refuse_filters(options)
    if not options.names:
        raise InvalidArguments(
            "There is nothing to import.",
            next=f"Name files or directories (which are searched for {CONSIDERED}), or use --from-posthog.",
        )
    return partial(_import_files, options.names)


def _refuse_filters(options: argparse.Namespace) -> None:
    for flag in (*(flag for flag, _, _ in CHOICE), "--distinct-id", "--limit"):
        if getattr(options, flag.removeprefix("--").replace("-", "_")) is not None:
            raise InvalidArguments(
                f"{flag} chooses recordings of PostHog.", next="Leave it out, or add --from-posthog."
            )


def _import_files(names: list[str], db: sqlite3.Connection, team: Team, report: Report) -> None:
    found = find_files(names)
    for path, why in found.refused.items():
        report.fail(str(path), why)
    with progress(sum(found.files.values()), f"{len(found.files):,} files") as advance:
        import_files(db, team, found.files, report, advance)
