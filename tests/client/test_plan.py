"""Staying within the rate limits of a key."""

import pytest
from inline_snapshot import snapshot

from replay_mcp.api.rates import BY_TIER, Tier
from replay_mcp.client.plan import RatePlan
from replay_mcp.errors import RateLimited, ServerFault

TIERS: tuple[Tier, ...] = ("free", "paid", "enterprise")


class Clock:
    """A clock in seconds that a test moves forward."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def send(plan: RatePlan, requests: int) -> None:
    for _ in range(requests):
        with plan.request():
            pass


def refuse(plan: RatePlan, retry_after: float | None) -> None:
    """A request that the API answers with 429."""
    with pytest.raises(RateLimited), plan.request():
        raise RateLimited("refused", retry_after=retry_after)


@pytest.mark.parametrize("tier", TIERS)
def test_a_minute_allows_the_burst_and_no_more(clock: Clock, tier: Tier) -> None:
    plan, burst = RatePlan(tier, clock), BY_TIER[tier][0].requests
    send(plan, burst - 2)
    assert (plan.ready_in(2), plan.ready_in(3)) == (0.0, 60.0)
    clock.now += 59.5
    assert plan.ready_in(3) == 0.5
    clock.now += 0.5
    assert plan.ready_in(burst) == 0.0


def test_the_minute_slides(clock: Clock) -> None:
    plan = RatePlan("free", clock)
    for _ in range(4):
        send(plan, 3)
        clock.now += 10
    assert [plan.ready_in(requests) for requests in (1, 3, 4, 6, 12)] == [20.0, 20.0, 30.0, 30.0, 50.0]


def test_an_hour_allows_the_sustained_rate_and_no_more(clock: Clock) -> None:
    plan = RatePlan("free", clock)
    for _ in range(5):
        send(plan, 12)
        clock.now += 60
    assert (plan.ready_in(1), plan.ready_in(12), plan.ready_in(13)) == (3_300.0, 3_300.0, 3_360.0)
    clock.now += 3_300
    assert plan.ready_in(12) == 0.0


def test_more_requests_than_a_limit_allows_wait_for_one_window_at_most(clock: Clock) -> None:
    plan = RatePlan("free", clock)
    assert plan.ready_in(1_000) == 0.0
    send(plan, 1)
    assert plan.ready_in(1_000) == 3_600.0
    assert plan.ready_in(12) == 60.0


@pytest.mark.parametrize("error", [ServerFault("failed", status=500), ValueError("odd")])
def test_a_request_that_fails_counts_like_any_other(clock: Clock, error: Exception) -> None:
    plan = RatePlan("free", clock)
    send(plan, 11)
    with pytest.raises(type(error)), plan.request():
        raise error
    assert plan.ready_in(1) == 60.0


def test_after_a_refusal_nothing_is_sent_until_the_api_accepts_more(clock: Clock) -> None:
    plan = RatePlan("paid", clock)
    refuse(plan, 17.5)
    assert plan.ready_in(1) == 17.5
    clock.now += 17.5
    assert plan.ready_in(1) == 0.0


def test_a_refusal_without_a_time_pauses_for_a_minute(clock: Clock) -> None:
    plan = RatePlan("paid", clock)
    refuse(plan, None)
    assert plan.ready_in(1) == 60.0


def test_a_request_beyond_the_limit_is_not_sent_and_fails_like_the_last_response(clock: Clock) -> None:
    plan = RatePlan("paid", clock)
    assert plan.refusal(20.0).why == snapshot("The key's rate limit for reading snapshots is reached.")
    refuse(plan, 30.0)
    clock.now += 10
    assert (plan.refusal(20.0).why, plan.refusal(20.0).retry_after) == ("refused", 20.0)
    clock.now += 20
    assert plan.refusal(5.0).why == snapshot("The key's rate limit for reading snapshots is reached.")


def test_a_refusal_that_ends_at_once_pauses_nothing(clock: Clock) -> None:
    plan = RatePlan("enterprise", clock)
    refuse(plan, 0.0)
    assert plan.ready_in(1) == 0.0


def test_a_host_without_limits_is_never_waited_for(clock: Clock) -> None:
    plan = RatePlan(None, clock)
    send(plan, 5_000)
    assert plan.ready_in(1_000) == 0.0


@pytest.mark.parametrize(
    ("assumed", "sent", "learned"),
    [
        ("paid", 12, "free"),
        ("paid", 14, "free"),  # two requests in flight count too
        ("paid", 40, "paid"),  # a free plan would not have taken so many
        ("paid", 60, "paid"),
        ("enterprise", 60, "paid"),
        ("enterprise", 100, "enterprise"),
        ("free", 12, "free"),
        ("free", 60, "paid"),
        (None, 12, "free"),
        (None, 60, "paid"),
    ],
)
def test_the_tier_is_inferred_from_the_api_s_refusals(
    clock: Clock, assumed: Tier | None, sent: int, learned: Tier
) -> None:
    plan = RatePlan(assumed, clock)
    send(plan, sent)
    refuse(plan, 5.0)
    clock.now += 70  # every request so far is more than a minute old
    send(plan, BY_TIER[learned][0].requests - 1)
    assert (plan.ready_in(1), plan.ready_in(2)) == (0.0, 60.0)


def test_a_refusal_for_the_hour_does_not_lower_the_limit_of_the_minute(clock: Clock) -> None:
    plan = RatePlan("paid", clock)
    for _ in range(50):
        send(plan, 6)
        clock.now += 60
    refuse(plan, 60.0)  # 300 in the hour, but only a few in the last minute
    clock.now += 1_200  # the first 60 of them are over an hour old
    send(plan, 13)
    assert plan.ready_in(1) == 0.0
