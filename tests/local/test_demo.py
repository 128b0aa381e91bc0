import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local import accounts
from replay_mcp.local.blocks import read_lines
from replay_mcp.local.clock import to_ms
from replay_mcp.local.demo import load_demo
from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.seeding import NOW, add_recording

pytestmark = pytest.mark.anyio

PLAYLISTS = "/api/environments/1/session_recording_playlists"
SUMMARIES = "/api/environments/1/session_summaries/create_session_summaries_individually"


def load(db: sqlite3.Connection) -> int:
    team = accounts.find_team(db, 1)
    assert team is not None
    return load_demo(db, team, to_ms(NOW))


def requests(data: Any) -> list[dict[str, Any]]:
    """The network requests that an event's data holds."""
    return data["payload"]["requests"] if not isinstance(data, str) and data.get("plugin") == "rrweb/network@1" else []


async def listed(local: Local, **query: str) -> list[dict[str, Any]]:
    return (await local.http.get(RECORDINGS, params={"date_from": "-7d"} | query)).json()["results"]


async def test_the_demo_sessions_end_shortly_before_now(local: Local):
    with local.store.connection() as db:
        assert load(db) == 13
    assert [recording["end_time"] for recording in await listed(local)] == snapshot(
        [
            "2026-11-20T11:00:00Z",
            "2026-11-20T07:00:00Z",
            "2026-11-20T03:00:00Z",
            "2026-11-19T20:00:00Z",
            "2026-11-19T14:00:00Z",
            "2026-11-19T06:00:00Z",
            "2026-11-18T22:00:00Z",
            "2026-11-18T15:00:00Z",
            "2026-11-18T08:00:00Z",
            "2026-11-18T00:00:00Z",
            "2026-11-17T08:00:00Z",
            "2026-11-16T12:00:00Z",
            "2026-11-14T14:00:00Z",
        ]
    )


async def test_every_absolute_time_in_a_demo_recording_is_moved(local: Local):
    with local.store.connection() as db:
        load(db)
        for row in db.execute("SELECT session_id, start_time, end_time FROM recording").fetchall():
            for line in read_lines(db, row["session_id"]):
                event: dict[str, Any] = orjson.loads(line)[1]
                assert row["start_time"] <= event["timestamp"] <= row["end_time"]
                for request in requests(event["data"]):
                    assert row["start_time"] - 60_000 <= request["timeOrigin"] <= row["end_time"]
                    assert row["start_time"] - 60_000 <= request["timestamp"] <= row["end_time"]
            times = db.execute("SELECT timestamp FROM event WHERE session_id = ?", (row["session_id"],)).fetchall()
            assert times
            assert all(row["start_time"] - 60_000 <= time[0] <= row["end_time"] + 60_000 for time in times)


async def test_the_demo_s_staff_are_test_accounts(local: Local):
    with local.store.connection() as db:
        load(db)
    everybody, customers = await listed(local), await listed(local, filter_test_accounts="true")
    ids = {recording["id"] for recording in customers}
    staff = [recording["person"]["name"] for recording in everybody if recording["id"] not in ids]
    assert staff == snapshot(["ines@shop.example"])


async def test_anonymous_visitors_are_nobody(local: Local):
    with local.store.connection() as db:
        load(db)
    people = [recording["person"]["name"] for recording in await listed(local)]
    assert people == snapshot(
        [
            "maya.okafor@example.com",
            "jonas.weber@example.org",
            "nora.lindqvist@example.com",
            None,
            None,
            None,
            "elif.kaya@example.com",
            "tomas.herrera@example.org",
            None,
            "nora.lindqvist@example.com",
            None,
            None,
            "ines@shop.example",
        ]
    )


async def test_computed_playlists_have_something_to_show(local: Local):
    with local.store.connection() as db:
        load(db)
    playlists = (await local.http.get(PLAYLISTS)).json()["results"]
    counts = {playlist["name"]: playlist["recordings_counts"]["collection"]["count"] for playlist in playlists}
    assert counts == snapshot(
        {
            "Watch history": None,
            "Recordings with comments": 1,
            "Shared recordings": 1,
            "Exported recordings": 1,
            "Summarised sessions": 1,
            "Expiring soon": None,
            "Frustration signals": 2,
        }
    )
    first = (await listed(local))[0]
    assert first["viewers"] == ["ines@shop.example"]
    assert sum(recording["has_summary"] for recording in await listed(local)) == 1


