"""Rate limits: which requests share a bucket, and when its places become free."""

import threading
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.endpoints import (
    ENDPOINTS,
    PLAYLISTS_CREATE,
    PLAYLISTS_LIST,
    RECORDINGS_LIST,
    RECORDINGS_RETRIEVE,
    SNAPSHOT_SOURCES,
    SNAPSHOTS,
    Endpoint,
)
from replay_mcp.api.rates import HOUR_MS, MINUTE_MS, Tier
from replay_mcp.local.app import LocalApi
from replay_mcp.local.errors import ApiFailure
from replay_mcp.local.http.throttle import MAX_KEYS, Throttle
from replay_mcp.local.store.accounts import Key
from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local, http_client
from tests.local.answers import PLAYLISTS, RECORDINGS, answer
from tests.seeding import NOW

pytestmark = pytest.mark.anyio

START = to_ms(NOW)
KEY = Key("phx_a", "", 1, "you@localhost.local", ("*",), None, None, START)
AnyEndpoint: TypeAlias = Endpoint[Any, Any]


def refused(throttle: Throttle, endpoint: AnyEndpoint, now: int, key: Key = KEY) -> int | None:
    """Seconds to wait, or None when the request passes."""
    try:
        throttle.check(key, endpoint, now)
    except ApiFailure as failure:
        return int(failure.headers["Retry-After"])
    return None


def passed(throttle: Throttle, endpoint: AnyEndpoint, now: int, *, asked: int) -> int:
    """How many of `asked` requests pass at this moment."""
    return sum(refused(throttle, endpoint, now) is None for _ in range(asked))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_endpoint_takes_240_requests_a_minute_unless_it_has_its_own_limit(endpoint: AnyEndpoint):
    limited = endpoint.name in {RECORDINGS_LIST.name, SNAPSHOTS.name}
    assert passed(Throttle("enterprise"), endpoint, START, asked=300) == (100 if limited else 240)


def test_endpoints_without_a_limit_of_their_own_share_1200_requests_an_hour():
    throttle = Throttle("free")
    for minute in range(5):
        for number in range(240):
            endpoint = PLAYLISTS_LIST if number % 2 else PLAYLISTS_CREATE
            assert refused(throttle, endpoint, START + minute * MINUTE_MS) is None
    assert refused(throttle, RECORDINGS_RETRIEVE, START + 5 * MINUTE_MS) == 55 * 60


