"""Processes end soon after a signal, whatever they are doing, and quietly when nobody reads their output."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin

import pytest
from inline_snapshot import snapshot

from replay_mcp.cli.local_store import open_local
from tests.seeding import add_recording
from tests.servers import clean_environment
from tests.transports.wire import ENVELOPE, INITIALIZE, INITIALIZED, line, request

PATIENCE = 30
"""Seconds that a busy machine may take. Whether servers end in time shows in their logs, which name a watchdog that fired."""
GET: dict[str, Any] = {"name": "session-recording-get", "arguments": {"id": "s1"}}
CREATE = {"name": "session-recording-playlist-create", "arguments": {"name": "new"}}

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and pipes")
pytestmark = posix_only


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "served.sqlite"
    with open_local(path) as local, local.store.connection() as db:
        add_recording(db, "s1")
    return path


@contextmanager
def started(*arguments: str, **environment: str) -> Generator[subprocess.Popen[bytes]]:
    """Start `replay-mcp ARGUMENTS` with pipes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "replay_mcp", *arguments],
        env=clean_environment(**environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def opened(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


class StdioClient:
    """The client of a server on stdio."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._stdin = opened(process.stdin)
        self._stdout = opened(process.stdout)

    def send(self, *messages: dict[str, Any] | bytes) -> None:
        self._stdin.write(b"".join(map(line, messages)))
        self._stdin.flush()

    def answer(self, id: object) -> dict[str, Any]:
        while (message := json.loads(self._stdout.readline())).get("id") != id:
            pass
        return message

    def initialize(self) -> None:
        self.send(INITIALIZE, INITIALIZED)
        self.answer("init")

    def stop_reading(self) -> None:
        self._stdout.close()

    def complaints(self) -> str:
        return opened(self.process.stderr).read().decode()


@dataclass
class Upstream:
    """A host that takes requests and never answers."""

    listener: socket.socket

    @property
    def settings(self) -> dict[str, str]:
        origin = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        return {"POSTHOG_PERSONAL_API_KEY": "phx_test", "POSTHOG_HOST": origin, "POSTHOG_ENVIRONMENT_ID": "1"}

    @contextmanager
    def asked(self) -> Generator[None]:
        """Wait for a request, and keep it waiting."""
        connection, _ = self.listener.accept()
        with connection:
            connection.settimeout(PATIENCE)
            assert connection.recv(1)
            yield


@pytest.fixture
def upstream() -> Generator[Upstream]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        yield Upstream(listener)


@contextmanager
def locked(store: Path) -> Generator[None]:
    """Another process writes to the store: every other writer waits in a worker thread, for 10 seconds."""
    db = sqlite3.connect(store, isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
    finally:
        db.close()


@contextmanager
def idle(store: Path, upstream: Upstream) -> Generator[StdioClient]:
    del upstream
    with started("--local", str(store)) as process:
        client = StdioClient(process)
        client.initialize()
        yield client


@contextmanager
def with_a_stalled_call(store: Path, upstream: Upstream) -> Generator[StdioClient]:
    del store
    with started(**upstream.settings) as process:
        client = StdioClient(process)
        client.initialize()
        client.send(request(1, "tools/call", **GET))
        with upstream.asked():
            yield client


@contextmanager
def with_a_client_that_does_not_read(store: Path, upstream: Upstream) -> Generator[StdioClient]:
    with idle(store, upstream) as client:
        client.send(*(request(id, "tools/list") for id in range(50)))  # far more than a pipe holds
        client.answer(0)
        yield client


@contextmanager
def with_a_call_stuck_in_a_thread(store: Path, upstream: Upstream) -> Generator[StdioClient]:
    with idle(store, upstream) as client, locked(store):
        client.send(request("stuck", "tools/call", **CREATE))
        for id in range(100):  # by then the call has reached its thread
            client.send(request(id, "ping"))
            client.answer(id)
        yield client


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: -signal.SIGTERM}
"""Signals, and the exit codes for them."""


@pytest.mark.parametrize(
    ("number", "situation"),
    [
        pytest.param(signal.SIGTERM, idle, marks=pytest.mark.full),
        (signal.SIGINT, with_a_stalled_call),
        pytest.param(signal.SIGTERM, with_a_client_that_does_not_read, marks=pytest.mark.slow),
    ],
)
def test_a_signal_ends_a_server_on_stdio(
    store: Path, upstream: Upstream, number: signal.Signals, situation: Callable[..., Any]
) -> None:
    with situation(store, upstream) as client:
        client.process.send_signal(number)
        assert (client.process.wait(timeout=PATIENCE), client.complaints()) == (SIGNALS[number], "")


@pytest.mark.slow
def test_work_in_a_thread_does_not_delay_shutdown(store: Path, upstream: Upstream) -> None:
    with with_a_call_stuck_in_a_thread(store, upstream) as client:
        client.process.terminate()
        assert client.process.wait(timeout=PATIENCE) == 128 + signal.SIGTERM
        assert json.loads(client.complaints())["message"] == snapshot(
            "Ended by a signal, with work still running after 1.2 seconds"
        )


@pytest.mark.slow
def test_a_server_ends_quietly_when_its_client_closes_the_pipe_during_a_call(store: Path, upstream: Upstream) -> None:
    with with_a_stalled_call(store, upstream) as client:
        client.stop_reading()
        client.send(request(2, "ping"))
        assert (client.process.wait(timeout=PATIENCE), client.complaints()) == (0, "")


@pytest.mark.slow
def test_a_client_that_leaves_during_a_call_is_not_waited_for(store: Path, upstream: Upstream) -> None:
    with with_a_stalled_call(store, upstream) as client:
        opened(client.process.stdin).close()
        assert client.answer(1)["error"]["message"] == "Connection closed"
        assert (client.process.wait(timeout=PATIENCE), client.complaints()) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not say how much memory was used")
def test_a_line_of_50_mb_takes_little_memory(store: Path, upstream: Upstream) -> None:
    with idle(store, upstream) as client:
        before = peak_memory(client.process)
        client.send(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[' + b"[]," * (50_000_000 // 3))
        assert client.answer(1)["error"]["code"] == -32700
        client.send(request(2, "ping"))
        assert client.answer(2)["result"] == {}
        assert peak_memory(client.process) - before < 100 * 2**20


def peak_memory(process: subprocess.Popen[bytes]) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s*(\d+) kB", status)[0]) * 1024


@contextmanager
def listening(*arguments: str, **environment: str) -> Generator[tuple[subprocess.Popen[bytes], int]]:
    """A server on a socket, and its port."""
    with started(*arguments, "--port", "0", **environment) as process:
        for logged in opened(process.stderr):
            if found := re.search(rb"Listening on http://127\.0\.0\.1:(\d+)", logged):
                yield process, int(found[1])
                return
        raise AssertionError("the server ended")


@contextmanager
def connection(port: int) -> Generator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        yield connection
    finally:
        connection.close()


HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@contextmanager
def posting(port: int, path: str, message: dict[str, Any], **headers: str) -> Generator[http.client.HTTPConnection]:
    with connection(port) as posted:
        posted.request("POST", path, json.dumps(message), HEADERS | headers)
        yield posted


@pytest.mark.slow
def test_a_signal_ends_an_http_server_with_a_stalled_call(upstream: Upstream) -> None:
    with listening("--transport", "http", **upstream.settings) as (process, port):
        call = request(1, "tools/call", **GET, _meta=ENVELOPE)
        headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": GET["name"]}
        with posting(port, "/mcp", call, **headers), upstream.asked():
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=PATIENCE) == 130


@pytest.mark.slow
def test_a_signal_ends_an_http_server_with_an_open_stream(store: Path) -> None:
    listen = request(1, "subscriptions/listen", _meta=ENVELOPE, notifications={"resourcesListChanged": True})
    with listening("--transport", "http", "--local", str(store)) as (process, port):
        headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
        with posting(port, "/mcp", listen, **headers) as posted:
            assert b"event" in posted.getresponse().readline()
            process.terminate()
            assert process.wait(timeout=PATIENCE) == -signal.SIGTERM


@pytest.mark.slow
def test_a_signal_ends_an_sse_server_with_a_stalled_call(upstream: Upstream) -> None:
    with listening("--transport", "sse", **upstream.settings) as (process, port), ExitStack() as open_connections:
        events = open_connections.enter_context(connection(port))
        events.request("GET", "/sse")
        stream = events.getresponse()
        while not (data := stream.readline()).startswith(b"data: "):
            pass
        endpoint = urljoin("/sse", data.decode().removeprefix("data: ").strip())
        for message in (INITIALIZE, INITIALIZED, request(1, "tools/call", **GET)):
            with posting(port, endpoint, message) as posted:
                assert posted.getresponse().status == 202
        with upstream.asked():
            process.terminate()
            assert process.wait(timeout=PATIENCE) == -signal.SIGTERM


PLAYLISTS = "/api/environments/1/session_recording_playlists/"
HALF_A_REQUEST = f"POST {PLAYLISTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{{".encode()


@contextmanager
def stuck_local_api(store: Path) -> Generator[subprocess.Popen[bytes]]:
    """`replay-mcp local` with a request in a worker thread, and half a request."""
    with listening("local", "--local", str(store)) as (process, port), locked(store):
        with socket.create_connection(("127.0.0.1", port)) as half, connection(port) as asking:
            half.sendall(HALF_A_REQUEST)
            printed = iter(opened(process.stdout))
            key = next(found[1] for text in printed if (found := re.search(rb"all scopes: (\S+)", text))).decode()
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            asking.request("POST", PLAYLISTS, '{"name": "new", "type": "collection"}', headers)
            for _ in range(50):  # by then it has reached its thread
                with connection(port) as other:
                    other.request("GET", "/api/environments/1/session_recordings/", headers=headers)
                    assert other.getresponse().status == 200
            yield process


def test_a_signal_ends_the_local_api(store: Path) -> None:
    with stuck_local_api(store) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 130
        assert b"Traceback" not in opened(process.stderr).read()


@pytest.mark.slow
def test_a_second_signal_ends_at_once(store: Path) -> None:
    with stuck_local_api(store) as process:
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) in {128 + signal.SIGTERM, 128 + signal.SIGINT}
        assert b"Ended by a signal" not in opened(process.stderr).read()


@pytest.mark.parametrize(
    ("arguments", "unbuffered"),
    [
        (["--help"], ""),
        pytest.param(["doctor"], "1", marks=pytest.mark.slow),
        pytest.param(["import", "FILE"], "", marks=pytest.mark.full),
    ],
)
def test_a_command_whose_output_nobody_reads_ends_quietly(
    store: Path, tmp_path: Path, arguments: list[str], unbuffered: str
) -> None:
    recording = tmp_path / "recording.json"
    recording.write_text("[]")
    command = [str(recording) if argument == "FILE" else argument for argument in arguments]
    where = ["--local", str(store)] if arguments != ["--help"] else []
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "replay_mcp", *command, *where],
        env=clean_environment(PYTHONUNBUFFERED=unbuffered),
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        check=False,
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr.decode()) == (141, "")


@pytest.mark.full
def test_a_demo_whose_output_is_read_only_at_the_start_ends_quietly() -> None:
    with started("demo", PYTHONUNBUFFERED="") as process:
        stdout = opened(process.stdout)
        assert stdout.readline().startswith(b"Connected over stdio")
        stdout.close()
        assert (process.wait(timeout=PATIENCE), opened(process.stderr).read().decode()) == (141, "")
