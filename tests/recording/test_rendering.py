"""Changes of how a page looks or sounds answer a click, unless they were going on before."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from replay_mcp.recording.timeline.reader import Timeline, read_timeline
from replay_mcp.recording.timeline.rendering import RenderingEvent, Renderings
from replay_mcp.recording.timeline.row_text import effect
from replay_mcp.redaction import Redaction
from tests.recording.rrweb import START, Raw, element, event, full, incremental, lines, meta, moves, press, read

PAGE = [meta(0, "https://shop.example/"), full(1, element(10, "button", "Pay now"))]
LATE = moves(5_000, 10_000, 16_000, 24_000)
SOURCES = {
    "rule": (8, {"id": 1, "adds": [{"rule": "a{}", "index": 0}]}),
    "declaration": (13, {"id": 1, "index": [0], "set": {"property": "color", "value": "red"}}),
    "adopted": (15, {"id": 1, "styleIds": [1]}),
    "canvas": (9, {"id": 3, "type": 0, "commands": [{"property": "fillRect", "args": [0, 0, 9, 9]}]}),
    "media": (7, {"id": 4, "type": 0, "currentTime": 0}),
    "volume": (7, {"id": 4, "type": 3, "volume": 0.5}),
    "custom element": (16, {"define": {"name": "x-cart"}}),
}


def timeline(*raws: Raw) -> Timeline:
    return read_timeline([b"\n".join(lines(*PAGE, *raws, *LATE))], Redaction())


def clicked(*raws: Raw) -> list[tuple[str, tuple[str, ...]]]:
    return [(effect(row), row.flags) for row in timeline(*raws).rows if row.kind == "click"]


def test_each_kind_of_change_answers_a_click():
    assert {
        name: clicked(press(3_000, 10), incremental(3_200, source, **fields))
        for name, (source, fields) in SOURCES.items()
    } == snapshot(
        {
            "rule": [("the page's styles changed after 200 ms", ())],
            "declaration": [("the page's styles changed after 200 ms", ())],
            "adopted": [("the page's styles changed after 200 ms", ())],
            "canvas": [("a canvas was redrawn after 200 ms", ())],
            "media": [("media played after 200 ms", ())],
            "volume": [("media volume changed after 200 ms", ())],
            "custom element": [("the page changed after 200 ms", ())],
        }
    )


@pytest.mark.parametrize("name", ["rule", "canvas", "media"])
def test_a_change_that_was_going_on_before_the_click_does_not_answer_it(name: str):
    source, fields = SOURCES[name]
    frames = [incremental(at, source, **fields) for at in range(2_400, 4_000, 200)]
    assert clicked(press(3_000, 10), *frames) == [("no response in 2.5 s", ("dead",))]


def test_changes_elsewhere_on_the_page_do_not_hide_a_response():
    frames = [incremental(at, 9, id=3, type=0, commands=[]) for at in range(2_400, 4_000, 200)]
    assert clicked(press(3_000, 10), *frames, incremental(3_100, 9, id=4, type=0, commands=[])) == [
        ("a canvas was redrawn after 100 ms", ())
    ]


def test_a_late_visual_change_is_no_slow_response():
    assert clicked(press(3_000, 10), incremental(6_000, 9, id=3)) == [("no response in 2.5 s", ("dead",))]


@pytest.mark.parametrize("fields", [{}, {"id": "x"}, {"id": None, "type": []}, {"id": 1e300, "type": 99}])
@pytest.mark.parametrize("source", [7, 8, 9, 13, 15, 16])
def test_nonsensical_changes_are_ignored(source: int, fields: dict[str, Any]):
    (change,) = read(incremental(0, source, **fields))
    assert Renderings().take(change) is not None


def test_each_change_has_the_time_of_the_previous_one():
    renderings = Renderings()
    changes = read(
        incremental(0, 9, id=3),
        incremental(50, 9, id=3),
        incremental(60, 9, id=4),
        incremental(70, 8, id=3),
        press(80, 3),
    )
    assert [renderings.take(change) for change in changes] == snapshot(
        [
            RenderingEvent(kind="canvas", detail="", previous_at=0),
            RenderingEvent(kind="canvas", detail="", previous_at=START),
            RenderingEvent(kind="canvas", detail="", previous_at=0),
            RenderingEvent(kind="style", detail="", previous_at=0),
            None,
        ]
    )


def test_drags_and_media_count_as_activity():
    signs = [incremental(400_000, 7, id=4, type=0), incremental(900_000, 12, positions=[]), *moves(1_300_000)]
    timeline = read_timeline([b"\n".join(lines(*PAGE, *moves(0), *signs))], Redaction())
    assert [(row.seconds, row.until) for row in timeline.rows if row.kind == "idle"] == [
        (0.0, 400.0),
        (400.0, 900.0),
        (900.0, 1300.0),
    ]


def test_known_kinds_that_are_not_read_are_counted_and_reported():
    coverage = timeline(
        incremental(100, 10, family="Inter"), event(200, 7, {}), event(300, 8, {"x": 1}), event(400, 42, {})
    ).coverage
    assert (coverage.unread_kinds, coverage.unknown, coverage.gaps, coverage.remarks) == snapshot(
        (
            3,
            1,
            [],
            [
                "1 events were of kinds that are not known",
                "3 events were of kinds that are not read (fonts, assets, annotations)",
            ],
        )
    )