@pytest.mark.parametrize(
    ("tier", "burst", "sustained"), [("free", 12, 60), ("paid", 60, 300), ("enterprise", 100, 400)]
)
@pytest.mark.parametrize("endpoint", [RECORDINGS_LIST, SNAPSHOTS, SNAPSHOT_SOURCES], ids=lambda each: each.source)
def test_listing_and_snapshots_have_the_limits_of_the_plan(
    tier: Tier, burst: int, sustained: int, endpoint: AnyEndpoint
):
    throttle = Throttle(tier)
    for minute in range(sustained // burst):
        assert passed(throttle, endpoint, START + minute * MINUTE_MS, asked=burst) == burst
    assert passed(throttle, endpoint, START + 59 * MINUTE_MS, asked=1) == 0
    assert passed(throttle, endpoint, START + 60 * MINUTE_MS, asked=1) == 1
    assert passed(Throttle(tier), endpoint, START, asked=burst + 5) == burst


def test_listing_and_snapshots_are_counted_separately():
    throttle = Throttle("free")
    assert passed(throttle, RECORDINGS_LIST, START, asked=20) == 12
    assert passed(throttle, SNAPSHOTS, START, asked=20) == 12
    assert refused(throttle, RECORDINGS_RETRIEVE, START) is None


def test_keys_are_counted_separately():
    throttle = Throttle("free")
    assert passed(throttle, RECORDINGS_LIST, START, asked=12) == 12
    assert refused(throttle, RECORDINGS_LIST, START, replace(KEY, value="phx_b")) is None


def test_the_window_slides_so_a_place_frees_when_the_oldest_request_is_a_minute_old():
    throttle = Throttle("free")
    for second in range(12):
        assert refused(throttle, RECORDINGS_LIST, START + second * 1000) is None
    waits = [refused(throttle, RECORDINGS_LIST, START + after) for after in (12_000, 12_500, 59_001, 59_999, 60_000)]
    assert waits == snapshot([48, 48, 1, 1, None])
    assert refused(throttle, RECORDINGS_LIST, START + 60_001) == 1


def test_a_refused_request_takes_a_place_in_the_other_buckets_but_not_in_the_one_that_refuses_it():
    throttle = Throttle("free")
    assert passed(throttle, RECORDINGS_LIST, START, asked=59) == 12
    assert passed(throttle, PLAYLISTS_LIST, START, asked=240) == 240 - 59
    assert refused(throttle, RECORDINGS_LIST, START + MINUTE_MS) is None


def test_the_longest_wait_of_all_buckets_is_reported():
    throttle = Throttle("free")
    for minute in range(5):
        assert passed(throttle, RECORDINGS_LIST, START + minute * MINUTE_MS, asked=12) == 12
    assert refused(throttle, RECORDINGS_LIST, START + 4 * MINUTE_MS) == (HOUR_MS - 4 * MINUTE_MS) // 1000


def test_only_the_most_recently_used_keys_are_remembered():
    throttle = Throttle("free")
    assert passed(throttle, RECORDINGS_LIST, START, asked=12) == 12
    for number in range(MAX_KEYS):
        assert refused(throttle, RECORDINGS_LIST, START, replace(KEY, value=f"phx_{number}")) is None
    assert passed(throttle, RECORDINGS_LIST, START, asked=12) == 12


def test_requests_from_many_threads_are_all_counted():
    throttle, counts = Throttle("free"), list[int]()

    def ask() -> None:
        counts.append(passed(throttle, PLAYLISTS_LIST, START, asked=100))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(counts), sum(counts)) == (8, 240)


async def test_the_answer_to_a_throttled_request_says_how_long_to_wait(local: Local):
    now = START
    app = LocalApi(local.store, clock=lambda: now, throttle=Throttle("free"))
    async with http_client(app, local.http.headers["authorization"].removeprefix("Bearer ")) as http:
        statuses = [(await http.get(RECORDINGS)).status_code for _ in range(12)]
        response = await http.get(RECORDINGS)
        elsewhere = await http.get(PLAYLISTS)
        now += 59_000
        soon = await http.get(RECORDINGS)
        now += 1_000
        again = await http.get(RECORDINGS)
    assert (statuses, elsewhere.status_code, again.status_code) == ([200] * 12, 200, 200)
    assert (answer(response), response.headers["retry-after"]) == snapshot(
        (
            (
                429,
                {
                    "type": "throttled_error",
                    "code": "throttled",
                    "detail": "Request was throttled. Expected available in 60 seconds.",
                    "attr": None,
                },
            ),
            "60",
        )
    )
    assert (answer(soon), soon.headers["retry-after"]) == snapshot(
        (
            (
                429,
                {
                    "type": "throttled_error",
                    "code": "throttled",
                    "detail": "Request was throttled. Expected available in 1 second.",
                    "attr": None,
                },
            ),
            "1",
        )
    )


async def test_a_request_without_the_right_to_ask_is_not_counted(local: Local):
    app = LocalApi(local.store, clock=lambda: START, throttle=Throttle("free"))
    async with http_client(app, None) as nobody:
        assert {(await nobody.get(RECORDINGS)).status_code for _ in range(20)} == {401}


async def test_without_a_throttle_nothing_is_limited(local: Local):
    assert {(await local.http.get(RECORDINGS)).status_code for _ in range(20)} == {200}
