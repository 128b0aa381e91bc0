"""Product events received with recordings and without."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp import exact_json
from replay_mcp.local.store.clock import to_ms
from tests.local.answers import PLAYLISTS, answer, error
from tests.local.capture.conftest import Recorder
from tests.local.capture.posthog_js import WINDOW, dump, ids, product_event, send, snapshot_event, utc
from tests.recording.rrweb import START, click, meta
from tests.seeding import DAY_MS, NOW

pytestmark = pytest.mark.anyio

OK = 200, {"status": 1}


@pytest.fixture(autouse=True)
async def _recording(local: Recorder) -> None:
    """Send a recording whose session the events belong to."""
    await recorded(local, "s1")


async def recorded(local: Recorder, session_id: str, **more: Any) -> None:
    raws = meta(0, "https://shop.example/"), click(1_000)
    response = await send(local.page, snapshot_event(*raws, session=session_id, **({"token": local.token} | more)))
    assert answer(response) == OK


async def send_events(local: Recorder, *events: Any, path: str = "/e/", **more: Any) -> tuple[int, Any]:
    """Send events with the token in one batch."""
    return answer(await send(local.page, {"api_key": local.token, "batch": list(events)} | more, path))


def stored(local: Recorder) -> list[tuple[Any, ...]]:
    """Every event: name, session, distinct id, milliseconds after the recording's start."""
    with local.store.connection() as db:
        query = "SELECT event, session_id, distinct_id, timestamp FROM event ORDER BY timestamp, event"
        return [(*tuple(row)[:-1], row["timestamp"] - START) for row in db.execute(query)]


async def test_an_event_is_found_by_its_session(local: Recorder):
    await recorded(local, "s2")
    assert await send_events(local, product_event("paid", "u1", at=1_500)) == OK
    assert await ids(local, events=[{"id": "paid"}]) == ["s1"]
    assert await ids(local, events=[{"id": "never"}]) == []


async def test_an_event_is_found_by_its_properties(local: Recorder):
    await recorded(local, "s2")
    await send_events(
        local,
        product_event("paid", "u1", price=30, plan="pro"),
        product_event("paid", "u2", session="s2", price=5, plan="pro"),
    )
    dear = {"type": "event", "key": "price", "operator": "gt", "value": 10}
    assert await ids(local, events=[{"id": "paid", "properties": [dear]}]) == ["s1"]


async def test_an_event_is_kept_as_it_was_sent(local: Recorder):
    await send_events(local, product_event("paid", "0199a4c7-0000-7000-8000-000000000001", at=1_500, price=30))
    with local.store.connection() as db:
        assert [dict(row) for row in db.execute("SELECT * FROM event")] == snapshot(
            [
                {
                    "uuid": "0199a4c7-0000-7000-8000-000000000001",
                    "team_id": 1,
                    "session_id": "s1",
                    "distinct_id": "anon-1",
                    "event": "paid",
                    "timestamp": 1795168801500,
                    "properties": '{"$session_id":"s1","$window_id":"0199-window-1","$lib":"web","price":30}',
                }
            ]
        )


async def test_integers_of_any_size_are_kept(local: Recorder):
    large = 2**70 + 1
    assert (
        await send_events(local, product_event("paid", "u1", price=large), snapshot_event(click(2_000) | {"id": large}))
        == OK
    )
    with local.store.connection() as db:
        (properties,) = db.execute("SELECT properties FROM event").fetchone()
    assert exact_json.loads(properties)["price"] == large


async def test_an_event_may_come_before_its_recording(local: Recorder):
    await send_events(local, product_event("paid", "u1", session="later"))
    assert await ids(local, events=[{"id": "paid"}]) == []
    await recorded(local, "later")
    assert await ids(local, events=[{"id": "paid"}]) == ["later"]


@pytest.mark.parametrize("path", ["/e/", "/i/v0/e/", "/batch/", "/s/"])
async def test_the_same_event_sent_twice_is_stored_once(local: Recorder, path: str):
    event = product_event("paid", "u1", at=1_500)
    assert await send_events(local, event, event, path=path) == OK
    assert await send_events(local, event, path=path) == OK
    assert stored(local) == [("paid", "s1", "anon-1", 1_500)]


async def test_an_event_sent_again_with_changes_stays_as_it_was(local: Recorder):
    uuid = "0199a4c7-0000-7000-8000-000000000001"
    await send_events(local, product_event("paid", uuid, at=1_500), product_event("left", uuid.replace("1", "2"), at=0))
    await send_events(local, product_event("paid again", uuid, at=2_000))
    await send_events(local, product_event("paid again", uuid.upper(), at=2_000))
    assert stored(local) == [("left", "s1", "anon-1", 0), ("paid", "s1", "anon-1", 1_500)]


