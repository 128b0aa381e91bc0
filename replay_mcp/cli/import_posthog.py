"""`replay-mcp import --from-posthog`: which recordings of which PostHog are copied."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import anyio
from pydantic import ValidationError

from replay_mcp.api.types import check_path_id
from replay_mcp.client.client import open_client
from replay_mcp.errors import InvalidArguments, SettingsError
from replay_mcp.local.store.accounts import Team
from replay_mcp.redaction import Redaction
from replay_mcp.settings import NOTHING_CONFIGURED, Settings
from replay_mcp.tools.session_recordings_list import ListRecordingsParams
from replay_mcp.transfer.copy_from_posthog import Copier, Source, copy_recordings, find_recordings
from replay_mcp.transfer.report import Report

from . import logs
from .configuration import default_store
from .import_ import import_into
from .progress import progress

DEFAULT_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """Which recordings to copy: these ids, or without ids the newest that match the filters."""

    ids: tuple[str, ...]
    filters: ListRecordingsParams
    limit: int


def copy(store: str, environment: int, ids: Sequence[str], filters: Mapping[str, Any]) -> int:
    """Copy recordings into an environment of the store.

    Raises:
        InvalidArguments: see `choose`.
        SettingsError: see `posthog_settings`.
    """
    choice = choose(ids, filters)
    settings = posthog_settings()
    logs.configure(secrets=settings.secrets)

    def work(db: sqlite3.Connection, team: Team, report: Report) -> None:
        anyio.run(_copy, settings, choice, db, team, report)

    return import_into(store, environment, work, "recording")


def choose(ids: Sequence[str], filters: Mapping[str, Any]) -> CopyRequest:
    """Validate ids and filters.

    Raises:
        InvalidArguments: a value is wrong, or there are both ids and filters.
    """
    if ids and filters:
        raise InvalidArguments("Recordings are chosen by ids or by filters, not by both.", next="Leave out one.")
    fields = dict(filters)
    limit: int = fields.pop("limit", DEFAULT_LIMIT)
    try:
        for id in ids:
            check_path_id(id)
        return CopyRequest(tuple(dict.fromkeys(ids)), ListRecordingsParams.model_validate(fields), limit)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        flag = "--" + str(first["loc"][0]).replace("_", "-")
        why = first["msg"].removeprefix("Value error, ")
        raise InvalidArguments(
            f"{flag} is wrong: {why}.", next="`replay-mcp import --help` shows the accepted forms."
        ) from error
    except ValueError as error:
        raise InvalidArguments(f"An id is wrong: {error}.", next="Ids stand in the addresses of recordings.") from error


def posthog_settings() -> Settings:
    """Load the settings of PostHog from the environment, ignoring what it says about a local store.

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


async def _copy(settings: Settings, choice: CopyRequest, db: sqlite3.Connection, team: Team, report: Report) -> None:
    if settings.api_key is None:
        raise AssertionError("settings without a local store have a key")
    async with open_client(
        origin=settings.origin,
        api_key=settings.api_key.get_secret_value(),
        prefix=settings.prefix,
        environment=settings.environment,
    ) as api:
        await copy_all(Copier(api, db, team, limited=settings.hosted), choice, report)


async def copy_all(copier: Copier, choice: CopyRequest, report: Report) -> None:
    """Copy the chosen recordings. Failures are reported, never raised."""
    sources = [Source(id) for id in choice.ids]
    if not sources:
        with progress(1, "looking for recordings") as advance:
            for request in choice.filters.requests(Redaction("off")):
                sources = await find_recordings(
                    copier, request, choice.limit, report, lambda status: advance(0, status)
                )
                if sources or report.stopped_by:
                    break
        if report.stopped_by:
            return
        if not sources:
            report.note = "No recording matches. Widen date_from or leave out a filter."
    with progress(len(sources), f"{len(sources):,} recordings") as advance:
        await copy_recordings(copier, sources, report, advance)
