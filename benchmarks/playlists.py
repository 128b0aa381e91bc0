"""Measures a page of the local playlists list at 1,000,000 rows against 1,000. Budget: 3x at any offset.

    python -m benchmarks.playlists [ROWS]

Then it adds as many recordings, all viewed by the requesting user, and more than twice as many events, from which the
synthetic playlists of the first page are computed. Budget of that page: 50 ms. Rows are generated in SQL, which takes
minutes for a million.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import anyio
import httpx2

from replay_mcp.cli.local_store import LocalStore, open_local
from replay_mcp.local.store.database import writing

from . import search_store
from .search import BUDGET_MS

BUDGET: Final = 3.0
SMALL: Final = 1_000
REPEATS: Final = 15
VIEWED: Final = ("INSERT INTO session_recording_viewed SELECT 1, 1, session_id, start_time FROM n",)
PATH: Final = "/api/environments/1/session_recording_playlists/"


def fill(db: sqlite3.Connection, rows: int) -> None:
    """Add collections whose times of modification are 7 seconds apart."""
    with writing(db):
        db.execute(
            """
            WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?)
            INSERT INTO session_recording_playlist
                (short_id, team_id, type, name, label, created_at, created_by, last_modified_at, last_modified_by)
            SELECT printf('%08d', value), 1, 'collection', 'Playlist ' || value, 'playlist ' || value,
                1700000000000 + value * 7000, 1, 1700000000000 + value * 7000, 1
            FROM n
            """,
            (rows,),
        )


async def page_ms(local: LocalStore, offset: int) -> float:
    """Measure a page of 100, as the median in milliseconds."""
    headers = {"Authorization": f"Bearer {local.key.value}"}
    transport = httpx2.ASGITransport(app=local.app())
    times: list[float] = []
    async with httpx2.AsyncClient(transport=transport, base_url="http://local", headers=headers) as http:
        for _ in range(REPEATS):
            started = time.perf_counter()
            response = await http.get(PATH, params={"limit": 100, "offset": offset})
            times.append((time.perf_counter() - started) * 1000)
            assert len(response.json()["results"]) == 100
    return statistics.median(times)


def main() -> int:
    """Print the medians and ratios; return 1 if one is over the budget."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    worst = 0.0
    with tempfile.TemporaryDirectory() as directory:
        with open_local(Path(directory) / "small.sqlite") as local, local.store.connection() as db:
            fill(db, SMALL)
            base = anyio.run(page_ms, local, 0)
        with open_local(Path(directory) / "large.sqlite") as local, local.store.connection() as db:
            started = time.perf_counter()
            fill(db, rows)
            print(f"{rows} rows generated in {time.perf_counter() - started:.0f} s; {SMALL} rows: {base:.1f} ms a page")
            for offset in (0, rows // 100, rows // 2, rows - 100):
                took = anyio.run(page_ms, local, offset)
                worst = max(worst, took / base)
                print(f"offset {offset}: {took:.1f} ms, {took / base:.2f}x")
            print(f"worst {worst:.2f}x (budget {BUDGET}x)")
            search_store.fill(db, rows, search_store.RECORDINGS, search_store.EVENTS, VIEWED)
            first = anyio.run(page_ms, local, 0)
            print(f"first page with {rows} recordings, all viewed: {first:.1f} ms (budget {BUDGET_MS:.0f} ms)")
    return 0 if worst <= BUDGET and first <= BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
