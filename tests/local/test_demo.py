from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import orjson
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store.blocks import read_lines
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store
from replay_mcp.local.store.retention import sweep
from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.local.test_demo_loading import load_all
from tests.seeding import NOW

pytestmark = pytest.mark.anyio

PLAYLISTS = "/api/environments/1/session_recording_playlists"
SUMMARIES = "/api/environments/1/session_summaries/create_session_summaries_individually"


@pytest.fixture(scope="module")
def demo_store(new_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with the demo recordings, loaded at `NOW`."""
    path = copyfile(new_store, tmp_path_factory.mktemp("demo") / "replay.sqlite")
    with Store.open(path) as store, store.connection() as db:
        load_all(db)
    return path


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(copyfile(demo_store, tmp_path / "replay.sqlite")) as store:
        yield store


def requests(data: Any) -> list[dict[str, Any]]:
    """The network requests in an event's data."""
    return data["payload"]["requests"] if not isinstance(data, str) and data.get("plugin") == "rrweb/network@1" else []


def event(name: str, *properties: dict[str, Any]) -> str:
    """The `events` filter for one event."""
    conditions = [{"type": "event", "operator": "exact"} | each for each in properties]
    return orjson.dumps([{"id": name, "type": "events", "properties": conditions}]).decode()


async def listed(local: Local, **query: str) -> list[dict[str, Any]]:
    return (await local.http.get(RECORDINGS, params={"date_from": "-7d"} | query)).json()["results"]


async def test_the_demo_sessions_end_within_four_weeks_before_now(local: Local):
    assert [recording["end_time"] for recording in await listed(local, date_from="-28d")] == snapshot(
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
            "2026-11-12T12:00:00Z",
            "2026-11-11T22:00:00Z",
            "2026-11-11T09:00:00Z",
            "2026-11-10T12:00:00Z",
            "2026-11-08T00:00:00Z",
            "2026-11-05T12:00:00Z",
            "2026-11-03T12:00:00Z",
            "2026-11-01T12:00:00Z",
            "2026-10-29T12:00:00Z",
            "2026-10-28T12:00:00Z",
            "2026-10-26T12:00:00Z",
            "2026-10-25T12:00:00Z",
        ]
    )


async def test_no_demo_session_expires_before_it_is_four_weeks_old(local: Local):
    with local.store.connection() as db:
        assert sweep(db, to_ms(NOW)) == 0


async def test_the_release_between_the_visits_breaks_payments_and_mends_sign_up(local: Local):
    windows = {"before": ("-28d", "-252h"), "since": ("-252h", "-0h")}
    conditions = {
        "order of $100 or more by card": event(
            "order placed", {"key": "method", "value": "card"}, {"key": "total", "operator": "gte", "value": 100}
        ),
        "other order": event("order placed", {"key": "total", "operator": "lt", "value": 100}),
        "payment failed": event("payment failed"),
        "signed up": event("signed up"),
        "on a phone or tablet": event("$pageview", {"key": "$device_type", "operator": "is_not", "value": "Desktop"}),
    }
    found = {
        name: {
            when: len(await listed(local, date_from=start, date_to=end, events=wanted))
            for when, (start, end) in windows.items()
        }
        for name, wanted in conditions.items()
    }
    assert found == snapshot(
        {
            "order of $100 or more by card": {"before": 4, "since": 0},
            "other order": {"before": 0, "since": 5},
            "payment failed": {"before": 0, "since": 5},
            "signed up": {"before": 0, "since": 2},
            "on a phone or tablet": {"before": 4, "since": 5},
        }
    )


async def test_every_absolute_time_in_a_demo_recording_is_moved(local: Local):
    with local.store.connection() as db:
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
    everybody, customers = await listed(local), await listed(local, filter_test_accounts="true")
    ids = {recording["id"] for recording in customers}
    staff = [recording["person"]["name"] for recording in everybody if recording["id"] not in ids]
    assert staff == snapshot(["ines@shop.example"])


async def test_anonymous_visitors_have_no_person(local: Local):
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


