"""How much is accepted, and how long it is kept."""

import random
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.accounts import set_retention
from replay_mcp.local.store.limits import Limits
from replay_mcp.local.store.retention import store_bytes
from tests.local.answers import RECORDINGS, answer, error
from tests.local.capture.conftest import Record, Recorder
from tests.local.capture.posthog_js import dump, expected, ids, lines_of, listed, product_event, send, snapshot_event
from tests.recording.rrweb import START, click, console, custom, fetched, meta
from tests.seeding import DAY_MS

pytestmark = pytest.mark.anyio

OK = 200, {"status": 1}
TABLES = "recording", "recording_block", "recording_url", "console_log", "failed_request", "event"


async def chunk(local: Recorder, *raws: Any, **more: Any) -> tuple[int, Any]:
    return answer(await send(local.page, snapshot_event(*raws, token=local.token, **more)))


def rows(local: Recorder, session_id: str) -> dict[str, int]:
    """How many rows of a session each table has."""
    with local.store.connection() as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table} WHERE session_id = ?", (session_id,)).fetchone()[0]
            for table in TABLES
        }


def noise(at: int, size: int) -> dict[str, Any]:
    """An event that gzip hardly shrinks."""
    return custom(at, "noise", text=random.Random(at).randbytes(size // 2).hex())


# ---- one recording --------------------------------------------------------------------------------------------------


async def test_a_recording_may_reach_its_event_limit_but_not_exceed_it(record: Record):
    async with record(limits=Limits(session_events=3)) as local:
        assert await chunk(local, click(0), click(1_000)) == OK
        assert await chunk(local, click(2_000)) == OK
        before = dump(local)
        response = await send(local.page, snapshot_event(click(3_000), token=local.token))
        assert error(response) == snapshot(
            (
                413,
                "invalid_request",
                "payload_too_large",
                "Recording 's1' would have 4 events; a recording has at most 3.",
                None,
            )
        )
        assert dump(local) == before
        assert await lines_of(local) == expected(click(0), click(1_000), click(2_000))


async def test_a_chunk_that_would_exceed_the_limit_is_refused_whole(record: Record):
    async with record(limits=Limits(session_events=3)) as local:
        await chunk(local, click(0), click(1_000))
        before = dump(local)
        assert (await chunk(local, click(2_000), click(3_000)))[0] == 413
        assert dump(local) == before
        assert await chunk(local, click(2_000)) == OK


async def test_a_first_chunk_over_the_limit_creates_no_recording(record: Record):
    async with record(limits=Limits(session_events=3)) as local:
        assert (await chunk(local, *(click(at) for at in range(4))))[0] == 413
        assert await listed(local) == []


async def test_events_that_are_already_stored_do_not_count_again(record: Record):
    async with record(limits=Limits(session_events=3)) as local:
        three = [click(at) for at in range(3)]
        for _ in range(3):
            assert await chunk(local, *three) == OK
        assert await lines_of(local) == expected(*three)


async def test_every_recording_has_its_own_limit(record: Record):
    async with record(limits=Limits(session_events=3)) as local:
        for session_id in ("s1", "s2"):
            assert await chunk(local, *(click(at) for at in range(3)), session=session_id) == OK


async def test_a_session_has_a_limit_of_product_events(record: Record):
    async with record(limits=Limits(session_events=3)) as local:
        await chunk(local, click(0))
        events = [product_event("paid", at=at) for at in range(4)]
        message = {"api_key": local.token, "batch": events[:3]}
        assert answer(await send(local.page, message, "/e/")) == OK
        before = dump(local)
        response = await send(local.page, {"api_key": local.token, "batch": events[3:]}, "/e/")
        assert error(response) == snapshot(
            (413, "invalid_request", "payload_too_large", "Session 's1' would have more than 3 product events.", None)
        )
        assert dump(local) == before
        assert rows(local, "s1")["event"] == 3


# ---- the whole store ------------------------------------------------------------------------------------------------


def room(local: Recorder, more: int) -> int:
    with local.store.connection() as db:
        return store_bytes(db) + more


async def test_a_full_store_accepts_nothing_and_keeps_what_it_has(record: Record):
    async with record() as local:
        await chunk(local, click(0))
        limit = room(local, 300_000)
    async with record(limits=Limits(store_bytes=limit)) as local:
        taken = 0
        while (await chunk(local, noise(taken, 60_000), session="s2")) == OK:
            taken += 1
            assert taken < 30
        assert taken > 0
        before = dump(local)
        failure = error(await send(local.page, snapshot_event(noise(99, 60_000), session="s2", token=local.token)))
        assert dump(local) == before
        assert (failure[0], failure[1], failure[2], failure[3].replace(str(limit), "LIMIT"), failure[4]) == snapshot(
            (
                507,
                "server_error",
                "no_room",
                "The store has reached its limit of LIMIT bytes (--max-store). Delete recordings, or start `replay-mcp local` with a higher limit.",
                None,
            )
        )
        assert set(await ids(local)) == {"s1", "s2"}
        assert await lines_of(local) == expected(click(0))
        assert room(local, 0) < limit + 200_000


async def test_a_full_store_accepts_no_product_events_either(record: Record):
    async with record(limits=Limits(store_bytes=1)) as local:
        before = dump(local)
        assert (await send(local.page, product_event("paid", token=local.token), "/e/")).status_code == 507
        assert (await send(local.page, snapshot_event(click(0), token=local.token))).status_code == 507
        assert dump(local) == before


async def test_a_full_store_can_still_be_read(record: Record):
    async with record() as local:
        await chunk(local, click(0))
    async with record(limits=Limits(store_bytes=1)) as local:
        await chunk(local, click(1_000))
        assert await ids(local) == ["s1"]
        assert (await local.page.get("/")).status_code == 200
        assert (await local.http.delete(f"{RECORDINGS}/s1")).status_code == 204


async def test_a_deleted_recording_makes_room(record: Record):
    async with record() as local:
        await chunk(local, *(noise(number, 100_000) for number in range(10)))
        limit = room(local, -100_000)
    async with record(limits=Limits(store_bytes=limit)) as local:
        assert (await chunk(local, click(0), session="s2"))[0] == 507
        await local.http.delete(f"{RECORDINGS}/s1")
        assert await chunk(local, click(0), session="s2") == OK


async def test_expired_recordings_make_room(record: Record):
    async with record() as local:
        await chunk(local, *(noise(number, 100_000) for number in range(10)), session="old")
        await chunk(local, click(0) | {"timestamp": START + 6 * DAY_MS}, session="new")
        limit = room(local, -100_000)
    async with record(limits=Limits(store_bytes=limit)) as local:
        assert (await chunk(local, click(1)))[0] == 507
        local.time.ms += 33 * DAY_MS
        late = click(0) | {"timestamp": START + 33 * DAY_MS}
        assert await chunk(local, late) == OK
        assert set(await ids(local)) == {"s1"}
        assert rows(local, "new")["recording"] == 1
        assert rows(local, "old") == dict.fromkeys(TABLES, 0)


# ---- retention ------------------------------------------------------------------------------------------------------


async def full_visit(local: Recorder, session_id: str, at: int = 0) -> None:
    """A recording that has something in every table."""
    raws = (
        meta(at, "https://shop.example/"),
        click(at + 1_000),
        console(at + 2_000, "error", "failed"),
        fetched(at + 3_000, "https://shop.example/api", 500),
    )
    batch = [snapshot_event(*raws, session=session_id), product_event("paid", at=at + 4_000, session=session_id)]
    assert answer(await send(local.page, {"api_key": local.token, "batch": batch})) == OK


async def test_a_recording_is_available_until_it_expires(local: Recorder):
    await full_visit(local, "old")
    assert rows(local, "old") == snapshot(
        {"recording": 1, "recording_block": 1, "recording_url": 1, "console_log": 1, "failed_request": 1, "event": 1}
    )
    expiry = [recording["expiry_time"] for recording in await listed(local)]
    assert expiry == ["2026-12-20T00:00:00Z"]
    midnight = START + 14 * 3_600_000 + 29 * DAY_MS
    local.time.ms = midnight - 1_000
    assert await ids(local, date_from="-40d") == ["old"]
    assert (await local.http.get(f"{RECORDINGS}/old")).status_code == 200
    local.time.ms = midnight + 1_000
    assert await ids(local, date_from="-40d") == []
    for path in (f"{RECORDINGS}/old", f"{RECORDINGS}/old/snapshots"):
        assert (await local.http.get(path)).status_code == 404


async def test_an_expired_recording_is_removed_from_everywhere_when_something_arrives(local: Recorder):
    await full_visit(local, "old")
    local.time.ms += 20 * DAY_MS
    await full_visit(local, "kept", at=20 * DAY_MS)
    kept = rows(local, "kept")
    local.time.ms += 20 * DAY_MS
    assert rows(local, "old")["recording"] == 1
    await full_visit(local, "new", at=40 * DAY_MS)
    assert rows(local, "old") == dict.fromkeys(TABLES, 0)
    assert rows(local, "kept") == rows(local, "new") == kept


async def test_a_product_event_alone_removes_expired_recordings(local: Recorder):
    await full_visit(local, "old")
    local.time.ms += 40 * DAY_MS
    await send(local.page, product_event("paid", at=40 * DAY_MS, session="new", token=local.token), "/e/")
    assert rows(local, "old") == dict.fromkeys(TABLES, 0)


async def test_expired_recordings_are_looked_for_every_ten_minutes_at_most(local: Recorder):
    """A recording that expires within the ten minutes stays until they end, but is not shown."""
    await full_visit(local, "old")
    midnight = START + 14 * 3_600_000 + 29 * DAY_MS
    local.time.ms = midnight - 60_000
    await full_visit(local, "first", at=29 * DAY_MS)
    local.time.ms = midnight + 60_000
    await full_visit(local, "second", at=29 * DAY_MS)
    shown = await ids(local, date_from="-40d", events=[{"id": "paid"}])
    assert (rows(local, "old")["recording"], set(shown)) == (1, {"first", "second"})
    local.time.ms = midnight + 10 * 60_000
    await full_visit(local, "third", at=29 * DAY_MS)
    assert rows(local, "old") == dict.fromkeys(TABLES, 0)


async def test_the_configured_retention_applies_to_new_recordings(local: Recorder):
    with local.store.connection() as db:
        set_retention(db, 7)
    await full_visit(local, "old")
    assert [recording["expiry_time"] for recording in await listed(local)] == ["2026-11-27T00:00:00Z"]
    local.time.ms += 7 * DAY_MS
    assert await ids(local, date_from="-40d") == []
    await full_visit(local, "new", at=7 * DAY_MS)
    assert rows(local, "old") == dict.fromkeys(TABLES, 0)


async def test_an_expired_session_that_is_recorded_again_begins_anew(local: Recorder):
    await full_visit(local, "s1")
    local.time.ms += 40 * DAY_MS
    assert await chunk(local, click(40 * DAY_MS)) == OK
    (recording,) = await listed(local)
    assert (recording["start_time"], recording["click_count"]) == ("2026-12-30T10:00:00Z", 1)


async def test_a_removed_recording_whose_tab_continues_is_not_refused(local: Recorder):
    """The tombstone of a deleted recording expires too; until then the recording does not come back."""
    await full_visit(local, "s1")
    await local.http.delete(f"{RECORDINGS}/s1")
    local.time.ms += 20 * DAY_MS
    assert await chunk(local, click(20 * DAY_MS)) == OK
    assert await listed(local) == []
