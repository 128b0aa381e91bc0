"""Timelines kept from one call to the next: in memory and on disk."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from replay_mcp.api.models import Recording
from replay_mcp.caches.disk import DiskCache
from replay_mcp.caches.timelines import MAX_IN_MEMORY, MAX_ROWS_IN_MEMORY, TimelineCache, fingerprint
from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.rows import FORMAT
from replay_mcp.redaction import Redaction
from tests.seeding import checkout

pytestmark = pytest.mark.anyio

TIMELINE = read_timeline([b"\n".join(checkout())], Redaction())
OLDER = (
    b'{"start": 0, "end": 9, "windows": [""], "totals": {"click": 1}, "coverage": {"events": 3, "missing": []}, "rows":'
    b' [{"ref": "e1", "seconds": 1.0, "tab": 1, "kind": "click", "target": "button", "effect": "", "until": null,'
    b' "flags": [], "followed_by": [], "requests": []}]}'
)
"""A timeline as version 3 packed it, whose rows held sentences."""
END = datetime(2026, 11, 20, 10, 1, 11, tzinfo=UTC)


def recording(id: str = "s1", **fields: Any) -> Recording:
    known: dict[str, Any] = {"id": id, "recording_duration": 71, "click_count": 6, "end_time": END, "ongoing": False}
    return Recording(**known | fields)


def of_size(rows: int) -> Timeline:
    return replace(TIMELINE, rows=TIMELINE.rows[:1] * rows)


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path, scope=("scope",))


async def test_a_timeline_that_was_never_stored_is_a_miss(cache: DiskCache) -> None:
    assert await TimelineCache().get(recording()) is None
    assert await TimelineCache(cache).get(recording()) is None


async def test_a_timeline_is_kept_for_its_recording_only() -> None:
    timelines = TimelineCache()
    await timelines.put(recording(), TIMELINE)
    assert await timelines.get(recording()) is TIMELINE
    assert await timelines.get(recording("s2")) is None


@pytest.mark.parametrize(
    "more",
    [
        {"recording_duration": 72},
        {"click_count": 7},
        {"keypress_count": 0},
        {"mouse_activity_count": 1},
        {"console_log_count": 1},
        {"console_warn_count": 1},
        {"console_error_count": 1},
        {"end_time": END.replace(second=12)},
        {"end_time": None},
    ],
)
async def test_a_recording_that_grew_is_a_miss(cache: DiskCache, more: dict[str, Any]) -> None:
    timelines = TimelineCache(cache)
    await timelines.put(recording(), TIMELINE)
    assert await timelines.get(recording(**more)) is None
    assert await TimelineCache(cache).get(recording(**more)) is None


async def test_fields_that_do_not_depend_on_the_events_change_nothing() -> None:
    timelines = TimelineCache()
    await timelines.put(recording(), TIMELINE)
    later = recording(viewed=True, viewers=["a"], ongoing=True, activity_score=3.5, click_count=6.0, has_summary=True)
    assert await timelines.get(later) is TIMELINE


def test_absent_counts_are_not_zero() -> None:
    assert fingerprint(recording(click_count=None)) != fingerprint(recording(click_count=0))


async def test_a_finished_recording_is_known_after_a_restart_with_the_same_rows(cache: DiskCache) -> None:
    await TimelineCache(cache).put(recording(), TIMELINE)
    restarted = TimelineCache(cache)
    known = await restarted.get(recording())
    assert known == TIMELINE
    assert await restarted.get(recording()) is known  # from memory now


async def test_an_ongoing_recording_is_kept_in_memory_only(cache: DiskCache) -> None:
    timelines = TimelineCache(cache)
    await timelines.put(recording(ongoing=True), TIMELINE)
    assert await timelines.get(recording(ongoing=True)) is TIMELINE
    assert await TimelineCache(cache).get(recording(ongoing=True)) is None


async def test_a_dropped_recording_is_gone_from_memory_and_disk(cache: DiskCache) -> None:
    timelines = TimelineCache(cache)
    for id in ("s1", "s2"):
        await timelines.put(recording(id), TIMELINE)
    await timelines.drop("s1")
    await timelines.drop("never there")
    kept = [await known.get(recording(id)) for known in (timelines, TimelineCache(cache)) for id in ("s1", "s2")]
    assert kept == [None, TIMELINE, None, TIMELINE]


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"not JSON",
        b"[]",
        b"{}",
        b"null",
        b"7",
        b'"text"',
        b'{"rows": null}',
        b'{"rows": [7]}',
        b'{"rows": [{}]}',
        b'{"rows": [], "coverage": {"events": 1, "unheard_of": 2}}',
        TIMELINE.packed().replace(b'"totals"', b'"sums"'),
        TIMELINE.packed().replace(b'"kind"', b'"sort"'),
        TIMELINE.packed().replace(b'"element":{"role"', b'"element":{"part"'),
        TIMELINE.packed().replace(b'"refs"', b'"ref"'),
    ],
)
async def test_an_entry_with_other_content_counts_as_missing(cache: DiskCache, packed: bytes) -> None:
    cache.put("s1", fingerprint(recording()), packed)
    assert await TimelineCache(cache).get(recording()) is None


async def test_an_entry_of_an_older_version_is_not_used_but_replaced(cache: DiskCache) -> None:
    older = fingerprint(recording()).replace(f"{FORMAT} ", f"{FORMAT - 1} ", 1)
    cache.put("s1", older, OLDER)
    assert await TimelineCache(cache).get(recording()) is None
    cache.put("s1", fingerprint(recording()), OLDER)  # even if it had the same number
    assert await TimelineCache(cache).get(recording()) is None
    await TimelineCache(cache).put(recording(), TIMELINE)
    assert await TimelineCache(cache).get(recording()) == TIMELINE
    assert cache.get("s1", older) is None


async def test_the_least_recently_used_timeline_makes_room() -> None:
    timelines = TimelineCache()
    ids = [f"s{number}" for number in range(MAX_IN_MEMORY)]
    for id in ids:
        await timelines.put(recording(id), of_size(1))
    await timelines.get(recording("s0"))
    await timelines.put(recording("one more"), of_size(1))
    assert [id for id in [*ids, "one more"] if await timelines.get(recording(id)) is None] == ["s1"]


async def test_large_timelines_make_room_sooner() -> None:
    timelines = TimelineCache()
    for id in ("a", "b"):
        await timelines.put(recording(id), of_size(MAX_ROWS_IN_MEMORY // 2))
    assert await timelines.get(recording("a")) is not None
    await timelines.put(recording("c"), of_size(1))
    assert [id for id in ("a", "b", "c") if await timelines.get(recording(id)) is not None] == ["a", "c"]


async def test_one_timeline_of_any_size_is_kept() -> None:
    timelines = TimelineCache()
    await timelines.put(recording("small"), of_size(1))
    await timelines.put(recording("huge"), of_size(MAX_ROWS_IN_MEMORY + 1))
    assert [id for id in ("small", "huge") if await timelines.get(recording(id)) is not None] == ["huge"]


async def test_a_timeline_stored_again_replaces_the_earlier_one() -> None:
    timelines = TimelineCache()
    await timelines.put(recording(), of_size(MAX_ROWS_IN_MEMORY))
    await timelines.put(recording(click_count=7), of_size(MAX_ROWS_IN_MEMORY // 2))
    await timelines.put(recording("s2"), of_size(1))
    assert await timelines.get(recording(click_count=7)) is not None
    assert await timelines.get(recording()) is None
