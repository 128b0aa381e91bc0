from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from replay_mcp.local.store.clock import from_ms, to_ms
from replay_mcp.local.store.dates import parse_moment

NOW = to_ms(datetime(2026, 3, 31, 15, 47, 12, 345000, tzinfo=UTC))


def moment(value: str) -> str | None:
    parsed = parse_moment(value, NOW)
    return None if parsed is None else from_ms(parsed).isoformat(timespec="milliseconds").removesuffix("+00:00")


def test_relative_dates_count_back_from_now_in_the_api_s_units():
    units = ["-30s", "-15M", "-24h", "-7d", "7d", "-2w", "-1m", "-1q", "-1y", "d"]
    assert {value: moment(value) for value in units} == snapshot(
        {
            "-30s": "2026-03-31T15:46:42.345",
            "-15M": "2026-03-31T15:32:12.345",
            "-24h": "2026-03-30T15:47:12.345",
            "-7d": "2026-03-24T15:47:12.345",
            "7d": "2026-03-24T15:47:12.345",
            "-2w": "2026-03-17T15:47:12.345",
            "-1m": "2026-02-28T15:47:12.345",
            "-1q": "2025-12-30T15:47:12.345",
            "-1y": "2025-03-31T15:47:12.345",
            "d": "2026-03-31T15:47:12.345",
        }
    )


def test_start_and_end_mean_the_unit_around_the_moment():
    positions = ["hStart", "-1hEnd", "dStart", "-1dStart", "-1dEnd", "mStart", "-1mStart", "-1mEnd", "yStart", "-1yEnd"]
    assert {value: moment(value) for value in positions} == snapshot(
        {
            "hStart": "2026-03-31T15:00:00.000",
            "-1hEnd": "2026-03-31T14:59:59.999",
            "dStart": "2026-03-31T00:00:00.000",
            "-1dStart": "2026-03-30T00:00:00.000",
            "-1dEnd": "2026-03-30T23:59:59.999",
            "mStart": "2026-03-01T00:00:00.000",
            "-1mStart": "2026-02-01T00:00:00.000",
            "-1mEnd": "2026-02-28T23:59:59.999",
            "yStart": "2026-01-01T00:00:00.000",
            "-1yEnd": "2025-12-31T23:59:59.999",
        }
    )


def test_iso_dates_without_an_offset_are_utc():
    dates = ["2026-03-05", "2026-3-5", "20260305", "2026-03-05T10:20", "2026-03-05 10:20:30.123", "2026-03-05T10:20Z"]
    assert {value: moment(value) for value in [*dates, "2026-03-05T10:20:00+02:00"]} == snapshot(
        {
            "2026-03-05": "2026-03-05T00:00:00.000",
            "2026-3-5": "2026-03-05T00:00:00.000",
            "20260305": "2026-03-05T00:00:00.000",
            "2026-03-05T10:20": "2026-03-05T10:20:00.000",
            "2026-03-05 10:20:30.123": "2026-03-05T10:20:30.123",
            "2026-03-05T10:20Z": "2026-03-05T10:20:00.000",
            "2026-03-05T10:20:00+02:00": "2026-03-05T08:20:00.000",
        }
    )


def test_all_means_the_beginning_of_time():
    assert parse_moment("all", NOW) == 0


@pytest.mark.parametrize(
    "value",
    ["", "-", "yesterday", "-7x", "-7 d", " -7d", "-7d\n", "--7d", "+7d", "-1.5d", "-99999999d", "-9999999d", "-9999y",
     "-9999999y", "2026-13-01", "2026-02-30", "-sStart", "-1wEnd",
     "2026-03-05T25:00", "0000-01-01", "-\u0667d", "x" * 100_000],
)  # fmt: skip
def test_anything_else_is_not_a_date(value: str):
    assert parse_moment(value, NOW) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_parser(value: str):
    assert isinstance(parse_moment(value, NOW), int | None)


@given(st.integers(0, 10_000), st.sampled_from("sMhdwmq"))
def test_a_larger_number_never_gives_a_later_date(count: int, unit: str):
    nearer, farther = parse_moment(f"-{count}{unit}", NOW), parse_moment(f"-{count + 1}{unit}", NOW)
    assert farther is None or (nearer is not None and farther < nearer)
