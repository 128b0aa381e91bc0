"""Imports into the local store, from files, and the report at their end."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from replay_mcp.errors import InvalidArguments
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Team
from replay_mcp.local.store.sqlite_errors import store_error, trouble
from replay_mcp.settings import store_path
from replay_mcp.transfer.find_files import CONSIDERED, find_files
from replay_mcp.transfer.import_files import import_files
from replay_mcp.transfer.report import Report

from . import logs
from .configuration import default_store
from .local_store import open_local
from .output import show
from .progress import progress

Import = Callable[[sqlite3.Connection, Team, Report], None]
"""Imports recordings into an environment and counts them in the report."""


def run(store: str, environment: int, names: Sequence[str]) -> int:
    """Import the files that the names mean."""
    logs.configure()
    if not names:
        raise InvalidArguments(
            "There is nothing to import.",
            next=f"Name files or directories (which are searched for {CONSIDERED}), or use --from-posthog.",
        )
    return import_into(store, environment, partial(_import_files, names), "file")


def import_into(store: str, environment: int, work: Import, unit: Literal["file", "recording"]) -> int:
    """Open the store, import, print the report, and return the exit code."""
    with open_local(store_path(store, default_store())) as local, local.store.connection() as db:
        team = accounts.ensure_team(db, environment)
        report = Report(unit)
        try:
            work(db, team, report)
        except KeyboardInterrupt:
            show(report.text(local.store.path, team.id, interrupted=True))
            raise
        except sqlite3.Error as error:
            report.stopped_by = (
                store_error(local.store.path, error).why
                if trouble(error) == "damaged"
                else f"The local store could not be written: {error}."
            )
        show(report.text(local.store.path, team.id))
    return report.code


def _import_files(names: Sequence[str], db: sqlite3.Connection, team: Team, report: Report) -> None:
    found = find_files(names)
    for path, why in found.refused.items():
        report.fail(str(path), why)
    with progress(sum(found.files.values()), f"{len(found.files):,} files") as advance:
        import_files(db, team, found.files, report, advance)
