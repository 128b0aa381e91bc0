"""`replay-mcp import --from-posthog`: which recordings are copied, and how the run goes on when one cannot be."""

import argparse
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import anyio
from pydantic import ValidationError

from replay_mcp.api.client import open_client
from replay_mcp.api.types import check_path_id
from replay_mcp.errors import (
    EnvironmentNotFound,
    Forbidden,
    InvalidArguments,
    NoSuchRoute,
    NotFound,
    RateLimited,
    ReplayError,
    SettingsError,
    Unauthenticated,
    Unreachable,
)
from replay_mcp.local.store.accounts import Team
from replay_mcp.settings import NOTHING_CONFIGURED, Settings
from replay_mcp.tools._filters import RecordingFilters

from . import CHOICE, default_store, logs
from .backend import open_backend
from .copying import Copier, Wanted
from .import_report import Report
from .progress import Advance, progress

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 10_000

_NOT_THERE: Final = "PostHog has no such recording: it was not captured, expired, was deleted, or is another project's."
_UNREACHABLE_IN_A_ROW: Final = 3
"""So many recordings that fail one after the other for want of a connection end the run."""
# These say something about the key or the environment: the next recording would fail in the same way.
_STOPS: Final = (Unauthenticated, Forbidden, EnvironmentNotFound, NoSuchRoute, RateLimited)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which recordings to copy: these ids, or if there are none the newest that the filters choose."""

    ids: tuple[str, ...]
    filters: RecordingFilters
    limit: int


def copying(options: argparse.Namespace) -> Callable[[sqlite3.Connection, Team, Report], None]:
    """What copies the recordings that the options choose.

    Raises:
        InvalidArguments: the options contradict one another, or a value is wrong.
        SettingsError: POSTHOG_… are not set, or are wrong.
    """
    choice = chosen(options)
    settings = posthog_settings()
    logs.configure(secrets=settings.secrets)

    def copy(db: sqlite3.Connection, team: Team, report: Report) -> None:
        anyio.run(_copy, settings, choice, db, team, report)

    return copy


def chosen(options: argparse.Namespace) -> Choice:
    """What the options choose.

    Raises:
        InvalidArguments: a value is wrong, or there are ids beside filters.
    """
    names = [flag.removeprefix("--").replace("-", "_") for flag, _, _ in CHOICE]
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    given |= {"distinct_ids": options.distinct_id} if options.distinct_id else {}
    limit: int = DEFAULT_LIMIT if options.limit is None else options.limit
    if options.names and (given or options.limit is not None):
        raise InvalidArguments("Recordings are chosen by ids or by filters, not by both.", next="Leave out one.")
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidArguments(f"--limit is {limit}; it must be from 1 to {MAX_LIMIT}.", next="Correct it.")
    try:
        for id in options.names:
            check_path_id(id)
        return Choice(tuple(dict.fromkeys(options.names)), RecordingFilters.model_validate(given), limit)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        flag = "--" + "-".join(str(first["loc"][0]).split("_")).replace("distinct-ids", "distinct-id")
        why = first["msg"].removeprefix("Value error, ")
        raise InvalidArguments(
            f"{flag} is wrong: {why}.", next="`replay-mcp import --help` tells the forms."
        ) from error
    except ValueError as error:
        raise InvalidArguments(f"An id is wrong: {error}.", next="Ids stand in the addresses of recordings.") from error


def posthog_settings() -> Settings:
    """PostHog as the environment names it, whatever it says about a local store.

    Raises:
        SettingsError: a variable is missing or wrong.
    """
    environ = {
        name: value for name, value in os.environ.items() if name not in {"REPLAY_MCP_LOCAL", "REPLAY_MCP_CACHE"}
    }
    try:
        flags: dict[str, Any] = {"cache": "off"}
        return Settings.load(environ, flags, default_store=default_store(), default_cache=default_store().parent)
    except SettingsError as error:
        if error.why == NOTHING_CONFIGURED:
            raise SettingsError(NOTHING_CONFIGURED.partition("\n")[0], next="Set them and run it again.") from error
        raise


async def _copy(settings: Settings, choice: Choice, db: sqlite3.Connection, team: Team, report: Report) -> None:
    with open_backend(settings) as backend:
        key = backend.api_key
    async with open_client(
        origin=settings.origin,
        api_key=key,
        prefix=settings.prefix,
        environment=settings.environment,
    ) as api:
        copier = Copier(api, db, team, limited=settings.hosted)
        await copy_all(copier, choice, report)


async def copy_all(copier: Copier, choice: Choice, report: Report) -> None:
    """Copy what was chosen; failures are counted, never raised."""
    try:
        wanted = [Wanted(id) for id in choice.ids]
        if not wanted:
            with progress(1, "looking for recordings") as advance:
                wanted = await copier.find(choice.filters, choice.limit, lambda what: advance(0, what))
    except ReplayError as error:
        report.stopped_by = f"The recordings could not be listed: {_words(error)}"
        return
    if not wanted:
        report.note = choice.filters.why_nothing()
    with progress(len(wanted), f"{len(wanted):,} recordings") as advance:
        await _copy_each(copier, wanted, report, advance)


async def _copy_each(copier: Copier, wanted: list[Wanted], report: Report, advance: Advance) -> None:
    unreachable = 0
    for done, recording in enumerate(wanted):
        advance(0, recording.id)
        try:
            report.add(recording.id, await copier.copy(recording, lambda what: advance(0, what)))
            unreachable = 0
        except OSError as error:
            report.stopped_by = f"Snapshots could not be kept in a temporary file: {error.strerror or error}."
            return
        except ReplayError as error:
            unreachable = unreachable + 1 if isinstance(error, Unreachable) else 0
            if isinstance(error, _STOPS) or unreachable == _UNREACHABLE_IN_A_ROW:
                left = len(wanted) - done
                report.stopped_by = f"Stopped with {left:,} of {len(wanted):,} recordings left: {_words(error)}"
                return
            report.fail(recording.id, _NOT_THERE if isinstance(error, NotFound) else error.why)
        advance(1, recording.id)


def _words(error: ReplayError) -> str:
    if isinstance(error, RateLimited):
        wait = "later" if error.retry_after is None else f"in {error.retry_after / 60:.0f} minutes"
        return f"PostHog's rate limit for this key is reached, and allows more {wait}."
    return f"{error.why} {error.next}"
