"""Writes rows directly into a store, for states that no request can make."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from replay_mcp.local.store import accounts
from replay_mcp.local.store.clock import to_ms
from replay_mcp.local.store.ingest import RecordingData, store_recording
from tests.recording import rrweb

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""The time in tests."""

DAY_MS = 86_400_000


def ago(**delta: float) -> int:
    """Epoch milliseconds of a moment before `NOW`, e.g. `ago(days=2)`."""
    return to_ms(NOW - timedelta(**delta))


def add_recording(db: sqlite3.Connection, session_id: str, **columns: Any) -> None:
    """Add a recording's metadata row without events; by default it is one minute long and two hours old."""
    start = columns.pop("start_time", ago(hours=2))
    retention = columns.pop("retention_period_days", 30)
    row: dict[str, Any] = {
        "session_id": session_id,
        "team_id": 1,
        "distinct_id": f"person-of-{session_id}",
        "start_time": start,
        "end_time": start + 60_000,
        "duration": 60,
        "active_seconds": 40,
        "click_count": 3,
        "keypress_count": 2,
        "mouse_activity_count": 50,
        "console_log_count": 1,
        "console_warn_count": 0,
        "console_error_count": 0,
        "activity_score": 40.0,
        "start_url": "http://shop.example/",
        "snapshot_library": "web",
        "retention_period_days": retention,
        "expiry_time": start - start % DAY_MS + retention * DAY_MS,
        "last_ingested_at": start + 60_000,
    } | columns
    placeholders = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO recording ({', '.join(row)}) VALUES ({placeholders})", row)


def add_event(db: sqlite3.Connection, session_id: str, event: str, **columns: Any) -> None:
    """Add one product event of a session, by default one hour old."""
    row: dict[str, Any] = {
        "uuid": f"{session_id}-{event}-{db.execute('SELECT count(*) FROM event').fetchone()[0]}",
        "team_id": 1,
        "session_id": session_id,
        "distinct_id": f"person-of-{session_id}",
        "event": event,
        "timestamp": ago(hours=1),
    } | columns
    placeholders = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO event ({', '.join(row)}) VALUES ({placeholders})", row)


def add_playlist(db: sqlite3.Connection, short_id: str, **columns: Any) -> int:
    """Add a playlist made by the first user a day ago, a collection by default; return its id."""
    name = columns.get("name", f"Playlist {short_id}")
    row: dict[str, Any] = {
        "short_id": short_id,
        "team_id": 1,
        "type": "collection",
        "name": name,
        "label": (name or "").lower(),
        "created_at": ago(days=1),
        "created_by": 1,
        "last_modified_at": ago(days=1),
        "last_modified_by": 1,
    } | columns
    placeholders = ", ".join(f":{column}" for column in row)
    cursor = db.execute(
        f"INSERT INTO session_recording_playlist ({', '.join(row)}) VALUES ({placeholders}) RETURNING id", row
    )
    return cursor.fetchone()["id"]


def add_item(db: sqlite3.Connection, playlist_id: int, session_id: str, position: int = 1) -> None:
    """Add a session id to a playlist."""
    values = (playlist_id, session_id, ago(hours=3), position)
    db.execute(
        "INSERT INTO session_recording_playlist_item (playlist_id, session_id, created_at, position) VALUES (?, ?, ?, ?)",
        values,
    )


def record(db: sqlite3.Connection, session_id: str, lines: Iterable[bytes], **columns: Any) -> None:
    """Store a recording of these `blob_v2` lines, in blocks of 30 s, in place of an earlier one.

    `columns` override values of its metadata row.
    """
    team = accounts.find_team(db, 1)
    assert team is not None
    for table in ("recording_block", "recording_url", "console_log", "failed_request", "recording"):
        db.execute(f"DELETE FROM {table} WHERE session_id = ?", (session_id,))
    stored = store_recording(db, team, RecordingData(session_id, f"person-of-{session_id}", lines), to_ms(NOW))
    assert stored.new
    for name, value in columns.items():
        db.execute(f"UPDATE recording SET {name} = ? WHERE session_id = ?", (value, session_id))


def checkout() -> list[bytes]:
    """A visit of 71 s in two tabs: a payment that fails, a button clicked in rage, a request that is not found."""
    shop = "https://shop.example"
    pay = rrweb.element(10, "button", "Pay now", data_testid="pay")
    coupon = rrweb.element(11, "button", "Apply coupon", id="coupon")
    card = rrweb.element(12, "input", type="text", name="card")
    alert = rrweb.element(13, "div", role="alert")
    first = rrweb.lines(
        rrweb.meta(0, f"{shop}/cart?email=ada@b.example"),
        rrweb.full(10, pay, coupon, card, alert, title="Your cart"),
        rrweb.fetched(50, f"{shop}/api/cart", 200, method="GET"),
        rrweb.focus(2_000, 12),
        rrweb.typed(2_100, 12, "4111"),
        rrweb.typed(2_400, 12, "4111 1111 1111 1111"),
        rrweb.press(5_000, 10),
        rrweb.fetched(5_100, f"{shop}/api/pay/9321?card=4111111111111111", 500, took=300),
        rrweb.console(5_450, "error", "Payment of ada@b.example failed"),
        rrweb.added(5_500, 13, rrweb.text(500, "Payment failed. Try again")),
        *rrweb.moves(6_000, 9_000),
        *(rrweb.press(at, 11) for at in (10_000, 10_300, 10_600, 10_900)),
        *rrweb.moves(11_000, 12_000, 14_000, 16_000),
        rrweb.console(17_000, "warn", "Slow network"),
        rrweb.console(17_500, "info", "retrying"),
        rrweb.meta(25_000, f"{shop}/cart/help"),
        rrweb.full(25_010, rrweb.element(20, "h1", "Help"), title="Help"),
        rrweb.scrolled(26_000, 400),
        rrweb.scrolled(26_500, 900),
        *rrweb.moves(27_000, 40_000, 70_000),
        rrweb.custom(71_000, "gave up", reason="price"),
    )
    second = rrweb.lines(
        rrweb.meta(30_000, f"{shop}/faq"),
        rrweb.full(30_010, rrweb.element(10, "a", "Shipping", href="/s"), title="Questions"),
        rrweb.press(31_000, 10),
        *rrweb.moves(33_000, 36_000),
        rrweb.fetched(36_500, f"{shop}/api/faq", 404, method="GET"),
        *rrweb.moves(60_000),
        window="window-2",
    )
    return first + second


def clicks(blocks: int, per_block: int = 1) -> list[bytes]:
    """A visit with `per_block` clicks on Go, each with an answer, in each of `blocks` blocks."""
    raws = [rrweb.meta(0, "https://shop.example/"), rrweb.full(1, rrweb.element(10, "button", "Go"), title="Shop")]
    for block in range(blocks):
        for place in range(per_block):
            at = block * 30_000 + 100 + place * 25_000 // per_block
            raws += [rrweb.press(at, 10, x=place * 50), rrweb.retexted(at + 20, 1000, f"Go {block} {place}")]
    return rrweb.lines(*raws)


def message(
    token: str, session_id: str, *raws: rrweb.Raw, window: str = rrweb.WINDOW, distinct_id: str = "maya"
) -> list[dict[str, Any]]:
    """A chunk of a recording as posthog-js sends it."""
    properties = {
        "$session_id": session_id,
        "$window_id": window,
        "$snapshot_data": list(raws),
        "distinct_id": distinct_id,
        "token": token,
    }
    return [{"event": "$snapshot", "properties": properties}]
