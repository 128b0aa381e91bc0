"""What the player gets of a recording: rows, tabs, tracks and frames, all text masked."""

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from inline_snapshot import snapshot

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.playback.player_data import MAX_TEXT, PlayerFrame, PlayerRow, frame_at
from replay_mcp.redaction import Redaction
from tests.examples import examples
from tests.hostile import any_text
from tests.recording.playback.recordings import Opened, opened, opened_lines
from tests.recording.rrweb import (
    START,
    Raw,
    added,
    console,
    custom,
    element,
    event,
    fetched,
    full,
    incremental,
    meta,
    moves,
    press,
    retexted,
    typed,
)
from tests.seeding import checkout

SHOP = "https://shop.example/"


def shop(*later: Raw) -> Opened:
    """A page with a button and a field."""
    button, field = element(10, "button", "Pay"), element(11, "input", type="text", name="card")
    return opened(meta(0, SHOP), full(10, button, field), *later)


def frame(recording: Opened, at: int, tab: int = 1) -> PlayerFrame:
    return frame_at(recording.screens, tab, START + at, recording.redaction)


def rows(recording: Opened) -> list[PlayerRow]:
    return recording.data.rows


def test_a_recording_of_two_tabs_in_full():
    data = opened_lines(checkout()).data
    found = msgspec.to_builtins(data)
    shown = found.pop("rows")
    assert found == snapshot(
        {
            "id": "s1",
            "start": 1795168800000,
            "duration": 71000,
            "outcome": "not shown",
            "summary": 'Outcome not shown. 71 s in 2 tabs: 3 page visits, 6 clicks, 1 field filled in. Problems: button "Pay now" failed (e4): shows "Payment failed. Try again" after 500 ms; followed by 500 POST https://shop.example/api/pay/9321?card=*** (e5), console error: Payment of [email] failed (e6); button "Apply coupon", rage, dead (e8): no response in 2.5 s; 404 GET https://shop.example/api/faq (e16). The recording ends on shop.example/cart/help.',
            "tabs": [
                {
                    "number": 1,
                    "drawn": 10,
                    "changes": [10, 2000, 2100, 2400, 5000, 5500, 10000, 10300, 10600, 10900, 25010, 26000, 26500],
                    "pointer": [
                        (5000, 100, 100),
                        (6000, 1, 2),
                        (9000, 1, 2),
                        (10000, 100, 100),
                        (10300, 100, 100),
                        (10600, 100, 100),
                        (10900, 100, 100),
                        (11000, 1, 2),
                        (12000, 1, 2),
                        (14000, 1, 2),
                        (16000, 1, 2),
                        (27000, 1, 2),
                        (40000, 1, 2),
                        (70000, 1, 2),
                    ],
                },
                {
                    "number": 2,
                    "drawn": 30010,
                    "changes": [30010, 31000],
                    "pointer": [(31000, 100, 100), (33000, 1, 2), (36000, 1, 2), (60000, 1, 2)],
                },
            ],
            "kept_until": None,
            "missing": [],
        }
    )
    assert shown[2:5] == snapshot(
        [
            {
                "ref": "e3",
                "start": 2100,
                "tab": 1,
                "kind": "typing",
                "what": "field",
                "effect": "19 characters",
                "until": 2400,
                "count": 2,
                "weight": 3,
            },
            {
                "ref": "e4",
                "start": 5000,
                "tab": 1,
                "kind": "click",
                "what": 'button "Pay now"',
                "effect": 'shows "Payment failed. Try again" after 500 ms; followed by 500 POST https://shop.example/api/pay/9321?card=*** (e5), console error: Payment of [email] failed (e6)',
                "flags": ("error_after",),
                "weight": 4,
                "tone": "error",
                "position": (100, 100),
            },
            {
                "ref": "e5",
                "start": 5100,
                "tab": 1,
                "kind": "network",
                "what": "POST https://shop.example/api/pay/9321?card=***",
                "effect": "500 after 300 ms",
                "until": 5400,
                "weight": 4,
                "tone": "error",
            },
        ]
    )


def test_texts_of_a_row_have_a_limit():
    long = "word " * 500
    [row] = [row for row in rows(shop(console(500, "error", long))) if row.kind == "console"]
    assert (len(row.what) <= MAX_TEXT, len(row.effect) <= MAX_TEXT) == (True, True)


@pytest.mark.parametrize(
    ("raw", "tone"),
    [
        (console(500, "error", "broken"), "error"),
        (console(500, "warn", "slow"), "warn"),
        (console(500, "info", "fine"), ""),
        (fetched(500, f"{SHOP}api", 500), "error"),
        (fetched(500, f"{SHOP}api", 404), "error"),
        (fetched(500, f"{SHOP}api", 200), ""),
    ],
)
def test_a_row_has_the_tone_of_what_it_reports(raw: Raw, tone: str):
    assert [row.tone for row in rows(shop(raw, *moves(900))) if row.kind in ("console", "network")] == [tone]


