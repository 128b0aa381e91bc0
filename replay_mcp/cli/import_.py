"""`replay-mcp import`: recordings from files, or from PostHog, into the local store."""

import argparse
import sqlite3
from collections.abc import Callable
from functools import partial

from replay_mcp.errors import InvalidArguments, ReplayError
from replay_mcp.local.importing import import_file
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.clock import now_ms
from replay_mcp.settings import store_path

from . import CHOICE, default_store, logs
from .file_names import CONSIDERED, find_files
from .import_report import Report
from .local_store import open_local
from .progress import Advance, progress

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
        for path, size in found.files.items():
            rest = _Rest(advance, path.name, size)
            try:
                report.add(str(path), import_file(db, team, path, now_ms(), read=rest.take))
            except OSError as error:
                report.fail(str(path), f"it cannot be read: {error.strerror or error}")
            except ReplayError as error:
                report.fail(str(path), error.why)
            rest.finish()


class _Rest:
    """What the bar still has to be told of one file: it may be read in part, or grow meanwhile."""

    def __init__(self, advance: Advance, name: str, size: int) -> None:
        self._advance = advance
        self._name = name
        self._left = size

    def take(self, size: int) -> None:
        size = min(size, self._left)
        self._left -= size
        self._advance(size, self._name)

    def finish(self) -> None:
        self.take(self._left)
