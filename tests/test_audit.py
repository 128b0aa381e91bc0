"""The audit log: one line for each call of a tool that changes something."""

import json
import stat
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import SettingsError
from replay_mcp.server.audit import audit_writer
from replay_mcp.timing import Timing
from tests.agent import Agent, Connect
from tests.conftest import Local
from tests.faults import Fault, Faults
from tests.seeding import add_playlist, add_recording

pytestmark = pytest.mark.anyio
ADD = "session-recording-playlist-recordings-add"


@pytest.fixture
def objects(local: Local) -> None:
    with local.store.connection() as db:
        add_playlist(db, "aaaaaaaa")
        add_recording(db, "s1")
        add_recording(db, "s2")


@pytest.fixture
def lines() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def audited(objects: None, connect: Connect, lines: list[dict[str, Any]]) -> Connect:
    del objects

    def write(line: bytes) -> None:
        lines.append({name: value for name, value in json.loads(line).items() if name != "time"})

    return partial(connect, audit=write)


async def test_a_change_is_recorded_with_what_it_names_and_its_requests(
    audited: Connect, lines: list[dict[str, Any]]
) -> None:
    async with audited() as agent:
        created = await agent.call("session-recording-playlist-create", name="Secret plans", type="collection")
        short_id = created["playlist"]["short_id"]
        await agent.call(ADD, short_id=short_id, session_recording_ids=["s1", "s2"])
        await agent.call("session-recording-update", id="s1", viewed=True)
        await agent.call("session-recordings-list")
    for line in lines:
        line["ids"] = ["SHORT_ID" if id == short_id else id for id in line["ids"]]
    assert lines == snapshot(
        [
            {
                "audit": "session-recording-playlist-create",
                "level": "curate",
                "environment": "1",
                "ids": ["SHORT_ID"],
                "outcome": "done",
                "requests": 1,
            },
            {
                "audit": "session-recording-playlist-recordings-add",
                "level": "curate",
                "environment": "1",
                "ids": ["SHORT_ID", "s1", "s2"],
                "outcome": "done",
                "requests": 2,
            },
            {
                "audit": "session-recording-update",
                "level": "curate",
                "environment": "1",
                "ids": ["s1"],
                "outcome": "done",
                "requests": 1,
            },
        ]
    )


async def test_a_refused_an_unanswered_and_a_failed_change_are_recorded(
    audited: Connect, lines: list[dict[str, Any]], faults: Faults
) -> None:
    async with audited(permission="read") as reader:
        await reader.fail(ADD, short_id="aaaaaaaa", session_recording_ids=["s1"])
    async with audited() as agent:
        await agent.fail("session-recording-delete", ids=["s1"])
        await agent.fail(ADD, short_id="no id, but a text about a person", session_recording_ids=["s1"])
        faults.always(Fault(status=500))
        await agent.call(ADD, short_id="aaaaaaaa", session_recording_ids=["s1"])
    assert [(line["audit"], line["level"], line["ids"], line["outcome"]) for line in lines] == snapshot(
        [
            ("session-recording-playlist-recordings-add", "read", ["aaaaaaaa", "s1"], "not_permitted"),
            ("session-recording-delete", "curate", ["s1"], "asked"),
            ("session-recording-delete", "curate", ["s1"], "not_confirmed"),
            ("session-recording-playlist-recordings-add", "curate", ["s1"], "not_found"),
            ("session-recording-playlist-recordings-add", "curate", ["aaaaaaaa", "s1"], "incomplete"),
        ]
    )


async def test_a_key_passed_for_an_id_is_not_recorded(audited: Connect, lines: list[dict[str, Any]]) -> None:
    key = "phx_" + "abcdefgh" * 5
    async with audited() as agent:
        await agent.call(ADD, short_id="aaaaaaaa", session_recording_ids=[key, "s1"])
    assert [line["ids"] for line in lines] == [["aaaaaaaa", "***", "s1"]]


async def test_a_cancelled_change_is_recorded(audited: Connect, lines: list[dict[str, Any]], faults: Faults) -> None:
    faults.always(Fault(stall=True, path="/recordings/s1"))
    async with audited(timing=Timing(deadline=60)) as agent:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:

                async def call(agent: Agent) -> None:
                    arguments = {"short_id": "aaaaaaaa", "session_recording_ids": ["s1"]}
                    await agent.client.call_tool(ADD, arguments)

                tasks.start_soon(call, agent)
                await faults.stalled.wait()
                tasks.cancel_scope.cancel()
            await faults.stall_ended.wait()
    assert [(line["ids"], line["outcome"], line["requests"]) for line in lines] == snapshot(
        [(["aaaaaaaa", "s1"], "cancelled", 2)]
    )


def test_the_file_is_appended_to_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"earlier\n")
    path.chmod(0o644)
    audit_writer(path)(b"one\n")
    audit_writer(path)(b"two\n")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"earlier\none\ntwo\n", 0o600)


def test_a_line_that_cannot_be_appended_goes_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "logs" / "audit.jsonl"
    path.parent.mkdir()
    write = audit_writer(path)
    path.unlink()
    path.parent.rmdir()
    write(b"one\n")
    assert capsys.readouterr().err == "one\n"


def test_a_server_whose_audit_log_cannot_be_opened_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        audit_writer(tmp_path / "missing" / "audit.jsonl")
    assert caught.value.why.replace(str(tmp_path), "DIR") == snapshot(
        "The audit log 'DIR/missing/audit.jsonl' cannot be opened (No such file or directory)."
    )
