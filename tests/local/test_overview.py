"""The requests of the status page's script: sessions, searches and the problems of a session."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot
from starlette.routing import Route, Router

from replay_mcp.local.player.overview import MOST_BEING_READ, OverviewPages
from replay_mcp.local.player.sessions import DEFAULT_LIMIT
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local
from tests.local.answers import answer, error
from tests.recording.rrweb import console, element, full, lines, meta, press
from tests.seeding import NOW, add_recording, ago, checkout, clicks, record

pytestmark = pytest.mark.anyio

SESSIONS = "/player/1/sessions"


@pytest.fixture
def db(local: Local) -> Iterator[sqlite3.Connection]:
    with local.store.connection() as db:
        yield db


def add_person(db: sqlite3.Connection, distinct_id: str, properties: str) -> None:
    db.execute(
        "INSERT INTO person (team_id, uuid, properties, created_at) VALUES (1, ?, ?, 0)", (distinct_id, properties)
    )
    db.execute(
        "INSERT INTO person_distinct_id (team_id, distinct_id, person_id) VALUES (1, ?, last_insert_rowid())",
        (distinct_id,),
    )


async def listed(local: Local, **query: str) -> dict[str, Any]:
    response = await local.http.get(SESSIONS, params=query)
    assert response.status_code == 200, response.text
    return response.json()


async def ids(local: Local, **query: str) -> list[str]:
    return [session["id"] for session in (await listed(local, **query))["sessions"]]


async def test_a_session_is_listed_with_what_tells_it_from_others(local: Local, db: sqlite3.Connection):
    add_recording(db, "s1", start_url="https://shop.example/cart?email=ada@b.example#a", last_ingested_at=to_ms(NOW))
    add_recording(db, "s2", start_time=ago(hours=3), distinct_id="01a21001-a9b1-79eb-a37f-e51e0ae54d8b", start_url=None)
    add_person(db, "person-of-s1", '{"email": "ada@b.example"}')
    assert await listed(local) == snapshot(
        {
            "sessions": [
                {
                    "id": "s1",
                    "change": 0,
                    "start": 1795168800000,
                    "duration": 60,
                    "ongoing": True,
                    "person": "ada@b.example",
                    "url": "https://shop.example/cart?email=***#a",
                    "clicks": 3,
                    "errors": 0,
                },
                {
                    "id": "s2",
                    "change": 0,
                    "start": 1795165200000,
                    "duration": 60,
                    "ongoing": False,
                    "person": "",
                    "url": "",
                    "clicks": 3,
                    "errors": 0,
                },
            ],
            "count": 2,
            "more": False,
        }
    )


async def test_sessions_come_newest_first_as_many_as_wanted(local: Local, db: sqlite3.Connection):
    for number in range(DEFAULT_LIMIT + 2):
        add_recording(db, f"s{number:02}", start_time=ago(days=1 + number))
    found = [await listed(local, **query) for query in ({}, {"limit": "26"}, {"limit": "1000"}, {"limit": "99999"})]
    assert [(len(each["sessions"]), each["count"], each["more"]) for each in found] == [
        (25, 27, True), (26, 27, True), (27, 27, False), (27, 27, False),
    ]  # fmt: skip
    assert [each["id"] for each in found[2]["sessions"]] == [f"s{number:02}" for number in range(27)]


@pytest.mark.parametrize("limit", ["", "-1", "x", "1.5", "9" * 14])
async def test_a_limit_is_a_whole_number(local: Local, limit: str):
    refused = await local.http.get(SESSIONS, params={"limit": limit})
    assert error(refused)[:1] + error(refused)[3:] == (400, "limit must be a whole number.", "limit")


async def test_deleted_expired_and_other_environments_sessions_are_not_listed(local: Local, db: sqlite3.Connection):
    local.client(NewKey("bo@example.com", 2, ("*",)))
    add_recording(db, "here")
    add_recording(db, "deleted", deleted_at=ago(hours=1))
    add_recording(db, "expired", expiry_time=to_ms(NOW) - 1)
    add_recording(db, "theirs", team_id=2)
    assert (await ids(local), await ids(local, search="theirs"), await ids(local, search="deleted")) == (
        ["here"],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("/CHECKOUT", ["s1"]),
        ("quota exceeded", ["s1"]),
        ("lovelace", ["s2"]),
        ("ada@b", ["s2"]),
        ("person-of-s", ["s1", "s2", "s3"]),
        ("  s3 ", ["s3"]),
        ("https://replay.test/project/1/replay/s3?t=4", ["s3"]),
        ("s", ["s1", "s2", "s3"]),
        ("nothing has this", []),
        ("%", []),
        ("'; DROP TABLE recording --", []),
        ("x" * 5_000, []),
    ],
)
async def test_a_search_finds_pages_console_messages_visitors_and_ids(
    local: Local, db: sqlite3.Connection, search: str, found: list[str]
):
    page = full(10, element(10, "button", "Pay"), title="Cart")
    raws = meta(0, "https://shop.example/checkout"), page, console(500, "error", "Quota exceeded"), press(900, 10)
    record(db, "s1", lines(*raws), start_time=ago(hours=1))
    add_recording(db, "s2")
    add_recording(db, "s3", start_time=ago(hours=3))
    add_person(db, "person-of-s2", '{"name": "Ada Lovelace", "email": "ada@b.example"}')
    assert await ids(local, search=search) == found


async def problems(local: Local, session_id: str = "s1") -> Any:
    return answer(await local.http.get(f"/player/1/{session_id}/problems"))


async def test_the_problems_of_a_session_are_its_flags_with_their_moments(local: Local, db: sqlite3.Connection):
    record(db, "s1", checkout())
    assert await problems(local) == snapshot(
        (
            200,
            {
                "duration": 71000,
                "outcome": "not shown",
                "summary": 'Outcome not shown. 71 s in 2 tabs: 3 page visits, 6 clicks, 1 field filled in. Problems: button "Pay now" failed (e4): shows "Payment failed. Try again" after 500 ms; followed by 500 POST https://shop.example/api/pay/9321?card=*** (e5), console error: Payment of [email] failed (e6); button "Apply coupon", rage, dead (e8): no response in 2.5 s; 404 GET https://shop.example/api/faq (e16). The recording ends on shop.example/cart/help.',
                "problems": [
                    {"start": 5000, "flags": ["error_after"], "what": 'button "Pay now"'},
                    {"start": 5500, "flags": ["error_shown"], "what": "alert"},
                    {"start": 10000, "flags": ["rage", "dead"], "what": 'button "Apply coupon"'},
                ],
                "count": 3,
            },
        )
    )


async def test_a_session_of_which_too_little_happened_has_no_problem(local: Local, db: sqlite3.Connection):
    record(db, "s1", lines(meta(0, "https://shop.example/"), console(100, "info", "hello")))
    assert await problems(local) == snapshot(
        (200, {"duration": 100, "outcome": "not shown", "summary": "", "problems": [], "count": 0})
    )


async def test_problems_are_those_of_the_latest_state(local: Local, db: sqlite3.Connection):
    record(db, "s1", clicks(3))
    before = (await problems(local))[1]["count"]
    record(db, "s1", checkout())
    same = (await problems(local))[1]["count"]
    db.execute("UPDATE recording SET change = change + 1 WHERE session_id = 's1'")
    after = (await problems(local))[1]["count"]
    assert (before, same, after) == snapshot((0, 0, 3))


async def test_a_session_that_is_not_there_has_no_problems(local: Local, db: sqlite3.Connection):
    record(db, "s1", checkout())
    assert (await problems(local))[0] == 200
    db.execute("UPDATE recording SET deleted_at = ? WHERE session_id = 's1'", (ago(),))
    expected = (404, "invalid_request", "not_found", "This recording does not exist, or it was deleted.", None)
    assert [error(await local.http.get(f"/player/1/{each}/problems")) for each in ("s1", "x")] == [expected] * 2


async def test_an_unreadable_session_says_so(local: Local, db: sqlite3.Connection):
    add_recording(db, "s1")
    assert await problems(local) == snapshot(
        (422, {"detail": "The recording cannot be shown. There is no rrweb event in it, but nothing at all."})
    )


async def test_more_recordings_than_are_read_at_a_time_wait(local: Local, db: sqlite3.Connection):
    pages = OverviewPages(local.store, lambda: to_ms(NOW), seconds=0.0, keyless=True)
    transport = httpx2.ASGITransport(app=Router([Route("/{environment}/{id}/problems", pages.problems)]))
    names = [f"long-{place}" for place in range(MOST_BEING_READ + 1)]
    for name in names:
        record(db, name, clicks(3))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        found = [(await browser.get(f"/1/{name}/problems")).json() for name in [*names, *names[:1] * 3, names[-1]]]
    assert [each.get("read") for each in found] == [1, 1, 1, 1, 0, 2, 3, None, 1]
