"""Parses the API's date parameters: relative (`-7d`) or ISO 8601."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from .clock import from_ms, to_ms

MAX_LENGTH: Final = 64
"""Maximum length of a date; longer texts are not parsed."""

_RELATIVE = re.compile(r"-?([0-9]{1,7})?([sMhdwmqy])(Start|End)?")
_FIXED_SECONDS = {"s": 1, "M": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "q": 13 * 7 * 86_400}
_MONTHS = {"m": 1, "y": 12}
_DAY: Final = re.compile(r"[0-9-]+")
_DAY_MS: Final = 86_400_000


def parse_moment(value: str, now: int, *, day_ends: bool = False) -> int | None:
    """Epoch milliseconds of a date parameter; None if it is not a date (live behaviour).

    Args:
        value: `-24h`, `-7d`, `-1m` … counted back from `now` in `s` seconds, `M` minutes, `h` hours, `d` days,
            `w` weeks, `m` calendar months, `q` quarters of 13 weeks, `y` years; with `Start` or `End` the first or
            last millisecond of that hour, day, month or year (`-1mStart`); `all`, the beginning of time; or an ISO 8601
            date with or without a time, in UTC unless it has an offset.
        now: epoch milliseconds.
        day_ends: whether a date without a time means the last millisecond of the day instead of the first.
    """
    if len(value) > MAX_LENGTH:
        return None
    if value == "all":
        return 0
    try:
        return _relative(match, from_ms(now)) if (match := _RELATIVE.fullmatch(value)) else _absolute(value, day_ends)
    except (ValueError, OverflowError):  # not ISO 8601, or outside the years 1 to 9999
        return None


def _relative(match: re.Match[str], now: datetime) -> int:
    number, unit, position = match.groups()
    count = int(number or 0)
    if unit in _FIXED_SECONDS:
        moment = now - timedelta(seconds=count * _FIXED_SECONDS[unit])
    else:
        moment = _months_before(now, count * _MONTHS[unit])
    if position is None:
        return to_ms(moment)
    start, next_start = _around(moment, unit)
    return to_ms(start) if position == "Start" else to_ms(next_start) - 1


def _months_before(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("outside the calendar")
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _around(moment: datetime, unit: str) -> tuple[datetime, datetime]:
    """The start of the hour, day, month or year that contains a moment, and the start of the next one."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    match unit:
        case "h":
            return hour, hour + timedelta(hours=1)
        case "d":
            return day, day + timedelta(days=1)
        case "m":
            month = day.replace(day=1)
            return month, _months_before(month, -1)
        case "y":
            year = day.replace(month=1, day=1)
            return year, _months_before(year, -12)
        case _:
            raise ValueError(f"{unit!r} has no Start and End")


def _absolute(value: str, day_ends: bool) -> int:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007 - the zone follows; takes `2026-1-9`, unpadded
    start = to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return start + _DAY_MS - 1 if day_ends and _DAY.fullmatch(value) else start
