"""Recordings received chunk by chunk."""

import functools
import json
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.limits import Limits
from tests.local.answers import RECORDINGS, answer, error
from tests.local.capture.conftest import Record, Recorder
from tests.local.capture.posthog_js import (
    WINDOW,
    dump,
    expected,
    ids,
    lines_of,
    listed,
    product_event,
    send,
    snapshot_event,
    zipped,
)
from tests.recording.rrweb import START, click, console, full, meta, move, packed, typed

pytestmark = pytest.mark.anyio

OK = 200, {"status": 1}
FIRST = meta(0, "https://shop.example/cart"), full(10, "Cart"), click(1_000), console(2_000, "error", "failed")
SECOND = (
    click(5_000),
    typed(5_500),
    console(5_600, "warn", "slow"),
    move(6_000),
    meta(9_000, "https://shop.example/pay"),
)
COUNTS = (
    "recording_duration",
    "click_count",
    "keypress_count",
    "mouse_activity_count",
    "console_log_count",
    "console_warn_count",
    "console_error_count",
)


async def chunk(local: Recorder, *raws: Any, **more: Any) -> tuple[int, Any]:
    """Send one chunk with the token."""
    return answer(await send(local.page, snapshot_event(*raws, token=local.token, **more)))


async def counts(local: Recorder, session_id: str = "s1") -> dict[str, Any]:
    recording = (await local.http.get(f"{RECORDINGS}/{session_id}")).json()
    return {name: recording[name] for name in COUNTS}


async def test_a_chunk_becomes_a_recording_at_once(local: Recorder):
    assert await chunk(local, *FIRST) == OK
    assert await lines_of(local) == expected(*FIRST)
    assert answer(await local.http.get(f"{RECORDINGS}/s1")) == snapshot(
        (
            200,
            {
                "id": "s1",
                "distinct_id": "anon-1",
                "viewed": False,
                "viewers": [],
                "recording_duration": 2,
                "active_seconds": 1,
                "inactive_seconds": 1,
                "start_time": "2026-11-20T10:00:00Z",
                "end_time": "2026-11-20T10:00:02Z",
                "click_count": 1,
                "keypress_count": 0,
                "mouse_activity_count": 1,
                "console_log_count": 0,
                "console_warn_count": 0,
                "console_error_count": 1,
                "start_url": "https://shop.example/cart",
                "person": {
                    "id": None,
                    "name": None,
                    "distinct_ids": ["anon-1"],
                    "properties": {},
                    "created_at": None,
                    "uuid": "32c6b779-7752-55b8-9e14-69484340cb4f",
                    "last_seen_at": None,
                },
                "retention_period_days": 30,
                "expiry_time": "2026-12-20T00:00:00Z",
                "recording_ttl": 30,
                "snapshot_source": "web",
                "snapshot_library": "web",
                "ongoing": True,
                "activity_score": None,
                "has_summary": False,
                "summary_outcome": None,
                "external_references": [],
                "matches_filters": True,
            },
        )
    )


async def test_a_new_recording_is_listed_as_ongoing(local: Recorder):
    await chunk(local, *FIRST)
    assert await listed(local) == snapshot(
        [
            {
                "id": "s1",
                "distinct_id": "anon-1",
                "viewed": False,
                "viewers": [],
                "recording_duration": 2,
                "active_seconds": 1,
                "inactive_seconds": 1,
                "start_time": "2026-11-20T10:00:00Z",
                "end_time": "2026-11-20T10:00:02Z",
                "click_count": 1,
                "keypress_count": 0,
                "mouse_activity_count": 1,
                "console_log_count": 0,
                "console_warn_count": 0,
                "console_error_count": 1,
                "start_url": "https://shop.example/cart",
                "person": {
                    "id": None,
                    "name": None,
                    "distinct_ids": ["anon-1"],
                    "properties": {},
                    "created_at": None,
                    "uuid": "32c6b779-7752-55b8-9e14-69484340cb4f",
                    "last_seen_at": None,
                },
                "retention_period_days": 30,
                "expiry_time": "2026-12-20T00:00:00Z",
                "recording_ttl": 30,
                "snapshot_source": "web",
                "snapshot_library": None,
                "ongoing": True,
                "activity_score": 75.0,
                "has_summary": False,
                "summary_outcome": None,
                "external_references": [],
                "matches_filters": True,
            }
        ]
    )


async def test_a_recording_that_stops_growing_is_no_longer_ongoing(local: Recorder):
    await chunk(local, *FIRST)
    local.time.ms += 10 * 60_000
    assert [recording["ongoing"] for recording in await listed(local)] == [False]
    await chunk(local, *SECOND)
    assert [recording["ongoing"] for recording in await listed(local)] == [True]


