"""Stills of a report: which moments they show, and what they never hold."""

import base64
import gzip
from random import Random

import pytest
from inline_snapshot import snapshot

from replay_mcp.errors import DeadlineExceeded
from replay_mcp.recording.playback.stills import MAX_BYTES, MAX_STILLS, RecordingReport, Still, make_report
from replay_mcp.redaction import Redaction, RedactionLevel
from tests.recording.playback.recordings import opened, opened_lines
from tests.recording.rrweb import Raw, added, console, element, fetched, full, meta, moves, press, retexted, text, typed
from tests.seeding import checkout

SHOP = "https://shop.example/"
PAY, FIELD, ALERT = 10, 11, 12


def page(at: int, word: str = "Pay", address: str = SHOP) -> list[Raw]:
    field = element(FIELD, "input", type="text", name="card")
    body = element(PAY, "button", word), field, element(ALERT, "div", role="alert")
    return [meta(at, address), full(at + 10, *body, title=word)]


def failing(at: int, place: int = 0) -> list[Raw]:
    """A click whose request fails, so that an error shows 300 ms later."""
    shown = f"Payment failed. Try again ({place})"
    return [
        press(at, PAY),
        fetched(at + 100, f"{SHOP}pay", 500),
        added(at + 300, ALERT, element(100 + place, "p", text(5_000 + place, shown))),
    ]


def html(still: Still) -> str:
    return gzip.decompress(base64.b64decode(still.page)).decode()


def moments(report: RecordingReport) -> list[tuple[int, int]]:
    return [(still.tab, still.at) for still in report.stills]


def test_a_problem_is_shown_before_and_after_then_each_page_at_its_end():
    raws = [*page(0), retexted(900, PAY * 100, "Pay now"), *failing(2_000), *page(9_000, "Help"), *moves(12_000)]
    report = opened(*raws).report
    assert moments(report) == snapshot([(1, 2000), (1, 2300), (1, 9010)])
    assert [("Payment failed" in html(still), "Help" in html(still)) for still in report.stills] == snapshot(
        [(False, False), (True, False), (False, True)]
    )


def test_the_stills_of_a_recording_of_two_tabs():
    report = opened_lines(checkout()).report
    assert (moments(report), report.left_out, report.link) == snapshot(
        ([(1, 5000), (1, 5500), (1, 10000), (1, 10900), (1, 26500), (2, 31000)], 0, "https://replay.test/s1")
    )
    assert [tab.changes for tab in report.recording.tabs] == snapshot([[5000, 5500, 10000, 10900, 26500], [31000]])


def test_the_effect_of_a_click_is_shown_before_the_next_action():
    raws = [*page(0), *failing(2_000), press(3_000, FIELD), retexted(3_200, PAY * 100, "Changed"), *moves(8_000)]
    stills = [html(still) for still in opened(*raws).report.stills]
    assert [("Payment failed" in still, "Changed" in still) for still in stills] == snapshot(
        [(False, False), (True, False), (True, True)]
    )


def test_a_recording_without_problems_shows_how_each_page_was_left():
    raws = [*page(0), retexted(1_000, PAY * 100, "Later"), *page(5_000, "Second", f"{SHOP}b"), *moves(7_000)]
    report = opened(*raws).report
    assert [("Later" in html(still), "Second" in html(still)) for still in report.stills] == [
        (True, False),
        (False, True),
    ]


def test_a_recording_without_a_page_has_no_still():
    report = opened(meta(0, SHOP), console(500, "error", "broken"), *moves(900)).report
    assert (report.stills, report.left_out) == ([], 0)


def test_no_moment_comes_twice_and_tabs_list_only_changes_that_stills_show():
    report = opened(*page(0), *failing(2_000), *failing(2_050, 1), *failing(2_100, 2), *moves(9_000)).report
    assert len(set(moments(report))) == len(report.stills)
    assert sorted(at for tab in report.recording.tabs for at in tab.changes) == sorted(at for _, at in moments(report))


def test_stills_are_limited_in_number_and_the_report_says_how_many_are_left_out():
    raws = [*page(0), *(raw for place in range(60) for raw in failing(2_000 + place * 5_000, place)), *moves(400_000)]
    report = opened(*raws).report
    assert len(report.stills) == MAX_STILLS
    assert report.left_out > 0


@pytest.mark.full
def test_stills_are_limited_in_size():
    def long(place: int) -> list[Raw]:
        texts = [Random(place * 1_000 + each).randbytes(2_000).hex() for each in range(400)]
        body = [element(100 + each, "p", text) for each, text in enumerate(texts)]
        return [meta(place * 9_000, f"{SHOP}{place}"), full(place * 9_000 + 10, *body)]

    later = [raw for place in range(1, 12) for raw in long(place)]
    report = opened(*page(0), *later, *moves(200_000)).report
    assert 0 < sum(len(still.page) for still in report.stills) <= MAX_BYTES
    assert len(report.stills) > 3
    assert report.left_out > 0


@pytest.mark.parametrize(("level", "repeated"), [("standard", False), ("strict", False), ("off", True)])
def test_what_was_typed_is_in_no_still_and_only_unmasked_ones_show_what_the_page_repeats(
    level: RedactionLevel, repeated: bool
):
    letters = [typed(1_000 + at, FIELD, "Ada Lovelace"[:at]) for at in range(1, 13)]
    before = opened(*page(0), *letters, *failing(2_000), *moves(9_000), level=level).report
    assert [still for still in map(html, before.stills) if "Ada" in still] == []
    assert any("••••" in still for still in map(html, before.stills))
    later = retexted(3_000, PAY * 100, "Hi Ada Lovelace")
    after = opened(*page(0), *letters, *failing(2_000), later, *moves(9_000), level=level).report
    assert any("Lovelace" in still for still in map(html, after.stills)) is repeated
    assert "Lovelace" not in str(before.recording)


def test_a_report_that_takes_too_long_is_given_up():
    recording = opened(*page(0), *failing(2_000))
    with pytest.raises(DeadlineExceeded):
        make_report("s1", recording.timeline, recording.screens, Redaction(), "", lambda: True)