async def test_no_line_of_a_demo_recording_is_there_twice(local: Local):
    with local.store.connection() as db:
        load(db)
        for row in db.execute("SELECT session_id FROM recording").fetchall():
            lines = list(read_lines(db, row["session_id"]))
            assert len(set(lines)) == len(lines)


async def test_two_that_load_the_demo_at_once_store_it_once(local: Local):
    def load_alone(_: int) -> int:
        with local.store.connection() as db:
            return load(db)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(load_alone, range(2))) == [0, 13]
    assert len(await listed(local)) == 13


async def test_summaries_of_the_demo_say_what_happened(local: Local):
    with local.store.connection() as db:
        load(db)
    ids = [recording["id"] for recording in await listed(local)]
    summaries = (await local.http.post(SUMMARIES, json={"session_ids": ids})).json()
    told = [
        (
            summary["session_outcome"]["success"],
            [(segment["name"], segment["meta"]["duration"]) for segment in summary["segments"]],
            [outcome["summary"] for outcome in summary["segment_outcomes"]],
            summary["session_outcome"]["description"],
        )
        for summary in summaries.values()
    ]
    assert told == snapshot(
        [
            (
                False,
                [
                    ("Visit to shop.example/", 4),
                    ("Visit to shop.example/product.html", 5),
                    ("Visit to shop.example/", 1),
                    ("Visit to shop.example/product.html", 5),
                    ("Visit to shop.example/cart.html", 2),
                    ("Visit to shop.example/checkout.html", 31),
                ],
                [
                    "1 click, no field changes.",
                    "2 clicks, no field changes. Events: product added.",
                    "1 click, no field changes.",
                    "2 clicks, no field changes. Events: product added.",
                    "1 click, no field changes.",
                    '11 clicks, 4 field changes. Events: checkout started; payment failed (7 times). Problems: POST shop.example/api/pay answered 500 (7 times); Console error: Payment failed {"status":500,"method":"card","reason":"card service unavailable"} (7 times); Exception: Error: Payment failed with 500 (7 times); Clicked "Pay now" again and again in quick succession (rage click).',
                ],
                '6 page visits in 52 s. 18 clicks, 4 field changes. Events: product added (2 times); checkout started; payment failed (7 times). Problems: POST shop.example/api/pay answered 500 (7 times); Console error: Payment failed {"status":500,"method":"card","reason":"card service unavailable"} (7 times); Exception: Error: Payment failed with 500 (7 times); Clicked "Pay now" again and again in quick succession (rage click). After the last failed request there is no edit, no click on anything else, no other page and no request of the page\'s code that succeeded. The recording ends on shop.example/checkout.html.',
            ),
            (
                None,
                [
                    ("Visit to shop.example/product.html", 5),
                    ("Visit to shop.example/", 1),
                    ("Visit to shop.example/product.html", 5),
                    ("Visit to shop.example/", 0),
                    ("Visit to shop.example/product.html", 5),
                    ("Visit to shop.example/cart.html", 2),
                    ("Visit to shop.example/checkout.html", 27),
                    ("Visit to shop.example/confirmation.html", 3),
                ],
                [
                    "2 clicks, no field changes. Events: product added.",
                    "1 click, no field changes.",
                    "2 clicks, no field changes. Events: product added.",
                    "1 click, no field changes.",
                    "2 clicks, no field changes. Events: product added.",
                    "1 click, no field changes.",
                    '8 clicks, 5 field changes. Events: checkout started; payment failed (2 times); order placed. Problems: POST shop.example/api/pay answered 500 (2 times); Console error: Payment failed {"status":500,"method":"card","reason":"card service unavailable"} (2 times); Exception: Error: Payment failed with 500 (2 times).',
                    "No clicks, no field changes.",
                ],
                '8 page visits in 54 s. 17 clicks, 5 field changes. Events: product added (3 times); checkout started; payment failed (2 times); order placed. Problems: POST shop.example/api/pay answered 500 (2 times); Console error: Payment failed {"status":500,"method":"card","reason":"card service unavailable"} (2 times); Exception: Error: Payment failed with 500 (2 times). The recording ends on shop.example/confirmation.html.',
            ),
            (
                None,
                [
                    ("Visit to shop.example/", 5),
                    ("Visit to shop.example/product.html", 5),
                    ("Visit to shop.example/", 1),
                    ("Visit to shop.example/product.html", 5),
                    ("Visit to shop.example/cart.html", 7),
                    ("Visit to shop.example/checkout.html", 13),
                    ("Visit to shop.example/confirmation.html", 3),
                ],
                [
                    "1 click, no field changes.",
                    "2 clicks, no field changes. Events: product added.",
                    "1 click, no field changes.",
                    "2 clicks, no field changes. Events: product added.",
                    "3 clicks, 1 field change. Events: coupon applied.",
                    "5 clicks, 4 field changes. Events: checkout started; order placed.",
                    "No clicks, no field changes.",
                ],
                "7 page visits in 43 s. 14 clicks, 5 field changes. Events: product added (2 times); coupon applied; checkout started; order placed. The recording ends on shop.example/confirmation.html.",
            ),
            (
                None,
                [("Visit to shop.example/", 4), ("Visit to shop.example/product.html", 22)],
                [
                    "1 click, no field changes.",
                    '7 clicks, no field changes. Problems: Clicked "Save for later", and nothing changed within 2.5 s (dead click) (3 times); Clicked "Save for later" again and again in quick succession (rage click).',
                ],
                '2 page visits in 27 s. 8 clicks, no field changes. Problems: Clicked "Save for later", and nothing changed within 2.5 s (dead click) (3 times); Clicked "Save for later" again and again in quick succession (rage click). The recording ends on shop.example/product.html.',
            ),
            (
                None,
                [("Visit to shop.example/search.html", 24)],
                [
                    '6 clicks, 2 field changes. Events: searched (2 times). Problems: Clicked "Search", and nothing changed within 2.5 s (dead click) (3 times).'
                ],
                '1 page visit in 24 s. 6 clicks, 2 field changes. Events: searched (2 times). Problems: Clicked "Search", and nothing changed within 2.5 s (dead click) (3 times). The recording ends on shop.example/search.html.',
            ),
            (
                None,
                [
                    ("Visit to shop.example/", 7),
                    ("Visit to shop.example/product.html", 9),
                    ("Visit to shop.example/", 4),
                    ("Visit to shop.example/product.html", 4),
                ],
                [
                    "1 click, no field changes.",
                    "2 clicks, no field changes.",
                    "1 click, no field changes.",
                    "No clicks, no field changes.",
                ],
                "4 page visits in 25 s. 4 clicks, no field changes. The recording ends on shop.example/product.html.",
            ),
            (
                None,
                [
                    ("Visit to shop.example/", 9),
                    ("Visit to shop.example/product.html", 12),
                    ("Visit to shop.example/product.html", 7),
                ],
                [
                    "2 clicks, no field changes.",
                    "1 click, no field changes. Events: product added.",
                    "No clicks, no field changes.",
                ],
                "3 page visits in 17 s. 3 clicks, no field changes. Events: product added. The recording ends on shop.example/product.html.",
            ),
            (
                False,
                [
                    ("Visit to shop.example/product.html", 7),
                    ("Visit to shop.example/cart.html", 2),
                    ("Visit to shop.example/checkout.html", 19),
                ],
                [
                    "3 clicks, no field changes. Events: product added (2 times).",
                    "1 click, no field changes.",
                    '9 clicks, 4 field changes. Events: checkout started; payment failed (5 times). Problems: POST shop.example/api/pay answered 500 (5 times); Console error: Payment failed {"status":500,"method":"card","reason":"card service unavailable"} (5 times); Exception: Error: Payment failed with 500 (5 times); Clicked "Pay now" again and again in quick succession (rage click).',
                ],
                '3 page visits in 30 s. 13 clicks, 4 field changes. Events: product added (2 times); checkout started; payment failed (5 times). Problems: POST shop.example/api/pay answered 500 (5 times); Console error: Payment failed {"status":500,"method":"card","reason":"card service unavailable"} (5 times); Exception: Error: Payment failed with 500 (5 times); Clicked "Pay now" again and again in quick succession (rage click). After the last failed request there is no edit, no click on anything else, no other page and no request of the page\'s code that succeeded. The recording ends on shop.example/checkout.html.',
            ),
            (
                None,
                [("Visit to shop.example/", 4)],
                ["No clicks, no field changes."],
                "1 page visit in 4 s. No clicks, no field changes. The recording ends on shop.example/.",
            ),
            (
                None,
                [
                    ("Visit to shop.example/account.html", 14),
                    ("Visit to shop.example/", 2),
                    ("Visit to shop.example/product.html", 3),
                ],
                [
                    "5 clicks, 3 field changes. Events: signed up.",
                    "1 click, no field changes.",
                    "No clicks, no field changes.",
                ],
                "3 page visits in 20 s. 6 clicks, 3 field changes. Events: signed up. The recording ends on shop.example/product.html.",
            ),
            (
                None,
                [
                    ("Visit to shop.example/product.html", 4),
                    ("Visit to shop.example/cart.html", 14),
                    ("Visit to shop.example/checkout.html", 11),
                    ("Visit to shop.example/confirmation.html", 3),
                ],
                [
                    "2 clicks, no field changes. Events: product added.",
                    "5 clicks, 2 field changes. Events: coupon rejected; coupon applied. Problems: POST shop.example/api/coupon answered 422.",
                    "5 clicks, 4 field changes. Events: checkout started; order placed.",
                    "No clicks, no field changes.",
                ],
                "4 page visits in 34 s. 12 clicks, 6 field changes. Events: product added; coupon rejected; coupon applied; checkout started; order placed. Problems: POST shop.example/api/coupon answered 422. The recording ends on shop.example/confirmation.html.",
            ),
            (
                None,
                [
                    ("Visit to shop.example/", 4),
                    ("Visit to shop.example/product.html", 13),
                    ("Visit to shop.example/delivery.html", 5),
                    ("Visit to shop.example/", 3),
                ],
                [
                    "1 click, no field changes.",
                    "3 clicks, no field changes. Problems: Clicked \"Show reviews\", and nothing changed within 2.5 s (dead click) (2 times); Console error: Uncaught TypeError: Cannot read properties of undefined (reading 'map') (2 times); Exception: TypeError: Cannot read properties of undefined (reading 'map') (2 times); A request to shop.example/delivery.html answered 404.",
                    "1 click, no field changes.",
                    "No clicks, no field changes.",
                ],
                "4 page visits in 27 s. 5 clicks, no field changes. Problems: Clicked \"Show reviews\", and nothing changed within 2.5 s (dead click) (2 times); Console error: Uncaught TypeError: Cannot read properties of undefined (reading 'map') (2 times); Exception: TypeError: Cannot read properties of undefined (reading 'map') (2 times); A request to shop.example/delivery.html answered 404. The recording ends on shop.example/.",
            ),
            (
                None,
                [
                    ("Visit to shop.example/product.html", 4),
                    ("Visit to shop.example/cart.html", 2),
                    ("Visit to shop.example/checkout.html", 10),
                    ("Visit to shop.example/confirmation.html", 3),
                ],
                [
                    "2 clicks, no field changes. Events: product added.",
                    "1 click, no field changes.",
                    "5 clicks, 4 field changes. Events: checkout started; order placed.",
                    "No clicks, no field changes.",
                ],
                "4 page visits in 21 s. 8 clicks, 4 field changes. Events: product added; checkout started; order placed. The recording ends on shop.example/confirmation.html.",
            ),
        ]
    )


async def test_a_store_that_has_recordings_is_left_alone(local: Local):
    with local.store.connection() as db:
        add_recording(db, "mine")
        before = list(db.iterdump())
        assert load(db) == 0
        assert list(db.iterdump()) == before


async def test_loading_the_demo_twice_changes_nothing(local: Local):
    with local.store.connection() as db:
        load(db)
        before = list(db.iterdump())
        assert load(db) == 0
        assert list(db.iterdump()) == before
