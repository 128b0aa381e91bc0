"""`replay-mcp local` receiving recordings on a socket: killed, started twice, sent too much, and read at the same time."""

import gzip
import re
import select
import socket
import sqlite3
import subprocess
import threading
import zlib
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import orjson
import pytest

from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import now_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.ingest import RecordingData, store_recording
from tests.local.test_append_events import check_blocks, state
from tests.recording.rrweb import START, WINDOW, Raw, click, console, custom, fetched, meta, move
from tests.seeding import message
from tests.servers import clean_environment, serving

KEY = re.compile(r"phx_[\w-]{43}")
TOKEN = re.compile(r"phc_[\w-]{32}")
NOW = now_ms()
SHIFT = NOW - NOW % 1_000 - 3_600_000 - START
"""Milliseconds from the made-up start to an hour ago, since the server uses the real time."""


@dataclass(frozen=True)
class Server:
    """A running server and the values of its greeting."""

    origin: str
    key: str
    token: str
    process: subprocess.Popen[str]

    def send(self, http: httpx2.Client, body: Any) -> httpx2.Response:
        return http.post(f"{self.origin}/s/", content=gzip.compress(orjson.dumps(body), 1))

    def peak_kb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0])


@contextmanager
def local_server(directory: Path, *flags: str) -> Generator[Server]:
    """`replay-mcp local` on `directory`'s store."""
    arguments = ["local", "--port", "0", "--local", str(directory / "s.sqlite"), *flags]
    with serving(arguments, clean_environment(), directory / "log") as process:
        assert process.stdout is not None
        greeting = ""
        for line in process.stdout:
            greeting += line
            if token := TOKEN.search(greeting):
                break
        else:
            raise AssertionError(greeting)
        origin, key = re.search(r"http://127\.0\.0\.1:\d+", greeting), KEY.search(greeting)
        assert origin
        assert key
        yield Server(origin[0], key[0], token[0], process)


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=30) as http:
        yield http


def shifted(raw: Raw) -> Raw:
    return {**raw, "timestamp": raw["timestamp"] + SHIFT}


def visit(chunks: int, *, window: str = WINDOW) -> list[list[Raw]]:
    """Chunks of a visit in one tab, two seconds each; no two lines are the same."""
    parts: list[list[Raw]] = []
    for number in range(chunks):
        at = number * 2_000 + (700 if window != WINDOW else 0)
        raws = [
            move(at),
            click(at + 100, number),
            console(at + 200, "error" if number % 3 else "log", f"{window} {number}"),
            custom(at + 300, "text", text=f"{number}" * 300),
        ]
        if number % 10 == 0:
            raws = [meta(at, f"https://shop.example/{window}/{number}"), *raws]
        if number % 7 == 0:
            raws.append(fetched(at + 400, f"https://api{number}.example/", 500))
        parts.append([shifted(raw) for raw in raws])
    return parts


def sent_lines(chunks: Sequence[Sequence[Raw]], window: str = WINDOW) -> list[bytes]:
    """The stored lines of chunks."""
    return [orjson.dumps([window, raw]) for chunk in chunks for raw in chunk]


def stored_lines(db: sqlite3.Connection, session_id: str = "session-1") -> Counter[bytes]:
    query = "SELECT data FROM recording_block WHERE session_id = ?"
    blocks = [gzip.decompress(row["data"]) for row in db.execute(query, (session_id,))]
    return Counter(line for block in blocks for line in block.split(b"\n"))


def check_whole(directory: Path, session_id: str, lines: Sequence[bytes]) -> None:
    """Check that the recording that grew equals one stored in one go."""
    with Store.open(directory / "s.sqlite") as store, store.connection() as db:
        team = accounts.find_team(db, 1)
        assert team is not None
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        store_recording(db, team, RecordingData("whole", "maya", lines, snapshot_library="web"), now_ms())
        check_blocks(db, session_id)
        assert state(db, session_id) == state(db, "whole")


@pytest.mark.slow
def test_a_killed_server_loses_nothing_that_it_acknowledged_and_keeps_chunks_whole_or_not_at_all(tmp_path: Path):
    tabs = {WINDOW: visit(40), "window-2": visit(40, window="window-2")}
    acknowledged: list[tuple[str, int]] = []
    enough = threading.Event()

    def stream(server: Server, window: str) -> None:
        with httpx2.Client(timeout=30) as http, suppress(httpx2.TransportError):
            for number, chunk in enumerate(tabs[window]):
                answer = server.send(http, message(server.token, "session-1", *chunk, window=window))
                assert answer.json() == {"status": 1}
                acknowledged.append((window, number))
                if len(acknowledged) >= 20:
                    enough.set()

    with local_server(tmp_path) as server, ThreadPoolExecutor() as pool:
        streams = [pool.submit(stream, server, window) for window in tabs]
        assert enough.wait(30)
        server.process.kill()
        for each in streams:
            each.result()
    assert 20 <= len(acknowledged) < 80
    with Store.open(tmp_path / "s.sqlite") as store, store.connection() as db:
        found = stored_lines(db)
        check_blocks(db, "session-1")
    whole = {
        (window, number): found & Counter(sent_lines([chunk], window))
        for window in tabs
        for number, chunk in enumerate(tabs[window])
    }
    assert all(whole[each].total() == len(tabs[each[0]][each[1]]) for each in acknowledged)
    assert all(lines.total() in {0, len(tabs[window][number])} for (window, number), lines in whole.items())
    with local_server(tmp_path) as server, ThreadPoolExecutor() as pool:
        for each in [pool.submit(stream, server, window) for window in tabs]:
            each.result()
    check_whole(tmp_path, "session-1", [line for window in tabs for line in sent_lines(tabs[window], window)])