async def test_an_event_without_a_uuid_that_is_sent_again_is_stored_once(local: Recorder):
    event = product_event("paid", at=1_500)
    await send_events(local, event)
    await send_events(local, event)
    assert [row[0] for row in stored(local)] == ["paid"]


async def test_different_events_without_a_uuid_are_stored_separately(local: Recorder):
    await send_events(
        local, product_event("paid", at=1_500), product_event("paid", at=1_501), product_event("left", at=1_500)
    )
    assert [(row[0], row[-1]) for row in stored(local)] == [("left", 1_500), ("paid", 1_500), ("paid", 1_501)]


async def test_an_event_s_time_may_be_given_in_any_of_the_forms(local: Recorder):
    untimed = product_event("untimed", "u4")
    del untimed["timestamp"]
    ago = product_event("ago", "u3") | {"offset": 60_000}
    del ago["timestamp"]
    await send_events(
        local,
        product_event("zone", "u1") | {"timestamp": "2026-11-20T13:00:00.250+02:00"},
        product_event("zulu", "u2") | {"timestamp": "2026-11-20T11:00:00.5Z"},
        ago,
        untimed,
    )
    now = to_ms(NOW) - START
    assert {row[0]: row[-1] for row in stored(local)} == {
        "zone": 3_600_250,
        "zulu": 3_600_500,
        "ago": now - 60_000,
        "untimed": now,
    }


STRANGE_TIMES: list[Any] = [5, True, "", "yesterday", "9999-99-99", "0001-01-01T00:00:00Z", [], {}, "9" * 5_000, None]


@pytest.mark.parametrize("timestamp", STRANGE_TIMES, ids=lambda value: ascii(value)[:20])
async def test_an_event_at_an_odd_time_is_dated_now_or_left_out(local: Recorder, timestamp: Any):
    status, body = await send_events(
        local, product_event("paid", "u1") | {"timestamp": timestamp}, product_event("left", "u2", at=0)
    )
    assert (status, body["status"]) == (200, 1)
    assert {row[0]: row[-1] for row in stored(local)} in (
        {"left": 0, "paid": to_ms(NOW) - START},
        {"left": 0},
    )


@pytest.mark.parametrize("offset", [-1, 1e300, 10**30, "x", None, True, []], ids=ascii)
async def test_an_event_absurdly_long_ago_breaks_nothing(local: Recorder, offset: Any):
    event = product_event("paid", "u1") | {"offset": offset}
    del event["timestamp"]
    status, body = await send_events(local, event, product_event("left", "u2", at=0))
    assert (status, body["status"]) == (200, 1)
    assert ("left", "s1", "anon-1", 0) in stored(local)
    assert set(await ids(local)) == {"s1"}


STRANGE_NAMES: list[Any] = [None, "", 5, True, ["paid"], {}]


@pytest.mark.parametrize("name", STRANGE_NAMES, ids=ascii)
async def test_an_event_without_a_name_is_refused(local: Recorder, name: Any):
    before = dump(local)
    event = product_event("paid", "u1") | {"event": name}
    assert error(await send(local.page, {"api_key": local.token, "batch": [event]}, "/e/")) == snapshot(
        (400, "validation_error", "invalid_input", "An event has no name: `event` must be a string.", None)
    )
    assert dump(local) == before


@pytest.mark.parametrize("distinct_id", [None, "", "d" * 201, [], {}], ids=lambda value: ascii(value)[:20])
async def test_an_event_without_a_distinct_id_is_refused(local: Recorder, distinct_id: Any):
    before = dump(local)
    event = product_event("paid", "u1", distinct_id=distinct_id)
    assert error(await send(local.page, {"api_key": local.token, "batch": [event]}, "/e/")) == snapshot(
        (400, "validation_error", "invalid_input", "An event's distinct_id must have 1 to 200 characters.", None)
    )
    assert dump(local) == before


async def test_a_distinct_id_may_be_beside_the_properties(local: Recorder):
    event = product_event("paid", "u1", at=0, distinct_id=None) | {"distinct_id": "maya"}
    assert await send_events(local, event) == OK
    assert stored(local) == [("paid", "s1", "maya", 0)]


STRANGE_SESSIONS: list[Any] = ["../../x", "' OR 1=1", "a" * 71, 5, ["s1"], {"s": 1}, "s\0"]