async def test_blocks_are_listed_for_chunks_that_have_arrived(local: Recorder):
    await chunk(local, *FIRST)
    await chunk(local, move(100_000))
    assert answer(await local.http.get(f"{RECORDINGS}/s1/snapshots")) == snapshot(
        (
            200,
            {
                "sources": [
                    {
                        "source": "blob_v2",
                        "start_timestamp": "2026-11-20T10:00:00Z",
                        "end_timestamp": "2026-11-20T10:00:02Z",
                        "blob_key": "0",
                    },
                    {
                        "source": "blob_v2",
                        "start_timestamp": "2026-11-20T10:01:40Z",
                        "end_timestamp": "2026-11-20T10:01:40Z",
                        "blob_key": "1",
                    },
                ]
            },
        )
    )
    assert await lines_of(local, last=1) == expected(*FIRST, move(100_000))


async def test_chunks_add_up(local: Recorder):
    await chunk(local, *FIRST)
    assert await counts(local) == snapshot(
        {
            "recording_duration": 2,
            "click_count": 1,
            "keypress_count": 0,
            "mouse_activity_count": 1,
            "console_log_count": 0,
            "console_warn_count": 0,
            "console_error_count": 1,
        }
    )
    assert await chunk(local, *SECOND) == OK
    assert await counts(local) == snapshot(
        {
            "recording_duration": 9,
            "click_count": 2,
            "keypress_count": 1,
            "mouse_activity_count": 3,
            "console_log_count": 0,
            "console_warn_count": 1,
            "console_error_count": 1,
        }
    )


@pytest.mark.parametrize("times", [2, 3])
async def test_a_chunk_that_arrives_again_is_stored_once(local: Recorder, times: int):
    for _ in range(times):
        assert await chunk(local, *FIRST) == OK
    assert await lines_of(local) == expected(*FIRST)
    assert await counts(local) == snapshot(
        {
            "recording_duration": 2,
            "click_count": 1,
            "keypress_count": 0,
            "mouse_activity_count": 1,
            "console_log_count": 0,
            "console_warn_count": 0,
            "console_error_count": 1,
        }
    )


async def test_a_chunk_that_arrives_again_changes_no_count_when_others_came_between(local: Recorder):
    for raws in (FIRST, SECOND, FIRST, SECOND):
        await chunk(local, *raws)
    again = await counts(local)
    for raws in (FIRST, SECOND):
        await chunk(local, *raws, session="s2")
    assert again == await counts(local, "s2")
    with local.store.connection() as db:
        assert [tuple(row) for row in db.execute("SELECT session_id, level, message FROM console_log ORDER BY id")] == [
            (session_id, level, message)
            for session_id in ("s1", "s2")
            for level, message in (("error", "failed"), ("warn", "slow"))
        ]