async def test_computed_playlists_are_not_empty(local: Local):
    playlists = (await local.http.get(PLAYLISTS)).json()["results"]
    counts = {playlist["name"]: playlist["recordings_counts"]["collection"]["count"] for playlist in playlists}
    assert counts == snapshot(
        {
            "Watch history": None,
            "Recordings with comments": 1,
            "Shared recordings": 1,
            "Exported recordings": 1,
            "Summarised sessions": 1,
            "Expiring soon": 4,
            "Frustration signals": 2,
        }
    )
    first = (await listed(local))[0]
    assert first["viewers"] == ["ines@shop.example"]
    assert sum(recording["has_summary"] for recording in await listed(local)) == 1


async def test_no_line_of_a_demo_recording_is_stored_twice(local: Local):
    with local.store.connection() as db:
        for row in db.execute("SELECT session_id FROM recording").fetchall():
            lines = list(read_lines(db, row["session_id"]))
            assert len(set(lines)) == len(lines)


async def test_summaries_of_the_demo_describe_what_happened(local: Local):
    ids = [recording["id"] for recording in await listed(local)]
    summaries = (await local.http.post(SUMMARIES, json={"session_ids": ids})).json()
    found = [
        (
            summary["session_outcome"]["success"],
            [(segment["name"], segment["meta"]["duration"]) for segment in summary["segments"]],
            summary["session_outcome"]["description"],
        )
        for summary in summaries.values()
    ]
    assert found == snapshot(
        [
            (
                False,
                [
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 4),
                    ("Copper kettle - Kettle & Crumb (shop.example/product.html)", 5),
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 1),
                    ("Everyday mug - Kettle & Crumb (shop.example/product.html)", 5),
                    ("Your cart - Kettle & Crumb (shop.example/cart.html)", 3),
                    ("Checkout - Kettle & Crumb (shop.example/checkout.html)", 28),
                ],
                'Failed: button "Pay now" was clicked 7 times (e87, e91, e102) without success: 500 POST http://shop.example/api/pay (e88, e92, e93, e96, e98 and 2 more); the page showed "Payment failed. You have not been charged, please try again". Nothing else was clicked, filled in or opened after that. 48 s: 6 page visits, 18 clicks, 4 fields filled in. The recording ends on shop.example/checkout.html.',
            ),
            (
                True,
                [
                    ("Oak bread board - Kettle & Crumb (shop.example/product.html)", 5),
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 1),
                    ("Stoneware teapot - Kettle & Crumb (shop.example/product.html)", 6),
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 1),
                    ("Linen apron - Kettle & Crumb (shop.example/product.html)", 5),
                    ("Your cart - Kettle & Crumb (shop.example/cart.html)", 2),
                    ("Checkout - Kettle & Crumb (shop.example/checkout.html)", 27),
                    ("Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)", 0),
                ],
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e123). 50 s: 8 page visits, 17 clicks, 4 fields filled in, 1 choice. Problems: button "Pay now" failed (e102, e106), first: shows "Payment failed. You have not been charged, please try again." after 469 ms; followed by 500 POST http://shop.example/api/pay (e103), console error: Payment failed {"status":500,"method":"card"…. The recording ends on shop.example/confirmation.html.',
            ),
            (
                True,
                [
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 5),
                    ("Biscuit jar - Kettle & Crumb (shop.example/product.html)", 5),
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 1),
                    ("Everyday mug - Kettle & Crumb (shop.example/product.html)", 5),
                    ("Your cart - Kettle & Crumb (shop.example/cart.html)", 7),
                    ("Checkout - Kettle & Crumb (shop.example/checkout.html)", 13),
                    ("Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)", 0),
                ],
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e103). 39 s: 7 page visits, 14 clicks, 5 fields filled in. The recording ends on shop.example/confirmation.html.',
            ),
            (
                None,
                [
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 4),
                    ("Oak bread board - Kettle & Crumb (shop.example/product.html)", 12),
                ],
                'Outcome not shown. 17 s: 2 page visits, 8 clicks. Problems: button "Save for later", dead (e27): no response in 2.5 s; button "Save for later", rage (e28): no response seen; not judged: end. The recording ends on shop.example/product.html.',
            ),
            (
                None,
                [("Search - Kettle & Crumb (shop.example/search.html)", 20)],
                'Outcome not shown. 20 s: 1 page visit, 6 clicks, 1 field filled in. Problems: button "Search", slow (e11, e18, e20, e22), first: shows "1 results" after 3.1 s; its request e12 ran for 3.0 s. The recording ends on shop.example/search.html.',
            ),
            (
                None,
                [
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 7),
                    ("Linen apron - Kettle & Crumb (shop.example/product.html)", 9),
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 4),
                    ("Loaf tin - Kettle & Crumb (shop.example/product.html)", 0),
                ],
                "Outcome not shown. 21 s: 4 page visits, 4 clicks. The recording ends on shop.example/product.html.",
            ),
            (
                None,
                [
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 9),
                    ("Stoneware teapot - Kettle & Crumb (shop.example/product.html)", 9),
                    ("Everyday mug - Kettle & Crumb (shop.example/product.html)", 0),
                ],
                "Outcome not shown. 13 s in 2 tabs: 3 page visits, 3 clicks. The recording ends on shop.example/product.html.",
            ),
            (
                False,
                [
                    ("Copper kettle - Kettle & Crumb (shop.example/product.html)", 7),
                    ("Your cart - Kettle & Crumb (shop.example/cart.html)", 3),
                    ("Checkout - Kettle & Crumb (shop.example/checkout.html)", 15),
                ],
                'Failed: button "Pay now" was tapped 5 times (e45, e49) without success: 500 POST http://shop.example/api/pay (e46, e50, e51, e54, e56); the page showed "Payment failed. You have not been charged, please try again". Nothing else was clicked, filled in or opened after that. 26 s: 3 page visits, 13 clicks, 4 fields filled in. The recording ends on shop.example/checkout.html.',
            ),
            (
                None,
                [("Good things for slow mornings - Kettle & Crumb (shop.example/)", 3)],
                "Outcome not shown. 3 s: 1 page visit, no clicks. The recording ends on shop.example/.",
            ),
            (
                True,
                [
                    ("Your account - Kettle & Crumb (shop.example/account.html)", 14),
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 2),
                    ("Biscuit jar - Kettle & Crumb (shop.example/product.html)", 0),
                ],
                'Success shown: the page showed "Welcome, Nora Lindqvist. You are signed in" (e17). 17 s: 3 page visits, 6 clicks, 2 fields filled in, 1 choice. The recording ends on shop.example/product.html.',
            ),
            (
                True,
                [
                    ("Everyday mug - Kettle & Crumb (shop.example/product.html)", 4),
                    ("Your cart - Kettle & Crumb (shop.example/cart.html)", 14),
                    ("Checkout - Kettle & Crumb (shop.example/checkout.html)", 12),
                    ("Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)", 0),
                ],
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e59). 31 s: 4 page visits, 12 clicks, 4 fields filled in, 1 choice. Problems: button "Apply" failed (e23): shows "Coupon SPRING25 is not valid"; followed by 422 POST http://shop.example/api/coupon (e24). The recording ends on shop.example/confirmation.html.',
            ),
            (
                None,
                [
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 4),
                    ("Biscuit jar - Kettle & Crumb (shop.example/product.html)", 13),
                    ("Page not found - Kettle & Crumb (shop.example/delivery.html)", 5),
                    ("Good things for slow mornings - Kettle & Crumb (shop.example/)", 0),
                ],
                'Outcome not shown. 24 s: 4 page visits, 5 clicks. Problems: button "Show reviews", dead (e27, e29), first: no response in 2.5 s; followed by console error: Uncaught TypeError: Cannot read properties of undefined (rea… (e28); link "Delivery and returns" failed (e31): shows "There is no such page. It may have moved, or the link may be wrong.", "Page not found" after 469 ms; followed by 404 http://shop.example/delivery.html (e32). The recording ends on shop.example/.',
            ),
            (
                True,
                [
                    ("Matcha whisk - Kettle & Crumb (shop.example/product.html)", 4),
                    ("Your cart - Kettle & Crumb (shop.example/cart.html)", 2),
                    ("Checkout - Kettle & Crumb (shop.example/checkout.html)", 10),
                    ("Thank you, your order is placed - Kettle & Crumb (shop.example/confirmation.html)", 0),
                ],
                'Success shown: the page shop.example/confirmation.html is titled "Thank you, your order is placed - Kettle & Crumb" (e48). 17 s: 4 page visits, 8 clicks, 3 fields filled in, 1 choice. The recording ends on shop.example/confirmation.html.',
            ),
        ]
    )
