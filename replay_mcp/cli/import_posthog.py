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
from replay_mcp.errors import InvalidArguments, SettingsError
from replay_mcp.local.accounts import Team
from replay_mcp.settings import NOTHING_CONFIGURED, Settings
from replay_mcp.tools._filters import RecordingFilters
from replay_mcp.transfer.copy_from_posthog import Copier, Source, copy_recordings, find_recordings
from replay_mcp.transfer.report import Report

from . import CHOICE, default_store, logs
from .progress import progress

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 10_000


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
    if settings.api_key is None:
        raise AssertionError("settings without a local store have a key")
    async with open_client(
        origin=settings.origin,
        api_key=settings.api_key.get_secret_value(),
        prefix=settings.prefix,
        environment=settings.environment,
    ) as api:
        await copy_all(Copier(api, db, team, limited=settings.hosted), choice, report)


async def copy_all(copier: Copier, choice: Choice, report: Report) -> None:
    """Copy the chosen recordings. Failures are reported, never raised."""
    sources = [Source(id) for id in choice.ids]
    if not sources:
        with progress(1, "looking for recordings") as advance:
            request = choice.filters.request()
            sources = await find_recordings(copier, request, choice.limit, report, lambda status: advance(0, status))
        if report.stopped_by:
            return
        if not sources:
            report.note = choice.filters.why_nothing()
    with progress(len(sources), f"{len(sources):,} recordings") as advance:
        await copy_recordings(copier, sources, report, advance)