@pytest.mark.parametrize("session", STRANGE_SESSIONS, ids=ascii)
async def test_an_event_with_an_invalid_session_id_has_no_session(local: Recorder, session: Any):
    assert await send_events(local, product_event("paid", "u1", at=0, **{"$session_id": session})) == OK
    assert stored(local) == [("paid", "", "anon-1", 0)]


async def test_an_event_without_a_session_is_stored(local: Recorder):
    assert await send_events(local, product_event("paid", "u1", at=0, session=None)) == OK
    assert stored(local) == [("paid", "", "anon-1", 0)]
    assert await ids(local, events=[{"id": "paid"}]) == []


STRANGE_UUIDS: list[Any] = [5, True, "", ["u"], {"u": 1}, "u" * 10_000, "u\0", "\ud800", "' OR 1=1"]


@pytest.mark.parametrize("uuid", STRANGE_UUIDS, ids=lambda value: ascii(value)[:20])
async def test_an_event_with_an_odd_uuid_is_stored_once(local: Recorder, uuid: Any):
    event = product_event("paid", at=0) | {"uuid": uuid}
    for _ in range(2):
        assert await send_events(local, event, product_event("left", "u2", at=0)) == OK
    assert [row[0] for row in stored(local)] == ["left", "paid"]


STRANGE_PROPERTIES: list[Any] = [None, 5, "text", [], True]


@pytest.mark.parametrize("properties", STRANGE_PROPERTIES, ids=ascii)
async def test_an_event_with_odd_properties_is_left_out_and_the_others_are_stored(local: Recorder, properties: Any):
    status, body = await send_events(
        local, product_event("paid", "u1") | {"properties": properties}, product_event("left", "u2", at=0)
    )
    assert (status, list(body)) == (200, ["status", "left_out", "broken_events"])
    assert [row[0] for row in stored(local)] == ["left"]


async def test_an_environment_sees_its_own_events_only(local: Recorder):
    other = local.other_environment()
    await recorded(local, "s2", token=other)
    assert answer(await send(local.page, product_event("paid", "u1", session="s1", token=other), "/e/")) == OK
    assert await ids(local, events=[{"id": "paid"}]) == []


async def test_other_fields_beside_an_event_make_no_difference(local: Recorder):
    """Other fields that posthog-js sends make no difference."""
    message: dict[str, Any] = product_event("paid", "u1", at=0) | {
        "$set": {},
        "$set_once": {},
        "ip": "1",
        "now": 5,
        "offset": 7,
    }
    assert await send_events(local, message, sent_at=utc(START), historical_migration=False) == OK
    assert stored(local) == [("paid", "s1", "anon-1", 0)]


# ---- rage and errors ------------------------------------------------------------------------------------------------


def several(name: str, count: int, at: int = 0, session: str = "s1") -> list[dict[str, Any]]:
    return [
        product_event(name, f"{name}{session}{at}{place}", at=at + place, session=session) for place in range(count)
    ]


@pytest.mark.parametrize(
    ("rage", "errors", "shown"),
    [(2, 0, True), (1, 1, False), (1, 2, True), (0, 3, True), (0, 2, False), (1, 0, False), (3, 3, True)],
)
async def test_rage_clicks_and_exceptions_make_a_session_frustrated(
    local: Recorder, rage: int, errors: int, shown: bool
):
    events = several("$rageclick", rage) + several("$exception", errors)
    assert await send_events(local, *events) == OK
    page = (await local.http.get(f"{PLAYLISTS}/synthetic-frustrated/recordings")).json()
    assert [recording["id"] for recording in page["results"]] == (["s1"] if shown else [])


async def test_the_same_rage_twice_does_not_count_twice(local: Recorder):
    for _ in range(3):
        await send_events(local, *several("$rageclick", 1))
    page = (await local.http.get(f"{PLAYLISTS}/synthetic-frustrated/recordings")).json()
    assert page["results"] == []


async def test_rage_older_than_a_week_no_longer_makes_a_session_frustrated(local: Recorder):
    await send_events(local, *several("$rageclick", 5, at=-7 * DAY_MS))
    page = (await local.http.get(f"{PLAYLISTS}/synthetic-frustrated/recordings")).json()
    assert page["results"] == []


async def test_events_and_chunks_in_one_request_are_linked(local: Recorder):
    chunk = snapshot_event(meta(0, "https://shop.example/"), session="s9", window=WINDOW)
    assert await send_events(local, *several("$rageclick", 2, session="s9"), chunk, path="/s/") == OK
    page = (await local.http.get(f"{PLAYLISTS}/synthetic-frustrated/recordings")).json()
    assert [recording["id"] for recording in page["results"]] == ["s9"]
