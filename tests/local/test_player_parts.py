"""Recordings that are too large to keep all their screens: later moments are read again, and look the same."""

import sqlite3
from collections.abc import Iterator

import httpx2
import pytest
from inline_snapshot import snapshot
from starlette.routing import Route, Router

from replay_mcp.local.player.open_recordings import OpenRecording, OpenRecordings
from replay_mcp.local.player.pages import PlayerPages
from replay_mcp.local.player.stepped_reading import REDACTION, BlocksRead
from replay_mcp.local.store.clock import to_ms
from replay_mcp.recording.playback.player_data import frame_at, player_recording
from replay_mcp.recording.rrweb.events import IncrementalSource
from replay_mcp.recording.screen.log import Screens
from tests.conftest import Local
from tests.recording.rrweb import Raw, custom, element, full, incremental, lines, meta, moves, press, retexted, typed
from tests.seeding import NOW, record

pytestmark = pytest.mark.anyio

LENGTH = 400_000
"""Milliseconds of the recording."""
EVERY = 45_000
"""Each tab opens a page so often, the second one a little later."""


def visit(of: str, first: int) -> list[Raw]:
    """Pages of one tab, whose only text changes once a second."""
    raws: list[Raw] = []
    for start in range(first, LENGTH, EVERY):
        page = full(start + 1, element(10, "button", "Go"), element(11, "input", type="text"), title=f"{of} {start}")
        raws += [meta(start, f"https://shop.example/{of}/{start}"), page, press(start + 400, 10)]
        for at in range(start + 1_000, min(start + EVERY, LENGTH), 1_000):
            raws.append(retexted(at, 1_000, f"{of} at {at} " + f"{at * 7_919:x}" * 40))
    return [*raws, *moves(LENGTH)]


@pytest.fixture
def db(local: Local) -> Iterator[sqlite3.Connection]:
    with local.store.connection() as db:
        one = [*visit("one", 0), typed(2_000, 11, "Ada Lovelace"), retexted(399_500, 1_000, "Thanks, Ada Lovelace")]
        both = [*lines(*one, window="w1"), *lines(*visit("two", 20_500), window="w2")]
        record(db, "s1", sorted(both, key=_time))
        yield db


def _time(line: bytes) -> int:
    return int(line.partition(b'"timestamp":')[2].partition(b",")[0].rstrip(b"}]"))


def opened(db: sqlite3.Connection, recordings: OpenRecordings) -> OpenRecording:
    while isinstance(found := recordings.read(db, "s1", 1), BlocksRead):
        pass
    return found


def screens(db: sqlite3.Connection, recordings: OpenRecordings, tab: int, timestamp: int) -> tuple[Screens, int]:
    """The screens around a moment, and the number of requests that they took."""
    requests = 1
    while isinstance(found := recordings.screens(db, "s1", tab, timestamp), BlocksRead):
        requests += 1
    assert found is not None
    return found, requests


def resized(at: int, width: int, height: int) -> Raw:
    return incremental(at, IncrementalSource.VIEWPORT_RESIZE, width=width, height=height)


MOMENTS = [
    *range(0, LENGTH, 27_700),
    *range(LENGTH, 0, -61_300),
    45_000,
    45_001,
    90_001,
    399_600,
    LENGTH,
    LENGTH + 5_000,
]


@pytest.mark.parametrize("seconds", [0.0, 10.0], ids=["in steps", "at once"])
async def test_every_moment_of_every_tab_looks_as_if_all_were_kept(db: sqlite3.Connection, seconds: float):
    whole, small = OpenRecordings(seconds=60), OpenRecordings(seconds=seconds, screen_bytes=120_000, part_bytes=120_000)
    all_screens, kept = opened(db, whole).screens, opened(db, small).screens
    assert all_screens.until is None
    assert kept.until is not None
    start = opened(db, whole).timeline.start
    for at in MOMENTS:
        for tab in (1, 2):
            expected = frame_at(all_screens, tab, start + at, REDACTION)
            found, _ = screens(db, small, tab, start + at)
            assert frame_at(found, tab, start + at, REDACTION) == expected, (tab, at)
            assert "Lovelace" not in expected.html


