"""Queries that are given up after a number of instructions."""

import sqlite3
from collections.abc import Iterator

import pytest

from replay_mcp.local.recordings.query_timeout import value_within

COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n"


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


def test_a_short_query_gives_its_value_and_a_long_one_none(db: sqlite3.Connection) -> None:
    assert value_within(db, 10_000, COUNTING, [10]) == 10
    assert value_within(db, 10_000, COUNTING, [1_000_000]) is None
    assert db.execute(COUNTING, [10_000]).fetchone() == (10_000,)


def test_a_wrong_query_is_still_an_error(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        value_within(db, 10_000, "SELECT count(*) FROM nowhere", [])