async def test_a_chunk_that_overlaps_another_adds_only_new_events(local: Recorder):
    await chunk(local, *FIRST)
    await chunk(local, *FIRST[2:], *SECOND)
    assert await counts(local) == snapshot(
        {
            "recording_duration": 9,
            "click_count": 2,
            "keypress_count": 1,
            "mouse_activity_count": 3,
            "console_log_count": 0,
            "console_warn_count": 1,
            "console_error_count": 1,
        }
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
async def test_chunks_in_any_order_make_the_same_recording(local: Recorder, order: tuple[int, ...]):
    chunks = [FIRST, SECOND, (meta(61_000, "https://shop.example/done"), click(62_000), click(95_000))]
    for place in order:
        assert await chunk(local, *chunks[place]) == OK
    lines: list[Any] = []
    sources = (await local.http.get(f"{RECORDINGS}/s1/snapshots")).json()["sources"]
    for number in range(len(sources)):
        query = {"source": "blob_v2", "start_blob_key": str(number), "end_blob_key": str(number)}
        text = (await local.http.get(f"{RECORDINGS}/s1/snapshots", params=query)).text
        lines += [json.loads(line) for line in text.split("\n")]
    assert sorted(lines, key=lambda line: line[1]["timestamp"]) == expected(*chunks[0], *chunks[1], *chunks[2])
    assert [source["blob_key"] for source in sources] == [str(number) for number in range(len(sources))]
    starts = [source["start_timestamp"] for source in sources]
    assert starts == sorted(starts)
    recording = (await local.http.get(f"{RECORDINGS}/s1")).json()
    shown = "start_time", "end_time", "start_url", *COUNTS, "active_seconds", "inactive_seconds", "activity_score"
    assert {name: recording[name] for name in shown} == snapshot(
        {
            "start_time": "2026-11-20T10:00:00Z",
            "end_time": "2026-11-20T10:01:35Z",
            "start_url": "https://shop.example/cart",
            "recording_duration": 95,
            "click_count": 4,
            "keypress_count": 1,
            "mouse_activity_count": 5,
            "console_log_count": 0,
            "console_warn_count": 1,
            "console_error_count": 1,
            "active_seconds": 8,
            "inactive_seconds": 87,
            "activity_score": None,
        }
    )


async def test_a_chunk_from_before_the_first_moves_the_start_and_the_start_url(local: Recorder):
    await chunk(local, *SECOND)
    (recording,) = await listed(local)
    assert (recording["start_time"], recording["start_url"]) == ("2026-11-20T10:00:05Z", "https://shop.example/pay")
    await chunk(local, *FIRST)
    (recording,) = await listed(local)
    assert (recording["start_time"], recording["start_url"]) == ("2026-11-20T10:00:00Z", "https://shop.example/cart")


async def test_two_windows_are_kept_apart_and_interleaved_by_time(local: Recorder):
    await chunk(local, meta(0, "https://shop.example/a"), click(2_000), click(4_000))
    await chunk(local, meta(1_000, "https://shop.example/b"), click(3_000), window="tab-2")
    assert [(window, event["timestamp"] - START) for window, event in await lines_of(local)] == [
        (WINDOW, 0),
        ("tab-2", 1_000),
        (WINDOW, 2_000),
        ("tab-2", 3_000),
        (WINDOW, 4_000),
    ]
    assert await counts(local) == snapshot(
        {
            "recording_duration": 4,
            "click_count": 3,
            "keypress_count": 0,
            "mouse_activity_count": 3,
            "console_log_count": 0,
            "console_warn_count": 0,
            "console_error_count": 0,
        }
    )


async def test_the_same_event_in_two_windows_is_two_events(local: Recorder):
    await chunk(local, click(0))
    await chunk(local, click(0), window="tab-2")
    assert (await counts(local))["click_count"] == 2


async def test_two_windows_in_one_request_are_kept_apart(local: Recorder):
    message = {
        "api_key": local.token,
        "batch": [snapshot_event(click(0), click(2)), snapshot_event(click(1), window="tab-2")],
    }
    assert answer(await send(local.page, message)) == OK
    assert [window for window, _ in await lines_of(local)] == [WINDOW, "tab-2", WINDOW]


async def test_two_sessions_in_one_request_are_two_recordings(local: Recorder):
    message = {"api_key": local.token, "batch": [snapshot_event(click(0)), snapshot_event(click(1), session="s2")]}
    assert answer(await send(local.page, message)) == OK
    assert set(await ids(local)) == {"s1", "s2"}


async def test_compressed_parts_of_events_are_kept_and_understood(local: Recorder):
    whole = full(10, "Cart")
    squeezed = {**whole, "cv": "2024-10", "data": packed(whole["data"])}
    assert await chunk(local, meta(0, "https://shop.example/"), squeezed, click(1_000)) == OK
    assert (await lines_of(local))[1] == [WINDOW, squeezed]
    assert (await counts(local))["click_count"] == 1


@pytest.mark.parametrize("lib", ["web", "posthog-js-lite"])
async def test_the_library_is_kept(local: Recorder, lib: str):
    await chunk(local, *FIRST, **{"$lib": lib})
    with local.store.connection() as db:
        assert [tuple(row) for row in db.execute("SELECT snapshot_library, snapshot_source FROM recording")] == [
            (lib, "web")
        ]


async def test_a_later_distinct_id_does_not_replace_the_first(local: Recorder):
    """Either id finds the person; the recording keeps its first id."""
    await chunk(local, *FIRST)
    await chunk(local, *SECOND, distinct_id="maya")
    assert [recording["distinct_id"] for recording in await listed(local)] == ["anon-1"]


# ---- ids ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("session", ["s", "S-1", "0199a4c7-aaaa-7bbb-8ccc-0123456789ab", "a" * 70, "-", "0"])
async def test_an_id_of_letters_digits_and_hyphens_is_accepted(local: Recorder, session: str):
    assert await chunk(local, *FIRST, session=session) == OK
    assert await ids(local) == [session]


BAD_IDS: list[Any] = [
    "../../x",
    "' OR 1=1",
    "a" * 71,
    "",
    " ",
    5,
    0,
    True,
    ["s1"],
    {"a": "s1"},
    "s\0",
    "s1\n",
    "s 1",
    "s_1",
    "s.1",
    "s/1",
    "é",
    "\u0661",
    "\ud800",
    "<script>",
    None,
]


@pytest.mark.parametrize("session", BAD_IDS, ids=ascii)
async def test_any_other_id_is_refused_and_nothing_is_stored(local: Recorder, session: Any):
    await chunk(local, *FIRST)
    before = dump(local)
    status, kind, code, _, attr = error(
        await send(local.page, snapshot_event(click(9_000), session=session, token=local.token))
    )
    assert (status, kind, code, attr) == snapshot((400, "validation_error", "invalid_input", None))
    assert dump(local) == before


async def test_a_refused_id_is_answered_with_the_form_of_valid_ids(local: Recorder):
    assert error(await send(local.page, snapshot_event(*FIRST, session="../../x", token=local.token))) == snapshot(
        (
            400,
            "validation_error",
            "invalid_input",
            "A snapshot's $session_id must have 1 to 70 letters, digits and hyphens.",
            None,
        )
    )


@pytest.mark.parametrize("data", [5, "text", None, [], {}, {"type": 4}, [[]], [5], [None], ["x"], [{}]], ids=ascii)
async def test_a_chunk_without_events_stores_nothing(local: Recorder, data: Any):
    before = dump(local)
    message = snapshot_event(token=local.token)
    message["properties"]["$snapshot_data"] = data
    broken: dict[str, Any] = {} if data == [] else {"left_out": [], "broken_events": 1}
    assert answer(await send(local.page, message)) == (200, {"status": 1} | broken)
    assert dump(local) == before


BAD_WINDOWS: list[Any] = [None, "", 5, ["w"], {"a": 1}, "w" * 10_000, "w\0\ud800"]


@pytest.mark.parametrize("window", BAD_WINDOWS, ids=lambda value: ascii(value)[:20])
async def test_a_strange_window_id_never_breaks_a_recording(local: Recorder, window: Any):
    await chunk(local, *FIRST)
    taken = await chunk(local, click(9_000), window=window)
    assert (await lines_of(local))[:4] == expected(*FIRST)
    long = isinstance(window, str) and len(window) > 200
    assert taken == ((200, {"status": 1, "left_out": [], "broken_events": 1}) if long else OK)
    assert (await counts(local))["click_count"] == (1 if long else 2)


BAD_DISTINCT: list[Any] = [None, "", 1.5, True, ["a"], {"a": 1}, "d" * 201]


@pytest.mark.parametrize("distinct_id", BAD_DISTINCT, ids=lambda value: ascii(value)[:20])
async def test_a_chunk_without_a_distinct_id_is_refused(local: Recorder, distinct_id: Any):
    before = dump(local)
    response = await send(local.page, snapshot_event(*FIRST, token=local.token, distinct_id=distinct_id))
    assert error(response) == snapshot(
        (400, "validation_error", "invalid_input", "An event's distinct_id must have 1 to 200 characters.", None)
    )
    assert dump(local) == before


@pytest.mark.parametrize(("distinct_id", "shown"), [(5, "5"), ("d" * 200, "d" * 200), ("d\0", "d\0"), ("é'--", "é'--")])
async def test_a_distinct_id_may_be_any_text_or_number(local: Recorder, distinct_id: Any, shown: str):
    assert await chunk(local, *FIRST, distinct_id=distinct_id) == OK
    assert [recording["distinct_id"] for recording in await listed(local)] == [shown]


# ---- all or nothing -------------------------------------------------------------------------------------------------


async def test_broken_events_are_left_out_and_named(local: Recorder):
    broken = [{"type": 3, "data": {"source": 2}}, {"type": "3", "timestamp": 5}, 5, None, "x", [1], {}]
    assert await chunk(local, *FIRST, *broken) == snapshot((200, {"status": 1, "left_out": [], "broken_events": 7}))
    assert await lines_of(local) == expected(*FIRST)


async def test_a_broken_part_is_left_out_and_named_and_the_others_are_stored(local: Recorder):
    message: dict[str, Any] = {
        "api_key": local.token,
        "batch": [
            snapshot_event(*FIRST),
            snapshot_event(*FIRST, session="../../x"),
            5,
            {"properties": {}},
            product_event("paid", "u1"),
        ],
    }
    assert answer(await send(local.page, message)) == snapshot(
        (
            200,
            {
                "status": 1,
                "left_out": [
                    "A snapshot's $session_id must have 1 to 70 letters, digits and hyphens.",
                    "An event has no name: `event` must be a string.",
                ],
                "broken_events": 0,
            },
        )
    )
    assert await ids(local, events=[{"id": "paid"}]) == ["s1"]


async def test_a_session_of_another_environment_is_refused_with_all_that_came_with_it(local: Recorder):
    other = local.other_environment()
    await chunk(local, *FIRST)
    before = dump(local)
    message = {
        "api_key": other,
        "batch": [
            snapshot_event(*FIRST, session="mine"),
            product_event("paid", session="mine"),
            snapshot_event(*SECOND),
        ],
    }
    status, kind, code, detail, attr = error(await send(local.page, message))
    assert (status, kind, code, attr) == (400, "validation_error", "invalid_input", None)
    assert detail == "The $session_id belongs to a recording of another environment."
    assert dump(local) == before


async def test_a_request_with_too_much_for_one_recording_stores_none_of_its_parts(record: Record):
    async with record(limits=Limits(session_events=4)) as local:
        before = dump(local)
        message = {"api_key": local.token, "batch": [snapshot_event(*FIRST, session="s2"), snapshot_event(*SECOND)]}
        assert (await send(local.page, message)).status_code == 413
        assert dump(local) == before


# ---- deleted --------------------------------------------------------------------------------------------------------


async def test_a_deleted_recording_does_not_come_back(local: Recorder):
    await chunk(local, *FIRST)
    assert (await local.http.delete(f"{RECORDINGS}/s1")).status_code == 204
    gone = answer(await local.http.get(f"{RECORDINGS}/s1"))
    before = dump(local)
    assert await chunk(local, *FIRST) == OK
    assert await chunk(local, *SECOND) == OK
    assert answer(await local.http.get(f"{RECORDINGS}/s1")) == gone
    assert gone == snapshot(
        (404, {"type": "invalid_request", "code": "not_found", "detail": "Recording not found", "attr": None})
    )
    assert (await local.http.get(f"{RECORDINGS}/s1/snapshots")).status_code == 410
    assert await listed(local) == []
    assert dump(local) == before


async def test_other_events_sent_with_a_deleted_recording_are_stored(local: Recorder):
    await chunk(local, *FIRST)
    await local.http.delete(f"{RECORDINGS}/s1")
    message = {"api_key": local.token, "batch": [snapshot_event(*SECOND), snapshot_event(*SECOND, session="s2")]}
    assert answer(await send(local.page, message)) == OK
    assert await ids(local) == ["s2"]


# ---- times ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("timestamp", [0, -1, 1e300, 10**30, "now", None, 1.5, True, 253_402_300_800_000])
async def test_an_event_at_an_impossible_time_is_left_out(local: Recorder, timestamp: Any):
    await chunk(local, *FIRST)
    before = dump(local)
    assert await chunk(local, click(0) | {"timestamp": timestamp}) == (
        200,
        {"status": 1, "left_out": [], "broken_events": 1},
    )
    assert dump(local) == before


async def test_events_of_the_same_moment_keep_their_order(local: Recorder):
    tags: list[Any] = [{"type": 5, "timestamp": START, "data": {"tag": tag, "payload": {}}} for tag in "cabd"]
    await chunk(local, *tags[:2])
    await chunk(local, *tags[2:])
    assert [event["data"]["tag"] for _, event in await lines_of(local)] == list("cabd")


# ---- at the same time -----------------------------------------------------------------------------------------------


async def test_concurrent_chunks_are_all_stored_once(local: Recorder):
    chunks = [(click(number * 1_000), move(number * 1_000 + 500)) for number in range(20)]
    async with anyio.create_task_group() as group:
        for raws in (*chunks, *chunks[::2]):
            group.start_soon(functools.partial(chunk, local, *raws))
    assert await lines_of(local) == expected(*(raw for raws in chunks for raw in raws))
    assert ((await counts(local))["click_count"], (await counts(local))["mouse_activity_count"]) == (20, 40)


async def test_the_incomplete_body_of_a_closed_page_is_not_stored(local: Recorder):
    """The part that arrived is readable; only the announced length shows that some is missing."""
    before, sent = dump(local), list[Any]()
    body = zipped(snapshot_event(*FIRST, token=local.token))
    arriving = [{"type": "http.request", "body": body, "more_body": True}, {"type": "http.disconnect"}]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/s/",
        "raw_path": b"/s/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost:8765"), (b"content-length", str(len(body) + 1).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8765),
    }

    async def receive() -> Any:
        return arriving.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await local.capture(scope, receive, send)
    assert [message["status"] for message in sent if message["type"] == "http.response.start"] != [200]
    assert dump(local) == before
