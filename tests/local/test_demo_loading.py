"""When the demo recordings are loaded, and when they are not."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from replay_mcp.local.demo.load import load_demo
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local
from tests.seeding import NOW, add_recording

pytestmark = pytest.mark.anyio


def load_all(db: sqlite3.Connection) -> int:
    team = accounts.find_team(db, 1)
    assert team is not None
    return load_demo(db, team, to_ms(NOW))


@pytest.mark.slow
async def test_loading_the_demo_twice_at_once_stores_it_once(local: Local):
    def load_alone(_: int) -> int:
        with local.store.connection() as db:
            return load_all(db)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(load_alone, range(2))) == [0, 25]


async def test_a_store_that_has_recordings_is_left_alone(local: Local):
    with local.store.connection() as db:
        add_recording(db, "mine")
        before = list(db.iterdump())
        assert load_all(db) == 0
        assert list(db.iterdump()) == before


async def test_loading_the_demo_twice_changes_nothing(local: Local):
    with local.store.connection() as db:
        load_all(db)
        before = list(db.iterdump())
        assert load_all(db) == 0
        assert list(db.iterdump()) == before
