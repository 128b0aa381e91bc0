"""Opening the local store for a command: with a first account, and with demo recordings on request."""

import logging
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from replay_mcp.local.app import LocalApi
from replay_mcp.local.demo.load import load_demo
from replay_mcp.local.http.posthog_builds import Build
from replay_mcp.local.http.throttle import Throttle
from replay_mcp.local.store import accounts
from replay_mcp.local.store.accounts import Key
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.erasure import erase_marked
from replay_mcp.local.store.sqlite_errors import explained

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LocalStore:
    """An open store and its first key."""

    store: Store
    key: Key

    def app(
        self, throttle: Throttle | None = None, summaries: Build = "made", *, keyless_player: bool = False
    ) -> LocalApi:
        """The local API on this store."""
        return LocalApi(self.store, throttle=throttle, summaries=summaries, keyless_player=keyless_player)


@contextmanager
def open_local(path: Path, *, demo_recordings: bool = False) -> Generator[LocalStore]:
    """Open the store at `path` for the block, and create its first account if it has none.

    Raises:
        StoreError: the file cannot be used, or during the block the disk is full, or the store is locked or damaged.
    """
    with explained(path), Store.open(path) as store, store.connection() as db:
        accounts.ensure_first_account(db, now_ms())
        team = accounts.find_team(db, accounts.FIRST_ENVIRONMENT)
        if demo_recordings and team is not None:
            load_demo(db, team, now_ms())
        _finish_erasing(db)
        yield LocalStore(store, accounts.first_key(db))


def _finish_erasing(db: sqlite3.Connection) -> None:
    """Remove the data of deleted recordings that a killed process left behind; if that fails, the next start tries."""
    try:
        erase_marked(db)
    except sqlite3.OperationalError as error:
        _log.warning("The data of deleted recordings could not be removed from the store yet: %s.", error)