async def test_the_player_knows_all_moments_although_not_all_screens_are_kept(db: sqlite3.Connection):
    whole, small = (
        opened(db, OpenRecordings(seconds=60)),
        opened(db, OpenRecordings(seconds=60, screen_bytes=120_000, part_bytes=120_000)),
    )
    expected = player_recording("s1", whole.timeline, whole.screens)
    assert player_recording("s1", small.timeline, small.screens, all_moments=True) == expected
    kept = player_recording("s1", small.timeline, small.screens)
    tabs = [(tab.drawn, len(tab.changes), len(tab.pointer)) for tab in kept.tabs]
    assert (kept.kept_until, kept.tabs[0].changes[-1], tabs) == snapshot(
        (131500, 131000, [(1, 135, 3), (20501, 115, 3)])
    )


async def test_going_on_from_a_moment_reads_nothing_again(db: sqlite3.Connection):
    small = OpenRecordings(seconds=0.0, screen_bytes=120_000, part_bytes=120_000)
    start = opened(db, small).timeline.start
    found = [screens(db, small, 1, start + at)[1] for at in (300_000, 301_000, 320_000, 0, 302_000)]
    assert found == snapshot([7, 1, 1, 1, 1])


async def test_a_page_that_changes_very_much_can_be_seen_at_any_moment(local: Local):
    page = [meta(0, "https://shop.example/"), full(1, element(10, "button", "Go"))]
    changes = [retexted(100 + at * 100, 1_000, f"{at} " + f"{at * 7_919:x}" * 2_000) for at in range(900)]
    with local.store.connection() as db:
        record(db, "s1", lines(*page, *changes, *moves(100_000)))
        small = OpenRecordings(seconds=60, screen_bytes=80_000, part_bytes=80_000)
        opening = opened(db, small)
        start = opening.timeline.start
        assert opening.screens.until is not None
        shown: list[str] = []
        for at in (80_100, 50_100, 50_200, 90_000, 80_100):
            found, _ = screens(db, small, 1, start + at)
            assert found.size < 400_000
            shown.append(frame_at(found, 1, start + at, REDACTION).html.rpartition("<button")[2].split()[0])
    assert shown == snapshot(
        ['type="button">800', 'type="button">500', 'type="button">501', 'type="button">899', 'type="button">800']
    )


@pytest.mark.parametrize(
    "before",
    [[], [press(200_000, 10)], [custom(150_000, "$url_changed", href="https://shop.example/new")], [resized(150_000, 800, 600)]],
    ids=["nothing", "a press", "another address", "another size"],
)  # fmt: skip
async def test_a_document_without_an_address_of_its_own_keeps_the_one_before(local: Local, before: list[Raw]):
    changes = [retexted(at, 1_000, f"{at} " + f"{at * 7_919:x}" * 400) for at in range(1_000, 400_000, 500)]
    page = element(10, "button", "Go")
    raws = [meta(0, "https://shop.example/"), full(1, page), *changes, full(200_001, page), *before, *moves(LENGTH)]
    with local.store.connection() as db:
        record(db, "s1", sorted(lines(*raws), key=_time))
        whole, small = OpenRecordings(seconds=60), OpenRecordings(seconds=60, screen_bytes=60_000, part_bytes=90_000)
        start = opened(db, whole).timeline.start
        assert opened(db, small).screens.until is not None
        found, _ = screens(db, small, 1, start + 390_000)
        expected = frame_at(opened(db, whole).screens, 1, start + 390_000, REDACTION)
    assert frame_at(found, 1, start + 390_000, REDACTION) == expected
    assert expected.url.startswith("https://shop.example/")


async def test_the_player_asks_again_until_the_part_has_been_read(db: sqlite3.Connection, local: Local):
    recordings = OpenRecordings(seconds=0.0, screen_bytes=120_000, part_bytes=120_000)
    opened(db, recordings)
    pages = PlayerPages(local.store, lambda: to_ms(NOW), recordings, keyless=True)
    routes = Router([Route("/{environment}/{id}/frame", pages.frame)])
    transport = httpx2.ASGITransport(app=routes)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        answers = [await browser.get("/1/s1/frame", params={"tab": 1, "at": 300_000}) for _ in range(7)]
    assert [(answer.status_code, answer.json().get("read")) for answer in answers] == snapshot(
        [(202, 1), (202, 2), (202, 3), (202, 4), (202, 5), (202, 6), (200, None)]
    )
    assert answers[-1].json()["title"] == "one 270000"


async def test_a_recording_that_is_not_open_has_no_screens(db: sqlite3.Connection):
    assert OpenRecordings().screens(db, "s1", 1, 0) is None