@pytest.mark.full
def test_a_chunk_during_which_the_server_was_killed_is_whole_or_absent(tmp_path: Path, http: httpx2.Client):
    noise = Random(1)
    small = [[shifted(click(at))] for at in range(0, 8_000, 1_000)]
    large = [
        [shifted(custom(at + 500 + part, "noise", text=noise.randbytes(300_000).hex())) for part in range(10)]
        for at in (0, 2_000)
    ]
    log = tmp_path / "s.sqlite-wal"
    sent = list(small)
    outcomes: list[int] = []
    for chunk in large:
        with local_server(tmp_path) as server:
            for each in sent:
                assert server.send(http, message(server.token, "session-1", *each)).json() == {"status": 1}
            before = log.stat().st_size
            body = gzip.compress(orjson.dumps(message(server.token, "session-1", *chunk)), 1)
            host, port = server.origin.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as raw:
                head = f"POST /s/ HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(body)}\r\n\r\n"
                raw.sendall(head.encode() + body)
                # A large transaction writes pages to the log before it commits: the first of them marks the moment.
                while log.stat().st_size == before and not select.select([raw], [], [], 0)[0]:
                    pass
                server.process.kill()
        with Store.open(tmp_path / "s.sqlite") as store, store.connection() as db:
            check_blocks(db, "session-1")
            found = stored_lines(db)
        assert found >= Counter(sent_lines(sent))
        outcomes.append((found & Counter(sent_lines([chunk]))).total())
        sent.append(chunk)
    assert set(outcomes) <= {0, 10}
    with local_server(tmp_path) as server:
        for chunk in sent:
            assert server.send(http, message(server.token, "session-1", *chunk)).json() == {"status": 1}
    check_whole(tmp_path, "session-1", sent_lines(sent))


@pytest.mark.slow
def test_two_servers_on_one_store_put_interleaved_chunks_together(tmp_path: Path):
    tabs = {WINDOW: visit(25), "window-2": visit(25, window="window-2")}

    def stream(server: Server, sending: Sequence[tuple[str, str, list[Raw]]]) -> set[int]:
        with httpx2.Client(timeout=30) as http:
            return {
                server.send(http, message(server.token, session_id, *chunk, window=window)).status_code
                for session_id, window, chunk in sending
            }

    shared = [("shared", window, chunk) for window in tabs for chunk in tabs[window]]
    own = [("own", WINDOW, chunk) for chunk in tabs[WINDOW]]
    mixed = Random(2).sample([*shared, *own], len(shared) + len(own))
    with local_server(tmp_path) as one, local_server(tmp_path, "--max-store", "4096") as other:
        assert one.token == other.token
        with ThreadPoolExecutor() as pool:
            halves = [mixed[::2], mixed[1::2], mixed[5:40]]  # and part of it twice
            found = [pool.submit(stream, server, half) for server, half in zip((one, other, one), halves, strict=True)]
            assert [each.result() for each in found] == [{200}] * 3
    check_whole(tmp_path, "shared", [line for window in tabs for line in sent_lines(tabs[window], window)])
    with Store.open(tmp_path / "s.sqlite") as store, store.connection() as db:
        assert stored_lines(db, "own") == Counter(sent_lines(tabs[WINDOW]))
        check_blocks(db, "own")


@pytest.mark.slow
def test_a_gzip_bomb_is_refused_and_takes_little_memory(tmp_path: Path, http: httpx2.Client):
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(b"[" + b" " * (1024 * 1024))] + [packer.compress(b" " * (1024 * 1024)) for _ in range(99)]
    bomb = b"".join([*parts, packer.compress(b"]"), packer.flush()])
    assert len(bomb) < 200_000
    with local_server(tmp_path) as server:
        answers = [http.post(f"{server.origin}{path}", content=bomb) for path in ("/s/", "/e/", "/batch/")]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(413, "payload_too_large")] * 3
        too_large = http.post(f"{server.origin}/s/", content=b"x" * (21 * 1024 * 1024))
        assert (too_large.status_code, too_large.json()["code"]) == (413, "payload_too_large")
        assert server.send(http, message(server.token, "session-1", shifted(click(0)))).json() == {"status": 1}
        assert server.peak_kb() < 400_000


@pytest.mark.slow
def test_snapshots_can_be_read_while_chunks_arrive(tmp_path: Path, http: httpx2.Client):
    chunks = visit(60)
    sent = Counter(sent_lines(chunks))
    acknowledged: list[bytes] = []

    def stream(server: Server) -> None:
        with httpx2.Client(timeout=30) as sender:
            for chunk in chunks:
                assert server.send(sender, message(server.token, "session-1", *chunk)).json() == {"status": 1}
                acknowledged.extend(sent_lines([chunk]))

    with local_server(tmp_path) as server, ThreadPoolExecutor() as pool:
        assert server.send(http, message(server.token, "session-1", *chunks[0])).status_code == 200
        sending = pool.submit(stream, server)
        headers = {"Authorization": f"Bearer {server.key}"}
        url = f"{server.origin}/api/environments/1/session_recordings/session-1/snapshots"
        ended, before = False, Counter[bytes]()
        while not ended:
            ended = sending.done()
            before = Counter(acknowledged)
            sources = http.get(url, headers=headers).json()["sources"]
            query = {"source": "blob_v2", "start_blob_key": 0, "end_blob_key": len(sources) - 1}
            served = http.get(url, headers=headers, params=query)
            assert served.status_code == 200
            found = Counter(served.content.split(b"\n"))
            assert before <= found <= sent
        sending.result()
        assert before == sent
