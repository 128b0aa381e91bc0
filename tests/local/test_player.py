"""The requests of the player: a recording, read in steps, and the frames of its moments."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import httpx2
import msgspec
import pytest
from inline_snapshot import snapshot

from replay_mcp.local.player.open_recordings import MOST_OPEN, BlocksRead, OpenRecordings
from replay_mcp.local.store.accounts import NewKey
from replay_mcp.local.store.clock import to_ms
from tests.conftest import Local
from tests.local.answers import answer, error
from tests.recording.rrweb import click, element, full, lines, meta, moves, press, retexted, typed
from tests.seeding import NOW, add_recording, ago, checkout, clicks, record

pytestmark = pytest.mark.anyio

SHOP = "https://shop.example/"


def path(session_id: str = "s1", what: str = "recording", environment: int = 1) -> str:
    return f"/player/{environment}/{session_id}/{what}"


@pytest.fixture
def db(local: Local) -> Iterator[sqlite3.Connection]:
    with local.store.connection() as db:
        yield db


@pytest.fixture(autouse=True)
def _small(db: sqlite3.Connection) -> None:
    """A recording of one click, in whose field a name was typed."""
    page = full(10, element(10, "button", "Pay"), element(11, "input", type="text"), title="Cart")
    later = [
        typed(400, 11, "Ada Lovelace"),
        press(500, 10),
        retexted(600, 1_000, "Thanks, Ada Lovelace"),
        *moves(4_000),
    ]
    record(db, "s1", lines(meta(0, SHOP), page, *later))


async def frame(local: Local, **query: Any) -> httpx2.Response:
    return await local.http.get(path(what="frame"), params=query)


@pytest.fixture
async def _opened(local: Local) -> None:
    assert (await local.http.get(path())).status_code == 200


async def test_a_small_recording_is_answered_at_once_and_whole(local: Local):
    assert answer(await local.http.get(path())) == snapshot(
        (
            200,
            {
                "id": "s1",
                "start": 1795168800000,
                "duration": 4000,
                "outcome": "not shown",
                "summary": "Outcome not shown. 4 s: 1 page visit, 1 click. The recording ends on shop.example/.",
                "rows": [
                    {
                        "ref": "e1",
                        "start": 0,
                        "tab": 1,
                        "kind": "navigation",
                        "what": "https://shop.example/",
                        "effect": 'titled "Cart"',
                        "weight": 3,
                    },
                    {
                        "ref": "e2",
                        "start": 500,
                        "tab": 1,
                        "kind": "click",
                        "what": 'button "Pay"',
                        "effect": 'the page changed: "Thanks, [typed]" after 100 ms',
                        "weight": 3,
                        "position": [100, 100],
                    },
                ],
                "tabs": [
                    {
                        "number": 1,
                        "drawn": 10,
                        "changes": [10, 400, 500, 600],
                        "pointer": [[500, 100, 100], [4000, 1, 2]],
                    }
                ],
                "kept_until": None,
                "missing": [],
            },
        )
    )


async def test_a_recording_that_takes_longer_reports_its_progress_first(db: sqlite3.Connection):
    record(db, "long", clicks(40))
    found, steps = OpenRecordings(seconds=0.0), list[tuple[int, int]]()
    while isinstance(read := found.read(db, "long", 1), BlocksRead):
        steps.append((read.read, read.of))
    assert steps == [(place, 40) for place in range(1, 41)]
    assert len(read.timeline.rows) == 41


async def test_a_recording_that_grows_while_it_is_read_is_still_read_to_the_end(db: sqlite3.Connection):
    record(db, "long", clicks(5))
    found = OpenRecordings(seconds=0.0)
    answers = [found.read(db, "long", change) for change in range(7)]
    assert [isinstance(each, BlocksRead) for each in answers] == [True] * 5 + [False, True]


async def test_progress_is_sent_as_numbers_of_blocks():
    assert msgspec.to_builtins(BlocksRead(3, 40)) == {"read": 3, "of": 40}


async def test_a_changed_recording_is_read_again(local: Local, db: sqlite3.Connection):
    before = (await local.http.get(path())).json()
    record(db, "s1", checkout())
    db.execute("UPDATE recording SET change = change + 1 WHERE session_id = 's1'")
    after = (await local.http.get(path())).json()
    assert (len(before["rows"]), len(after["rows"]), after["duration"]) == snapshot((2, 20, 71000))


@pytest.mark.parametrize("session_id", ["unknown", "deleted", "expired", "of-another", "%F0%9F%92%A9", "%00", "a%22b"])
async def test_a_recording_that_is_not_there_is_not_found(local: Local, db: sqlite3.Connection, session_id: str):
    local.client(NewKey("bo@example.com", 2, ("*",)))
    record(db, "deleted", checkout(), deleted_at=ago(hours=1))
    record(db, "expired", checkout(), expiry_time=to_ms(NOW) - 1)
    record(db, "of-another", checkout(), team_id=2)
    expected = (404, "invalid_request", "not_found", "This recording does not exist, or it was deleted.", None)
    assert error(await local.http.get(path(session_id))) == expected
    assert error(await local.http.get(path(session_id, "frame?tab=1&at=5"))) == expected


async def test_a_deleted_recording_is_forgotten_although_it_was_open(local: Local, db: sqlite3.Connection):
    assert (await local.http.get(path())).status_code == 200
    db.execute("UPDATE recording SET deleted_at = ? WHERE session_id = 's1'", (ago(),))
    assert (await frame(local, tab=1, at=600)).status_code == 404
    db.execute("UPDATE recording SET deleted_at = NULL WHERE session_id = 's1'")
    assert (await frame(local, tab=1, at=600)).status_code == 409


async def test_an_unreadable_recording_says_so_each_time(local: Local, db: sqlite3.Connection):
    add_recording(db, "bare")
    db.execute("UPDATE recording_block SET data = substr(data, 1, 40)")
    found = [answer(await local.http.get(path(each))) for each in ("bare", "s1", "s1")]
    assert found == snapshot(
        [
            (422, {"detail": "The recording cannot be shown. There is no rrweb event in it, but nothing at all."}),
            (422, {"detail": "The recording cannot be shown. There is no rrweb event in it, but nothing at all."}),
            (422, {"detail": "The recording cannot be shown. There is no rrweb event in it, but nothing at all."}),
        ]
    )


async def test_a_recording_with_a_damaged_block_shows_the_others(local: Local, db: sqlite3.Connection):
    record(db, "holed", clicks(4))
    second = "SELECT id FROM recording_block WHERE session_id = 'holed' ORDER BY start_time LIMIT 1 OFFSET 2"
    db.execute(f"UPDATE recording_block SET data = x'00' WHERE id = ({second})")
    found = (await local.http.get(path("holed"))).json()
    assert (len(found["rows"]), found["missing"]) == snapshot((4, ["the part from 60.1 to 90.1 s is missing"]))


@pytest.mark.usefixtures("_opened")
async def test_a_frame_is_the_page_at_a_moment(local: Local):
    found = (await frame(local, tab=1, at=600)).json()
    html = found.pop("html")
    assert found == snapshot({"width": 1280, "height": 800, "url": "https://shop.example/", "title": "Cart"})
    assert html.startswith(
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"'
    )
    assert html.partition("<body")[2] == snapshot(
        '><button type="button">Thanks, [typed]</button><input data-replay-type="text" type="text" value="••••••••••••"></body></html>'
    )


@pytest.mark.usefixtures("_opened")
async def test_typed_text_is_in_no_answer(local: Local):
    texts = [(await frame(local, tab=1, at=at)).text for at in (10, 399, 400, 500, 600, 4_000)]
    texts.append((await local.http.get(path())).text)
    assert [text for text in texts if "Lovelace" in text] == []
    assert "••••" in texts[3]


@pytest.mark.usefixtures("_opened")
@pytest.mark.parametrize(
    "query", [{"tab": 2, "at": 600}, {"tab": 0, "at": 600}, {"tab": 10**12, "at": 0}, {"tab": 1, "at": 9}]
)
async def test_an_unknown_tab_and_a_moment_before_the_first_page_show_nothing(local: Local, query: dict[str, int]):
    nothing = {"html": "", "width": 1280, "height": 800, "url": "", "title": ""}
    assert answer(await frame(local, **query)) == (200, nothing)


@pytest.mark.usefixtures("_opened")
async def test_a_moment_after_the_end_shows_the_last_page(local: Local):
    assert (await frame(local, tab=1, at=10**12)).json() == (await frame(local, tab=1, at=4_000)).json()


@pytest.mark.usefixtures("_opened")
@pytest.mark.parametrize("value", ["", "-1", "1.5", "1e3", "0x1", "٣", "9" * 14, "NaN", " 1", "1\n", "'"])
async def test_tab_and_moment_are_whole_numbers(local: Local, value: str):
    expected = (400, "validation_error", "invalid_input")
    assert error(await frame(local, tab=1, at=value)) == (*expected, "at must be a whole number.", "at")
    assert error(await frame(local, tab=value, at=1)) == (*expected, "tab must be a whole number.", "tab")


async def test_a_frame_of_a_recording_that_is_not_open_says_what_to_do(local: Local):
    assert answer(await frame(local, tab=1, at=600)) == snapshot(
        (409, {"detail": "The recording is no longer open. Load the page again."})
    )


async def test_the_recording_used_longest_ago_makes_room(local: Local, db: sqlite3.Connection):
    names = [f"other-{place}" for place in range(MOST_OPEN)]
    for name in names:
        record(db, name, lines(meta(0, SHOP), click(100)))
    for name in ("s1", *names):
        assert (await local.http.get(path(name))).status_code == 200
    found = [(await local.http.get(path(name, "frame?tab=1&at=5"))).status_code for name in ("s1", *names)]
    assert found == [409, *[200] * MOST_OPEN]