def test_a_message_about_an_error_or_a_success_has_its_tone():
    alert, status = element(12, "div", role="alert"), element(13, "div", role="status")
    recording = opened(
        meta(0, SHOP),
        full(10, element(10, "button", "Pay"), alert, status),
        press(500, 10),
        added(600, 12, element(20, "p", "Payment failed. Try again")),
        press(5_000, 10),
        added(5_100, 13, element(21, "p", "Thank you! Your order is placed")),
        *moves(9_000),
    )
    assert [(row.kind, row.tone) for row in rows(recording)] == snapshot(
        [("navigation", ""), ("click", "error"), ("text", "error"), ("click", "done"), ("text", "done")]
    )


def test_a_click_has_its_position_and_a_tap_is_one_of_a_finger():
    tap = incremental(900, 2, type=2, id=10, x=7, y=8, pointerType=2)
    clicks = [row for row in rows(shop(press(500, 10, 30.4, 41), tap, *moves(4_000))) if row.kind == "click"]
    assert [(row.position, row.touch) for row in clicks] == snapshot([((30, 41), False), ((7, 8), True)])


def test_before_its_first_document_and_for_unknown_tabs_there_is_no_frame():
    recording = shop()
    nothing = PlayerFrame()
    assert [frame(recording, 5), frame(recording, -(10**9)), frame(recording, 20, 2), frame(recording, 20, 0)] == 4 * [
        nothing
    ]
    assert frame(recording, 10).html != ""


def test_a_frame_has_the_size_the_window_had_then():
    recording = shop(incremental(500, 4, width=400, height=700), *moves(900))
    assert [(each.width, each.height) for each in (frame(recording, 400), frame(recording, 600))] == [
        (1280, 800),
        (400, 700),
    ]


@pytest.mark.parametrize("size", [0, -5, None, "wide", 10**9, 1e300, 2**70])
def test_a_window_whose_size_cannot_be_has_the_usual_one(size: Any):
    page = full(10, element(10, "p", "Hello"))
    recording = opened(event(0, 4, {"href": SHOP, "width": size, "height": size}), page)
    shown = frame(recording, 20)
    assert (shown.width, shown.height) == (1280, 800)


def test_typed_text_is_in_no_frame_and_no_row():
    recording = shop(
        *[typed(500 + at, 11, "Ada Lovelace"[:at]) for at in range(1, 13)], retexted(900, 1_000, "Hi Ada Lovelace")
    )
    shown = [frame(recording, at).html for at in range(490, 1_000, 5)]
    assert [html for html in shown if "Lovelace" in html or "Ada" in html] == []
    assert "Lovelace" not in str(recording.data)


def test_recorded_secrets_are_masked_in_rows_and_frames():
    recording = shop(
        console(500, "error", "mail ada@b.example failed"),
        retexted(600, 1_000, "Pay as ada@b.example"),
        custom(700, "$url_changed", href=f"{SHOP}?email=ada@b.example"),
        *moves(900),
    )
    everything = f"{recording.data}{frame(recording, 900)}"
    assert "ada@b" not in everything
    assert "[email]" in everything


def test_a_recording_that_is_too_large_says_until_when_its_screens_are_kept():
    recording = shop_of_long_texts()
    until = recording.data.kept_until
    assert until is not None
    assert 100 <= until < 1_000
    assert recording.data.tabs[0].changes[-1] <= until
    assert recording.data.duration == 2_000
    late, last = frame(recording, 2_000), frame(recording, until)
    assert late == last


def shop_of_long_texts() -> Opened:
    """A page whose text changes ten times, of which about half are kept."""
    words = [Random(at).randbytes(100_000).hex() for at in range(10)]
    later = [retexted(100 + 100 * at, 1_000, word) for at, word in enumerate(words)]
    page = [meta(0, SHOP), full(10, element(10, "button", "Pay"))]
    return opened(*page, *later, *moves(2_000), most=500_000)


def test_a_recording_without_a_page_has_rows_and_no_frames():
    recording = opened(meta(0, SHOP), console(500, "error", "broken"), *moves(900))
    assert (recording.data.tabs[0].drawn, frame(recording, 900)) == (None, PlayerFrame())
    assert [row.kind for row in rows(recording)] == ["navigation", "console"]


def test_a_frame_that_takes_too_long_is_given_up():
    recording = shop()
    with pytest.raises(DeadlineExceeded):
        frame_at(recording.screens, 1, START + 20, Redaction(), lambda: True)


@given(any_text)
@examples(60)
def test_recorded_text_of_any_kind_can_be_sent(text: str):
    recording = opened(
        meta(0, f"{SHOP}{text}"),
        full(10, element(10, "button", text, aria_label=text), element(11, "p", text), title=text),
        press(500, 10),
        console(510, text, text),
        fetched(520, f"{SHOP}{text}", 500, method=text),
        custom(530, text, reason=text),
        retexted(540, 1_100, text + "!"),
        *moves(4_000),
    )
    for value in (recording.data, frame(recording, 600), recording.report):
        assert msgspec.json.decode(msgspec.json.encode(value))
