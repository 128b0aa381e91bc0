"""Requests that wait to write leave threads to those that read."""

import sqlite3
from contextlib import closing

import anyio
import pytest

from tests.conftest import Local
from tests.local.answers import PLAYLISTS

pytestmark = pytest.mark.anyio
WRITERS = 45
"""More than all of anyio's default threads."""
NOT_BEHIND_A_WRITER_SECONDS = 5
"""Writers wait for twice as long."""


async def test_reads_are_served_while_more_writers_wait_than_there_are_threads(local: Local) -> None:
    statuses: list[int] = []
    reads: list[int] = []

    async def write() -> None:
        answer = await local.http.post(PLAYLISTS, json={"name": "new", "type": "collection"})
        statuses.append(answer.status_code)

    with closing(sqlite3.connect(local.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with anyio.create_task_group() as tasks:
            for _ in range(WRITERS):
                tasks.start_soon(write)
            with anyio.fail_after(NOT_BEHIND_A_WRITER_SECONDS):
                for _ in range(3):
                    reads.append((await local.http.get(PLAYLISTS)).status_code)
            other.execute("ROLLBACK")
    assert (reads, statuses) == ([200] * 3, [201] * WRITERS)
