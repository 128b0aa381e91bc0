"""Measures one comparison of 100 recordings with steps and a split: seconds cold and warm, and the answer's size.

    python -m benchmarks.compare [--sessions 100]

The recordings are those of the demo, each stored several times under other ids, in a local store. The first call reads
them all over the API; it is compared with only deriving the same timelines one after the other. The second call finds
them in the cache. Each part of a comparison is also measured alone, without reading.

Budgets: 10 s of processor time for the first call, 1 s for the second, 8,000 characters. On a machine that does nothing
else, wall time is about the same, because one thread reads at a time.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import anyio
from mcp import Client
from mcp.types import TextContent

from benchmarks.measurement import DEMO
from replay_mcp.client.in_process import InProcessTransport
from replay_mcp.local.app import LocalApi
from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.ingest import RecordingData, store_recording
from replay_mcp.recording.across.comparison import ALL_PARTS, compare
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.redaction import Redaction
from replay_mcp.server.app import open_server
from replay_mcp.settings import LOCAL_ORIGIN, Settings

COLD_BUDGET: Final = 10.0
WARM_BUDGET: Final = 1.0
SIZE_BUDGET: Final = 8_000
TOOL: Final = "session-recordings-compare"
SPLIT: Final = [{"on": "recording", "key": "click_count", "op": "gt", "value": "9"}]
STEPS: Final = ["product", "cart", "checkout", "Pay now"]


def main() -> int:
    """Print the measurements; return 1 if one is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=100)
    options = parser.parse_args()
    recordings = [gzip.decompress(path.read_bytes()) for path in DEMO]
    chosen = [recordings[place % len(recordings)] for place in range(options.sessions)]
    started, cpu = time.perf_counter(), time.process_time()
    timelines = {f"s{place}": read_timeline([each], Redaction()) for place, each in enumerate(chosen)}
    alone, cpu = time.perf_counter() - started, time.process_time() - cpu
    with tempfile.TemporaryDirectory() as name:
        took, cpus, sizes = anyio.run(measure, Path(name) / "replay.sqlite", chosen)
    print(f"{len(chosen)} recordings: timelines alone {alone:.1f} s, {cpu:.1f} s of processor time")
    print(
        f"first call {took[0]:.1f} s ({took[0] / alone:.2f}x), {cpus[0]:.1f} s of processor time ({cpus[0] / cpu:.2f}x)"
    )
    print(f"again {took[1] * 1_000:.0f} ms, {cpus[1] * 1_000:.0f} ms of processor time, {sizes[1]} characters")
    print_parts(timelines)
    return int(cpus[0] > COLD_BUDGET or cpus[1] > WARM_BUDGET or max(sizes) > SIZE_BUDGET)


async def measure(path: Path, recordings: Sequence[bytes]) -> tuple[list[float], list[float], list[int]]:
    """The seconds, processor times and sizes of two equal calls, in a server in memory on the local API in process."""
    ids = [str(uuid.UUID(int=place)) for place in range(1, len(recordings) + 1)]
    with Store.open(path) as store:
        with store.connection() as db:
            accounts.ensure_first_account(db, now_ms())
            team = accounts.find_team(db, accounts.FIRST_ENVIRONMENT)
            assert team is not None
            for id, recording in zip(ids, recordings, strict=True):
                store_recording(db, team, RecordingData(id, f"person-{id}", recording.splitlines()), now_ms())
            db.execute("UPDATE recording SET expiry_time = ?", (now_ms() + 86_400_000,))
            key = accounts.first_key(db).value
        async with (
            InProcessTransport(LocalApi(store)) as transport,
            open_server(
                Settings(api_key=None, origin=LOCAL_ORIGIN, environment="1"), api_key=key, transport=transport
            ) as server,
            Client(server) as client,
        ):
            took: list[float] = []
            cpus: list[float] = []
            sizes: list[int] = []
            for _ in range(2):
                started, cpu = time.perf_counter(), time.process_time()
                result = await client.call_tool(TOOL, {"session_ids": ids, "steps": STEPS, "split": SPLIT})
                took.append(time.perf_counter() - started)
                cpus.append(time.process_time() - cpu)
                [block] = result.content
                assert isinstance(block, TextContent)
                assert json.loads(block.text)["compared"] == len(ids), block.text[:500]
                sizes.append(len(block.text))
            return took, cpus, sizes


def print_parts(timelines: dict[str, Timeline]) -> None:
    """Print how long each part of a comparison takes without reading."""
    parts: dict[str, Callable[[], Any]] = {
        "sessions alone": lambda: compare(timelines, parts=()),
        **{part: (lambda part=part: compare(timelines, parts=(part,))) for part in ALL_PARTS},
        "steps": lambda: compare(timelines, parts=(), steps=STEPS),
        "two windows": lambda: compare(timelines, earlier=timelines),
    }
    for name, part in parts.items():
        part()
        started = time.perf_counter()
        part()
        print(f"  {name}: {(time.perf_counter() - started) * 1_000:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
