"""The store of `benchmarks.search`: recordings over 90 days and their data, generated in SQL."""

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from replay_mcp.local.store.database import writing

DAYS: Final = 90
DAY_MS: Final = 86_400_000

# `spread` is a pseudo-random number below 2^32; `n.id` counts from 1, the oldest.
_NUMBERS = """
    CREATE TEMP TABLE n AS
    WITH RECURSIVE count (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM count WHERE id < :rows)
    SELECT id, id * 2654435761 % 4294967296 AS spread,
        printf('%08x-%04x-7000-8000-%012x', id / 65536, id % 65536, id * 2654435761 % 4294967296) AS session_id,
        :start + id * :step AS start_time
    FROM count
"""
PEOPLE: Final = (
    """
    INSERT INTO person (id, team_id, uuid, properties, created_at)
    SELECT id, 1, 'person-' || id, json_object(
        'email', 'user' || id || iif(id % 50, '@mail' || (id % 90) || '.example', '@shop.example'), 'plan', 'free'
    ), start_time FROM n WHERE id <= :rows / 5
    """,
    "INSERT INTO person_distinct_id SELECT 1, 'distinct-' || id, id FROM n WHERE id <= :rows / 5",
    """UPDATE team SET test_account_domains = '["shop.example"]' WHERE id = 1""",
)
RECORDINGS: Final = (
    """
    INSERT INTO recording (
        session_id, team_id, distinct_id, start_time, end_time, duration, active_seconds, click_count, keypress_count,
        mouse_activity_count, console_log_count, console_warn_count, console_error_count, activity_score, start_url,
        retention_period_days, expiry_time, last_ingested_at
    )
    SELECT session_id, 1, 'distinct-' || (1 + spread % (:rows / 4)), start_time, start_time + duration * 1000, duration,
        duration * (spread % 89) / 100, spread / 7 % 40 * (spread / 11 % 3), spread / 13 % 90 * (spread / 17 % 2),
        spread / 19 % 700, 3 * (spread % 5 < 2), spread % 10 = 1, iif(spread % 12 = 1, 1 + spread / 12 % 9, 0),
        spread % 10000 / 100.0, 'https://shop.example/', 91, start_time - start_time % :day + 91 * :day,
        start_time + duration * 1000
    FROM (SELECT *, iif(spread % 20000 = 1, 7200, 5 + spread / 3 % 900) AS duration FROM n)
    """,
)
URLS: Final = (
    """
    INSERT INTO recording_url
    SELECT session_id, 'https://shop.example/', start_time FROM n
    UNION ALL SELECT session_id, 'https://shop.example/category/' || (spread % 200), start_time FROM n
    UNION ALL SELECT session_id, 'https://shop.example/product?id=' || (spread % 10007), start_time FROM n
    UNION ALL SELECT session_id, 'https://shop.example/checkout', start_time FROM n WHERE spread % 10 = 3
    UNION ALL SELECT session_id, 'https://shop.example/order/' || id || '/thanks', start_time FROM n
        WHERE spread % 20 = 3
    UNION ALL SELECT session_id, 'https://shop.example/Überraschung', start_time FROM n WHERE spread % 20000 = 7
    """,
)
CONSOLE: Final = (
    """
    INSERT INTO console_log (session_id, timestamp, level, message)
    SELECT session_id, start_time, 'info',
        'cart of ' || (value * spread % 3001) || ' restored in ' || (spread % 97) || ' ms'
        FROM n JOIN (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3) ON true WHERE spread % 5 < 2
    UNION ALL SELECT session_id, start_time, 'warn', 'Slow network: a request took ' || (spread % 60000) || ' ms' FROM n
        WHERE spread % 10 = 1
    UNION ALL SELECT session_id, start_time, 'error',
        'TypeError: Cannot read properties of undefined (reading ''field' || (spread / 12 % 50) || ''')' FROM n
        WHERE spread % 12 = 1
    UNION ALL SELECT session_id, start_time, 'error', 'Payment of order ' || id || ' failed' FROM n
        WHERE spread % 60 = 1
    UNION ALL SELECT session_id, start_time, 'error', 'QuotaExceededError: storage is full' FROM n
        WHERE spread % 20000 = 1
    """,
)
FAILED: Final = (
    """
    INSERT INTO failed_request
    SELECT session_id, 'api.shop.example', iif(spread / 60 % 3, 500, 404) FROM n WHERE spread % 60 = 1
    UNION ALL SELECT session_id, 'cdn' || (spread / 25 % 20) || '.example', 404 FROM n WHERE spread % 25 = 2
    UNION ALL SELECT session_id, 'pay.bank.example', 503 FROM n WHERE spread % 20000 = 1
    """,
)
EVENTS: Final = (
    """
    INSERT INTO event
    SELECT name || nth || '-' || id, 1, session_id, 'distinct-' || (1 + spread % (:rows / 4)), name, start_time + 1000,
        '{}'
    FROM (
        SELECT *, '$pageview' AS name, 1 AS nth FROM n
        UNION ALL SELECT *, '$autocapture', 1 FROM n
        UNION ALL SELECT *, '$rageclick', 1 FROM n WHERE spread % 25 = 2
        UNION ALL SELECT *, '$rageclick', 2 FROM n WHERE spread % 100 = 2
        UNION ALL SELECT *, '$exception', 1 FROM n WHERE spread % 12 = 1
        UNION ALL SELECT *, 'order placed', 1 FROM n WHERE spread % 20 = 3
        UNION ALL SELECT *, 'coupon abused', 1 FROM n WHERE spread % 20000 = 1
    )
    """,
)
VIEWED: Final = (
    "INSERT INTO session_recording_viewed SELECT 1, 1, session_id, start_time FROM n WHERE spread % 50 = 1",
)


@contextmanager
def recording_numbers(db: sqlite3.Connection, rows: int) -> Generator[dict[str, int]]:
    """Create a temporary table with the ids of `rows` recordings; yield the parameters of statements that use it."""
    step = DAYS * DAY_MS // rows
    values = {"rows": rows, "step": step, "day": DAY_MS, "start": int(time.time() * 1000) - (rows + 1) * step}
    db.execute(_NUMBERS, values)
    yield values
    db.execute("DROP TABLE n")


def fill(db: sqlite3.Connection, rows: int, *tables: tuple[str, ...]) -> None:
    """Add `rows` recordings and their data; `tables` limits which tables."""
    with writing(db), recording_numbers(db, rows) as values:
        for statements in tables or (PEOPLE, RECORDINGS, URLS, CONSOLE, FAILED, EVENTS, VIEWED):
            for statement in statements:
                started = time.perf_counter()
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                db.execute(statement, used)
                print(f"{' '.join(statement.split()[:3])}: {time.perf_counter() - started:.0f} s", flush=True)
