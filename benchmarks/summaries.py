"""Measures 100 sessions summarised in one call: sessions per second, and memory.

    python -m benchmarks.summaries [--sessions 100] [--megabytes 1]

The recordings come from `benchmarks/recordings`, each with its own seed, and are in a local store. With source `local`
the tool fetches each recording over the API and summarises it; with `auto` the local API summarises it. Both are
compared with only deriving the same timelines one after the other. Each measurement runs in its own process.
"""

import argparse
import resource
import tempfile
import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

import anyio
from mcp import Client

from benchmarks.recordings import lines
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.app import LocalApi
from replay_mcp.local.store import accounts
from replay_mcp.local.store.blocks import read_lines
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.recording.timeline.reader import read_timeline
from replay_mcp.redaction import Redaction
from replay_mcp.server.app import open_server
from replay_mcp.settings import LOCAL_ORIGIN, Settings

MB: Final = 1_000_000


class SummaryMeasurement(NamedTuple):
    """Seconds of the first and of the repeated call; memory before and at its peak."""

    seconds: float
    again: float
    before_mb: float
    peak_mb: float
    counts: dict[str, int]


def main() -> None:
    """Make the store, measure, and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--megabytes", type=float, default=1.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "replay.sqlite"
        ids = make_store(path, options.sessions, int(options.megabytes * MB))
        bare = measure_in_process(path, ids, "timelines")
        print(f"{len(ids)} recordings, {options.megabytes:g} MB of lines each: timelines alone {bare.seconds:.1f} s")
        for source in ("local", "auto"):
            made = measure_in_process(path, ids, source)
            print(
                f"source {source}: {made.seconds:.1f} s, {len(ids) / made.seconds:.1f} sessions/s,"
                f" {made.seconds / bare.seconds:.2f}x; again {made.again * 1000:.0f} ms;"
                f" memory {made.before_mb:.0f} MB before, at most {made.peak_mb:.0f} MB {made.counts}"
            )


def make_store(path: Path, sessions: int, size: int) -> list[str]:
    """Make a store with `sessions` recordings, each with lines of `size` bytes; return their ids."""
    ids = [str(uuid.UUID(int=place)) for place in range(1, sessions + 1)]
    with Store.open(path) as store, store.connection() as db:
        accounts.ensure_first_account(db, now_ms())
        team = accounts.find_team(db, accounts.FIRST_ENVIRONMENT)
        assert team is not None
        for seed, id in enumerate(ids):
            store_recording(db, team, RecordingData(id, "somebody", lines(size, seed=seed)), now_ms())
        db.execute("UPDATE recording SET expiry_time = ?", (now_ms() + 86_400_000,))
    return ids


def measure_in_process(path: Path, ids: list[str], what: str) -> SummaryMeasurement:
    """Run `measure` in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, path, ids, what).result()


def measure(path: Path, ids: list[str], what: str) -> SummaryMeasurement:
    """Measure `timelines`, or summaries with the source `what`."""
    with Store.open(path) as store:
        before = peak_mb()
        if what == "timelines":
            started = time.perf_counter()
            with store.connection() as db:
                for id in ids:
                    read_timeline((line + b"\n" for line in read_lines(db, id)), Redaction())
            return SummaryMeasurement(time.perf_counter() - started, 0.0, before, peak_mb(), {})
        return anyio.run(measure_summaries, store, ids, what, before)


async def measure_summaries(store: Store, ids: list[str], source: str, before: float) -> SummaryMeasurement:
    """Measure the tool, in a server in memory on the local API in process."""
    with store.connection() as db:
        key = accounts.first_key(db).value
    settings = Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1")
    async with (
        InProcessTransport(LocalApi(store)) as transport,
        open_server(settings, api_key=key, transport=transport) as server,
        Client(server) as client,
    ):
        took: list[float] = []
        answer: dict[str, Any] = {}
        for _ in range(2):
            started = time.perf_counter()
            answer = {"missing": ids}
            while answer.get("missing"):  # the tool may reach its deadline before all are done
                result = await client.call_tool("create-session-summaries", {"session_ids": ids, "source": source})
                assert result.structured_content is not None, result
                answer = result.structured_content
            took.append(time.perf_counter() - started)
        return SummaryMeasurement(took[0], took[1], before, peak_mb(), answer["counts"])


def peak_mb() -> float:
    """The peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
