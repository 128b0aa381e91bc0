"""Search: an index finds what a scan of every recording would, and nothing deleted is kept."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.database import Store, writing
from replay_mcp.local.store.schema import MIGRATIONS
from tests.conftest import Local
from tests.local.answers import RECORDINGS
from tests.local.test_recordings_filters import ids, on, refusal
from tests.seeding import NOW, add_event, add_recording, ago

pytestmark = pytest.mark.anyio

MANY = 20_001
"""More sessions than a filter lists; each recording is then checked in turn."""


def add_url(db: sqlite3.Connection, session_id: str, *urls: str) -> None:
    db.executemany("INSERT INTO recording_url VALUES (?, ?, 0)", [(session_id, url) for url in urls])


def add_line(db: sqlite3.Connection, session_id: str, level: str, *messages: str) -> None:
    rows = [(session_id, level, message) for message in messages]
    db.executemany("INSERT INTO console_log (session_id, timestamp, level, message) VALUES (?, 0, ?, ?)", rows)


def add_failure(db: sqlite3.Connection, session_id: str, host: str, status: int) -> None:
    db.execute("INSERT INTO failed_request VALUES (?, ?, ?)", (session_id, host, status))


def visited(operator: str, value: Any = None) -> list[dict[str, Any]]:
    return on("recording", "visited_page", operator, value)


def message(operator: str, value: Any) -> list[dict[str, Any]]:
    return on("log_entry", "message", operator, value)


def texts(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """The rows that the store keeps for searching."""
    return [tuple(row) for row in db.execute("SELECT kind, text FROM recorded_text ORDER BY kind, text")]


# ---- texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "needle"),
    [
        ("https://shop.example/Straße", "STRASSE"),
        ("https://shop.example/STRASSE", "straße"),
        ("https://shop.example/ÜBERRASCHUNG", "überrasch"),
        ("https://shop.example/ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("https://shop.example/\N{KELVIN SIGN}elvin", "kelvin"),
        ("https://shop.example/o\N{LATIN SMALL LIGATURE FFI}ce", "office"),
        ("https://shop.example/結帳頁面", "結帳頁"),
        ("https://shop.example/結帳", "帳"),
        ("https://shop.example/a\0bcd", "a\0b"),
        ("https://shop.example/a\0bcd", "bcd"),
        ('https://shop.example/"quoted" AND (x)*', '"quoted" and (X)*'),
        ("https://shop.example/\N{FACE WITH TEARS OF JOY}\N{FACE WITH TEARS OF JOY}!", "\N{FACE WITH TEARS OF JOY}!"),
        ("https://shop.example/" + "long/" * 300 + "end", "LONG/" * 300 + "End"),
        ("pay", "pay"),
    ],
)
async def test_text_is_found_in_any_case_of_any_script(local: Local, recorded: str, needle: str):
    with local.store.connection() as db:
        for session_id in ("wanted", "other"):
            add_recording(db, session_id)
        add_url(db, "wanted", recorded)
        add_url(db, "other", "https://other.example/")
        add_line(db, "wanted", "info", recorded)
    assert await ids(local, properties=visited("icontains", needle)) == {"wanted"}
    assert await ids(local, properties=visited("not_icontains", needle)) == {"other"}
    assert await ids(local, console_log_filters=message("icontains", needle)) == {"wanted"}


async def test_text_with_only_the_pieces_of_the_search_is_not_found(local: Local):
    with local.store.connection() as db:
        add_recording(db, "pieces")
        add_url(db, "pieces", "/abcd/bcde")
    assert await ids(local, properties=visited("icontains", "abcde")) == set()
    assert await ids(local, properties=visited("not_icontains", "abcde")) == {"pieces"}


async def test_texts_too_short_for_the_index_are_still_found(local: Local):
    with local.store.connection() as db:
        for session_id in ("short", "other"):
            add_recording(db, session_id)
        add_url(db, "short", "/q7")
        add_line(db, "short", "warn", "Q7")
        add_line(db, "other", "warn", "x")
    assert await ids(local, properties=visited("icontains", "Q7")) == {"short"}
    assert await ids(local, properties=visited("icontains", ["checkout", "q"])) == {"short"}
    assert await ids(local, console_log_filters=message("icontains", "q")) == {"short"}
    assert await ids(local, properties=visited("icontains", "")) == {"short"}


async def test_several_texts_match_any_of_them(local: Local):
    with local.store.connection() as db:
        for session_id, url in (("cart", "/cart"), ("pay", "/pay"), ("help", "/help")):
            add_recording(db, session_id)
            add_url(db, session_id, url)
    assert await ids(local, properties=visited("icontains", ["/CART", "/pay"])) == {"cart", "pay"}
    assert await ids(local, properties=visited("exact", ["/cart", "/help"])) == {"cart", "help"}
    assert await ids(local, properties=[*visited("icontains", "/cart"), *visited("icontains", "/pay")]) == set()
    both = [*visited("icontains", "/cart"), *visited("icontains", "/pay")]
    assert await ids(local, properties=both, operand="OR") == {"cart", "pay"}


async def test_the_level_and_the_text_must_match_the_same_console_line(local: Local):
    with local.store.connection() as db:
        for session_id in ("failed", "retried"):
            add_recording(db, session_id)
        add_line(db, "failed", "error", "Payment failed", "Payment failed")
        add_line(db, "retried", "error", "Timeout")
        add_line(db, "retried", "info", "Payment failed, trying again")
    error = on("log_entry", "level", "exact", "error")
    assert await ids(local, console_log_filters=error + message("icontains", "PAYMENT")) == {"failed"}
    assert await ids(local, console_log_filters=error + message("exact", "Timeout")) == {"retried"}
    assert await ids(local, console_log_filters=error + message("not_icontains", "timeout")) == {"failed"}
    assert await ids(local, console_log_filters=error + message("regex", "^Pay.*ed$")) == {"failed"}
    assert await ids(local, console_log_filters=on("log_entry", "level", "is_not", "error")) == {"retried"}
    assert await ids(local, console_log_filters=on("log_entry", "level", "exact", "debug")) == set()


@pytest.mark.parametrize("others", [0, pytest.param(MANY, marks=pytest.mark.slow)])
async def test_a_frequent_text_is_found_as_well_as_a_rare_one(local: Local, others: int):
    with local.store.connection() as db, writing(db):
        for session_id in ("both", "url", "line", "none"):
            add_recording(db, session_id)
        add_url(db, "both", "/checkout/pay", "/help")
        add_url(db, "url", "/checkout")
        add_url(db, "none", "/help")
        add_line(db, "both", "error", "Payment failed")
        add_line(db, "line", "error", "Payment failed")
        for number in range(others):
            add_recording(db, f"gone-{number}", start_time=ago(days=60))  # expired
            add_url(db, f"gone-{number}", "/checkout")
            add_line(db, f"gone-{number}", "error", "Payment failed")
    checkout, payment = visited("icontains", "checkout"), message("icontains", "payment")
    assert await ids(local, properties=checkout) == {"both", "url"}
    assert await ids(local, properties=visited("not_icontains", "checkout")) == {"line", "none"}
    assert await ids(local, console_log_filters=payment) == {"both", "line"}
    assert await ids(local, properties=checkout, console_log_filters=payment) == {"both"}
    assert await ids(local, properties=checkout, console_log_filters=payment, operand="OR") == {"both", "url", "line"}
    assert await ids(local, properties=checkout, order="click_count") == {"both", "url"}


async def test_a_rare_filter_and_a_common_one_find_the_recordings_that_match_both(local: Local):
    pages = [f"/page/{number}" for number in range(101)]  # of 200 sessions: more than a filter lists
    with local.store.connection() as db, writing(db):
        for number in range(400):
            add_recording(db, f"s{number}", start_time=ago(minutes=number), duration=number)
            add_failure(db, f"s{number}", "api.example", 503)
            add_url(db, f"s{number}", *(pages if number % 2 == 0 else ["/other"]))
    query: dict[str, Any] = {
        "properties": visited("icontains", "/page/") + on("recording", "failed_request_status", "exact", 503),
        "having_predicates": on("recording", "duration", "lt", 9),
    }
    assert await ids(local, **query) == {"s0", "s2", "s4", "s6", "s8"}
    assert await ids(local, **query, order="duration", limit=2) == {"s6", "s8"}
    assert await ids(local, **query, order="duration", date_to="-3M") == {"s4", "s6", "s8"}
    del query["having_predicates"]
    assert await ids(local, **query, limit=3) == {"s0", "s2", "s4"}
    assert await ids(local, **query, limit=3, order="duration") == {"s398", "s396", "s394"}
    query["properties"][0]["operator"] = "not_icontains"
    assert await ids(local, **query, limit=3) == {"s1", "s3", "s5"}


async def test_many_different_texts_that_match_are_all_found(local: Local):
    with local.store.connection() as db:
        for number in range(3):
            add_recording(db, f"s{number}")
            add_url(db, f"s{number}", *(f"/order/{number}-{place}" for place in range(2_000)))
        add_recording(db, "other")
        add_url(db, "other", "/cart")
    assert await ids(local, properties=visited("icontains", "/ORDER/")) == {"s0", "s1", "s2"}
    assert await ids(local, properties=visited("not_icontains", "/order/")) == {"other"}
    assert await ids(local, properties=visited("icontains", "/order/1-77")) == {"s1"}


# ---- failed requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "operator", "value", "expected"),
    [
        ("status", "exact", 404, {"missing", "both"}),
        ("status", "exact", ["404", 503], {"missing", "both", "down"}),
        ("status", "in", [503], {"down"}),
        ("status", "gt", 500, {"down"}),
        ("status", "gte", 500, {"down", "both"}),
        ("status", "lt", 500, {"missing", "both"}),
        ("status", "lte", 404, {"missing", "both"}),
        ("status", "between", [500, 599], {"down", "both"}),
        ("status", "not_between", [500, 599], {"missing", "well"}),
        ("status", "is_not", 404, {"down", "well"}),
        ("status", "is_set", None, {"missing", "both", "down"}),
        ("status", "is_not_set", None, {"well"}),
        ("host", "exact", "api.shop.example", {"both", "down"}),
        ("host", "icontains", "SHOP", {"missing", "both", "down"}),
        ("host", "not_icontains", "api", {"missing", "well"}),
        ("host", "regex", "^cdn", {"missing", "both"}),
        ("host", "is_not_set", None, {"well"}),
    ],
)
async def test_failed_requests_by_every_operator(local: Local, key: str, operator: str, value: Any, expected: set[str]):
    with local.store.connection() as db:
        for session_id in ("missing", "both", "down", "well"):
            add_recording(db, session_id)
        add_failure(db, "missing", "cdn.shop.example", 404)
        add_failure(db, "both", "cdn.shop.example", 404)
        add_failure(db, "both", "api.shop.example", 500)
        add_failure(db, "down", "api.shop.example", 503)
    wanted = on("recording", f"failed_request_{key}", operator, value)
    assert await ids(local, properties=wanted) == expected
    assert await ids(local, having_predicates=wanted) == expected


async def test_filters_on_failed_requests_must_match_one_request_unless_they_are_alternatives(local: Local):
    with local.store.connection() as db:
        for session_id in ("one", "two"):
            add_recording(db, session_id)
        add_failure(db, "one", "api.example", 503)
        add_failure(db, "two", "api.example", 404)
        add_failure(db, "two", "cdn.example", 503)
    host = on("recording", "failed_request_host", "exact", "api.example")
    down = on("recording", "failed_request_status", "gte", 500)
    assert await ids(local, properties=host + down) == {"one"}
    assert await ids(local, having_predicates=host + down) == {"one"}
    assert await ids(local, properties=host, having_predicates=down) == {"one", "two"}
    assert await ids(local, properties=host + down, operand="OR") == {"one", "two"}
    not_down = on("recording", "failed_request_status", "not_between", [500, 599])
    assert await ids(local, properties=host + not_down) == set()


async def test_an_invalid_filter_on_failed_requests_is_refused(local: Local):
    assert await refusal(local, properties=on("recording", "failed_request_status", "gte", "5xx")) == snapshot(
        "The filter on 'failed_request_status' needs numbers for operator 'gte'."
    )
    assert await refusal(local, properties=on("recording", "failed_request_host", "regex", "(")) == snapshot(
        "Invalid regular expression in the filter on 'failed_request_host': missing ): (."
    )


# ---- query plans ----------------------------------------------------------------------------------------------------

ORDERS = (
    "start_time", "duration", "active_seconds", "inactive_seconds", "click_count", "keypress_count",
    "mouse_activity_count", "console_error_count", "activity_score", "recording_ttl",
)  # fmt: skip


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"properties": visited("icontains", "/even")},
        {"properties": visited("not_icontains", "/even")},
        {"having_predicates": on("recording", "duration", "gte", 3)},
        {"date_from": "-2h", "date_to": "-1h"},
    ],
)
async def test_pages_chain_in_every_order_with_every_kind_of_filter(
    local: Local, direction: str, filters: dict[str, Any]
):
    with local.store.connection() as db:
        for number in range(9):
            equal = number // 3
            add_recording(
                db, f"s{number}", start_time=ago(minutes=30 + 30 * equal), duration=2 + equal, active_seconds=equal,
                click_count=equal, keypress_count=equal, mouse_activity_count=equal, console_error_count=equal,
                activity_score=equal / 3,
            )  # fmt: skip
            add_url(db, f"s{number}", "/even" if number % 2 == 0 else "/odd")
    query = {name: json.dumps(value) if isinstance(value, list) else value for name, value in filters.items()}
    found = await ids(local, **filters)
    assert len(found) > 2
    for order in ORDERS:
        query |= {"order": order, "order_direction": direction}
        whole = (await local.http.get(RECORDINGS, params=query)).json()["results"]
        paged: list[str] = []
        page: dict[str, Any] = {"next_cursor": ""}
        while "next_cursor" in page:
            page = (
                await local.http.get(RECORDINGS, params=query | {"limit": "2", "after": page["next_cursor"]})
            ).json()
            paged += [recording["id"] for recording in page["results"]]
        assert paged == [recording["id"] for recording in whole], order
        assert set(paged) == found, order


async def test_alternatives_with_an_index_each_are_joined(local: Local):
    with local.store.connection() as db:
        for session_id in ("url", "event", "failed", "none"):
            add_recording(db, session_id)
        add_url(db, "url", "/checkout")
        add_event(db, "event", "order placed")
        add_failure(db, "failed", "api.example", 500)
    wanted = visited("icontains", "checkout") + on("recording", "failed_request_status", "exact", 500)
    query: dict[str, Any] = {"properties": wanted, "events": [{"id": "order placed"}], "operand": "OR"}
    assert await ids(local, **query) == {"url", "event", "failed"}
    assert await ids(local, **query, having_predicates=on("recording", "duration", "gt", 900)) == set()


async def test_a_forced_recording_says_whether_it_matches(local: Local):
    with local.store.connection() as db:
        for session_id in ("checkout", "other"):
            add_recording(db, session_id)
            add_url(db, session_id, f"/{session_id}")
    wanted = json.dumps(visited("icontains", "/checkout"))
    matches: dict[str, bool] = {}
    for forced in ("checkout", "other"):
        query = {"properties": wanted, "session_recording_id": forced}
        found = (await local.http.get(RECORDINGS, params=query)).json()["results"]
        matches[forced] = found[0]["matches_filters"]
    assert matches == {"checkout": True, "other": False}


# ---- what the store keeps -------------------------------------------------------------------------------------------


def test_a_text_is_stored_once_and_as_long_as_a_recording_has_it(store: Store):
    with store.connection() as db:
        add_recording(db, "s1")
        add_recording(db, "s2")
        add_line(db, "s1", "error", "failed", "failed")
        add_line(db, "s2", "error", "failed")
        add_url(db, "s1", "/pay", "/cart")
        db.execute("INSERT INTO recording_url VALUES ('s1', '/pay', 5) ON CONFLICT DO UPDATE SET first_seen = 5")
        db.execute("INSERT OR IGNORE INTO recording_url VALUES ('s2', '/pay', 5)")
        assert texts(db) == [("error", "failed"), ("url", "/cart"), ("url", "/pay")]
        db.execute("DELETE FROM console_log WHERE id = 1")
        db.execute("DELETE FROM recording_url WHERE session_id = 's1'")
        assert texts(db) == [("error", "failed"), ("url", "/pay")]
        db.execute("DELETE FROM console_log WHERE session_id = 's2'")
        db.execute("DELETE FROM recording_url")
        assert texts(db) == [("error", "failed")]
        db.execute("DELETE FROM console_log")
        assert texts(db) == []
        assert db.execute("SELECT count(*) FROM session_text").fetchone()[0] == 0


async def test_a_deleted_recording_leaves_no_text_in_the_file(local: Local):
    secret, shared = "\N{SNOWMAN}\N{COMET}\N{UMBRELLA}", "\N{BLACK STAR}\N{WHITE STAR}\N{SUN}"
    with local.store.connection() as db:
        for session_id in ("kept", "deleted"):
            add_recording(db, session_id)
            add_url(db, session_id, f"/{shared}")
        add_url(db, "deleted", f"/{secret}")
        add_line(db, "deleted", "info", secret)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert secret.encode() in local.store.path.read_bytes()
    assert (await local.http.delete(f"{RECORDINGS}/deleted")).status_code == 204
    files = [path.read_bytes() for path in local.store.path.parent.glob("replay.sqlite*")]
    assert not any(secret.encode() in content for content in files)
    assert any(shared.encode() in content for content in files)
    assert await ids(local, properties=visited("icontains", shared)) == {"kept"}


def test_recordings_of_a_store_older_than_search_become_searchable(tmp_path: Path):
    path = tmp_path / "replay.sqlite"
    with Store.open(path, migrations=MIGRATIONS[:2]) as store, store.connection() as db:
        accounts.ensure_first_account(db, to_ms(NOW))
        for session_id in ("s1", "s2"):
            add_recording(db, session_id)
            add_url(db, session_id, "/Checkout", f"/order/{session_id}")
        add_line(db, "s1", "error", "Payment failed", "Payment failed")
        db.execute("INSERT INTO session_recording_viewed VALUES (1, 1, 's1', 0)")
    with Store.open(path) as store, store.connection() as db:
        assert texts(db) == snapshot(
            [("error", "Payment failed"), ("url", "/Checkout"), ("url", "/order/s1"), ("url", "/order/s2")]
        )
        found = db.execute(
            "SELECT session_id, text, times FROM text_index i JOIN session_text s ON s.text_id = i.rowid"
            " WHERE text_index MATCH 'che OR pay' ORDER BY session_id, text"
        )
        assert [tuple(row) for row in found] == snapshot(
            [("s1", "/Checkout", 1), ("s1", "Payment failed", 2), ("s2", "/Checkout", 1)]
        )
        assert [tuple(row) for row in db.execute("SELECT * FROM viewed_tally")] == [(1, 1, 1)]
        db.execute("DELETE FROM console_log")
        db.execute("DELETE FROM recording_url WHERE session_id = 's1'")
        assert texts(db) == [("url", "/Checkout"), ("url", "/order/s2")]
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_views_are_counted_when_added_and_removed(store: Store):
    with store.connection() as db:
        for session_id in ("s1", "s2", "s1"):
            db.execute("INSERT OR IGNORE INTO session_recording_viewed VALUES (1, 1, ?, 0)", (session_id,))
        assert [tuple(row) for row in db.execute("SELECT * FROM viewed_tally")] == [(1, 1, 2)]
        db.execute("DELETE FROM session_recording_viewed WHERE session_id = 's1'")
        assert [tuple(row) for row in db.execute("SELECT * FROM viewed_tally")] == [(1, 1, 1)]
